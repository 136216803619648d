"""How far a phrase reaches: all items that are asked for, both ends of a range, whole words, a figure with its unit."""

from __future__ import annotations

import pytest

from embeddings.base import ReadSpan
from rag.answer.extent import whole


def _spans(text: str, *found: str) -> list[ReadSpan]:
    """The first is the surest, each further one a little less."""
    return [ReadSpan(text.index(one), text.index(one) + len(one), 8.0 - n) for n, one in enumerate(found)]


def _said(question: str, text: str, *found: str) -> str:
    best = whole(question, text, _spans(text, *found))[0]
    return text[best.start : best.end]


@pytest.mark.parametrize(
    ("question", "text", "found", "said"),
    [
        ("论文是谁写的？", "论文由张三、李四和王五写成。", ("李四", "张三", "王五"), "张三、李四和王五"),
        ("Who wrote the paper?", "It was written by Ada and Grace in May.", ("Grace", "Ada"), "Ada and Grace"),
        ("这里海拔多少米？", "生长于海拔900米至1,900米的地区。", ("1,900米", "900米"), "900米至1,900米"),
        ("会议持续到什么时候？", "会议从3月4日到11日举行。", ("11日", "3月4日"), "3月4日到11日"),
        ("公司有哪些产品？", "公司的产品有纸张、墨水、毛笔，销往各地。", ("墨水",), "纸张、墨水、毛笔"),
        ("公司生产什么纸？", "公司的产品有宣纸、墨水、毛笔，销往各地。", ("宣纸",), "宣纸"),
        ("起草了多少项国际标准？", "起草国际标准55项、国家标准2819项。", ("55项", "国家标准2819项"), "55项"),
        (
            "上部叶有什么特点？",
            "花黄色。上部叶较小，不裂，两面被毛；下部叶大。",
            ("不裂",),
            "上部叶较小，不裂，两面被毛",
        ),
        ("他在哪里演讲？", "他在体育馆演讲。", ("育馆",), "体育馆"),
        ("What was found?", "They found unwritten rules.", ("written rules",), "unwritten rules"),
        ("面积有多大？", "全馆面积320平方公里左右。", ("320",), "320平方公里左右"),
        ("增长多少？", "出口增长8.5%，进口下降。", ("8.5",), "8.5%"),
        ("哪年的事？", "那是2005年的事。", ("2005年的",), "2005年"),
    ],
)
def test_the_phrase_is_as_long_as_what_is_asked_for(
    question: str, text: str, found: tuple[str, ...], said: str
) -> None:
    assert _said(question, text, *found) == said


def test_an_item_that_the_reader_doubts_stays_outside() -> None:
    text = "论文由张三和李四写成。"
    sure, doubtful = _spans(text, "张三", "李四")
    doubted = ReadSpan(doubtful.start, doubtful.end, sure.score - 20)
    assert whole("论文是谁写的？", text, [sure, doubted]) == [sure, doubted]


def test_what_the_best_span_has_grown_over_is_left_out() -> None:
    text = "论文由张三和李四写成，刊于北京。"
    grown = whole("论文是谁写的？", text, _spans(text, "张三", "李四", "北京"))
    assert [text[one.start : one.end] for one in grown] == ["张三和李四", "北京"]


@pytest.mark.parametrize("text", ["", "、、、、", "、" * 5_000, "12" * 3_000])
def test_odd_text_does_no_harm(text: str) -> None:
    span = ReadSpan(0, min(1, len(text)), 1.0)
    assert whole("有哪些特点？", text, [span] if text else []) is not None

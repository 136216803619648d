"""What a page sets across running text stays out of it, and the sentence goes on."""

from __future__ import annotations

import pytest

from rag.ingest import straps
from rag.ingest.pages import reconstruct
from rag.types import Page
from tests.ingest.page_generator import wrap

_SENTENCES = (
    "会议指出，今年以来全市上下坚持稳中求进工作总基调，扎实推进重点项目建设，主要经济指标持续回升向好。",
    "与会人员认为，要继续深入基层开展调查研究，把群众反映强烈的问题梳理成清单，逐项明确责任单位和完成时限。",
    "据介绍，新建成的服务中心设有多个窗口，居民在家门口就能办理社会保障和医疗救助等事项，得到普遍好评。",
)


def _page(strap: str, width: int, at: int) -> tuple[str, str]:
    """A story in a column, its second paragraph interrupted; and the sentence that must be whole."""
    rows = [wrap("本报讯（记者 周小玲）" + _SENTENCES[0] * 2, width), wrap(_SENTENCES[1] * 2, width)]
    rows[1].insert(at, strap)
    rows.append(wrap(_SENTENCES[2] * 2, width))
    return "\n\n".join(row for paragraph in rows for row in paragraph), _SENTENCES[1] * 2


@pytest.mark.parametrize(
    "strap",
    [
        "——聚焦2024年全市两会",
        "——写在新区成立之际",
        "（下转第四版）",
        "(上接第1版)",
        "▲图为志愿者清扫积雪。",
        "图为志愿者清扫积雪。",
        "（资料图片）",
        "特别报道",
        "学思想 强党性 重实践",
        "2024年1月5日 星期五",
        "责任编辑：张小三 版式设计：李小四",
        "（责任编辑 王小明）",
        "新闻热线：65812345",
        "www.example.com",
        "本报记者 王小明 文/摄",
    ],
)
@pytest.mark.parametrize("width", [15, 18, 24])
def test_a_strap_is_lifted_out_of_its_sentence(strap: str, width: int) -> None:
    text, sentence = _page(strap, width, 3)
    body = reconstruct(Page("x", text, "txt"))[0].body.text
    assert sentence in body.split("\n")
    assert strap not in body


def test_a_sentence_with_a_dash_at_the_start_of_a_line_is_left_whole() -> None:
    sentence = "二十年来埋头只做一件事情——让自主研发的潮流能发电机组进入先进行列，为此付出了许多心血。"
    rows = [row for part in (_SENTENCES[0] * 2, sentence, _SENTENCES[2] * 2) for row in wrap(part, 14)]
    assert any(row.startswith("——") for row in rows)
    assert sentence in reconstruct(Page("x", "\n".join(rows), "txt"))[0].body.text


def test_a_jump_beside_text_is_cut_off() -> None:
    text, sentence = _page("", 15, 1)
    lines = text.split("\n\n")
    lines[-1] += "（下转第4版）"
    body = reconstruct(Page("x", "\n\n".join(line for line in lines if line), "txt"))[0].body.text
    assert body.endswith(_SENTENCES[2])
    assert sentence in body


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("持续回升向好（下转第4版）", "持续回升向好"),
        ("（上接第一版）的任务更重", "的任务更重"),
        ("修订第三版（试行）", "修订第三版（试行）"),
        ("（上接第一版）", "（上接第一版）"),
    ],
)
def test_without_jump(text: str, left: str) -> None:
    assert text[slice(*straps.without_jump(text))] == left


@pytest.mark.parametrize(
    "text", ["图书馆为读者", "编辑部的故事", "转变发展方式", "左右为难的是", "2024年1月5日", "本报记者了解到"]
)
def test_running_text_is_no_note(text: str) -> None:
    assert not straps.is_note(text)
    assert not straps.is_jump(text)

"""What a claim says, asked of its quote: the real reader answers."""

from __future__ import annotations

import pytest

from embeddings.reader import E5Reader
from rag.answer.asked_back import Heard, asked_back

_ROUND = "今年1月，海岳智能完成1.5亿元A轮融资，由松涛资本领投，启元创投、杭州科创基金跟投。"
_LINES = "目前，云溪港共有外贸航线14条、内贸航线22条。"
_MARKETS = "去年11月上市以来已售出5.2万副，其中海外销量占64%，最大的海外市场是日本；公司今年将进入德国。"


@pytest.fixture(scope="module")
def reader() -> E5Reader:
    return E5Reader()


_PAID = "补助由市财政局拨付，由市卫生健康局负责审核。"
_PARKING = "市县乡村四级联动，增加3000个共享车位，并以市人大立法形式出台《湖州市车辆停放管理条例》。"
_WRITERS = "目前在浙江的中国作协会员共有700人，浙江作协会员共有3322人。"
_BUILT = "大桥由岭南路桥集团承建，省交通规划院设计，中衡监理公司负责监理。"


@pytest.mark.parametrize(
    ("claim", "quote", "otherwise"),
    [
        ("启元创投领投了海岳智能的A轮融资。", _ROUND, True),
        ("松涛资本领投了海岳智能的A轮融资。", _ROUND, False),
        ("云溪港有外贸航线22条。", _LINES, True),
        ("云溪港有外贸航线14条。", _LINES, False),
        ("德国是最大的海外市场。", _MARKETS, True),
        ("日本是最大的海外市场。", _MARKETS, False),
        ("托育补助由市卫生健康局拨付，由市财政局负责审核。", _PAID, True),
        ("托育补助由市财政局拨付，由市卫生健康局负责审核。", _PAID, False),
        ("中衡监理公司负责设计，岭南路桥集团负责监理。", _BUILT, True),
        ("湖州增加了3000个共享车位。", _PARKING, False),  # 市县乡村 is no place's name
        ("浙江有700名中国作协会员。", _WRITERS, False),  # the figure stands with what it counts
    ],
)
def test_what_is_said_of_another_one_does_not_carry_a_claim(
    reader: E5Reader, claim: str, quote: str, otherwise: bool
) -> None:
    assert (asked_back(reader, claim, quote, "zh") is Heard.OTHERWISE) is otherwise


@pytest.mark.parametrize(
    ("claim", "heard"),
    [
        ("The department is 14 officers short of its authorized strength.", Heard.SAME),
        ("The department has 118 officers and is 14 short of its strength.", Heard.UNSURE),  # two figures
        ("The department, they say, is 14 officers short of its strength.", Heard.UNSURE),  # more than one clause
    ],
)
def test_only_a_claim_of_one_clause_and_figure_is_heard_whole(reader: E5Reader, claim: str, heard: Heard) -> None:
    quote = "The department has 118 officers, 14 short of its authorized strength."
    assert asked_back(reader, claim, quote, "en") is heard


@pytest.mark.parametrize(
    ("claim", "quote", "language"),
    [
        (
            "The school on Gull Island will close.",
            "The Northern Star, the only ferry to Gull Island, is laid up.",
            "en",
        ),
        ("段莹是创始人。", "段莹坦言，亏损的主要原因是研发投入过高。", "zh"),
    ],
)
def test_a_quote_may_say_nothing_of_what_is_claimed(reader: E5Reader, claim: str, quote: str, language: str) -> None:
    assert asked_back(reader, claim, quote, language) is Heard.NOTHING


def test_our_city_is_not_another_one(reader: E5Reader) -> None:
    quote = "据悉，2024年我市共有19个项目列入省“千项万亿”工程，1月至11月完成投资122.8亿元。"
    assert asked_back(reader, "瑞安共有19个项目列入省“千项万亿”工程。", quote, "zh") is not Heard.NOTHING


class _Unread:
    def read(self, _question: str, _texts: object) -> list[list[object]]:
        raise AssertionError("it should not have been asked")


@pytest.mark.parametrize(
    ("claim", "quote", "language"),
    [
        ("内贸航线22条。", _LINES, "zh"),  # word for word
        ("云溪港有外贸航线15条", "本月降雨偏多。", "zh"),  # nothing of it stands there
        ("Le port a 22 lignes.", "Le port de Yunxi a 14 lignes et 22 quais.", "fr"),  # no question words known
        ("", _LINES, "zh"),
    ],
)
def test_what_leaves_no_question_is_not_asked(claim: str, quote: str, language: str) -> None:
    assert asked_back(_Unread(), claim, quote, language) is Heard.UNSURE  # type: ignore[arg-type]

"""What a claim says, asked of its quote: the real reader answers."""

from __future__ import annotations

import pytest

from embeddings.reader import E5Reader
from rag.answer.asked_back import answers_otherwise

_ROUND = "今年1月，海岳智能完成1.5亿元A轮融资，由松涛资本领投，启元创投、杭州科创基金跟投。"
_LINES = "目前，云溪港共有外贸航线14条、内贸航线22条。"
_MARKETS = "去年11月上市以来已售出5.2万副，其中海外销量占64%，最大的海外市场是日本；公司今年将进入德国。"


@pytest.fixture(scope="module")
def reader() -> E5Reader:
    return E5Reader()


@pytest.mark.parametrize(
    ("claim", "quote", "otherwise"),
    [
        ("启元创投领投了海岳智能的A轮融资。", _ROUND, True),
        ("松涛资本领投了海岳智能的A轮融资。", _ROUND, False),
        ("云溪港有外贸航线22条。", _LINES, True),
        ("云溪港有外贸航线14条。", _LINES, False),
        ("德国是最大的海外市场。", _MARKETS, True),
        ("日本是最大的海外市场。", _MARKETS, False),
    ],
)
def test_what_is_said_of_another_one_does_not_carry_a_claim(
    reader: E5Reader, claim: str, quote: str, otherwise: bool
) -> None:
    assert answers_otherwise(reader, claim, quote, "zh") is otherwise


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
    assert not answers_otherwise(_Unread(), claim, quote, language)  # type: ignore[arg-type]

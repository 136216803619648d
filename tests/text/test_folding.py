"""Forms in which what is written in several ways compares equal."""

from __future__ import annotations

import pytest

from rag.text.folding import word_for_word

QUOTE = "据悉，今年以来，我市\n已争取资金８亿元，排名温州前三。"


@pytest.mark.parametrize(
    ("claim", "stands"),
    [
        ("我市已争取资金8亿元", True),
        ("我市 已争取资金8亿元。", True),
        ("我市争取资金8亿元。", False),
        ("我市已争取资金9亿元。", False),
    ],
)
def test_word_for_word_is_without_regard_to_space_width_and_the_last_stop(claim: str, stands: bool) -> None:
    assert word_for_word(claim, QUOTE) is stands

"""Who holds which office, and which figure counts what."""

from __future__ import annotations

import pytest

from rag.answer.bindings import misplaced, other_office

_MEETING = "市委副书记、市长林远主持会议，市人大常委会主任周明参加。"


@pytest.mark.parametrize(
    ("claim", "other"),
    [
        ("市委书记林远主持会议。", True),
        ("周明是市长。", True),
        ("副市长林远主持会议。", True),
        ("市长林远主持会议。", False),
        ("临江市市长林远主持会议。", False),
        ("市委副书记林远主持会议。", False),
        ("市人大主任周明参加。", False),
        ("周明是市人大常委会主任。", False),
        ("林远主持会议。", False),
        ("局长王平参加会议。", False),  # of whom the text says nothing
    ],
)
def test_an_office_is_somebodys(claim: str, other: bool) -> None:
    assert other_office(claim, _MEETING, _MEETING) is other


def test_the_passage_tells_the_office_where_the_run_does_not() -> None:
    assert other_office("市长周明强调安全。", "周明强调安全。", f"{_MEETING}周明强调安全。")
    assert not other_office("市长周明强调安全。", "周明强调安全。", "周明强调安全。")


@pytest.mark.parametrize(
    ("claim", "run", "language", "swapped"),
    [
        ("夺得51枚铜牌和53枚金牌。", "夺得51枚金牌和53枚铜牌，均居首位。", "zh", True),
        ("夺得51枚金牌和53枚铜牌。", "夺得51枚金牌和53枚铜牌，均居首位。", "zh", False),
        ("夺得53枚铜牌。", "夺得51枚金牌和53枚铜牌，均居首位。", "zh", False),
        ("信访总量下降25.3%。", "刑事案件下降25.3%，信访总量下降12.1%。", "zh", True),
        ("信访总量下降12.1%。", "刑事案件下降25.3%，信访总量下降12.1%。", "zh", False),
        ("The town planted 300 oaks.", "In 2024 the town planted 1,200 oaks and 300 birches.", "en", True),
        ("The town planted 1,200 oaks in 2024.", "In 2024 the town planted 1,200 oaks and 300 birches.", "en", False),
        ("The town planted 300 birches.", "In 2024 the town planted 1,200 oaks and 300 birches.", "en", False),
    ],
)
def test_a_figure_counts_what_it_counts(claim: str, run: str, language: str, swapped: bool) -> None:
    assert misplaced(claim, run, language) is swapped

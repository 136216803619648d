"""Who holds which office."""

from __future__ import annotations

import pytest

from rag.answer.offices import other_office, unheard_office

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


def test_a_founder_is_not_yet_the_head_and_our_company_is_the_one_named() -> None:
    text = "星澜科技成立于2016年。公司首席执行官段莹表示，明年上市。"
    assert other_office("段莹是星澜科技的创始人。", text, text)
    assert not other_office("段莹是星澜科技首席执行官。", text, text)


@pytest.mark.parametrize(
    ("claim", "unheard"),
    [
        ("王平是市委书记。", True),
        ("市委书记王平参加会议。", True),
        ("林远是市长。", False),  # the passage says so
        ("王平参加会议。", False),  # no office is claimed
        ("会议由市委书记主持。", False),  # nobody is named
    ],
)
def test_an_office_that_nothing_gives_is_unheard(claim: str, unheard: bool) -> None:
    assert unheard_office(claim, "王平等参加会议。", f"{_MEETING}王平等参加会议。", ("王平", "林远")) is unheard


def test_what_else_somebody_is_may_stand_between_office_and_name() -> None:
    run = "市人大代表、退休教师崔志华建议保留早班车。"
    assert not unheard_office("市人大代表崔志华建议保留早班车。", run, run, ["崔志华"])
    run = "市人大代表参加座谈，退休教师崔志华建议保留早班车。"
    assert unheard_office("市人大代表崔志华建议保留早班车。", run, run, ["崔志华"])

"""Plans told as done."""

from __future__ import annotations

import pytest

from rag.answer.planned import told_as_done


@pytest.mark.parametrize(
    ("claim", "run", "told"),
    [
        ("海岳电池已在安州新建一座工厂。", "公司将在安州新建一座工厂，计划今年9月动工。", True),
        ("工程已动工。", "工程预计9月动工。", True),
        ("大桥建成了。", "大桥计划明年开工，2028年建成。", True),  # what follows a plan is one
        ("工程将动工。", "工程预计9月动工。", False),
        ("工程已动工。", "工程已动工，预计明年建成。", False),
        ("工程已动工。", "工程于9月动工。", False),
        ("他了解工程动工。", "工程预计9月动工。", False),
        ("路已修好。", "桥将建成。", False),
    ],
)
def test_a_plan_does_not_carry_that_it_is_done(claim: str, run: str, told: bool) -> None:
    assert told_as_done(claim, run) is told

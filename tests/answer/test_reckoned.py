"""Figures that a claim rounds or works out."""

from __future__ import annotations

import pytest

from rag.answer.reckoned import as_printed, by_for_to, workable


@pytest.mark.parametrize(
    ("claim", "run", "printed"),
    [
        ("工坊带动超过5万人就业。", "建成工坊1507家，吸纳就业5.2万余人", "工坊带动5.2万余人就业。"),
        ("投诉少了近两成。", "投诉同比下降19.72%", "投诉少了19.72%。"),
        ("海外占了六成多。", "海外销量占64%", "海外占了64%。"),
        ("50多家企业参展。", "56家企业参展", "56家企业参展。"),
        ("About 400 people live there.", "residents, who number 410, said", "410 people live there."),
        ("más de 15 millones", "15,7 millones de euros", "15,7 millones"),
        ("换电站增加了1300座。", "换电站由1800座增加到3100座。", "换电站增加至3100座。"),
        ("Prices rose by 300 dollars.", "from 1,200 dollars to 1,500 dollars", "Prices rose to 1,500 dollars."),
    ],
)
def test_the_claim_is_read_with_the_printed_figure(claim: str, run: str, printed: str) -> None:
    assert as_printed(claim, run) == printed


@pytest.mark.parametrize(
    ("claim", "run"),
    [
        ("约53枚金牌", "51枚金牌"),  # no rounder than what is printed
        ("超过5万人", "9.3万人"),  # too far from it
        ("超过5万人", "5.2万元"),  # another unit
        ("约20倍", "从约20倍的水平收窄至19.5倍"),  # printed as it is
        ("换电站增加了1500座。", "换电站由1800座增加到3100座。"),
        ("工坊带动5万人就业。", "吸纳就业5.2万人"),  # rounded without saying so
        ("", "5.2万人"),
    ],
)
def test_what_does_not_fit_stays(claim: str, run: str) -> None:
    assert as_printed(claim, run) == claim


@pytest.mark.parametrize(
    ("claim", "run", "worked_out"),
    [
        ("去年补贴为2.4亿元。", "今年安排补贴2.7亿元，比去年多3000万元。", True),
        ("合计有1500张床位。", "新院区设床位1200张，老院区保留300张。", True),
        ("2022年占比46%。", "占比72%，比2022年提高26个百分点。", True),
        ("去年补贴为2.5亿元。", "今年安排补贴2.7亿元，比去年多3000万元。", False),
        ("今年安排补贴2.7亿元。", "今年安排补贴2.7亿元，比去年多3000万元。", False),  # it is printed
        ("去年补贴为2.4亿元。", "比去年多三成。", False),
    ],
)
def test_a_sum_or_difference_is_not_denied(claim: str, run: str, worked_out: bool) -> None:
    assert workable(claim, run) is worked_out


@pytest.mark.parametrize(
    ("claim", "run", "mistaken"),
    [
        ("等候缩短了2天。", "等候由7天缩短至2天。", True),
        ("等候缩短了5天。", "等候由7天缩短至2天。", False),
        ("等候缩短至2天。", "等候由7天缩短至2天。", False),
        ("等候缩短了2天。", "等候缩短了2天。", False),
        ("等候缩短了1天。", "等候由2天缩短至1天。", False),  # both
    ],
)
def test_what_changed_by_and_to(claim: str, run: str, mistaken: bool) -> None:
    assert by_for_to(claim, run) is mistaken

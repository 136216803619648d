"""Words that exclude each other."""

from __future__ import annotations

import pytest

from rag.text.polarity import chosen_otherwise, compared


@pytest.mark.parametrize(
    ("claim", "run", "otherwise"),
    [
        ("每周登岛", "每月至少登岛", True),
        ("至多登临2个小岛", "至少登临2个小岛", True),
        ("居全国第一", "居全省第一", True),
        ("浙江全省第一", "全国首批，全省第一", False),
        ("唯一的试点", "首批试点", True),
        ("部分请求", "全部请求", True),
        ("大部分请求", "部分请求", True),
        ("全市场推广", "全省推广", False),  # no scope of a city
        ("the largest in the country", "the largest in the city", True),
        ("paid weekly", "paid per month", True),
        ("al menos 20", "como máximo 20", True),
        ("每周登岛", "登岛巡诊", False),
        ("去年补贴2.7亿元", "今年补贴2.7亿元，比去年多3000万元", True),
        ("去年补贴2.4亿元", "今年2.7亿元，比去年的2.4亿元多3000万元", False),
        ("", "每周登岛", False),
        ("预算比去年多3000万元", "预算比去年减少3000万元", True),
        ("预算比去年多3000万元", "预算比去年增加3000万元", False),
        ("降雨偏少", "降雨偏多", True),
        ("18个岗位全部招满", "18个岗位只招到11人", True),
        ("le travail sera obligatoire", "it would remain voluntary", True),
        ("wurde zerstört", "blieb unbeschädigt", True),
    ],
)
def test_one_of_several_things(claim: str, run: str, otherwise: bool) -> None:
    assert chosen_otherwise(claim, run) is otherwise


@pytest.mark.parametrize(
    ("text", "directions"),
    [
        ("每台补助比上一年少了3万元", ["减少"]),
        ("水库的存水比2023年底多。", ["增加"]),
        ("比去年最高时少10万", ["减少"]),
        ("多了5个", ["增加"]),
        ("比例高于10%", []),
        ("不少于3人，至少了解", []),
        ("比预期快了两天", []),
        ("", []),
    ],
)
def test_what_only_compares_has_a_direction(text: str, directions: list[str]) -> None:
    assert compared(text) == directions

"""Which words of a text name a place, and which only look so to the dictionary."""

from __future__ import annotations

import pytest

from rag.text.places import is_seat, places, towns


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("从温州到杭州", ["温州", "杭州"]),
        ("这座城市有多少家上市企业？", []),
        ("海洋和山区的治安", []),
        ("法国的城市", ["法国"]),
        ("the city of Wenzhou", []),
    ],
)
def test_common_nouns_name_no_place(text: str, named: list[str]) -> None:
    assert places(text) == named


@pytest.mark.parametrize(("name", "seat"), [("温州", True), ("浙江", True), ("新区", False), ("惠及", False)])
def test_a_seat_is_a_province_a_city_a_county_or_a_district(name: str, seat: bool) -> None:
    assert is_seat(name) is seat


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("瑞安市马屿镇所辖西坪村、新浦村", ["马屿镇", "西坪村", "新浦村"]),
        ("石门村与陶山镇", ["石门村", "陶山镇"]),
        ("安阳街道隆山社区", ["安阳街道", "隆山社区"]),
        ("特色小镇和美丽乡村，新农村、行政村、贫困村", []),
        ("重点镇，城镇和乡镇，干部驻村", []),
    ],
)
def test_towns_and_villages_have_names_that_are_no_common_words(text: str, named: list[str]) -> None:
    assert list(towns(text)) == named

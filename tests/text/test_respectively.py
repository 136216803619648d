from __future__ import annotations

import pytest

from rag.text.respectively import each, one_by_one, own_value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("甲县和乙县的产值分别增长3%和5%，高于全省。", "甲县的产值增长3%，乙县的产值增长5%，高于全省。"),
        ("2021年至2023年，接待量依次为4万、6万、9万。", "2021年接待量为4万，2022年接待量为6万，2023年接待量为9万。"),
        ("首末班车时间分别为6时15分和22时40分。", "首班车时间为6时15分，末班车时间为22时40分。"),
        (
            "Prices in Hale and Elm Park rose by 3% and 5%, respectively. The rest fell.",
            "Prices in Hale rose by 3%, respectively; Prices in Elm Park rose by 5%, respectively. The rest fell.",
        ),
        ("En 2021 y 2022 se vendieron 3.400 y 4.100.", "En 2021 y 2022 se vendieron 3.400 y 4.100."),
        ("甲县、乙县和丙县分别增长3%和5%。", "甲县、乙县和丙县分别增长3%和5%。"),
        ("与会者分别发言。", "与会者分别发言。"),
        ("", ""),
    ],
)
def test_each_value_is_told_behind_its_item(text: str, told: str) -> None:
    assert one_by_one(text) == told


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("甲县的产值增长多少？", "3%"),
        ("乙县的产值增长多少？", "5%"),
        ("甲县和乙县谁快？", None),
        ("丙县的产值增长多少？", None),
    ],
)
def test_the_value_of_the_only_item_asked_about(question: str, value: str | None) -> None:
    text = "甲县和乙县的产值分别增长3%和5%。"
    (pairing,) = each(text)
    place = own_value(question, text, pairing.values[0])
    assert (place and text[slice(*place)]) == value


def test_what_was_read_outside_the_list_is_left() -> None:
    text = "共有8家工厂，甲县和乙县的产值分别增长3%和5%。"
    assert own_value("乙县有几家工厂？", text, (2, 4)) is None

"""Chinese names in Cyrillic."""

from __future__ import annotations

import pytest

from rag.retrieve.dictionary import Dictionary
from rag.retrieve.palladius import in_pinyin


@pytest.mark.parametrize(
    ("written", "pinyin"),
    [
        ("в Вэньчжоу", "wenzhou"),
        ("власти Чжэцзяна", "zhejiang"),
        ("мэр Жуйаня", "rui'an"),
        ("до Лишуя", "lishui"),
        ("в Шэньчжэне", "shenzhen"),
        ("Чжэцзянская провинция", "zhejiang"),
        ("Чанъань", "chang'an"),
        ("Хуэйчжоу", "huizhou"),
        ("Люйлян", "luliang"),
        ("Уси", "wuxi"),
        ("Нинбо–Чжоушань", "zhoushan"),
    ],
)
def test_a_name_is_read_as_pinyin(written: str, pinyin: str) -> None:
    assert pinyin in in_pinyin(written)


@pytest.mark.parametrize("written", ["Москва", "Париж", "Сколько стоит хлеб?", "Кто", "вэньчжоу", "Wenzhou", "Лондоне"])
def test_what_is_no_chinese_is_not(written: str) -> None:
    assert not in_pinyin(written)


def test_places_in_cyrillic_are_found_in_the_dictionary() -> None:
    found = Dictionary().places("Сколько стоит проезд из Ханчжоу в Нинбо?", "ru")
    assert [name.others for name in found] == [("杭州",), ("宁波",)]

"""Chinese names in pinyin, and the characters that they may stand for."""

from __future__ import annotations

import pytest

from rag.retrieve.dictionary import Dictionary
from rag.retrieve.pinyin import Pinyin


@pytest.fixture(scope="module")
def pinyin() -> Pinyin:
    return Dictionary()._pinyin


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("Zhang Wei spoke.", "张伟说"),
        ("the mayor, Lü Zhongming", "市长吕仲明"),
        ("the mayor, Lǚ Zhòngmíng", "市长吕仲明"),
        ("El alcalde Xi'an Ouyang no vino; Li Si'an vino", "李思安来了"),
        ("Weimin Huang, who lives there", "黄伟民住在"),
        ("Wang Xiao-ming", "王晓明"),
    ],
)
def test_a_name_stands_where_characters_are_read_so(pinyin: Pinyin, text: str, chinese: str) -> None:
    assert any(person.stands_in(chinese) for person in pinyin.persons(text))


def test_another_name_does_not_stand_there(pinyin: Pinyin) -> None:
    (person,) = pinyin.persons("Zhang Wei spoke.")
    assert not person.stands_in("张明和李伟说")
    assert person.stands_in("no Chinese at all")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Barack Obama",
        "New York",
        "Los Angeles",
        "the Zhang family",
        "zhang wei",
        "Zhang",
        "a" * 5000,
        "An " + "An" * 9999,
        "An A" + "n" * 99999,
    ],
)
def test_what_is_no_chinese_name(pinyin: Pinyin, text: str) -> None:
    assert pinyin.persons(text) == []


def test_places_that_cedict_has() -> None:
    names = Dictionary().names("Rui'an is a city of Wenzhou’s; Dresden is not.", "en")
    assert any(name.stands_in("瑞安") for name in names)
    assert any(name.stands_in("温州市") for name in names)
    assert len(names) == 2
    assert not Dictionary().names("瑞安 Rui'an", "zh")

"""False statements made of true ones: exactly one thing changes."""

from __future__ import annotations

import random

import pytest

from training.corruptions import Made, corrupted, exchanged, pools

_TEXTS = [
    "市长林远主持会议，全市新增企业51家，其中工业企业23家。",
    "县委书记周明介绍，医院和学校都已通水。",
    "南京的桥梁于1998年建成。",
    "In 1998 the bridge of Lisbon opened, and the library of Madrid.",
]


def _made(text: str, language: str, seed: int) -> dict[str, str]:
    names = pools([each for each in _TEXTS if each.isascii() == (language == "en")], language)
    found = corrupted(Made(text, language, "a", "true", ""), names, (), random.Random(seed))
    return {each.kind: each.text for each in found}


@pytest.mark.parametrize(
    ("kind", "text", "kept", "gone"),
    [
        ("number", _TEXTS[0], "林远", None),
        ("office", _TEXTS[0], "林远主持会议", "市长林远"),
        ("swapped", _TEXTS[0], "新增企业23家，其中工业企业51家", "企业51家，"),
        ("office", _TEXTS[1], "周明介绍", "县委书记"),
        ("year", _TEXTS[2], "南京的桥梁", "1998"),
    ],
)
def test_one_thing_changes(kind: str, text: str, kept: str, gone: str | None) -> None:
    for seed in range(10):
        changed = _made(text, "zh", seed)[kind]
        assert changed != text
        assert kept in changed
        assert gone is None or gone not in changed


def test_what_is_not_there_is_not_changed() -> None:
    assert "swapped" not in _made(_TEXTS[1], "zh", 1)
    assert "office" not in _made(_TEXTS[2], "zh", 1)
    assert "swapped" not in _made("工程从3月5日到9月8日。", "zh", 1), "days in each other's place may say the same"
    assert "number" not in _made("端口为22.680.010。", "zh", 1), "no number"


def test_a_question_gets_another_name_or_figure() -> None:
    names = pools(_TEXTS[3:], "en")
    assert exchanged("When did it open in Lisbon?", "en", names, random.Random(1)) == "When did it open in Madrid?"
    assert exchanged("When did it open?", "en", names, random.Random(1)) is None

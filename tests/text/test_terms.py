from __future__ import annotations

import pytest

from rag.text.numbers import quantities, unmatched
from rag.text.terms import script, terms
from rag.text.tokens import count_tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("人大常委会", ["人大", "大常", "常委", "委会"]),
        ("王", ["王"]),
        ("麗水縣", ["丽水", "水县"]),
        ("２０２４年 ＡＢＣ", ["2024", "年", "abc"]),
        ("1,234.5 yuan don’t", ["1234.5", "yuan", "don't"]),
        ("完成率158.1%", ["完成", "成率", "158.1%"]),
        ("Жизнь, العربية", ["жизнь", "العربية"]),
        ("，。！ 😀", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert [term.replace("’", "'") for term in terms(text)] == expected


@pytest.mark.parametrize(
    ("text", "written_in"),
    [
        ("王浩", {"CJK"}),
        ("カラオケ 서울", {"CJK"}),
        ("GDP été", {"LATIN"}),
        ("Чжао", {"CYRILLIC"}),
        ("3.5% 2024 ٣", {"DIGIT"}),
        ("12月23日", {"CJK", "DIGIT", "MEASURE"}),
        ("", set()),
    ],
)
def test_scripts_of_terms(text: str, written_in: set[str]) -> None:
    assert {script(term) for term in terms(text)} == written_in


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("12.28 billion yuan", "投资122.8亿元"),
        ("2 trillion", "突破2万亿元"),
        ("176 million", "投资1.76亿元"),
        ("1,001 people", "博士1001名"),
        ("no numbers at all", ""),
    ],
)
def test_equal_quantities_match(claim: str, evidence: str) -> None:
    assert not unmatched(claim, evidence)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [("8亿元", "9亿元"), ("8个", "8亿元"), ("2024年", "2023年"), ("5 million", "5 billion"), ("117年", "117个村")],
)
def test_other_quantities_do_not(claim: str, evidence: str) -> None:
    assert unmatched(claim, evidence) == quantities(claim)


def test_tokens_are_counted_offline_and_special_tokens_are_text() -> None:
    assert count_tokens("") == 0
    assert count_tokens("hello world") == 2
    assert count_tokens("<|endoftext|>") > 1
    assert count_tokens("x" * 100_000) > 1000

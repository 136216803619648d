from __future__ import annotations

import pytest

from rag.text.particles import without_particle


@pytest.mark.parametrize(
    ("phrase", "left"),
    [
        ("2005年的", "2005年"), ("三百十八人の", "三百十八人"), ("東京から", "東京"), ("홍길동 박사가", "홍길동 박사"),
        ("312억 원이", "312억 원"), ("200면을", "200면"), ("2,000원이다", "2,000원"), ("서울에서", "서울"),
        ("홍길동 씨로", "홍길동 씨"),
    ],
)  # fmt: skip
def test_a_phrase_ends_before_its_particle(phrase: str, left: str) -> None:
    assert without_particle(phrase) == left


@pytest.mark.parametrize("phrase", ["的", "もの", "홍길은", "나이", "고양이", "국가", "전문가", "월요일", "of the"])
def test_the_end_of_a_word_is_no_particle(phrase: str) -> None:
    assert without_particle(phrase) == phrase

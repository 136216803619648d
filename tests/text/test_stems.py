"""Words and what their forms have in common."""

from __future__ import annotations

import pytest

from rag.text.folding import fold
from rag.text.stems import stems


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "libraries", "library"),
        ("es", "hospitales", "hospital"),
        ("de", "Häusern", "Haus"),
        ("ru", "больницы", "больница"),
        ("ar", "المستشفى", "مستشفى"),
        ("ar", "كَتَبَ", "كتب"),
    ],
)
def test_forms_of_a_word_have_one_stem(language: str, one: str, other: str) -> None:
    assert stems(fold(one), language) == stems(fold(other), language) != []


def test_an_english_stem_begins_the_word() -> None:
    words = ["libraries", "building", "houses", "opened", "cities", "the", "of"]
    assert all(word.startswith(stem) for word, stem in zip(words[:5], stems(" ".join(words), "en"), strict=True))


def test_a_language_without_an_algorithm_keeps_its_words() -> None:
    assert stems("nhà máy điện", "vi") == ["nhà", "máy", "điện"]
    assert stems("", "es") == stems("1 2 3 ?!", "xx") == []

"""Names that no dictionary has, a village's or a firm's, by where a Chinese text comes apart when it is cut by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rag.text.words import Sort, Word, is_known, words

_PAIR = re.compile("[\u4e00-\u9fff]{2}")
_NO_PART = (Sort.FUNCTION, Sort.DENIAL, Sort.FIGURE)


@lru_cache(maxsize=64)
def coined(folded: str) -> frozenset[str]:
    """Pairs of neighbouring characters that may be of such a name: in a word that is not known, or over its end.
    Another text that has one speaks of the same name, but rarely has it by chance: of 720 questions about other things
    one had a pair in what was found for it.
    """
    pairs = (folded[at : at + 2] for start, end in _unknown(folded) for at in range(max(0, start - 1), end))
    return frozenset(pair for pair in pairs if _PAIR.fullmatch(pair) and _may_be_of_a_name(pair))


def _unknown(folded: str) -> Iterator[tuple[int, int]]:
    at = 0
    for word in words(folded, "zh"):
        start = folded.find(word.text, at)
        if start >= 0:
            at = start + len(word.text)
            if word.sort in (Sort.RARE, Sort.NAME):
                yield start, at


def _may_be_of_a_name(pair: str) -> bool:
    return not is_known(pair) and all(_sort(character) not in _NO_PART for character in pair)


@lru_cache(maxsize=1024)
def _sort(character: str) -> Sort:
    found: list[Word] = words(character, "zh")
    return found[0].sort if found else Sort.FUNCTION

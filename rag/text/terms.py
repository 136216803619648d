"""Words to search by. One analysis for documents and questions, so that equal things compare equal.

Text is folded (NFKC: full-width to half-width, ligatures; case; digit grouping; traditional to simplified Chinese,
character by character as OpenCC has it), then cut: runs of Han and kana into
overlapping character bigrams (the standard CJK analysis, which needs no dictionary and never splits an unknown
name wrongly), Hangul likewise, every other script into words, numbers kept whole with their decimal point.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

_CJK = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
_TOKEN = re.compile(rf"[{_CJK}]+|\d+(?:\.\d+)*%?|[^\W\d_{_CJK}]+(?:['’][^\W\d_{_CJK}]+)*")
_GROUPED = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")
_IS_CJK = re.compile(rf"[{_CJK}]")


@cache
def _simplified() -> dict[int, int]:
    """Two lines of the same length in the file: characters, and what each is in simplified Chinese."""
    traditional, simplified = (files(__package__) / "traditional.txt").read_text("utf-8").split()
    return dict(zip(map(ord, traditional), map(ord, simplified), strict=True))


def fold(text: str) -> str:
    """`text` in the form in which full-width and half-width, capital and small letters, traditional and simplified
    characters compare equal. May change its length.
    """
    return _GROUPED.sub("", unicodedata.normalize("NFKC", text).casefold()).translate(_simplified())


def terms(text: str) -> list[str]:
    """The index terms of `text` in order, repetitions kept; empty for text without letters and digits."""
    found: list[str] = []
    for match in _TOKEN.finditer(fold(text)):
        word = match[0]
        if _IS_CJK.match(word):
            found.extend(word[i : i + 2] for i in range(len(word) - 1) or (0,))
        else:
            found.append(word)
    return found


def numbers(text: str) -> set[str]:
    """The numbers that stand in `text`, folded: `12月23日` gives {"12", "23"}, `1,234.5` gives {"1234.5"}."""
    return {match[0].rstrip("%") for match in _TOKEN.finditer(fold(text)) if match[0][0].isdigit()}

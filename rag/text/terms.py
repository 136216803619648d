"""Words to search by. One analysis for documents and questions, so that equal things compare equal.

Text is folded (NFKC: full-width to half-width, ligatures; case; digit grouping; traditional to simplified Chinese,
character by character as OpenCC has it), then cut: runs of Han and kana into
overlapping character bigrams (the standard CJK analysis, which needs no dictionary and never splits an unknown
name wrongly), Hangul likewise, every other script into words, numbers kept whole with their decimal point. What is
written in many ways has one term more that is the same for all: a day of the year, a number with a scale word.
"""

from __future__ import annotations

import re
import unicodedata

from rag.text.calendar import days
from rag.text.folding import fold
from rag.text.numbers import scaled

_CJK = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
_TOKEN = re.compile(rf"[{_CJK}]+|\d+(?:\.\d+)*%?|[^\W\d_{_CJK}]+(?:['’][^\W\d_{_CJK}]+)*")
_IS_CJK = re.compile(rf"[{_CJK}]")


def terms(text: str) -> list[str]:
    """The index terms of `text` in order, repetitions kept; empty for text without letters and digits."""
    folded = fold(text)
    found = [f"day{day}" for day in days(folded)] + [
        f"sum{value:.6f}".rstrip("0").rstrip(".") for value in scaled(folded)
    ]
    for match in _TOKEN.finditer(folded):
        word = match[0]
        if _IS_CJK.match(word):
            found.extend(word[i : i + 2] for i in range(len(word) - 1) or (0,))
        else:
            found.append(word)
    return found


def script(term: str) -> str:
    """What an index term is written in: "CJK" for Han, kana and Hangul, "DIGIT", "LATIN", "CYRILLIC" ...; the terms
    that stand for a day or a sum are "MEASURE".
    """
    if term[-1].isdigit():
        return "MEASURE" if term[0].isalpha() else "DIGIT"
    return "CJK" if _IS_CJK.match(term) else unicodedata.name(term[0], "UNKNOWN").split()[0]

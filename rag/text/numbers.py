"""The quantities in a text, so that `122.8亿` and `12.28 billion` compare equal."""

from __future__ import annotations

import re

from rag.text.terms import fold

_SCALES = {
    "千": 1e3, "万": 1e4, "萬": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "億": 1e8, "万亿": 1e12, "兆": 1e12,
    "thousand": 1e3, "million": 1e6, "millions": 1e6, "billion": 1e9, "trillion": 1e12,
    "mil": 1e3, "mille": 1e3, "millones": 1e6, "millón": 1e6, "milliard": 1e9, "milliards": 1e9, "milliarden": 1e9,
    "millionen": 1e6, "milhões": 1e6, "bilhões": 1e9, "тыс": 1e3, "тысяч": 1e3, "млн": 1e6, "млрд": 1e9,
    "миллионов": 1e6, "миллиардов": 1e9, "nghìn": 1e3, "triệu": 1e6, "tỷ": 1e9, "ألف": 1e3, "مليون": 1e6, "مليار": 1e9,
}  # fmt: skip
_NUMBER = re.compile(
    rf"(\d+(?:\.\d+)?)(?:\s*({'|'.join(sorted(map(re.escape, _SCALES), key=len, reverse=True))})(?![a-zà-ÿа-я]))?"
)


def quantities(text: str) -> list[float]:
    """The numbers of `text` in order, each multiplied by the scale word that follows it."""
    return [round(float(match[1]) * _SCALES.get(match[2], 1.0), 6) for match in _NUMBER.finditer(fold(text))]


def unmatched(claim: str, evidence: str) -> list[float]:
    """The numbers of `claim` that do not stand in `evidence`."""
    known = set(quantities(evidence))
    return [value for value in quantities(claim) if value not in known]

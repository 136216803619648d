"""The quantities in a text, so that `122.8亿` and `12.28 billion` compare equal."""

from __future__ import annotations

import re

from rag.text.folding import fold

_SCALES = {
    "千": 1e3, "万": 1e4, "萬": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "億": 1e8, "万亿": 1e12, "兆": 1e12,
    "thousand": 1e3, "million": 1e6, "millions": 1e6, "billion": 1e9, "trillion": 1e12,
    "mil": 1e3, "mille": 1e3, "millones": 1e6, "millón": 1e6, "milliard": 1e9, "milliards": 1e9, "milliarden": 1e9,
    "millionen": 1e6, "milhões": 1e6, "bilhões": 1e9, "тыс": 1e3, "тысяч": 1e3, "млн": 1e6, "млрд": 1e9,
    "миллионов": 1e6, "миллиардов": 1e9, "nghìn": 1e3, "triệu": 1e6, "tỷ": 1e9, "ألف": 1e3, "مليون": 1e6, "مليار": 1e9,
}  # fmt: skip
_SCALE = "|".join(sorted(map(re.escape, _SCALES), key=len, reverse=True))
_NUMBER = re.compile(rf"(\d+(?:\.\d+)?)(?:\s*({_SCALE})(?![a-zà-ÿа-я]))?(?:余|多|左右)?\s*([%\u4e00-\u9fff])?")
_LARGE = 10_000  # not a year
# Measure words that stand for each other, as they say nothing but that things are counted.
_COUNTED = "个個项項家名位条條件所座处處种種类類次人户例枚列"


def quantities(text: str) -> list[tuple[float, str]]:
    """The numbers of `text` in order, each multiplied by the scale word that follows it, with its unit: a Chinese
    character or `%`, "#" for all words that only count, "" where there is none.
    """
    return [
        (
            round(float(match[1]) * _SCALES.get(match[2], 1.0), 6),
            "#" if match[3] and match[3] in _COUNTED else match[3] or "",
        )
        for match in _NUMBER.finditer(fold(text))
    ]


def scaled(folded: str) -> list[float]:
    """The numbers of a folded text that a scale word follows, multiplied by it, and those that are large enough to be
    written with one: `2.5万` and `25,000` both give 25000.
    """
    values = [(round(float(match[1]) * _SCALES.get(match[2], 1.0), 6), match[2]) for match in _NUMBER.finditer(folded)]
    return [value for value, scale in values if scale or value >= _LARGE]


def unmatched(claim: str, evidence: str) -> list[tuple[float, str]]:
    """The quantities of `claim` that do not stand in `evidence`; a number without a unit matches one with any."""
    known = quantities(evidence)
    return [
        (value, unit)
        for value, unit in quantities(claim)
        if not any(value == other and (not unit or not found or unit == found) for other, found in known)
    ]

"""Figures that a claim rounds ("more than 50,000" of 52,000, 近两成 of 19.72 %) or works out ("rose by 1,300", from
1,800 to 3,100). Read with a figure as it is printed, the claim is compared as any other.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from rag.text.numbers import Quantity, quantities, unmatched

_SHARE = 0.2  # how far beyond, of the rounded figure, the printed one may lie, and how far off what is only about it
_ABOUT = 0.08
_NEAR = 24  # characters before a figure in which a word rounds it
_MOST = 8  # figures of a claim that are looked at
_HAN = "零〇一二两三四五六七八九十百千万亿"
_SCALES = "thousand|million|billion|mil|millones|millón"
_FIGURE = re.compile(
    rf"(?:百分之[{_HAN}]+|[{_HAN}]{{0,4}}成[{_HAN}半]?|\d[\d,.]*\d|\d|(?<![a-z])[{_HAN}]+)(?:\s?(?:{_SCALES})\b|\s?[千万亿]+)?[余多]?\s?"
    r"(?:%|percent\b|per cent\b|por ciento\b|[\u4e00-\u9fff])?",
    re.IGNORECASE,
)
_LESS = re.compile(
    r"(?:将近|接近|近|不到|不足|逼近|nearly|almost|close to|(?:just )?under|less than|fewer than|below|casi|cerca de"
    r"|menos de|presque|près de|moins de|fast|knapp|weniger als)\s*$",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:超过|超出|超|逾|多于|高于|突破|more than|over|above|exceed(?:s|ed|ing)?|upwards of|más de|superior a|mais de"
    r"|plus de|mehr als|über)\s*$",
    re.IGNORECASE,
)
_ROUGHLY = re.compile(
    r"(?:大约|约|大概|about|around|roughly|approximately|some|unos|unas|aproximadamente|alrededor de|cerca de|environ"
    r"|etwa|rund)\s*$",
    re.IGNORECASE,
)
_AND_MORE = re.compile(r"\s?(?:[多余](?!的)|以上)")
_OR_SO = re.compile(r"\s?(?:左右|上下|or so\b)")
_BEFORE = ((_LESS, 1 - _SHARE, 1.0), (_MORE, 1.0, 1 + _SHARE), (_ROUGHLY, 1 - _ABOUT, 1 + _ABOUT))
_AFTER = ((_AND_MORE, 1.0, 1 + _SHARE), (_OR_SO, 1 - _ABOUT, 1 + _ABOUT))
_POINTS = "个百分点"
_CHANGED = "增加|增长|提高|提升|上涨|上升|升高|扩大|延长|推迟|减少|下降|降低|下跌|缩小|缩短|提前|[增减升降]"
# What a difference follows, and what comes behind "to" and behind "by".
_BY = re.compile(
    rf"(?:(?:{_CHANGED}|便宜|[多少高低轻重长短快慢贵])了?|相差|增幅为?)\s*$"
    r"|\b(?:by|up|down|aumentó en|subió en|bajó en|cayó en|creció en|disminuyó en)\s*$"
)
_TO = re.compile(rf"(?:{_CHANGED})[至到为]([^，。；、]{{1,12}})")
_STEP = re.compile(rf"(?:{_CHANGED})了?(?![至到为])([^，。；、]{{1,12}})")
_WITH_MORE = re.compile("[余多]\\W?.?$")  # 5.2万余人


@dataclass(frozen=True, slots=True)
class _Reckoned:
    """Claim `[start, end)` is a figure with the word that rounds it, which may stand for one from `low` to `high`; or a
    `difference`.
    """

    start: int
    end: int
    quantity: Quantity
    low: float = 0.0
    high: float = 0.0
    difference: bool = False


def as_printed(claim: str, run: str) -> str:
    """The claim with each figure that it rounds as the run has it, and for a difference what it leads to; as it is
    where the run has none that fits.
    """
    parts: list[str] = []
    done = 0
    for one in _reckoned(claim):
        if printed := _printed(one, run):
            before = claim[done : one.start]
            parts += [_leading_to(before) if one.difference else before, printed]
            done = one.end
    return "".join([*parts, claim[done:]])


def workable(claim: str, run: str) -> bool:
    """Whether each figure of the claim that the run lacks is the sum or the difference of two that it has: what the run
    does not print it need not deny.
    """
    missing, there = unmatched(claim, run), quantities(run)
    return 0 < len(missing) <= _MOST and all(
        any(_worked_out(one, *pair) for pair in combinations(there, 2)) for one in missing
    )


def _worked_out(said: Quantity, first: Quantity, last: Quantity) -> bool:
    units = {unit if unit != _POINTS else "%" for _, unit in (first, last)}
    unit = said[1] if said[1] != _POINTS else "%"
    if len(units - {""}) > 1 or (unit and units - {"", unit}):
        return False
    return any(math.isclose(value, said[0], rel_tol=1e-6) for value in (first[0] + last[0], abs(first[0] - last[0])))


def by_for_to(claim: str, run: str) -> bool:
    """Whether the claim says that something changed by a figure to which the run says that it changed."""
    if not (changed := [one for one in _reckoned(claim) if one.difference]):
        return False
    ends = {other for match in _TO.finditer(run) for other in quantities(match[1])[:1]}
    steps = {other for match in _STEP.finditer(run) for other in quantities(match[1])[:1]}
    figures = list(_figures(run))
    return any(one.quantity in ends - steps and _end_of(one, figures) is None for one in changed)


def _end_of(one: _Reckoned, figures: Sequence[tuple[str, Quantity]]) -> str | None:
    """The later of two figures that are so far from each other."""
    pairs = ((later, _apart(first, last)) for (_, first), (later, last) in combinations(figures, 2))
    return next((later for later, apart in pairs if apart and _same(apart, one.quantity)), None)


def _leading_to(before: str) -> str:
    """增加了 as 增加至, "rose by" as "rose to"."""
    if before.endswith("了"):
        return f"{before[:-1]}至"
    return re.sub(r"\bby(\s*)$", r"to\1", before)


def _printed(one: _Reckoned, run: str) -> str | None:
    figures = list(_figures(run))
    if any(other == one.quantity for _, other in figures):
        return None
    if one.difference:
        return _end_of(one, figures)
    return next((text for text, other in figures if _fits(one, other)), None)


@lru_cache(maxsize=256)
def _reckoned(claim: str) -> tuple[_Reckoned, ...]:
    """The first ones; kept, as a claim is held against many runs."""
    found: list[_Reckoned] = []
    for match in _FIGURE.finditer(claim):
        own = quantities(match[0])
        if len(own) != 1:
            continue
        before = claim[max(0, match.start() - _NEAR) : match.start()]
        figure, after = match[0].rstrip(), claim[match.end() : match.end() + _NEAR]
        if bounds := _bounds(before, figure, after):
            ahead, behind, low, high = bounds
            end = match.end() + behind if behind else match.start() + len(figure)
            value = own[0][0]
            found.append(_Reckoned(match.start() - ahead, end, own[0], value * low, value * high))
        elif _BY.search(before):
            found.append(_Reckoned(match.start(), match.start() + len(figure), own[0], difference=True))
        if len(found) == _MOST:
            break
    return tuple(found)


def _bounds(before: str, figure: str, after: str) -> tuple[int, int, float, float] | None:
    """How many characters before and after a figure round it, and between which shares of it the printed one lies."""
    for words, low, high in _BEFORE:
        if word := words.search(before):
            return len(word[0]), 0, low, high
    for words, low, high in _AFTER:
        if word := words.match(after):
            return 0, word.end(), low, high
    return (0, 0, 1.0, 1 + _SHARE) if _WITH_MORE.search(figure) else None


def _figures(run: str) -> Iterator[tuple[str, Quantity]]:
    for match in _FIGURE.finditer(run):
        found = quantities(match[0])
        if len(found) == 1:
            yield match[0].strip(), found[0]


def _fits(one: _Reckoned, other: Quantity) -> bool:
    """Whether a figure of the same unit lies there and is told more exactly."""
    value, unit = other
    return unit == one.quantity[1] and one.low <= value <= one.high and _digits(value) > _digits(one.quantity[0])


def _apart(first: Quantity, last: Quantity) -> Quantity | None:
    """How far two figures of one unit are from each other."""
    return (abs(first[0] - last[0]), first[1]) if first[1] == last[1] else None


def _same(apart: Quantity, said: Quantity) -> bool:
    points = apart[1] == "%" and said[1] == _POINTS
    return (points or apart[1] == said[1]) and math.isclose(apart[0], said[0], rel_tol=1e-6)


def _digits(value: float) -> int:
    """How many digits tell it, zeros at the end aside."""
    return len(f"{value:.6f}".rstrip("0").replace(".", "").strip("0"))

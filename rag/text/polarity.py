"""Words that turn a statement round: negations, words that stand for opposite directions, and words that exclude each
other, such as every week and every month.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

_TABLE: Mapping[str, Any] = json.loads((files(__package__) / "polarity.json").read_text("utf-8"))
_NEGATORS: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split()) for language, words in _TABLE["negators"].items()
}
NOBODY = frozenset(_TABLE["nobody"].split())
"""Subjects that deny, however far they stand from what they deny."""
_NO_DENIALS = frozenset(["未来", "未知", "未免", "未婚", "未央", "未时", "未满"])
_POLES: dict[str, set[tuple[int, int]]] = {}
for _axis, _pair in enumerate(_TABLE["opposites"]):
    for _side, _words in enumerate(_pair):
        for _word in _words.split():
            _POLES.setdefault(_word, set()).add((_axis, _side))
OPPOSITES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = tuple(
    (tuple(first.split()), tuple(second.split())) for first, second in _TABLE["opposites"]
)
"""Pairs of word lists; a word of the first list says the opposite of one of the second."""
_CHOICES = [
    re.compile("|".join(rf"(?P<c{at}>(?<![a-zà-ÿ])(?:{one})(?![a-zà-ÿ]))" for at, one in enumerate(choice)))
    for choice in _TABLE["choices"]
]

_MORE, _LESS = "增加", "减少"
_COMPARED = re.compile(
    r"比(?![例重赛较如利方])[^，。；！？、]{1,18}?(?:(?P<more>[多高])|[少低])(?=[了出于得\d，。；！？]|$)"
    r"|(?<![不至最很])(?:(?P<most>多)|少)(?=[了出]\s?\d)"
)


def is_negator(word: str, language: str) -> bool:
    """Whether a folded word denies. For Chinese a word as a segmenter gives it: 不断 is none, 未获 is one."""
    if language == "zh" and len(word) == 2 and word[0] == "未":
        return word not in _NO_DENIALS
    return word in _NEGATORS.get(language, ()) or (language == "en" and word.endswith(("n't", "n’t")))


def compared(folded: str) -> list[str]:
    """The directions of what a folded Chinese text says only by comparing, 比去年少 and 少了两万, as words for them."""
    return [_MORE if match["more"] or match["most"] else _LESS for match in _COMPARED.finditer(folded)]


def turned(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether the first of two lists of folded words names a direction of which the second has only the opposite."""
    ours, theirs = poles(one), poles(other)
    return any((axis, 1 - side) in theirs for axis, side in ours - theirs)


def poles(words: Iterable[str]) -> set[tuple[int, int]]:
    """The `(axis, side)` that the folded words stand for; side 0 and 1 of an axis are opposites."""
    return {pole for word in words for pole in _POLES.get(word, ())}


def chosen_otherwise(one: str, other: str) -> bool:
    """Whether the first of two folded texts says one of several things that exclude each other, and the second only
    another one of them: every month and every week, in the city and in the country, at least and at most.
    """
    pairs = zip(_chosen(one), _chosen(other), strict=True)
    return any(ours and theirs and not ours & theirs for ours, theirs in pairs)


@lru_cache(maxsize=1024)
def _chosen(text: str) -> tuple[frozenset[str | None], ...]:
    """Of each choice what a text says; kept, as each claim is held against many runs and each run against many."""
    return tuple(frozenset(match.lastgroup for match in choice.finditer(text)) for choice in _CHOICES)

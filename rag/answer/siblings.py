"""Figures of one kind side by side in a sentence, each with what it is of: "residents pay 24 yuan, others 36". A reader
takes any of them for the answer; the words of the question that stand with one and not with another tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from rag.answer.texts import Text
from rag.text.folding import fold
from rag.text.numbers import YEAR
from rag.text.words import Sort

_PART = re.compile(r"[，、；：。！？]|[,;:.!?](?=\s|$)|\s(?:and|while|y|e|et|und|и)\s")
_FIGURE = re.compile(
    r"(?P<number>\d[\d,.]*(?<![,.])|[零〇一二三四五六七八九十百千两]+)[余多]?(?P<scale>[万亿千百]*)\s?(?P<unit>%|[^\W\d_]+)?"
)
_YEAR = re.compile(rf"{YEAR.pattern}年?")
_UNIT = 12  # characters after a figure in which its unit ends
_MOST = 60  # parts, and places of a figure, that are looked at: a sentence that people wrote has no more
_NOT = "非不未无没"  # 非居民 are no 居民
_HAN = re.compile("[\u3400-\u9fff\u3040-\u30ff]")


@dataclass(frozen=True, slots=True)
class _Part:
    start: int
    end: int
    text: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Beside:
    """A part with a figure, and another with one of its kind: which of the words asked about stand in each."""

    here: frozenset[str]
    there: frozenset[str]
    named: frozenset[str]  # names and years that stand there alone, where none stands here
    later: bool  # what stands earlier may be the whole that both are of

    @property
    def of_the_other(self) -> bool:
        if self.there > self.here and (self.here or self.later):
            return True
        return self.later and bool(self.named)


def of_a_sibling(question: Text, sentence: str, start: int, end: int) -> bool:
    """Whether the figure in `[start, end)` of a sentence of the question's language is of something else than is asked,
    as another of its kind stands with all the words of the question that it stands with, and with more.
    """
    return any(beside.of_the_other for beside in _beside(question, sentence, start, end))


@dataclass(frozen=True, slots=True)
class Holding:
    """Whose the only figure of a claim is in a run: of something else than the claim's, wherever it stands, or surely
    the claim's `own`, as it stands there with all the words of the claim that any other of its kind stands with, and
    with more.
    """

    of_another: bool
    own: bool

    @classmethod
    def of(cls, claim: Text, run: str) -> Holding:
        looked = [list(_beside(claim, run, *place)) for place in _places(claim, run)]
        of_another = bool(looked) and all(any(other.of_the_other for other in others) for others in looked)
        own = any(others and all(other.here > other.there for other in others) for others in looked)
        return cls(of_another, own and not of_another)


def _places(claim: Text, run: str) -> list[tuple[int, int]]:
    """Where the only figure of a claim stands in a run; none where it has several."""
    figures = {match["number"] for match in _FIGURE.finditer(_YEAR.sub(" ", claim.raw))}
    if len(figures) != 1:
        return []
    figure = re.compile(rf"(?<![\d.,]){re.escape(*figures)}(?!\d|[.,]\d)")
    return [place.span() for place in islice(figure.finditer(run), _MOST)]


def _beside(question: Text, sentence: str, start: int, end: int) -> Iterator[_Beside]:
    said, units = fold(sentence[start:end]), _units(sentence[start : end + _UNIT])
    parts = list(islice(_parts(sentence), _MOST)) if units else []
    own = next((part for part in parts if part.start <= start < part.end), None)
    others = [part for part in parts if part is not own and units[0] in part.units and said not in part.text]
    if own is None or not others or end > own.end:
        return
    telling = {word: sort for word, sort in _telling(question).items() if word not in said}
    has = {id(part): frozenset(word for word in telling if _has(part.text, word)) for part in parts}
    names = {word for word, sort in telling.items() if sort is Sort.NAME}
    for other in others:
        here, there = has[id(own)], has[id(other)]
        elsewhere = frozenset[str]().union(*(has[id(part)] for part in parts if part is not other))
        named = frozenset(names & there - elsewhere) if not names & here else frozenset[str]()
        yield _Beside(here, there, named, other.start > own.start)


def _telling(question: Text) -> dict[str, Sort]:
    """What it is about, its years too; 非居民 as such."""
    said: dict[str, Sort] = {}
    at = 0
    for word in question.words:
        at = max(at, question.folded.find(word.text, at))
        if word.tells or word.sort is Sort.FIGURE:
            before = question.folded[at - 1 : at] if at else ""
            denied = before if before in _NOT and _HAN.match(word.text) else ""
            said[denied + word.text] = Sort.NAME if YEAR.fullmatch(word.text) else word.sort
        at += len(word.text)
    return said


def _parts(text: str) -> Iterator[_Part]:
    begin = 0
    for match in [*_PART.finditer(text), None]:
        end = match.start() if match else len(text)
        yield _Part(begin, end, fold(text[begin:end]), _units(text[begin:end]))
        begin = match.end() if match else end


def _units(text: str) -> tuple[str, ...]:
    """What each figure of a text counts: a character of Chinese or Japanese, else a word."""
    found = (match["unit"] for match in _FIGURE.finditer(_YEAR.sub(" ", fold(text))) if match["unit"])
    return tuple(unit[0] if _HAN.match(unit) else unit for unit in found)


def _has(part: str, word: str) -> bool:
    if _HAN.match(word):
        return any(at.start() == 0 or part[at.start() - 1] not in _NOT for at in re.finditer(re.escape(word), part))
    inside = r"\d" if word.isdecimal() else r"\w"
    return bool(re.search(rf"(?<!{inside}){re.escape(word)}(?!{inside})", part))

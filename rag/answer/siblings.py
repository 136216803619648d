"""Figures of one kind side by side in a sentence, each with what it is of: "residents pay 24 yuan, others 36". A reader
takes any of them for the answer; the words of the question that stand with one and not with another tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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


def of_a_sibling(question: Text, sentence: str, start: int, end: int) -> bool:
    """Whether the figure in `[start, end)` of a sentence of the question's language is of something else than is asked,
    as another of its kind stands with all the words of the question that it stands with, and with more.
    """
    if not (units := _units(sentence[start : end + _UNIT])):
        return False
    parts = list(islice(_parts(sentence), _MOST))
    own = next((part for part in parts if part.start <= start < part.end), None)
    said = fold(sentence[start:end])
    others = [part for part in parts if part is not own and units[0] in part.units and said not in part.text]
    if own is None or not others or end > own.end:
        return False
    telling = {word.text: word.sort for word in question.words if word.tells or word.sort is Sort.FIGURE}
    here = {word for word in telling if _has(own.text, word)}
    for other in others:
        there = {word for word in telling if _has(other.text, word)}
        later = other.start > own.start  # what stands earlier may be the whole that both are of
        if there > here and (here or later):
            return True
        if later and _named_only_there(telling, there, here, [part for part in parts if part is not other]):
            return True
    return False


def takes_a_siblings(claim: Text, run: str) -> bool:
    """Whether the only figure of a claim is, wherever it stands in a run, of something else than the claim's."""
    figures = {match["number"] for match in _FIGURE.finditer(_YEAR.sub(" ", claim.raw))}
    if len(figures) != 1:
        return False
    figure = re.compile(rf"(?<![\d.,]){re.escape(*figures)}(?!\d|[.,]\d)")
    places = list(islice(figure.finditer(run), _MOST))
    return bool(places) and all(of_a_sibling(claim, run, place.start(), place.end()) for place in places)


def _named_only_there(telling: Mapping[str, Sort], there: set[str], here: set[str], others: Sequence[_Part]) -> bool:
    """Whether a name of the question stands with one figure alone, and none with the other."""
    named = {word for word, sort in telling.items() if sort is Sort.NAME}
    alone = {word for word in named & there if not any(_has(part.text, word) for part in others)}
    return bool(alone) and not named & here


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
    at = part.find(word)
    if at < 0:
        return False
    if _HAN.match(word):
        return part[at - 1 : at] not in _NOT or at == 0
    return bool(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", part))

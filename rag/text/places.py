"""Places that a Chinese text names, towns and villages, and how it speaks of its own without a name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from rag.text.divisions import divisions, is_division
from rag.text.words import is_known, placed, tagged

_SUFFIXES = "省市县区州镇乡村"
_SEATS = ("省", "市", "县", "区", "自治区", "特别行政区")
_HAN = re.compile("[\u4e00-\u9fff]")
# 我市, and 市委 or 县人大 at the head of a clause.
HOME = re.compile(f"[我本全][{_SUFFIXES}]|(?<![\u4e00-\u9fff])[省市县区](?=[委长第政人纪])")

_KINDS = ("街道", "社区", "镇", "乡", "村")
# The names before them have two or three characters, and none of these.
_TOWNS = [re.compile(rf"([\u4e00-\u9fff]{{{length}}})({'|'.join(_KINDS)})") for length in (2, 3)]
_NO_NAME = re.compile("[年月日号的和与在全各本我该及等是由从到个这那每某一两三几多为了给辖]")
_NAMELIKE = ("ns", "nr", "nz", "x")


def places(text: str) -> list[str]:
    """The names of places in it, in order, repetitions kept, as the dictionary's tags tell; [] for other scripts."""
    if not _HAN.search(text):
        return []
    return [word for word, tag in tagged(text) if tag == "ns" and len(word) > 1]


@lru_cache(maxsize=512)
def towns(text: str) -> tuple[str, ...]:
    """The towns, city quarters and villages that it names, in order, repetitions kept: names before 街道, 社区, 镇, 乡
    or 村 that the dictionary does not have as common words.
    """
    begins = {at: (word, tag) for at, word, tag in placed(tagged(text))}
    found: list[str] = []
    reached = 0
    for start in begins:
        named = [match for pattern in _TOWNS if (match := pattern.match(text, start)) and _is_town(match, begins)]
        if named and start >= reached:
            found.append(named[0][0])
            reached = named[0].end()
    return tuple(found)


def of_town(town: str) -> tuple[str, str]:
    """Its name, and what kind it is: 马屿 and 镇."""
    kind = next(kind for kind in _KINDS if town.endswith(kind))
    return town.removesuffix(kind), kind


def _is_town(match: re.Match[str], begins: Mapping[int, tuple[str, str]]) -> bool:
    """Whether the words in it can be a name and a kind of place."""
    parts: list[tuple[str, str]] = []
    at = match.start()
    while at < match.end() and at in begins:
        parts.append(begins[at])
        at += len(begins[at][0])
    if at != match.end() or _NO_NAME.search(match[1]):
        return False
    *front, (last, tag) = parts
    whole = [] if last == match[2] else [(last, tag)]
    return all(
        tag.startswith(_NAMELIKE) or not is_known(word) or is_division(word)
        for word, tag in (*(each for each in front if len(each[0]) > 1), *whole)
    )


def bare(place: str) -> str:
    """瑞安市 as 瑞安 and 温州市 as 温州, where something is left."""
    return place[:-1] if len(place) > 2 and place[-1] in _SUFFIXES else place


def is_place(name: str) -> bool:
    """Whether a name is that of a division or a town, or has one in it."""
    return bool(divisions(name) or towns(name) or is_seat(bare(name)))


def is_seat(place: str) -> bool:
    """Whether a bare name is one of a province, a city, a county or a district: the tags also give 新区 and 高山."""
    return any(is_known(place + suffix) for suffix in _SEATS)


def speaks_of_home(text: str) -> bool:
    """Whether it says 我市, 全省, 市委 and the like: it means a place that it may not name."""
    return bool(HOME.search(text))

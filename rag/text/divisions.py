"""China's provinces, cities, counties and districts: which a text names, and which lies in which.

The names are in `divisions.txt`, made by `training/divisions.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from rag.text.persons import PERSON, joined
from rag.text.words import placed, tagged

STAR = "*"
"""Behind a name that is also a common word."""
_PEOPLES = (
    "[回满壮苗藏彝侗瑶白黎傣畲水佤羌土怒各]族|(?:蒙古|维吾尔|土家|布依|朝鲜|哈尼|哈萨克|傈僳|仡佬|拉祜|纳西|仫佬|锡伯|柯尔克孜|达斡尔"
    "|景颇|毛南|撒拉|布朗|塔吉克|普米|鄂温克|保安|独龙|鄂伦春|裕固)族?"
)
_KIND = re.compile(
    rf"(?:(?:{_PEOPLES})*自治[区州县旗]|(?:{_PEOPLES})区|特别行政区|地区|林区|特区|新区|矿区|[省市盟县区旗])$"
)
_KINDS = tuple("省市县区州盟旗")
_PARTS = ("街道", "镇", "乡", "村", "社区", "路", "街")  # 安阳街道 is no part of 安阳
_SHORTEST = 2
_SURE = 3  # characters of a name that is none by chance, though the dictionary cuts it


@dataclass(frozen=True, slots=True)
class _Division:
    """`common`: its short name is also a word."""

    name: str
    full: str
    common: bool


def short(name: str) -> str:
    """瑞安市 as 瑞安, 恩施土家族苗族自治州 as 恩施; as it is where less than two characters would be left."""
    kind = _KIND.search(name, _SHORTEST)
    return name[: kind.start()] if kind else name


def divisions(text: str) -> tuple[str, ...]:
    """The divisions that a text in simplified Chinese names, by their short names in order, repetitions kept."""
    return tuple(name for name, _, _ in _places(text))


def meant(text: str) -> tuple[str, ...]:
    """As `divisions`, without those that only say where the next one lies: 安徽省桐城市 is 桐城."""
    found = _places(text)
    outer = {
        at
        for at, ((name, _, end), (inner, start, _)) in enumerate(pairwise(found))
        if end == start and lies_in(inner, name)
    }
    return tuple(name for at, (name, _, _) in enumerate(found) if at not in outer)


@lru_cache(maxsize=8192)
def _places(text: str) -> tuple[tuple[str, int, int], ...]:
    """Short names and where they begin and end."""
    known = _by_beginning()
    ends: dict[int, int] = {}  # where a word ends: where it begins
    given: set[int] = set()  # where a word begins that a surname stands before
    for at, word, tag in placed(joined(tagged(text))):
        ends[at + len(word)] = at
        if len(word) == 1 and tag == PERSON:
            given.add(at + 1)
    found: list[tuple[str, int, int]] = []
    reached = 0
    for start in ends.values():
        if start < reached:
            continue
        for division in known.get(text[start : start + _SHORTEST], ()):
            end = _names(division, text, start, ends)
            if end and (start not in given or text.startswith(division.full, start)):
                found.append((division.name, start, end))
                reached = end
                break
    return tuple(found)


def names() -> frozenset[str]:
    """The short names of all divisions."""
    return frozenset(division.name for division, _ in _all())


def lies_in(inner: str, outer: str) -> bool:
    """Whether a division, by its short name, is the other or a part of it; where several have the name, whether any
    is.
    """
    return inner == outer or outer in _above().get(inner, frozenset())


def is_province(name: str) -> bool:
    """Whether a short name is one of a division that lies in no other."""
    return is_division(name) and not _above()[name]


def is_division(name: str) -> bool:
    """Whether a short name is one of a division."""
    return name in _above()


def _names(division: _Division, text: str, start: int, ends: dict[int, int]) -> int:
    """Where the division's name ends that begins at `start`; 0 where none does."""
    if text.startswith(division.full, start):
        return start + len(division.full)
    end = start + len(division.name)
    if not text.startswith(division.name, start):
        return 0
    if text.startswith(_KINDS, end):  # 恩施州
        return end + 1
    if division.common or end not in ends or text.startswith(_PARTS, end):
        return 0
    return end if ends[end] == start or len(division.name) >= _SURE else 0


@cache
def _all() -> tuple[tuple[_Division, tuple[str, ...]], ...]:
    """Every division with the short names of those that it lies in."""
    found: list[tuple[_Division, tuple[str, ...]]] = []
    above: list[str] = []
    for line in Path(__file__).with_name("divisions.txt").read_text("utf-8").splitlines():
        full = line.strip().removesuffix(STAR)
        depth = len(line) - len(line.lstrip("\t"))
        del above[depth:]
        found.append((_Division(short(full), full, line.endswith(STAR)), tuple(above)))
        above.append(short(full))
    return tuple(found)


@cache
def _by_beginning() -> dict[str, tuple[_Division, ...]]:
    """By their first characters, the longest first."""
    found: dict[str, list[_Division]] = {}
    for division, _ in _all():
        if len(division.name) >= _SHORTEST:
            found.setdefault(division.full[:_SHORTEST], []).append(division)
    return {key: tuple(sorted(own, key=lambda each: -len(each.full))) for key, own in found.items()}


@cache
def _above() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for division, above in _all():
        found[division.name] = found.get(division.name, frozenset()) | frozenset(above)
    return found

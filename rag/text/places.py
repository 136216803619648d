"""Places that a Chinese text names, and how it speaks of its own without a name."""

from __future__ import annotations

import re

from rag.text.words import is_known, tagged

_SUFFIXES = "省市县区州镇乡村"
_SEATS = ("省", "市", "县", "区", "自治区", "特别行政区")
_HAN = re.compile("[\u4e00-\u9fff]")
# 我市, and 市委 or 县人大 at the head of a clause.
_HOME = re.compile(f"[我本全][{_SUFFIXES}]|(?<![\u4e00-\u9fff])[省市县区](?=[委长第政人纪])")


def places(text: str) -> list[str]:
    """The names of places in it, in order, repetitions kept, as the dictionary's tags tell; [] for other scripts."""
    if not _HAN.search(text):
        return []
    return [word for word, tag in tagged(text) if tag == "ns" and len(word) > 1]


def bare(place: str) -> str:
    """瑞安市 as 瑞安 and 温州市 as 温州, where something is left."""
    return place[:-1] if len(place) > 2 and place[-1] in _SUFFIXES else place


def is_seat(place: str) -> bool:
    """Whether a bare name is one of a province, a city, a county or a district: the tags also give 新区 and 高山."""
    return any(is_known(place + suffix) for suffix in _SEATS)


def speaks_of_home(text: str) -> bool:
    """Whether it says 我市, 全省, 市委 and the like: it means a place that it may not name."""
    return bool(_HOME.search(text))

"""Where what a sentence says holds, held against where a question asks about: the right figure of another city is no
answer.

An article says once, or only in its masthead, which city it is about. So a sentence is about the places that it names,
or else about that of its headline, of what stands before it, or of its article. China's divisions only: of other places
it is not known which lie in which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rag.retrieve.dictionary import Dictionary, Meaning
from rag.text.divisions import divisions, is_division, is_province, lies_in
from rag.text.folding import simplified
from rag.text.places import speaks_of_home

if TYPE_CHECKING:
    from rag.answer.signals import Around

Places = frozenset[str]
_HAN = re.compile("[\u4e00-\u9fff]")
_OF_THE_PROVINCE = re.compile("[全我本]省|(?<![\u4e00-\u9fff])省(?=[委政人纪])")
ELSEWHERE, PERHAPS = 1.0, 0.75
"""It is about another place; another place is named, and the question's only near."""


def places_asked(question: str, language: str, dictionary: Dictionary | None = None) -> Places:
    """The divisions that a text names, by their short names; in other languages all that a name in pinyin may be."""
    written = set(divisions(simplified(question))) if _HAN.search(question) else set()
    if language == "zh" or dictionary is None:
        return Places(written)
    names = (name for name in dictionary.names(question, language) if isinstance(name, Meaning))
    return Places(written | {other for name in names for other in name.others if is_division(other)})


def elsewhere(asked: Places, run: str, around: Around) -> float:
    """ELSEWHERE, PERHAPS or 0 for a Chinese sentence `run` and the places `asked` about."""
    if not asked or around.text.language != "zh":
        return 0.0
    named = divisions(simplified(run))
    if _some_in(asked, run, named) or (_OF_THE_PROVINCE.search(run) and any(map(is_province, asked))):
        return 0.0
    of = {*around.places, *divisions(simplified(around.title))}
    if asked & of or any(place in around.title for place in asked):
        return 0.0
    home = speaks_of_home(run)  # of a county's article: its own, not that of the city asked about
    if not home and _any_lies(of, asked):
        return 0.0
    others = [name for name in named if not _any_lies(asked, [name])]  # a city's name says nothing against its district
    near = _some_in(asked, around.text.raw, divisions(around.text.raw))
    if others:
        return PERHAPS if near else ELSEWHERE
    return ELSEWHERE if around.places and (home or not near) else 0.0


def _some_in(asked: Places, text: str, named: Sequence[str]) -> bool:
    return any(place in text for place in asked) or _any_lies(named, asked)


def _any_lies(inner: Iterable[str], outer: Iterable[str]) -> bool:
    return any(lies_in(one, other) for one in inner for other in outer)

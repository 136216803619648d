"""Where what a sentence says holds, held against where a question asks about: the right figure of another city is no
answer.

An article says once, or only in its masthead, which city it is about. So a sentence is about the places that it names,
or else about those of its headline or its article. Only of China, where it is known which divisions lie in which, and
of its towns and villages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.answer.premises import DOUBTFUL
from rag.answer.texts import Around
from rag.retrieve.dictionary import Dictionary
from rag.text.divisions import divisions, is_division, is_province, lies_in, meant
from rag.text.folding import simplified
from rag.text.places import HOME, of_town, speaks_of_home, towns

Places = frozenset[str]
_HAN = re.compile("[\u4e00-\u9fff]")
_OF_THE_PROVINCE = re.compile("[全我本]省|(?<![\u4e00-\u9fff])省(?=[委政人纪])")
# What is called for a city and is not about it: its games and fairs, its stock exchange.
_EVENT = re.compile(
    r"(?<=[\u4e00-\u9fff]{2})(?:第?[\d一二三四五六七八九十]{1,4}届)?[冬夏亚残奥世博园进青]{0,3}[运博奥]会"
)
_NAMED_FOR = re.compile(
    r"(?:\b[A-Z][\w'’-]+\s+)(?=(?:[A-Z][\w'’-]+\s+){0,3}(?:Games|Olympics|Paralympics|Exchange|Expo)\b)"
    r"|(?P<kind>\b(?:Juegos|Jeux|Jogos|Giochi|Bourse|Bolsa|Borsa|Börse|(?:\w*[Ss]pielen?)|Игр\w*|[Бб]ирж\w*)\b"
    r"(?:\s+\w+){0,3}?\s+(?:de|do|di|in|von|à|в)\s+)[A-ZА-Я][\w'’-]+"
)
ELSEWHERE = 1.0
"""It is about another place; DOUBTFUL where another place is named, and the question's only near."""


def places_asked(question: str, language: str, dictionary: Dictionary | None = None) -> Places:
    """The divisions, by their short names, and the towns that a text names; in other languages all that a name in
    pinyin may be.
    """
    han = simplified(question) if _HAN.search(question) else ""
    written = {*meant(_without_namesakes(han)), *towns(han)}
    if language == "zh" or dictionary is None:
        return Places(written)
    names = dictionary.places(_NAMED_FOR.sub(r"\g<kind>", question), language)
    return Places(written | {other for name in names for other in name.others if is_division(other)})


def _without_namesakes(question: str) -> str:
    """Without the place that an event is called for: 亚运会 of 杭州亚运会."""
    for event in reversed(list(_EVENT.finditer(question))):
        before = question[: event.start()]
        place = next((name for name in reversed(divisions(before)) if before.endswith(name)), "")
        question = before[: len(before) - len(place)] + question[event.start() :]
    return question


def elsewhere(asked: Places, run: str, around: Around, *, whole: bool = False) -> float:
    """ELSEWHERE, DOUBTFUL or 0 for a Chinese sentence `run` and the places `asked` about; `whole`: what is asked is one
    thing for the place as a whole, a figure or who holds an office, so that what is said of a part of it is no answer.
    """
    if not asked or around.text.language != "zh":
        return 0.0
    here, title = simplified(run), simplified(around.title)
    named = [of_town(place) for place in asked if not is_division(place)]
    town = _in_another_town(named, here, title, around) if named else 0.0
    cities = Places(filter(is_division, asked))
    if whole and cities and not named and (part := _of_a_part(cities, here, title, around)):
        return part
    return max(town, _in_another_city(cities, here, title, around, known=bool(named) and not town) if cities else 0.0)


def _in_another_town(asked: Sequence[tuple[str, str]], run: str, title: str, around: Around) -> float:
    """`asked`: towns by name and kind."""
    names = [name for name, _ in asked]
    if any(name in run or name in title for name in names):
        return 0.0
    near = any(name in around.text.folded for name in names)
    if {of_town(town)[1] for town in towns(run)} & {kind for _, kind in asked}:
        return DOUBTFUL if near else ELSEWHERE
    if near:
        return 0.0
    return DOUBTFUL if any(name in around.beside for name in names) else ELSEWHERE


def _in_another_city(asked: Places, run: str, title: str, around: Around, *, known: bool) -> float:
    """`known`: the sentence is about a town that the question names in its city."""
    named = divisions(run)
    if _some_in(asked, run, named) or _of_their_province(asked, run):
        return 0.0
    of = {*around.places, *divisions(title)}
    if asked & of or any(place in title for place in asked):
        return 0.0
    home = speaks_of_home(run) and not known  # a county's article means its own, not that of the city asked about
    if not home and _any_lies(of, asked):
        return 0.0
    if home and of:
        return ELSEWHERE
    others = [name for name in named if not _any_lies(asked, [name])]  # a city's name says nothing against its district
    near = _some_in(asked, around.text.folded, divisions(around.text.folded))
    if others:
        return DOUBTFUL if near else ELSEWHERE
    return ELSEWHERE if of and not near else 0.0


def _of_a_part(asked: Places, run: str, title: str, around: Around) -> float:
    """Where what the sentence is about lies in a place `asked` about, which it does not speak of itself. "Our city" is
    the article's, whatever else is named.
    """
    own, named = {*divisions(title), *around.places}, {*divisions(run)}
    home = bool(own) and speaks_of_home(run)
    told = own if home else named or own
    if not told or asked & (own | told) or not all(_any_lies([one], asked) for one in told):
        return 0.0
    if _of_their_province(asked, run) or (not home and any(place in run for place in asked)):
        return 0.0
    return DOUBTFUL if any(place in around.text.folded for place in asked) else ELSEWHERE


def of_a_part_of_home(asked: Places, run: str, around: Around) -> bool:
    """Whether "our city" in a sentence is, of the places that its article is about, one that lies in those `asked`."""
    ours = speaks_of_home(run) and not _of_their_province(asked, run)
    home = _innermost({*around.places}) if ours else set()
    return bool(home) and not asked & home and all(_any_lies([place], asked) for place in home)


def _of_their_province(asked: Places, run: str) -> bool:
    return _OF_THE_PROVINCE.search(run) is not None and any(map(is_province, asked))


def _innermost(places: set[str]) -> set[str]:
    return {place for place in places if not any(lies_in(other, place) for other in places - {place})}


def said_elsewhere(asked: Places, before: str, around: Around) -> bool:
    """Whether what stands `before` a phrase in its sentence names another place last, or says "our city" in an article
    of another one.
    """
    cities = Places(filter(is_division, asked))
    if not cities or around.text.language != "zh":
        return False
    here = simplified(before)
    own = list(HOME.finditer(here))
    told = here[own[-1].end() :] if own else here
    if named := divisions(told):
        return not _any_lies(named[-1:], cities) and not _any_lies(cities, named[-1:])
    return bool(own) and bool(around.places) and not cities & {*around.places}


def _some_in(asked: Places, text: str, named: Sequence[str]) -> bool:
    return any(place in text for place in asked) or _any_lies(named, asked)


def _any_lies(inner: Iterable[str], outer: Iterable[str]) -> bool:
    return any(lies_in(one, other) for one in inner for other in outer)

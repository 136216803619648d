"""Lists that answer each other: "A and B grew by 3% and 5%, respectively" says 3% of A and 5% of B.

In Chinese the values are the figures behind 分别 or 依次, and the items stand before them, as many: named one by one,
as years that run (2021年至2023年), as the years told before (同期), or as two characters of one word (首末班车). With
a "respectively" they are two lists of one length, of which the items are years or names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_EACH = re.compile("分别|依次")
_RESPECTIVELY = re.compile(
    r"\b(?:respectively|respectivamente|respectivement|beziehungsweise|rispettivamente)\b|соответственно", re.IGNORECASE
)
_SENTENCE = re.compile(r"(?:[^。！？!?\n.]|\.(?!\s|$))+")
_CLAUSE = re.compile("[，,：:；;]")
_AND = re.compile("、|以及|[和与及]")
_YEAR = r"(?<!\d)(?:1[89]|20)\d\d(?!\d)"
_RUNNING = re.compile(rf"({_YEAR})年?(?:至|到|[—–~-]+)({_YEAR})年")
_VALUES = re.compile(r"(?P<says>[^\d，。；：、]{0,8})(?P<values>\d(?:[^，。；：,]|,(?=\d))*)")
_MEANWHILE = re.compile("同期|同一时期")
_PAIR = re.compile("首末|早晚|男女|南北|东西|城乡")
_LINK = r"(?:,\s+(?:(?:and|y|e|et|und|и)\s+)?|\s+(?:and|y|e|et|und|и)\s+)"
_FIGURE = r"[€$£]?(?<![\d.,])\d+(?:[.,\u00a0 ]\d{3})*(?:[.,]\d+)?(?!\d)(?:\s?%)?"
_YEARS_LISTED = re.compile(rf"{_YEAR}(?:{_LINK}{_YEAR})+")
_NAME = r"[^\W\d_a-zа-яё][\w'’-]*(?:\s[^\W\d_a-zа-яё][\w'’-]*)*"
_NAMES_LISTED = re.compile(rf"{_NAME}(?:{_LINK}(?:(?:the|la|el|le|los|las|les|die|der|das)\s)?{_NAME})+")
_FIGURES_LISTED = re.compile(rf"{_FIGURE}(?:(?:\s[^\W\d]+){{0,2}}?{_LINK}{_FIGURE})+")
_LEAST = 2  # characters of a name by which it is known

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Each:
    """Items and, in the same order, the offsets of what a text says of each. `start`, `end`: what of the text says
    both, and `told` the same with each value behind its item. `holder`: whose they are, where that stands right before
    the items.
    """

    items: tuple[str, ...]
    values: tuple[Place, ...]
    start: int
    end: int
    told: str
    holder: str = ""

    def held_in(self, asked: str) -> bool:
        """Whether `asked` names the holder."""
        return len(self.holder) > _LEAST and (self.holder in asked or self.holder[:-1] in asked)

    def of(self, asked: str) -> Place | None:
        """The offsets of the value of the only item that `asked` names; None where it names none or several."""
        named = [at for at in range(len(self.items)) if self._named(asked, at)]
        return self.values[named[0]] if len(named) == 1 else None

    def has(self, start: int, end: int) -> bool:
        """Whether a run of the text lies within the values."""
        return self.values[0][0] <= start and end <= self.values[-1][1]

    def _named(self, asked: str, at: int) -> bool:
        """A name is also known without its last character (石桁 for 石桁县); where the first one begins and the last
        one ends nobody has marked, so that less of them is enough.
        """
        item = self.items[at]
        if len(item) <= _LEAST or item[0].isdigit():
            return item in asked
        names = {item, item[:-1]}
        if at == 0:
            names |= {name[cut:] for name in (item, item[:-1]) for cut in range(len(name) - _LEAST + 1)}
        if at == len(self.items) - 1:
            names |= {item[:cut] for cut in range(_LEAST, len(item))}
        return any(len(name) >= _LEAST and name in asked for name in names)


@lru_cache(maxsize=512)
def each(text: str) -> tuple[Each, ...]:
    """The lists of a text that answer each other, in its order."""
    found: list[Each] = []
    for sentence in _SENTENCE.finditer(text):
        if _RESPECTIVELY.search(sentence[0]):
            found += _listed(sentence[0], sentence.start())
        for mark in _EACH.finditer(text, sentence.start(), sentence.end()):
            found += _behind(text, sentence.start(), mark)
    return tuple(found)


def own_value(asked: str, text: str, read: Place) -> Place | None:
    """The offsets of what a text says of the only listed item that a question names, where what was read in the text
    is one of the list's values, or the question names whose they are.
    """
    found = (pairing.of(asked) for pairing in each(text) if pairing.has(*read) or pairing.held_in(asked))
    return next((place for place in found if place), None)


def one_by_one(text: str) -> str:
    """A text with each value behind its item: "A和B分别增长3%和5%" as "A增长3%，B增长5%"."""
    for pairing in reversed(each(text)):
        text = f"{text[: pairing.start]}{pairing.told}{text[pairing.end :]}"
    return text


def _behind(text: str, begin: int, mark: re.Match[str]) -> Iterator[Each]:
    """The values behind a 分别 of the sentence that begins there, with the nearest items before it of their number."""
    if not (listed := _VALUES.match(text, mark.end())):
        return
    values = _parts(listed["values"], listed.start("values"))
    if len(values) < _LEAST or not all(re.search(r"\d", text[slice(*place)]) for place in values):
        return
    clauses = _parts(text[begin : mark.start()], begin, _CLAUSE)
    for near, (start, end) in enumerate(reversed(clauses)):
        before = text[begin:start]
        if found := _items(text[start:end], before, len(values)):
            at, items, tail = found
            # Of a clause further before, what stands between it and the values is told of all of them.
            shared = tail if near == 0 else re.sub("[，,：:；;]", "", f"{tail}{text[end : mark.start()]}")
            said = f"{shared}{listed['says']}"
            told = (f"{item}{said}{text[slice(*place)]}" for item, place in zip(items, values, strict=True))
            holder = text[start : start + at].strip()
            yield Each(items, tuple(values), start + at, values[-1][1], "，".join(told), holder)
            return


def _items(clause: str, before: str, count: int) -> tuple[int, tuple[str, ...], str] | None:
    """The items of a clause, where they begin, and what follows them."""
    if (run := _RUNNING.search(clause)) and int(run[2]) - int(run[1]) + 1 == count:
        return run.start(), tuple(f"{year}年" for year in range(int(run[1]), int(run[2]) + 1)), clause[run.end() :]
    if meanwhile := _MEANWHILE.search(clause):
        years = tuple(dict.fromkeys(re.findall(_YEAR, before)))
        told = (meanwhile.start(), tuple(f"{year}年" for year in years), clause[meanwhile.end() :])
        return told if len(years) == count else None
    members = [clause[slice(*place)] for place in _parts(clause, 0)]
    if len(members) == count and all(members):
        *others, last = members
        whole = _ended(last, others)
        first = re.search(rf"{_YEAR}年$", others[0])
        at = first.start() if first else 0
        return at, (others[0][at:], *others[1:], whole), last[len(whole) :]
    if count == _LEAST and (pair := _PAIR.search(clause)):
        return pair.start(), tuple(pair[0]), clause[pair.end() :]
    return None


def _ended(last: str, others: Sequence[str]) -> str:
    """The last item up to the character with which the others end, if it has that (岚西区的占比, beside 岚东区)."""
    ends = {other[-1] for other in others}
    at = last.find(next(iter(ends)), 1) if len(ends) == 1 else -1
    return last if at < 0 else last[: at + 1]


def _parts(text: str, begin: int, mark: re.Pattern[str] = _AND) -> list[Place]:
    """Offsets of what stands between the marks, counted from `begin`."""
    ends = [*((found.start(), found.end()) for found in mark.finditer(text)), (len(text), len(text))]
    starts = [0, *(end for _, end in ends)]
    return [(begin + start, begin + end) for start, (end, _) in zip(starts, ends, strict=False)]


def _listed(sentence: str, begin: int) -> Iterator[Each]:
    """Figures beside as many years or names in a sentence with a "respectively"."""
    years = [(found.span(), re.findall(_YEAR, found[0])) for found in _YEARS_LISTED.finditer(sentence)]
    names = [(found.span(), re.split(_LINK, found[0])) for found in _NAMES_LISTED.finditer(sentence)]
    taken = {place for place, _ in years}
    for found in _FIGURES_LISTED.finditer(sentence):
        values = [figure.span() for figure in re.finditer(_FIGURE, found[0])]
        values = [(found.start() + start, found.start() + end) for start, end in values]
        for listed, items in (*years, *names):
            if found.span() not in taken and len(items) == len(values):
                told = (
                    _instead(sentence, (listed, item), ((values[0][0], values[-1][1]), sentence[slice(*value)]))
                    for item, value in zip(items, values, strict=True)
                )
                places = tuple((begin + start, begin + end) for start, end in values)
                yield Each(tuple(items), places, begin, begin + len(sentence), "; ".join(told))
                return


def _instead(text: str, *replaced: tuple[Place, str]) -> str:
    """A text with something else at each place."""
    for (start, end), other in sorted(replaced, reverse=True):
        text = f"{text[:start]}{other}{text[end:]}"
    return text

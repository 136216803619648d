"""Who does what, and which figure is whose: both words of a claim may stand in a run, and yet not together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, permutations, takewhile

from rag.text.folding import fold
from rag.text.numbers import WEEKDAY, YEAR, quantities
from rag.text.persons import OFFICE
from rag.text.words import MEASURES, Sort, Word, words

_PART = re.compile(r"[，、。；：？！]|[,;:.?!](?=\s|$)")
_NUMERAL = re.compile("[0-9零一二两三四五六七八九十百千万亿]")
_COMPARED = re.compile(r"(?:比|较|于|同)\s*$")  # before a year that something is compared with
_PEOPLE = "人户"
_SCALE = re.compile(f"[百千万亿]+[{_PEOPLE}]?|[{_PEOPLE}]")
_MEASURING = (Sort.FIGURE, Sort.FUNCTION)
_SIDE = re.compile("[左右东西南北上下前后内外][岸侧边面部区段]")
_REACH = 4  # words on either side of a figure that may tell whose it is
# What parts statements that set one holder beside another.
_STATEMENT = re.compile(
    r"[；;。！？!?]|[.](?=\s|$)|\b(?:while|whereas|mientras(?: que)?|tandis que|während|enquanto|mentre)\b",
    re.IGNORECASE,
)
_SMALL_PART = re.compile(r"[，,：:]|[、](?=[^，；。、]*\d)|\s(?:and|y|et|und|e)\s")
_STUDIED = re.compile("学习|贯彻|传达|落实|领会|讲话|指示|批示|论述|思想|精神")
_STUDIES = re.compile("(?:学习|贯彻|传达|落实|领会|践行|遵循|牢记)[^，。；：]{0,8}$")
_THOUGHT = re.compile("[^，。；：]{0,8}(?:关于|重要|系列|讲话|指示|批示|论述|思想|精神|考察|嘱托|在)")
_OPENING = 2  # telling words among which one that a part is about stands
_TITLED = re.compile(rf"\s*[\u4e00-\u9fff]{{0,14}}{OFFICE}[\u4e00-\u9fff]{{2,3}}")


def misplaced(claim: str, run: str, language: str) -> bool:
    """Whether a figure of the claim stands in the run, but what the claim counts with it is there what another figure
    counts, or in Chinese what it counted in another year; or two figures of it are apart there, or what it says of a
    day of the week the run says of another one.
    """
    if _apart(claim, run, language) or _of_another_day(claim, run, language):
        return True
    theirs = _frames(run, language)
    years = frozenset(YEAR.findall(claim)) if language == "zh" else frozenset()
    for figure, unit, frame in _frames(claim, language):
        if len(years) == 1 and unit and _of_another_year(years, figure, run):
            return True
        own = [_likeness(frame, other) for value, _, other in theirs if value == figure]
        others = [_likeness(frame, other) for value, its, other in theirs if value != figure and its == unit]
        if own and others and max(others) > max(own):
            return True
    return False


def in_place(said: str, claim: str, run: str, language: str) -> bool:
    """Whether what the claim counts with a figure that is `said` in it is what the same figure counts in the run, and
    less so any other one there; or it stands right behind the claim's year.
    """
    theirs, years = _frames(run, language), set(YEAR.findall(claim))
    for figure, _, frame in _frames(claim, language):
        if not said.startswith(figure) or (len(years) == 1 and _dated("".join(years), figure, run)):
            continue
        own = max((_likeness(frame, other) for value, _, other in theirs if value == figure), default=0.0)
        if own <= max((_likeness(frame, other) for value, _, other in theirs if value != figure), default=0.0):
            return False
    return True


def _apart(claim: str, run: str, language: str) -> bool:
    """Whether two figures of a clause of the claim stand only in different statements of the run, and the first one's
    statement has another figure where the second one should be: "route 26 costs 2" of "route 17, 2; route 26, 1".
    """
    statements = [_counted(part, language) for part in _STATEMENT.split(run)]
    if len(statements) == 1:
        return False
    for part in _PART.split(claim):
        for one, other in permutations(_counted(part, language), 2):
            own = [statement for statement in statements if one in statement]
            if one[1] == other[1] or not own or not any(other in statement for statement in statements):
                continue
            if all(other not in statement and other[1] in (unit for _, unit in statement) for statement in own):
                return True
    return False


def _counted(text: str, language: str) -> list[tuple[str, str]]:
    """The figures with their unit, or with what follows them where that is none: 26路."""
    return [(figure, unit or next(iter(frame), "")) for figure, unit, frame in _frames(text, language)]


def _of_another_year(years: frozenset[str], figure: str, run: str) -> bool:
    """Whether the run has the claim's only year, and wherever it has the figure, another year stands nearer before it;
    one that something is compared with does not count.
    """
    every = list(YEAR.finditer(run))
    told = [year for year in every if not _COMPARED.search(run[: year.start()])]
    if not years & {year[0] for year in every}:
        # 2023年为7252人: of 2023, and of no year that the run does not have.
        return bool(dated := _dated(YEAR.pattern, figure, run)) and dated == len(_standing(figure, run))
    if not years & {year[0] for year in told}:
        # 占比72%，比2022年的46%提高26个百分点: of 2022 is what follows at once.
        (own,) = years
        return figure in run and not re.search(rf"{own}年?[^，。；,;]{{0,4}}{re.escape(figure)}(?![\d.]*\d)", run)
    before = [[year[0] for year in told if year.end() <= place][-1:] for place in _standing(figure, run)]
    return bool(before) and all(own and own[0] not in years for own in before)


def _dated(year: str, figure: str, run: str) -> int:
    """How often a figure stands right behind a year of the pattern."""
    return len(re.findall(rf"{year}年?[^，。；,;\d]{{0,8}}{re.escape(figure)}(?![\d.]*\d)", run))


def _standing(figure: str, run: str) -> list[int]:
    """Where a figure begins in a run."""
    return [found.start() for found in re.finditer(rf"(?<![\d.]){re.escape(figure)}(?![\d.]*\d)", run)]


def _of_another_day(claim: str, run: str, language: str) -> bool:
    """Whether something that the claim says of a day of the week is only said of other ones in the run: 周一闭馆, and
    from Tuesday on open.
    """
    clauses = [(part, _weekdays(part)) for part in _PART.split(run)]
    for part in _PART.split(claim):
        if not (days := _weekdays(part)):
            continue
        own = [fold(clause) for clause, its in clauses if days & its]
        others = [fold(clause) for clause, its in clauses if its and not days & its]
        told = [word.text for word in words(part, language) if word.tells]
        if own and any(any(word in clause for clause in others) and word not in " ".join(own) for word in told):
            return True
    return False


def _weekdays(text: str) -> frozenset[float]:
    return frozenset(number for number, unit in quantities(text) if unit == WEEKDAY)


Frame = dict[str, float]


@lru_cache(maxsize=256)
def _frames(text: str, language: str) -> tuple[tuple[str, str, Frame], ...]:
    """Every figure with its unit, if any, and the telling words that follow it in its clause or, where none does, that
    stand before it, up to another figure, the nearer the heavier; without any, those of the figure before it.
    """
    found: list[tuple[str, str, Frame]] = []
    for part in _PART.split(text):
        for figure, unit, frame in _frames_of(words(part, language)):
            # "补助2024年为5200万元，2023年为3900万元": what is left out is what the figure before it counts.
            known = next((other for _, its, other in reversed(found) if its == unit and unit), {})
            found.append((figure, unit, frame or known))
    return tuple(found)


def _frames_of(part: Sequence[Word]) -> Iterator[tuple[str, str, Frame]]:
    places = [-1, *(i for i, word in enumerate(part) if _counts(word)), len(part)]
    for (before, at), (_, after) in pairwise(pairwise(places)):
        scaled = at + 1 + sum(1 for _ in takewhile(_is_scale, part[at + 1 : after]))
        scaled += scaled < after and part[scaled].text in MEASURES
        frame = _frame(part[scaled:after]) or _frame(part[before + 1 : at][::-1])
        yield part[at].text, _unit(part[at], part[at + 1 : scaled + 1]), frame


def _is_scale(word: Word) -> bool:
    """万 and 亿, also with the people that are counted so."""
    return bool(_SCALE.fullmatch(word.text))


def _unit(figure: Word, behind: Sequence[Word]) -> str:
    """`%`, or the measure word behind a number and its scale."""
    if figure.text.endswith("%"):
        return "%"
    people = next((word.text[-1] for word in behind if word.text[-1] in _PEOPLE), "")
    measured = next((word.text for word in behind if _measures(word) and not _is_scale(word)), "")
    return people or measured


def _measures(word: Word) -> bool:
    return word.sort in _MEASURING or word.text in MEASURES


def _counts(word: Word) -> bool:
    """Whether it is a number that counts something: neither a scale nor a measure word nor a year."""
    number = word.sort is Sort.FIGURE and bool(_NUMERAL.search(word.text)) and not YEAR.fullmatch(word.text)
    return number and not _is_scale(word)


def _frame(nearby: Sequence[Word]) -> Frame:
    telling = [word.text for word in nearby[:_REACH] if word.tells or _SIDE.fullmatch(word.text)]
    return {word: 1 / distance for distance, word in enumerate(dict.fromkeys(telling), 1)}


def _likeness(one: Frame, other: Frame) -> float:
    return sum(min(weight, other[word]) for word, weight in one.items() if word in other)


@dataclass(frozen=True, slots=True)
class _Group:
    """The telling words and figures that a run says of one holder, and they side by side."""

    words: tuple[Word, ...]
    text: str

    @classmethod
    def of(cls, own: Sequence[Word], language: str) -> _Group:
        gap = "" if language == "zh" else " "
        return cls(tuple(own), gap + gap.join(word.text for word in own) + gap)

    def place(self, word: Word, language: str) -> int:
        """Where a word begins; -1 where it is not. A Chinese one may be cut otherwise there."""
        return self.text.find(word.text if language == "zh" else f" {word.text} ")


def held_by_another(claim: str, run: str, language: str) -> bool:
    """Whether what the claim says of somebody or something, the run says of another one, and of the claim's holder
    something else: "A heads sales, B heads research" does not carry "B heads sales".
    """
    said, groups = _telling(claim, language), _groups(run, language)
    names = {word.text for group in groups for word in group.words if _is_name(word)}
    named = next((at for at, word in enumerate(said) if _is_name(word) or word.text in names), None)
    if named is not None and _swapped(said[named], said[named + 1 :], groups, language, by_name=True):
        return True
    return bool(said) and _swapped(said[0], said[1:], _statements(run, language), language, by_name=False)


def phrase_of_another(question: str, before: str, phrase: str, named: str, language: str) -> bool:
    """Whether a phrase that seems to answer is said of another holder than the question's: that one is not `named`,
    where the sentence and its headline are, and a name of its kind that the question has not opens what stands `before`
    the phrase.
    """
    asked = [word for word in words(question, language) if word.sort is Sort.NAME]
    there = fold(named + phrase)
    missing = [word for word in asked if word.text not in there]
    groups = _groups(before, language) if missing else ()
    if not groups:
        return False
    known = {word.text for word in asked}
    others = [word for word in groups[-1].words[:1] if word.sort is Sort.NAME and word.text not in known]
    return any(word.person == other.person for word in missing for other in others)


def only_studied(question: str, before: str, after: str) -> bool:
    """Whether a phrase is who said what is studied (学习某某关于…的论述), which the question does not ask about."""
    return bool(_STUDIES.search(before) and _THOUGHT.match(after)) and not _STUDIED.search(question)


def _swapped(holder: Word, rest: Sequence[Word], groups: Sequence[_Group], language: str, *, by_name: bool) -> bool:
    """Whether some of `rest` stands only where another holder does, and the holder stands with something else."""
    own = [group for group in groups if group.place(holder, language) >= 0]
    claimed = [holder, *rest]
    if not any(_is_other_filler(group, holder, claimed, language) for group in own):
        return False
    moved = [word for word in rest if all(group.place(word, language) < 0 for group in own)]
    for group in groups:
        places = [place for word in moved if (place := group.place(word, language)) >= 0]
        if group in own or not places:
            continue
        holders = [
            word
            for word in group.words
            if group.place(word, language) < max(places) and _alike(word, holder, by_name) and not _among(word, claimed)
        ]
        if holders and (by_name or (group.words[0] in holders and own[0].place(holder, language) <= 1)):
            return True
    return False


def _among(word: Word, claimed: Sequence[Word]) -> bool:
    """Whether it is one of the claim's words or a part of one, or has one; but 馆 tells no one that 新馆 is meant."""
    texts = {other.text for other in claimed}
    longer = [text for text in texts if len(text) > 1]
    return word.text in texts or (len(word.text) > 1 and any(word.text in text or text in word.text for text in longer))


def _alike(word: Word, holder: Word, by_name: bool) -> bool:
    if by_name:
        return _is_name(word) and word.person == holder.person
    return word.sort is holder.sort


def _is_other_filler(group: _Group, holder: Word, claimed: Sequence[Word], language: str) -> bool:
    """Whether something behind the holder is not in the claim."""
    at = group.place(holder, language)
    return any(
        group.place(word, language) > at and not _is_name(word) and not _among(word, claimed) for word in group.words
    )


def _is_name(word: Word) -> bool:
    return word.sort in (Sort.NAME, Sort.RARE)


def _telling(part: str, language: str, *, inside: bool = False) -> list[Word]:
    """`inside`: it does not begin its sentence, so that a capital at its begin is a name's."""
    found = words(f"a {part}", language)[1:] if inside else words(part, language)
    return [word for word in found if word.tells or _counts(word)]


@lru_cache(maxsize=256)
def _groups(run: str, language: str) -> tuple[_Group, ...]:
    """Groups that begin where a part opens with a name, a title before it aside: what follows is said of the same
    one.
    """
    groups: list[list[Word]] = []
    for statement in _STATEMENT.split(run):
        begun = False
        for part in _SMALL_PART.split(statement):
            if not (own := _telling(part, language, inside=begun)):
                continue
            if not begun or any(_is_name(word) for word in own[:_OPENING]) or _TITLED.match(part):
                groups.append([])
            groups[-1] += own
            begun = True
    return tuple(_Group.of(group, language) for group in groups)


@lru_cache(maxsize=256)
def _statements(run: str, language: str) -> tuple[_Group, ...]:
    """One group a statement."""
    return tuple(_Group.of(own, language) for part in _STATEMENT.split(run) if (own := _telling(part, language)))

"""What speaks for and against a run of source text carrying a claim, as numbers that a calibrated model weighs.

Within one language, words are compared: how many of the claim's stand in the run, how many only near it, which of its
names and figures nowhere, and, where claim and run are laid side by side (Ratcliff and Obershelp, 1988), whether one
stands where the other has another one. Across languages see `rag.answer.across`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.answer.bindings import held_by_another, misplaced
from rag.answer.offices import other_office, unheard_office
from rag.answer.planned import told_as_done
from rag.answer.siblings import Holding
from rag.answer.swaps import differ, swaps_of
from rag.answer.texts import Around, Text
from rag.answer.turned import denied, turned_round, under_headline
from rag.answer.whereabouts import ELSEWHERE, elsewhere, places_asked
from rag.text.calendar import days
from rag.text.divisions import divisions, meant
from rag.text.folding import fold
from rag.text.numbers import WEEKDAY, dated, unmatched
from rag.text.places import bare, is_place
from rag.text.words import Sort, Word, is_known

_DAY_UNITS = ("年", "月", "日", WEEKDAY, "")  # what an article says once and then takes for granted
_PRONOUN = re.compile("(?<!其)他(?![们人国乡])|她(?!们)|其(?![中他余次实它间])")
# Who wrote an article is nobody that it tells of.
_BYLINE = re.compile("(?:记者|通讯员|摄影|编辑)[\u4e00-\u9fff \u3000、:：]{2,40}[）)]")
_SHORTEST_STEM = 4
_NAME_SUFFIXES = "省市县区镇乡村州国"
# Cosines of e5 for unrelated and for synonymous sentences of one language: where a cosine says anything.
_WITHIN = (0.84, 0.96)


@dataclass(frozen=True, slots=True)
class Within:
    """Signals for a claim in the run's language. Shares are 0..1, counts are capped at 2, the others are 0 or 1."""

    similarity: float
    covered: float
    covered_near: float
    longest_new: float
    new_names: float
    new_rare: float
    far_names: float
    other_name: float
    new_figures: float
    far_figures: float
    other_figure: float
    denial: float
    direction: float
    replaced: float
    other_office: float
    misplaced: float
    far_counts: float
    far_persons: float
    other_holder: float
    planned: float

    @property
    def only_moved(self) -> bool:
        """Whether the run has all names and figures of the claim, and speaks against it only in that they seem to stand
        with others there.
        """
        missing = (self.new_names, self.far_names, self.new_rare, self.new_figures, self.far_figures, self.far_persons)
        said = (self.denial, self.direction, self.other_office, self.planned)
        return not any(missing) and not any(said) and bool(self.other_holder or self.misplaced or self.other_figure)

    @property
    def conflict(self) -> bool:
        """Whether the run says otherwise, rather than nothing."""
        return bool(self.new_figures) or self._other

    @property
    def only_new_figures(self) -> bool:
        """Whether nothing speaks against the claim but figures that the passage lacks."""
        return bool(self.new_figures) and not self._other

    @property
    def _other(self) -> bool:
        return any(
            (
                self.other_name, self.other_figure, self.denial, self.direction, self.other_office, self.misplaced,
                self.far_counts, self.other_holder, self.planned,
            )
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """How many figures and days of a claim a run lacks, each capped at 2: `new` ones that its passage lacks too, `far`
    ones that it has, and of these `counts`, which are no parts of a date.
    """

    new: float
    far: float
    counts: float

    @classmethod
    def of(cls, claim: Text, run: Text, around: Around) -> Figures:
        known = dated(around.published, run.folded)
        missing = unmatched(claim.raw, f"{around.title}\n{run.raw}", known)
        nowhere = unmatched(claim.raw, f"{around.title}\n{around.text.raw}", known) if missing else []
        return cls(
            capped(len(nowhere) + _new_days(claim, run, around)),
            capped(len(missing) - len(nowhere)),
            capped(sum(missed not in nowhere and missed[1] not in _DAY_UNITS for missed in missing)),
        )


def within(claim: Text, run: Text, around: Around, cosine: float) -> Within:
    """The signals of `claim` against `run`, both of one language. `cosine` is that of their vectors."""
    figures = Figures.of(claim, run, around)
    telling = [word for word in claim.words if word.tells]
    outer = set(divisions(claim.folded)) - set(meant(claim.folded)) if claim.language == "zh" else set()
    there = {word.text: stands(word, run) or bare(word.text) in outer for word in telling}
    beside = f"{fold(around.title)} {around.beside} {' '.join(around.places)}"
    headline = _headline(around.title, claim.language)
    away = elsewhere(places_asked(claim.raw, claim.language), run.raw, around) == ELSEWHERE
    near = {
        word.text: there[word.text]
        or stands(word, headline)
        or (stands(word, around.text) and not (word.person and _only_wrote(word, around.text)))
        or (_may_stand_beside(word) and bare(word.text) in beside)
        for word in telling
    }
    far = {word for word, present in there.items() if near[word] and not present}
    persons = {word.text for word in telling if word.person}
    names = [word.text for word in telling if word.sort is Sort.NAME]
    rare = [word.text for word in telling if word.sort is Sort.RARE]
    swaps = swaps_of(claim, run)
    chinese, told = claim.language == "zh", f"{around.text.raw}\n{around.beside}"
    holding = Holding.of(claim, run.raw)
    exchanged = not holding.own and any(differ(ours, theirs, Sort.FIGURE) for ours, theirs in swaps)
    unheard = chinese and unheard_office(claim.raw, run.raw, told, sorted(persons))
    return Within(
        similarity=scaled(cosine, *_WITHIN),
        covered=_share(telling, there),
        covered_near=_share(telling, near),
        longest_new=_longest_new(telling, there),
        new_names=capped(len({name for name in names if not near[name]}) + unheard),
        new_rare=capped(len({word for word in rare if not near[word]})),
        far_names=capped(len(far & set(names))),
        other_name=float(away or any(differ(ours, theirs, Sort.NAME) for ours, theirs in swaps)),
        new_figures=figures.new,
        far_figures=figures.far,
        other_figure=float(holding.of_another or exchanged),
        denial=float(denied(claim, run)),
        direction=float(turned_round(claim, under_headline(claim, run, around), swaps)),
        replaced=capped(sum(differ(ours, theirs, Sort.CONTENT) for ours, theirs in swaps)),
        other_office=float(chinese and other_office(claim.raw, run.raw, told)),
        misplaced=float(holding.of_another or (not holding.own and misplaced(claim.raw, run.raw, claim.language))),
        far_counts=figures.counts,
        far_persons=0.0 if _PRONOUN.search(run.raw) else capped(len(far & persons)),
        other_holder=float(held_by_another(claim.raw, run.raw, claim.language)),
        planned=float(chinese and told_as_done(claim.raw, run.raw)),
    )


@lru_cache(maxsize=512)
def _headline(title: str, language: str) -> Text:
    """Kept with its words, as a claim is held against many runs of an article, and many claims are."""
    return Text(title, language)


def _may_stand_beside(word: Word) -> bool:
    """Whether it is enough that another article of the document has it: so for a place and common words, but not for
    what somebody or something else is called.
    """
    if word.sort is Sort.NAME and not word.text.isascii():
        return not word.person and is_place(word.text)
    return word.sort is not Sort.RARE and not word.person


def _only_wrote(word: Word, text: Text) -> bool:
    """Whether somebody stands nowhere but in the byline."""
    return word.text in text.folded and word.text not in _BYLINE.sub("", text.folded)


def stands(word: Word, text: Text) -> bool:
    """Whether a text has the word: as such in scripts without spaces, else also in another form of it."""
    if not word.text.isascii() and any(character >= "\u2e80" for character in word.text):
        if word.sort is Sort.NAME and len(word.text) > 2 and not is_known(word.text):
            return word.text[:2] in text.folded  # cut by guess, and perhaps a character too long
        bare = word.text.rstrip(_NAME_SUFFIXES) if word.sort is Sort.NAME and len(word.text) > 2 else word.text
        return word.text in text.folded or (len(bare) > 1 and bare in text.folded)
    if word.sort is Sort.NAME:
        stem = word.text.removesuffix("'s").removesuffix("’s")
        return any(other.text.removesuffix("'s").removesuffix("’s") == stem for other in text.words)
    return any(_akin(word.text, other.text) for other in text.words)


def _akin(one: str, other: str) -> bool:
    if one == other:
        return True
    shorter = min(len(one), len(other))
    if shorter < _SHORTEST_STEM:
        return False
    stem = max(_SHORTEST_STEM, round(0.7 * max(len(one), len(other))))
    return one[:stem] == other[:stem] or one[-stem:] == other[-stem:]


def _share(telling: Sequence[Word], there: dict[str, bool]) -> float:
    weights = [(_weight(word), there[word.text]) for word in telling]
    total = sum(weight for weight, _ in weights)
    return sum(weight for weight, present in weights if present) / total if total else 1.0


def _weight(word: Word) -> float:
    return 1.5 if word.sort is Sort.NAME else 0.5 if len(word.text) == 1 else 1.0


def _longest_new(telling: Sequence[Word], there: dict[str, bool]) -> float:
    longest = length = 0
    for word in telling:
        length = 0 if there[word.text] else length + 1
        longest = max(longest, length)
    return min(longest, 6) / 6


def _new_days(claim: Text, run: Text, around: Around) -> int:
    """Days of the year that the claim names and the run does not, where it names any."""
    wanted = set(days(claim.folded))
    if not wanted:
        return 0
    present = set(days(run.folded)) | set(days(around.text.folded))
    return len(wanted - present) if present else 0


def capped(count: int) -> float:
    """0, 1 or 2."""
    return float(min(2, max(0, count)))


def scaled(cosine: float, low: float, high: float) -> float:
    """Where a cosine stands between `low` and `high`, 0..1."""
    return min(1.0, max(0.0, (cosine - low) / (high - low)))

"""What speaks for and against a run carrying a claim of another language: meaning, figures, days, denial, direction,
and what a dictionary has of the claim's words and names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from rag.answer.signals import Figures, capped, scaled
from rag.answer.texts import Around, Text
from rag.answer.turned import denials, directed_otherwise
from rag.answer.whereabouts import ELSEWHERE, Places, elsewhere
from rag.retrieve.dictionary import Dictionary, Meaning, share
from rag.retrieve.pinyin import Spelling
from rag.text.folding import fold
from rag.text.places import speaks_of_home
from rag.text.polarity import chosen_otherwise
from rag.text.words import Sort

# Cosines of e5 for unrelated and for synonymous sentences of two languages.
_COSINES = (0.76, 0.92)


@dataclass(frozen=True, slots=True)
class Meant:
    """What a dictionary has of the words of a claim, and of those that are names; `chinese`: names that are written in
    pinyin, which leave less doubt; `places`: see `rag.answer.whereabouts.places_asked`.
    """

    words: tuple[Meaning, ...] = ()
    names: tuple[Meaning, ...] = ()
    chinese: tuple[Meaning | Spelling, ...] = ()
    places: Places = frozenset()

    @classmethod
    def of(cls, claim: Text, dictionary: Dictionary, places: Places) -> Meant:
        runs = (run for is_name, run in groupby(claim.words, lambda word: word.sort is Sort.NAME) if is_name)
        named = [dictionary.meanings(" ".join(word.text for word in run), claim.language) for run in runs]
        words = dict.fromkeys(dictionary.meanings(claim.raw, claim.language))
        chinese = dictionary.names(claim.raw, claim.language)
        names = (name for found in named for name in found if name not in chinese)
        return cls(tuple(words), tuple(dict.fromkeys(names)), tuple(dict.fromkeys(chinese)), places)


@dataclass(frozen=True, slots=True)
class Across:
    """Signals for a claim in another language than the run's. Shares are 0..1, counts are capped at 2, the others are 0
    or 1.
    """

    similarity: float
    covered: float
    new_names: float
    far_names: float
    new_chinese: float
    far_chinese: float
    new_figures: float
    far_figures: float
    denial: float
    affirmed: float
    direction: float

    @property
    def conflict(self) -> bool:
        """Whether the run says otherwise, rather than nothing."""
        return bool(self.new_figures or self.new_chinese)

    @property
    def says_otherwise(self) -> bool:
        """Whether a figure, a Chinese name, a denial or a direction speaks against the claim."""
        return self.conflict or bool(self.denial or self.direction)

    @property
    def only_new_figures(self) -> bool:
        """Whether it says otherwise only in that its passage lacks figures."""
        return bool(self.new_figures) and not self.new_chinese


def across(claim: Text, run: Text, around: Around, cosine: float, meant: Meant) -> Across:
    """The signals of `claim` against `run`. `cosine` is that of their vectors."""
    figures = Figures.of(claim, run, around)
    own = " ".join(around.places)
    near = f"{around.text.folded} {fold(around.title)} {around.beside} {own}"
    new_names, far_names = _missing(meant.names, run.folded, near)
    # What an article calls "our city" it need not name; where it is from may not be known.
    home = speaks_of_home(near)
    held = [
        name for name in meant.chinese if isinstance(name, Spelling) or not home or (own and not name.stands_in(own))
    ]
    new_chinese, far_chinese = _missing(held, run.folded, near)
    if elsewhere(meant.places, run.raw, around) == ELSEWHERE:  # whatever is named beside it
        new_chinese = max(new_chinese, 1.0)
    ours, theirs = denials(claim.words), denials(run.words)
    return Across(
        similarity=scaled(cosine, *_COSINES),
        covered=share({word: word.certainty for word in meant.words}, run.folded),
        new_names=new_names,
        far_names=far_names,
        new_chinese=new_chinese,
        far_chinese=far_chinese,
        new_figures=figures.new,
        far_figures=figures.far,
        denial=float(ours > 0 and theirs == 0),
        affirmed=float(ours == 0 and theirs > 0),
        direction=float(chosen_otherwise(claim.folded, run.folded) or directed_otherwise(claim, run)),
    )


def _missing(names: Sequence[Meaning | Spelling], here: str, near: str) -> tuple[float, float]:
    """How many of the names stand neither here nor near, and how many only near; capped."""
    missing = [name for name in names if not name.stands_in(here)]
    nowhere = sum(not name.stands_in(near) for name in missing)
    return capped(nowhere), capped(len(missing) - nowhere)

"""Whether the articles answer a question: whether they are about it at all, and whether one of the sentences that come
first says what is asked.

What a question is about is told by late interaction: how near the words of a passage are to each word of the question
(`rag.retrieve.rerank.closeness`). Unlike the cosine of whole texts this compares between questions, collections and,
less well, languages. An embedder without token vectors leaves relevance (`rag.retrieve.background`), which is in
standard deviations of what unrelated questions of the same language reach, and tells little across languages.

So the best sentences are weighed twice, by two logistic models of the same signals: how sure the reader is that the
answer stands there, how near the passage is, and by how much nearer than most, and whether the names, figures and words
of the question stand in the sentence and around it. One model tells questions about the articles from those about
something else, the other one answers from what only comes near them: what gives the one away says little to the other.
`training/refusal.py` fits weights and bounds, and writes with them in `abstain.json` what they were fitted on and which
shares of it they refuse. Where there is no reader, only what is clearly about something else is refused.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.answer.compare import Signals
from rag.answer.logistic import probability, read_models
from rag.answer.premises import DOUBTFUL
from rag.answer.signals import Within
from rag.retrieve.search import Found
from rag.text.divisions import lies_in, meant
from rag.text.language import detect_language
from rag.text.places import bare, is_seat, places
from rag.text.terms import terms
from rag.types import Reason

_FEWEST_TERMS = 2
WITHIN = (
    "reader", "closeness", "apart", "similarity", "covered", "covered_near", "longest_new", "new_names", "new_rare",
    "far_names", "new_figures", "far_figures", "other_value",
)  # fmt: skip
"""The signals of a sentence in the question's language; the last ones are `rag.answer.signals.Within`'s and
`rag.answer.premises.other_value`.
"""
ACROSS = (
    "reader", "closeness", "apart", "similarity", "translated", "translated_near", "new_figures", "far_figures",
    "other_value",
)  # fmt: skip
"""Those of a sentence in another language; `translated`: see `rag.retrieve.search.Words`."""
_CLEAR = 10.0  # the reader's score from which a phrase is as sure as can be
_NO_PHRASE, _NEAR = -0.8, 0.73  # see `silent`
# How likely a sentence must be about the subject where its article has a name of the question, as at most three in a
# hundred questions about documents of other towns and people find one; and where none has one across languages.
_NAMED, _UNNAMED_ACROSS = 0.05, 0.5
_APART = 0.2  # by so much the closest passage stands above the middle one at most


@dataclass(frozen=True, slots=True)
class _Scale:
    """Closeness of a question to passages of its language, or of another: what questions about other things reach, from
    where on it tells nothing more, and below which a question is clearly `off` the articles' subjects; with the
    relevance that stands for the last two where there is no closeness. From questions of DRCD and of SQuAD's
    translations over their own passages and over the seeds.
    """

    low: float
    high: float
    off: float
    relevance_high: float
    relevance_off: float


_SCALE = _Scale(0.32, 0.58, 0.40, 3.0, 0.5)
_SCALE_ACROSS = _Scale(0.24, 0.38, 0.29, 2.0, -1.0)


@dataclass(frozen=True, slots=True)
class Subject:
    """How near the passages found are to the question. `within`: whether the best one is in its language."""

    within: bool
    closeness: Mapping[int, float]
    relevance: float

    @classmethod
    def of(cls, question: str, found: Found) -> Subject:
        """Of passages, of which there must be one."""
        return cls(found.passages[0].language == detect_language(question), found.closeness, found.relevance)

    @property
    def off(self) -> bool:
        """Whether they are clearly about something else than what is asked."""
        if not self.closeness:
            return self.relevance < self._scale.relevance_off
        return max(self.closeness.values()) < self._scale.off

    def signals(self, passage: int) -> tuple[float, float]:
        """Closeness of a passage, and how far it is above that of the middle one; 0..1."""
        scale = self._scale
        if not self.closeness:
            return _share(self.relevance, 0, scale.relevance_high), 0.5
        own, middle = self.closeness.get(passage, 0.0), statistics.median(self.closeness.values())
        return _share(own, scale.low, scale.high), _share(own - middle, 0, _APART)

    @property
    def _scale(self) -> _Scale:
        return _SCALE if self.within else _SCALE_ACROSS


@dataclass(frozen=True, slots=True)
class Look:
    """A sentence looked at for what is asked; `values` in the order of WITHIN or ACROSS. `lacks`: it has nothing of the
    kind, see `rag.answer.wanted`; `named`: its article has a name of the question.
    """

    within: bool
    values: tuple[float, ...]
    lacks: bool = False
    named: bool = False

    @property
    def astray(self) -> bool:
        """Whether it has nothing of what is asked for, or speaks of another year, round or line than the question, and
        its passage does not name that one: then it does not answer, however sure the reader is.
        """
        return self.lacks or self._other_value == 1.0

    @property
    def doubtful(self) -> bool:
        """Whether it may well speak of another year, round or line: then no phrase of it is given as the answer."""
        return self.astray or self._other_value >= DOUBTFUL

    @property
    def reader(self) -> float:
        """-1..1."""
        return self._value("reader")

    @property
    def similarity(self) -> float:
        """The cosine of sentence and question."""
        return self._value("similarity")

    @property
    def _other_value(self) -> float:
        return self._value("other_value")

    def _value(self, name: str) -> float:
        return self.values[(WITHIN if self.within else ACROSS).index(name)]


def unanswerable(question: str, found: Found) -> Reason | None:
    """Why nothing can be answered: nothing passed the filters, it is no question at all (a greeting, one word), or it
    is about a place that no article names. None when it is worth trying.
    """
    if not found.passages:
        return Reason.NO_EVIDENCE
    if len(found.words.weights) < _FEWEST_TERMS:
        return Reason.OFF_TOPIC
    named = {name for place in places(question) if is_seat(name := bare(place))} | set(meant(question))
    unheard = {place for place in named if any(term in found.words.unheard for term in terms(place))}
    # 安徽省桐城市: the province need not be named.
    alone = any(not any(lies_in(other, place) for other in named - unheard) for place in unheard)
    return Reason.NO_EVIDENCE if alone and found.passages[0].language == "zh" else None


def look(subject: Subject, signals: Signals, passage: int, score: float, known: Mapping[str, float]) -> Look:
    """The question's signals against a sentence of the passage, with the reader's score of the best phrase there and
    what else is `known` by the names of WITHIN and ACROSS.
    """
    within = isinstance(signals, Within)
    closeness, apart = subject.signals(passage)
    known = {
        "reader": max(-_CLEAR, min(_CLEAR, score)) / _CLEAR,
        "closeness": closeness,
        "apart": apart,
        **known,
    }
    names = WITHIN if within else ACROSS
    return Look(within, tuple(known[name] if name in known else float(getattr(signals, name)) for name in names))


def why_refused(looks: Sequence[Look]) -> Reason | None:
    """Why none of the sentences may answer; None where one is about what is asked and one says it."""
    if not _passes("subject", looks):
        return Reason.OFF_TOPIC
    return None if _passes("answer", [seen for seen in looks if not seen.astray]) else Reason.NO_EVIDENCE


def silent(looks: Sequence[Look]) -> bool:
    """Whether the sentences, of the question's language, say nothing that is asked: the reader finds no phrase in any
    that may answer, and none comes near the question as a whole. Of a hundred questions with an answer this takes none
    or one, of those that people wrote to look answerable over the same passages seven to eighteen.
    """
    saying = [seen for seen in looks if not seen.astray]
    return all(seen.within and seen.reader < _NO_PHRASE and seen.similarity < _NEAR for seen in saying)


def answering(seen: Look) -> float:
    """How likely the sentence answers, 0..1: that it is about what is asked, and that it says it."""
    return probability(_part("subject", seen), seen.values) * probability(_part("answer", seen), seen.values)


def _passes(model: str, looks: Sequence[Look]) -> bool:
    parts = [(_part(model, seen), seen) for seen in looks]
    return any(probability(part, seen.values) >= _bound(model, part, seen) for part, seen in parts)


def _bound(model: str, part: Mapping[str, Any], seen: Look) -> float:
    bound = float(part["bound"])
    if model != "subject":
        return bound
    if seen.named:
        return _NAMED
    return bound if seen.within else max(bound, _UNNAMED_ACROSS)


def _part(model: str, seen: Look) -> Mapping[str, Any]:
    part: Mapping[str, Any] = read_models("abstain.json")[model]["within" if seen.within else "across"]
    return part


def _share(value: float, low: float, high: float) -> float:
    return max(0.0, min(1.0, (value - low) / (high - low)))

"""What runs say of a claim: each weighed, and the one of them that it is answered by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer.claims import Evidence
from rag.answer.compare import Signals
from rag.answer.runs import Run
from rag.answer.signals import Within
from rag.answer.support import SUPPORTED
from rag.types import Verdict

_SAME_SUBJECT = 0.5  # share of a claim's words from which a run that says otherwise contradicts it
NEARLY_ALL = 0.8
"""Share of them; see `Weighed.refutes`."""
_SAME_MEANING = 0.85  # scaled cosine across languages from which it does


@dataclass(frozen=True, slots=True)
class Weighed:
    """A run as evidence for a claim, with the signals that its support comes from; `silent`: what it says otherwise it
    says of another time, or it has no figure to say otherwise with (see `rag.answer.premises`), or the claim's can be
    worked out from its own (see `rag.answer.reckoned`); `answers_otherwise`: see `rag.answer.asked_back`, there with
    the support that is left.
    """

    evidence: Evidence
    signals: Signals
    silent: bool = False
    answers_otherwise: bool = False

    @property
    def verdict(self) -> Verdict:
        if self.evidence.support >= SUPPORTED:
            return Verdict.SUPPORTED
        if self.answers_otherwise:
            return Verdict.CONTRADICTED
        same = self.nearness >= (_SAME_SUBJECT if isinstance(self.signals, Within) else _SAME_MEANING)
        otherwise = self.signals.conflict and not self.silent
        return Verdict.CONTRADICTED if same and otherwise else Verdict.NOT_FOUND

    @property
    def refutes(self) -> bool:
        """Whether the run has nearly all of the claim's words and says otherwise: another run that has fewer of them
        does not carry the claim then.
        """
        near = isinstance(self.signals, Within) and self.nearness >= NEARLY_ALL
        return near and self.verdict is Verdict.CONTRADICTED

    @property
    def figures_stand(self) -> bool:
        """Whether it has every figure of the claim, says nothing else of them and speaks near enough of the subject:
        then it may be what the claim is from.
        """
        signals = self.signals
        return isinstance(signals, Within) and signals.covered_near >= NEARLY_ALL and not signals.far_figures

    @property
    def nearness(self) -> float:
        """How far the run speaks of the claim's subject, whatever it says of it, 0..1."""
        return self.signals.covered if isinstance(self.signals, Within) else self.signals.similarity


def chosen(looked: Sequence[tuple[Run, Weighed]]) -> Weighed | None:
    """The run that carries a claim best, unless a sentence that says nearly all of it says otherwise; where the best
    one contradicts, rather one that says nothing else and may be what the claim is from.
    """
    best = refuting = silent = None
    for run, weighed in looked:
        best = _better(best, weighed)
        if run.first == run.last:
            refuting = _nearer(refuting, weighed) if weighed.refutes else refuting
            silent = silent if weighed.signals.conflict else _nearer(silent, weighed)
    if best and refuting and (refuting.nearness > best.nearness or _within(best, refuting, looked)):
        return refuting
    if best and silent and best.verdict is Verdict.CONTRADICTED and not best.refutes and silent.figures_stand:
        return silent
    return best


def _within(best: Weighed, refuting: Weighed, looked: Sequence[tuple[Run, Weighed]]) -> bool:
    """Whether the best run adds to the one that says otherwise only what the claim has no word of."""
    runs = [next(run for run, weighed in looked if weighed is each) for each in (best, refuting)]
    return best is not refuting and runs[0].has(runs[1]) and refuting.nearness == best.nearness


def _nearer(one: Weighed | None, other: Weighed) -> Weighed:
    return other if one is None or other.nearness > one.nearness else one


def _better(best: Weighed | None, other: Weighed) -> Weighed:
    """The one with more support; of two that carry nothing, the one that says otherwise of the same subject; of two
    that say otherwise, the one that says most of it.
    """
    if best is None or (other.evidence.support >= SUPPORTED) > (best.evidence.support >= SUPPORTED):
        return other
    if best.verdict is other.verdict is Verdict.CONTRADICTED:
        return other if other.nearness > best.nearness else best
    if best.evidence.support >= SUPPORTED or best.verdict is other.verdict:
        return other if other.evidence.support > best.evidence.support else best
    return other if other.verdict is Verdict.CONTRADICTED else best

"""What went wrong with a question, in the words by which a report is filtered."""

from __future__ import annotations

from enum import StrEnum

from eval.records import Record


class Failure(StrEnum):
    """In the order in which things happen; a question may have several."""

    NO_REPLY = "no reply"
    NOT_IN_SOURCE = "evidence not in its source"
    NOT_FOUND = "evidence not among the first five"
    NOT_CITED = "evidence found, not cited"
    NOT_SAID = "right answer not said"
    REFUSED = "refused, though answerable"
    HALLUCINATED = "answered, though unanswerable"
    NOT_SUPPORTED = "statement not supported by its citations"
    NOT_VERBATIM = "citation not verbatim"


def failures(record: Record) -> tuple[Failure, ...]:
    scores = record.scores
    refused = record.answer is not None and record.answer.abstained
    found = scores.all_evidence_5 == 1.0
    wrong = {
        Failure.NO_REPLY: record.error is not None,
        Failure.NOT_IN_SOURCE: bool(record.missing),
        Failure.NOT_FOUND: scores.all_evidence_5 == 0.0,
        Failure.NOT_CITED: found and not refused and _less(scores.evidence_recall),
        Failure.NOT_SAID: not refused and record.item.answerable and _less(scores.credit),
        Failure.REFUSED: refused and record.item.answerable,
        Failure.HALLUCINATED: scores.hallucinated == 1.0,
        Failure.NOT_SUPPORTED: not refused and _less(scores.citation_recall),
        Failure.NOT_VERBATIM: _less(scores.verbatim),
    }
    return tuple(failure for failure, holds in wrong.items() if holds)


def _less(value: float | None) -> bool:
    return value is not None and value < 1.0

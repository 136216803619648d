"""A claim against a run of source text, of one language or of two."""

from __future__ import annotations

from dataclasses import fields

from rag.answer.across import Across, Meant, across
from rag.answer.signals import Within, within
from rag.answer.texts import Around, Text

Signals = Within | Across


def compare(claim: Text, run: Text, around: Around, cosine: float, meant: Meant) -> Signals:
    """The signals of `claim` against `run`. `cosine` is that of their vectors, `meant` the claim's."""
    if claim.language == run.language:
        return within(claim, run, around, cosine)
    return across(claim, run, around, cosine, meant)


def values(signals: Signals) -> list[float]:
    """The signals in the order of their fields."""
    return [float(getattr(signals, field.name)) for field in fields(signals)]

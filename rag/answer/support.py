"""Signals to one number: a logistic model whose weights, and what they were fitted on, are in `support.json`."""

from __future__ import annotations

from rag.answer.compare import Signals, values
from rag.answer.logistic import probability, read_models
from rag.answer.signals import Within

SUPPORTED = 0.5
"""From here on a claim counts as carried."""


def support(signals: Signals) -> float:
    """How likely a run with these signals carries the claim, 0..1."""
    return probability(
        read_models("support.json")["within" if isinstance(signals, Within) else "across"], values(signals)
    )

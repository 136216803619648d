"""Signals to one number: a logistic model whose weights, and what they were fitted on, are in `support.json`."""

from __future__ import annotations

import math

from rag.answer.compare import Signals, values
from rag.answer.logistic import probability, read_models
from rag.answer.signals import Within

SUPPORTED = 0.5
"""From here on a claim counts as carried."""
_SUREST = 0.0001  # of a support that is read on: none is nearer to 0 or 1


def support(signals: Signals) -> float:
    """How likely a run with these signals carries the claim, 0..1."""
    return probability(
        read_models("support.json")["within" if isinstance(signals, Within) else "across"], values(signals)
    )


def read_on(support: float, score: float) -> float:
    """The support, 0..1, of a run in another language than the claim's whose `support` by signals is known, after the
    reader has looked for an answer to the claim in it; `score`: see `embeddings.base.ReadSpan`.
    """
    return probability(read_models("support.json")["read"], reading(support, score))


def reading(support: float, score: float) -> list[float]:
    """What `read_on` weighs: the log odds of the support, and the score."""
    kept = min(1 - _SUREST, max(_SUREST, support))
    return [math.log(kept / (1 - kept)), score]

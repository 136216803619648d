"""Signals to one number: a logistic model whose weights, and what they were fitted on, are in `support.json`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from rag.answer.signals import Signals, Within, values

SUPPORTED = 0.5
"""From here on a claim counts as carried."""


def support(signals: Signals) -> float:
    """How likely a run with these signals carries the claim, 0..1."""
    model = _weights()["within" if isinstance(signals, Within) else "across"]
    logit = float(model["bias"]) + sum(
        weight * value for weight, value in zip(model["weights"].values(), values(signals), strict=True)
    )
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((files(__package__) / "support.json").read_text("utf-8"))
    return found

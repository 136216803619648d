"""Logistic models that ship as JSON beside this module: `{"bias", "weights": {name: weight}}`, made by `training`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

_MOST = 30.0  # a logit beyond which nothing changes


@cache
def read_models(name: str) -> Mapping[str, Any]:
    """The models of a file, by name; read once."""
    found: Mapping[str, Any] = json.loads((files(__package__) / name).read_text("utf-8"))
    return found


def probability(model: Mapping[str, Any], values: Sequence[float]) -> float:
    """0..1; `values` in the order of the model's weights."""
    logit = float(model["bias"]) + sum(w * v for w, v in zip(model["weights"].values(), values, strict=True))
    return 1 / (1 + math.exp(-max(-_MOST, min(_MOST, logit))))

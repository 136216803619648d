"""A logistic model of bags of rows: a true bag has one row at least that is, a false bag has none.

The rows of a false bag are negative; of a true one the best by the weights of the round before is positive (MI-SVM's
way, Andrews 2002, with logistic loss). True and false bags count the same in sum. Weights keep the sign of what they
stand for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

_ROUNDS = 4
_SMOOTH = 0.0002  # L2 on the weights
_WORST = 3  # rows of a false bag
Rows = NDArray[np.float64]
Bag = tuple[bool, Rows]
"""Whether it is true, and its rows (n, signals)."""


@dataclass(frozen=True, slots=True)
class Signs:
    """`speaking_for`: signals with weights of 0 and more, all others of 0 and less; `at_most`: for some of these, what
    the weight is at most, whatever the sample says.
    """

    names: tuple[str, ...]
    speaking_for: frozenset[str]
    at_most: Mapping[str, float]


def fit(bags: Sequence[Bag], signs: Signs) -> dict[str, Any]:
    """`{"bias", "weights": {name: weight}}`."""
    weights = np.array([1.0 if name in signs.speaking_for else -1.0 for name in signs.names])
    bias = -1.0
    for _ in range(_ROUNDS):
        weights, bias = _logistic(*_instances(bags, weights, bias), signs)
    named = {name: round(float(weight), 4) for name, weight in zip(signs.names, weights, strict=True)}
    return {"bias": round(bias, 4), "weights": named}


def _instances(bags: Sequence[Bag], weights: Rows, bias: float) -> tuple[Rows, Rows, Rows]:
    features, labels, importance = [], [], []
    positives = sum(true for true, _ in bags)
    for true, rows in bags:
        order = np.argsort(-(rows @ weights + bias), kind="stable")
        kept = order[:1] if true else order[:_WORST]
        features.append(rows[kept])
        labels += [float(true)] * len(kept)
        importance += [0.5 / (positives if true else len(bags) - positives) / len(kept)] * len(kept)
    return np.concatenate(features), np.array(labels), np.array(importance)


def _logistic(features: Rows, labels: Rows, importance: Rows, signs: Signs) -> tuple[Rows, float]:
    directions = 2 * labels - 1

    def loss(parameters: Rows) -> float:
        margins = directions * (features @ parameters[:-1] + parameters[-1])
        return float(importance @ np.logaddexp(0, -margins) + _SMOOTH * (parameters[:-1] ** 2).sum())

    bounds = [(0, None) if name in signs.speaking_for else (None, signs.at_most.get(name, 0)) for name in signs.names]
    start = np.array([*(signs.at_most.get(name, 0.0) for name in signs.names), 0.0])
    found = minimize(loss, start, bounds=[*bounds, (None, None)], method="L-BFGS-B")
    return found.x[:-1], float(found.x[-1])

"""Whether the right questions are answered, and what confidence is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BINS = 10


@dataclass(frozen=True, slots=True)
class Decision:
    """One question: could it be answered, was it, how sure the answer was (0..1), and how right it is (0..1, 0 for an
    answer to what has none).
    """

    answerable: bool
    answered: bool
    confidence: float
    credit: float


@dataclass(frozen=True, slots=True)
class Refusals:
    """NoMIRACL's rates (Thakur et al., 2024): hallucination is the share of unanswerable questions that were answered,
    error the share of answerable ones that were refused. `f1` is that of refusing. None where there is no such
    question.
    """

    hallucination: float | None
    error: float | None
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """Answering only where confidence is at least `threshold` answers `coverage` of the questions; `risk` is the mean
    lack of credit of those answers.
    """

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers whose confidence is in `[low, high)`: how many, how sure on average, how right on average."""

    low: float
    high: float
    count: int
    confidence: float
    credit: float


def refusals(decisions: Sequence[Decision]) -> Refusals:
    unanswerable = [one for one in decisions if not one.answerable]
    answerable = [one for one in decisions if one.answerable]
    refused = sum(not one.answered for one in decisions)
    rightly = sum(not one.answered for one in unanswerable)
    precision = rightly / refused if refused else None
    recall = rightly / len(unanswerable) if unanswerable else None
    total = refused + len(unanswerable)
    return Refusals(
        None if recall is None else 1 - recall,
        sum(not one.answered for one in answerable) / len(answerable) if answerable else None,
        precision,
        recall,
        2 * rightly / total if unanswerable and total else None,
    )


def risk_coverage(decisions: Sequence[Decision]) -> list[RiskPoint]:
    """The curve of El-Yaniv and Wiener (2010), one point for each distinct confidence, surest first. What was refused
    is never covered.
    """
    answered = sorted((one for one in decisions if one.answered), key=lambda one: -one.confidence)
    points: list[RiskPoint] = []
    lost = 0.0
    for number, one in enumerate(answered, 1):
        lost += 1 - one.credit
        if number == len(answered) or answered[number].confidence < one.confidence:
            points.append(RiskPoint(one.confidence, number / len(decisions), lost / number))
    return points


def area_under_risk(points: Sequence[RiskPoint]) -> float | None:
    """The mean risk over the coverage that is reached; lower is better, None for no answer at all."""
    if not points:
        return None
    before, area = 0.0, 0.0
    for point in points:
        area += (point.coverage - before) * point.risk
        before = point.coverage
    return area / points[-1].coverage


def calibration(decisions: Sequence[Decision], bins: int = BINS) -> list[Bin]:
    """The answers by confidence in bins of equal width; empty bins are left out."""
    answered = [one for one in decisions if one.answered]
    found: list[Bin] = []
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        held = [one for one in answered if min(bins - 1, int(one.confidence * bins)) == number]
        if held:
            sure = sum(one.confidence for one in held) / len(held)
            found.append(Bin(low, high, len(held), sure, sum(one.credit for one in held) / len(held)))
    return found


def expected_calibration_error(bins: Sequence[Bin]) -> float | None:
    """ECE (Naeini et al., 2015): the mean distance of confidence from credit, weighted by the bins' sizes."""
    total = sum(held.count for held in bins)
    return sum(held.count * abs(held.confidence - held.credit) for held in bins) / total if total else None


def auc(right: Sequence[float], wrong: Sequence[float]) -> float:
    """The share of pairs in which the right one scores higher; ties count half. Neither may be empty."""
    order = np.sort(np.asarray(wrong, np.float64))
    values = np.asarray(right, np.float64)
    below = np.searchsorted(order, values, "left")
    ties = np.searchsorted(order, values, "right") - below
    return float((below + 0.5 * ties).sum() / (len(order) * len(values)))


def refused_at(right: Sequence[float], wrong: Sequence[float], share: float) -> float:
    """The share of the wrong ones that a bound refuses which refuses at most this `share` of the right ones, 0..1.
    Neither may be empty.
    """
    bound = np.sort(np.asarray(right, np.float64))[int(share * len(right))]
    return float((np.asarray(wrong, np.float64) < bound).mean())

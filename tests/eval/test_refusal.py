"""Refusal, confidence and citation measures on cases small enough to count by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sklearn.metrics import roc_auc_score

from eval.metrics.citations import Cited, citation_precision, citation_recall
from eval.metrics.refusal import (
    Decision,
    area_under_risk,
    auc,
    calibration,
    expected_calibration_error,
    refusals,
    refused_at,
    risk_coverage,
)

_DECISIONS = [
    Decision(True, True, 0.9, 1.0),
    Decision(True, True, 0.8, 0.0),
    Decision(True, False, 0.0, 0.0),
    Decision(False, True, 0.8, 0.0),
    Decision(False, False, 0.0, 0.0),
]


def test_nomiracls_rates() -> None:
    found = refusals(_DECISIONS)
    assert found.hallucination == 0.5
    assert found.error == pytest.approx(1 / 3)
    assert (found.precision, found.recall, found.f1) == (0.5, 0.5, 0.5)


def test_rates_of_questions_that_there_are_none_of_are_none() -> None:
    assert refusals([Decision(True, True, 1, 1)]).hallucination is None
    assert refusals([Decision(False, True, 1, 0)]).error is None
    assert refusals([]).f1 is None


def test_risk_by_coverage_covers_ties_together_and_never_what_was_refused() -> None:
    points = risk_coverage(_DECISIONS)
    assert [(point.coverage, point.risk) for point in points] == [(0.2, 0.0), (0.6, pytest.approx(2 / 3))]
    assert area_under_risk(points) == pytest.approx((0.2 * 0 + 0.4 * 2 / 3) / 0.6)
    assert area_under_risk([]) is None


def test_calibration_error() -> None:
    bins = calibration(_DECISIONS)
    assert [(held.low, held.count, held.credit) for held in bins] == [(0.8, 2, 0.0), (0.9, 1, 1.0)]
    assert expected_calibration_error(bins) == pytest.approx((2 * 0.8 + 1 * 0.1) / 3)
    assert calibration([Decision(True, True, 1.0, 1.0)])[0].high == 1.0
    assert expected_calibration_error([]) is None


@pytest.mark.parametrize(("right", "wrong"), [([3, 2], [1, 2]), ([1], [1]), ([0.1, 0.5, 0.5], [0.5, 0.2, 0.9, 0.1])])
def test_auc_is_scikit_learns(right: Sequence[float], wrong: Sequence[float]) -> None:
    truth = [1] * len(right) + [0] * len(wrong)
    assert auc(right, wrong) == pytest.approx(roc_auc_score(truth, [*right, *wrong]))


def supports(statement: str, quotes: Sequence[str]) -> bool:
    """Carried when all its letters stand in the quotes together."""
    return set(statement) <= set("".join(quotes))


def test_alces_recall_and_precision() -> None:
    alone = Cited("ab", ("ab", "xy"))  # the second is not needed
    together = Cited("abc", ("ab", "c"))  # neither carries it alone, both are needed
    bare = Cited("ab", ())
    wrong = Cited("z", ("ab",))
    assert citation_recall([alone, together, bare, wrong], supports) == 0.5
    assert citation_precision([alone, together, bare, wrong], supports) == 3 / 5
    assert citation_recall([], supports) == citation_precision([bare], supports) == 0.0


def test_what_is_refused_where_a_share_of_the_answerable_is() -> None:
    right = [step / 100 for step in range(1, 101)]
    assert refused_at(right, [0.0, 0.05, 0.07, 0.2], 0.08) == 0.75
    assert refused_at(right, [0.0, 0.05, 0.07, 0.2], 0.0) == 0.25
    assert refused_at([0.9], [0.1], 0.08) == 1.0

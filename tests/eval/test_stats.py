"""Intervals that cover, tests that keep their level, corrections as published."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from eval.stats import estimates, holm, randomisation_p


def test_an_interval_of_independent_questions_is_the_normal_one() -> None:
    values = np.random.default_rng(0).normal(0.5, 0.2, 400)
    (found,) = estimates([values.tolist()], [str(n) for n in range(400)], 1)
    assert found is not None
    low, high = stats.t.interval(0.95, 399, values.mean(), stats.sem(values))
    assert found.mean == pytest.approx(values.mean())
    assert [found.low, found.high] == pytest.approx([low, high], abs=0.003)


def test_questions_about_one_text_widen_the_interval() -> None:
    rng = np.random.default_rng(0)
    shared = np.repeat(rng.normal(0, 1, 20), 20)
    values = (shared + rng.normal(0, 0.1, 400)).tolist()
    (together,) = estimates([values], [str(n // 20) for n in range(400)], 1)
    (apart,) = estimates([values], [str(n) for n in range(400)], 1)
    assert together is not None
    assert apart is not None
    assert together.clusters == 20
    assert together.high - together.low > 3 * (apart.high - apart.low)


def test_clustered_intervals_cover_the_truth_about_95_times_in_100() -> None:
    covered = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        values = np.repeat(rng.normal(0, 1, 40), 5) + rng.normal(0, 1, 200)
        (found,) = estimates([values.tolist()], [str(n // 5) for n in range(200)], seed, rounds=500)
        assert found is not None
        covered += found.low <= 0 <= found.high
    assert 178 <= covered <= 200


def test_what_does_not_apply_is_left_out_of_a_mean() -> None:
    first, second = estimates([[1.0, None, 0.0], [None, None, None]], ["a", "a", "b"], 0)
    assert first is not None
    assert (first.mean, first.count, first.clusters) == (0.5, 2, 2)
    assert second is None


def test_the_randomisation_test_is_scipys() -> None:
    changes = np.random.default_rng(3).normal(0.08, 0.3, 40)
    clusters = [str(n) for n in range(40)]
    theirs = stats.permutation_test(
        (changes,), lambda x, axis: x.mean(axis=axis), permutation_type="samples", n_resamples=20000, vectorized=True,
        rng=np.random.default_rng(1),
    )  # fmt: skip
    assert randomisation_p(changes.tolist(), clusters, 0) == pytest.approx(theirs.pvalue, abs=0.015)
    half = randomisation_p((-changes).tolist(), clusters, 0, one_sided=True)
    assert half == pytest.approx(theirs.pvalue / 2, abs=0.01)


def test_no_difference_is_no_evidence() -> None:
    assert randomisation_p([0.0] * 9, list("abcdefghi"), 0) == 1.0


def test_holm_as_published() -> None:
    # Holm (1979): the smallest times 4, the next times 3, and never less than the one before.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.7, 0.9]) == [1.0, 1.0]


def test_the_same_seed_gives_the_same_interval() -> None:
    values, clusters = [0.1, 0.9, 0.4, 0.6], ["a", "b", "b", "c"]
    assert estimates([values], clusters, 7) == estimates([values], clusters, 7)

"""How sure a mean and a difference are, when questions about one text are not independent of each other.

Intervals are by the percentile bootstrap over clusters (Field and Welsh, 2007): whole clusters are drawn with
replacement. Differences are tested by paired randomisation (Fisher; Smucker et al., 2007), the sign of a whole
cluster's differences being drawn at random, and several tests are held together by Holm's correction (1979).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

ROUNDS = 2000
TEST_ROUNDS = 10_000
LEVEL = 0.95
_BLOCK = 1 << 21  # numbers drawn at once

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its interval; `count` questions in `clusters` clusters."""

    mean: float
    low: float
    high: float
    count: int
    clusters: int


def estimates(
    columns: Sequence[Sequence[float | None]], clusters: Sequence[str], seed: int, rounds: int = ROUNDS
) -> list[Estimate | None]:
    """For each column the mean of what is not None and its 95% interval; None for a column without a value. `clusters`
    runs in parallel with the rows of every column. All columns are seen through the same resamples.
    """
    values = np.array([[np.nan if value is None else value for value in column] for column in columns], np.float64)
    names, places = np.unique(np.asarray(clusters), return_inverse=True)
    sums, sizes = np.zeros((2, len(names), len(columns)))
    np.add.at(sums, places, np.nan_to_num(values.T))
    np.add.at(sizes, places, ~np.isnan(values.T))
    with np.errstate(invalid="ignore"):
        means = np.concatenate(
            [(weights @ sums) / (weights @ sizes) for weights in _blocks(_resamples, len(names), rounds, seed)]
        )
    return [_estimate(sums[:, n], sizes[:, n], means[:, n]) for n in range(len(columns))]


def _estimate(sums: Numbers, sizes: Numbers, means: Numbers) -> Estimate | None:
    count, clusters = int(sizes.sum()), int((sizes > 0).sum())
    if not count:
        return None
    low, high = np.nanquantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(float(sums.sum() / count), float(low), float(high), count, clusters)


def randomisation_p(
    differences: Sequence[float], clusters: Sequence[str], seed: int, *, one_sided: bool = False,
    rounds: int = TEST_ROUNDS,
) -> float:  # fmt: skip
    """How often random signs give a mean difference as far from 0 as this one, or, `one_sided`, as far below it."""
    _, places = np.unique(np.asarray(clusters), return_inverse=True)
    sums: Numbers = np.bincount(places, np.asarray(differences, np.float64)).astype(np.float64)
    sums = sums[np.abs(sums) > 1e-12]
    if not len(sums):
        return 1.0
    observed = sums.sum() if one_sided else -abs(sums.sum())
    extreme = 0
    for signs in _blocks(_signs, len(sums), rounds, seed):
        drawn = signs @ sums
        extreme += int(((drawn if one_sided else -np.abs(drawn)) <= observed + 1e-9).sum())
    return (extreme + 1) / (rounds + 1)


def holm(values: Sequence[float]) -> list[float]:
    """The p values, each corrected for all of them being looked at."""
    order = sorted(range(len(values)), key=values.__getitem__)
    corrected = [0.0] * len(values)
    highest = 0.0
    for place, index in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - place) * values[index]))
        corrected[index] = highest
    return corrected


def _blocks(draw: Callable[[int, int, int], Numbers], width: int, rounds: int, seed: int) -> Iterator[Numbers]:
    """`rounds` drawn rows of `width` in blocks that fit into memory; block n is drawn with `seed + n`."""
    step = max(1, _BLOCK // width)
    for number, start in enumerate(range(0, rounds, step)):
        yield draw(width, min(step, rounds - start), seed + number)


@lru_cache(maxsize=8)  # a comparison asks for the same draws once a measure
def _resamples(clusters: int, rounds: int, seed: int) -> Numbers:
    """How often each cluster is drawn, (rounds, clusters)."""
    rng = np.random.default_rng(seed)
    drawn = [np.bincount(rng.integers(0, clusters, clusters), minlength=clusters) for _ in range(rounds)]
    return np.array(drawn, np.float64)


@lru_cache(maxsize=8)
def _signs(clusters: int, rounds: int, seed: int) -> Numbers:
    """1 or -1 for each cluster, (rounds, clusters)."""
    return np.random.default_rng(seed).integers(0, 2, (rounds, clusters)).astype(np.float64) * 2 - 1

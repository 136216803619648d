"""Which rows may be among the nearest: asked before exact scores are computed, where a scan of all rows is too slow.

An inverted file (Sivic and Zisserman, 2003) over product codes of 4 bits for every two components (Jégou et al., 2011),
read by FAISS's fast scan (André et al., 2017). It proposes rows; whoever asks scores them exactly.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import faiss
import numpy as np
from numpy.typing import NDArray

from rag.index.store import Ids, Vectors

RECALL_AT = 60
RECALL_WANTED = 0.99
_PROPOSED = (300, 600, 1200, 1800, 2400)  # how many rows are scored exactly: what the tuning chooses from
_QUERIES = 100
# Length of the noise added to a stored row of length 1. A question stands at about the cosine .7 from its passages
# (multilingual-e5-small, without the language's mean), as noise of length 1 would have it; but it strays in directions
# that passages share, which is harder (benchmarks/scale.py), so the tuning asks with more noise.
_NOISE = 1.25
_TRAINED_ON = 20_000
_BLOCK = 1 << 16

Nearest = Callable[[Vectors], Ids]  # a query (d,) to the ids of the RECALL_AT rows nearest to it
Halves = NDArray[np.float16]
_WIDE: Vectors = np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32)


def widened(rows: Halves) -> Vectors:
    """The same numbers as float32: looked up, which takes half the time of numpy's conversion."""
    return _WIDE.take(rows.view(np.uint16))


@dataclass(frozen=True, slots=True)
class Tuning:
    """How a shortlist is searched, and what was measured when it was made over `rows` rows.

    `probes` of `lists` are read, `proposed` rows are scored exactly. `recall` is the share of the exact RECALL_AT
    nearest rows that are found, over sampled rows with noise; `speedup` the time of the exact search divided by this.
    """

    lists: int
    probes: int
    proposed: int
    rows: int
    recall: float
    speedup: float

    @property
    def good(self) -> bool:
        """Whether it may stand in for the exact search."""
        return self.recall >= RECALL_WANTED


class Shortlist:
    """Not changed while it is searched: `extended` gives a new one. Rows that are removed stay in it: whoever asks
    drops the ids that it does not know.
    """

    def __init__(self, index: faiss.IndexIVFPQFastScan, tuning: Tuning) -> None:
        self._index = index
        self.tuning = tuning
        index.nprobe = tuning.probes

    @classmethod
    def made(cls, ids: Ids, rows: Halves, nearest: Nearest) -> Shortlist:
        """Trained on a sample of `rows` (n, d), filled with all of them, and tuned against the exact `nearest`."""
        random = np.random.default_rng(0)
        index = _trained(rows, random)
        _fill(index, ids, rows)
        return cls(index, _tuned(index, ids, rows, nearest, random))

    @classmethod
    def read(cls, path: Path, tuning: Tuning) -> Shortlist:
        return cls(cast(faiss.IndexIVFPQFastScan, faiss.read_index(str(path))), tuning)

    def write(self, path: Path) -> None:
        faiss.write_index(self._index, str(path))

    def extended(self, ids: Ids, vectors: Vectors) -> Shortlist:
        index = cast(faiss.IndexIVFPQFastScan, faiss.clone_index(self._index))
        index.add_with_ids(np.ascontiguousarray(vectors), ids)
        return Shortlist(index, self.tuning)

    def stale(self, rows: int) -> bool:
        """Whether it should be made anew for an index that now has `rows` rows: twice as many as it was trained on, or
        a quarter of what it holds being gone."""
        return rows > 2 * self.tuning.rows or int(self._index.ntotal) > 1.25 * rows

    def proposed(self, query: Vectors, limit: int) -> Ids:
        """Ids of the rows that may be among the `limit` nearest to `query` (d,), in no order."""
        one_thread()
        count = self.tuning.proposed * max(1, -(-limit // RECALL_AT))
        found = self._index.search(query.reshape(1, -1), count)[1][0]
        return np.asarray(found[found >= 0], np.int64)


def _trained(rows: Halves, random: np.random.Generator) -> faiss.IndexIVFPQFastScan:
    count, dimension = rows.shape
    lists = max(1, int(count**0.5))
    codes = dimension // 2 if dimension % 2 == 0 else dimension
    index = faiss.IndexIVFPQFastScan(
        faiss.IndexFlatIP(dimension), dimension, lists, codes, 4, faiss.METRIC_INNER_PRODUCT
    )
    index.by_residual = False
    for clustering in (index.cp, index.pq.cp):
        clustering.niter = 10
        clustering.min_points_per_centroid = 1
    size = min(count, max(_TRAINED_ON, 20 * lists))
    sample = np.sort(random.choice(count, size, replace=False))
    with _all_threads():
        index.train(widened(rows[sample]))
    return index


def _fill(index: faiss.IndexIVFPQFastScan, ids: Ids, rows: Halves) -> None:
    for start in range(0, len(ids), _BLOCK):
        block = slice(start, start + _BLOCK)
        with _all_threads():
            index.add_with_ids(widened(rows[block]), ids[block])


def _tuned(
    index: faiss.IndexIVFPQFastScan, ids: Ids, rows: Halves, nearest: Nearest, random: np.random.Generator
) -> Tuning:
    """The fastest way to search that reaches the recall wanted; if none does, the one that comes nearest to it."""
    queries = _perturbed(rows, random)
    started = time.perf_counter()
    exact = [nearest(query) for query in queries]
    exact_time = time.perf_counter() - started
    tried = []
    for proposed in _PROPOSED:
        trial = _Trial(index, ids, rows, queries, exact, proposed)
        probes = trial.fewest_probes()
        recall, elapsed = trial.measured(probes)
        tuning = Tuning(int(index.nlist), probes, proposed, len(ids), round(recall, 4), round(exact_time / elapsed, 2))
        tried.append(tuning)
    enough = [tuning for tuning in tried if tuning.recall >= RECALL_WANTED]
    return max(enough, key=lambda one: one.speedup) if enough else max(tried, key=lambda one: one.recall)


def _perturbed(rows: Halves, random: np.random.Generator) -> Vectors:
    sample = widened(rows[random.choice(len(rows), min(_QUERIES, len(rows)), replace=False)])
    noise = random.normal(size=sample.shape)
    shifted = sample + _NOISE * noise / np.linalg.norm(noise, axis=1, keepdims=True)
    return np.asarray(shifted / np.linalg.norm(shifted, axis=1, keepdims=True), np.float32)


@dataclass(frozen=True, slots=True)
class _Trial:
    index: faiss.IndexIVFPQFastScan
    ids: Ids
    rows: Halves
    queries: Vectors
    exact: list[Ids]
    proposed: int

    def fewest_probes(self) -> int:
        """By bisection, since recall grows with the lists read; all lists if even those do not give the recall."""
        low, high = 1, int(self.index.nlist)
        while low < high:
            middle = (low + high) // 2
            if self.measured(middle)[0] >= RECALL_WANTED:
                high = middle
            else:
                low = middle + 1
        return low

    def measured(self, probes: int) -> tuple[float, float]:
        """Recall, and the seconds that all queries took with the exact scores of what was proposed."""
        self.index.nprobe = probes
        found, wanted = 0, 0
        started = time.perf_counter()
        best = [self._refined(query) for query in self.queries]
        elapsed = time.perf_counter() - started
        for one, exact in zip(best, self.exact, strict=True):
            found += len(np.intersect1d(one, exact))
            wanted += len(exact)
        return found / wanted, elapsed

    def _refined(self, query: Vectors) -> Ids:
        proposed = self.index.search(query.reshape(1, -1), self.proposed)[1][0]
        proposed = proposed[proposed >= 0]
        scores = widened(self.rows[np.searchsorted(self.ids, proposed)]) @ query
        return np.asarray(proposed[np.argsort(-scores, kind="stable")[:RECALL_AT]], np.int64)


def one_thread() -> None:
    """For the calling thread, as OpenMP counts: a search takes less than waking other threads, and questions come in
    parallel anyway.
    """
    faiss.omp_set_num_threads(1)


@contextmanager
def _all_threads() -> Iterator[None]:
    """Making an index uses every core."""
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    try:
        yield
    finally:
        one_thread()

"""The FAISS side: inner-product search over vectors of length 1 (so: cosine), ids kept beside them.

Rows are kept as float16, which is what the store has of them: nothing is lost against it, and half the memory is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import faiss
import numpy as np

from rag.index.halves import halved
from rag.index.schema import SENTENCE_BITS
from rag.index.shortlist import RECALL_AT, Halves, Shortlist, Tuning, one_thread, widened
from rag.index.store import Ids, Units, Vectors

# A scan of this many rows of 384 components takes 5 to 8 ms (benchmarks/scale.py); beyond, a shortlist is asked first.
EXACT_UP_TO = 100_000
# Fewer allowed rows than this share of all are gathered and multiplied, more are picked out while all are scanned.
_FEW = 1 / 16
_HALVED_FROM = 20_000
_BLOCK = 1 << 14


class VectorIndex:
    """One set of vectors in ascending order of their ids. Not changed while it is searched: `extended` gives a new one.

    The search is exact up to EXACT_UP_TO rows, and always when it is filtered. Beyond them it scores exactly what a
    shortlist proposes, if `tuned` has made one that is good enough.
    """

    def __init__(self, index: faiss.IndexIDMap, shortlist: Shortlist | None = None) -> None:
        self._index = index
        self._flat = cast(faiss.IndexScalarQuantizer, faiss.downcast_index(index.index))
        self._rows = _view(self._flat)
        self._shortlist = shortlist
        self.ids: Ids = faiss.vector_to_array(index.id_map)

    @classmethod
    def empty(cls, dimension: int) -> VectorIndex:
        flat = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        return cls(faiss.IndexIDMap(flat))

    @classmethod
    def read(cls, path: Path, tuning: dict[str, Any] | None) -> VectorIndex:
        """What `write` wrote, with the `tuning` that it had. Raises RuntimeError or TypeError for anything else."""
        index = faiss.read_index(str(path))
        if not isinstance(index, faiss.IndexIDMap):
            raise TypeError(f"{path.name} holds no rows with ids")
        return cls(index, Shortlist.read(_beside(path), Tuning(**tuning)) if tuning else None)

    def write(self, path: Path) -> list[Path]:
        """Writes the rows, and the shortlist beside them if there is one; the files written."""
        faiss.write_index(self._index, str(path))
        if not self._shortlist:
            return [path]
        self._shortlist.write(_beside(path))
        return [path, _beside(path)]

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    @property
    def tuning(self) -> dict[str, Any] | None:
        """How the shortlist is searched and what was measured, for the manifest; None while there is none."""
        return asdict(self._shortlist.tuning) if self._shortlist else None

    def extended(self, remove: Ids, ids: Ids, vectors: Vectors) -> VectorIndex:
        """A new index without the `remove` ids and with the given rows; this one stays as it is."""
        index = cast(faiss.IndexIDMap, faiss.clone_index(self._index))
        if len(remove):
            index.remove_ids(faiss.IDSelectorBatch(remove))
        shortlist = self._shortlist
        if len(ids):
            order = np.argsort(ids)
            ids, vectors = ids[order], np.ascontiguousarray(vectors[order])
            index.add_with_ids(vectors, ids)
            shortlist = shortlist and shortlist.extended(ids, vectors)
        extended = VectorIndex(index, shortlist)
        if np.any(np.diff(extended.ids) <= 0):
            raise ValueError("rows are added with ids above those that are there")
        return extended

    def tuned(self) -> VectorIndex:
        """The same rows, with a shortlist made anew if there should be one and it is missing or stale; takes minutes
        for a million rows."""
        count = len(self.ids)
        if count <= EXACT_UP_TO:
            return VectorIndex(self._index) if self._shortlist else self
        if self._shortlist and not self._shortlist.stale(count):
            return self
        shortlist = Shortlist.made(self.ids, self._rows, lambda query: self._scanned(query, RECALL_AT)[0])
        return VectorIndex(self._index, shortlist)

    def search(self, query: Vectors, limit: int, allowed: Ids | None = None) -> tuple[Ids, Vectors]:
        """Ids and inner products of the rows nearest to `query` (d,), best first; at most `limit`, only `allowed`
        ones, and then exactly the nearest.
        """
        limit = min(limit, len(self.ids))
        if limit <= 0 or (allowed is not None and not len(allowed)):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if allowed is not None:
            return self._filtered(query, limit, self._known(allowed))
        if self._shortlist and self._shortlist.tuning.good:
            found = self._scored(query, limit, self._known(self._shortlist.proposed(query, limit)))
            if len(found[0]) == limit:
                return found
        return self._scanned(query, limit)

    def best(self, queries: Vectors) -> Vectors:
        """The highest inner product that each row of `queries` (n, d) has with any row here, float32 (n,); -1 if
        empty.
        """
        best = np.full(len(queries), -1.0, np.float32)
        for start in range(0, len(self.ids), _BLOCK):
            block = widened(self._rows[start : start + _BLOCK])
            np.maximum(best, (block @ queries.T).max(axis=0), out=best)
        return best

    def known(self, ids: Sequence[int]) -> Ids:
        """Those of the ids that are here, int64: another index of the store may be a moment ahead."""
        wanted = np.array(ids, np.int64)
        at = np.minimum(np.searchsorted(self.ids, wanted), max(len(self.ids) - 1, 0))
        return wanted[self.ids[at] == wanted] if len(self.ids) else wanted[:0]

    def vectors(self, ids: Ids) -> Vectors:
        """The rows of `ids`, float32 (n, d). Raises KeyError for an id that is not there."""
        places = np.searchsorted(self.ids, ids)
        if len(ids) and (not len(self.ids) or np.any(self.ids[places % len(self.ids)] != ids)):
            raise KeyError("an id is not in the index")
        return widened(self._rows[places])

    def _known(self, ids: Ids) -> Ids:
        """The places of those `ids` that are here."""
        places = np.searchsorted(self.ids, ids)
        places[places == len(self.ids)] = 0
        return np.asarray(places[self.ids[places] == ids], np.int64)

    def _filtered(self, query: Vectors, limit: int, places: Ids) -> tuple[Ids, Vectors]:
        limit = min(limit, len(places))
        if len(places) <= max(limit, _FEW * len(self.ids)):
            return self._scored(query, limit, places)
        mask = np.zeros(len(self.ids), bool)
        mask[places] = True
        bits = np.packbits(mask, bitorder="little")
        selector = faiss.IDSelectorBitmap(len(self.ids), faiss.swig_ptr(bits))
        return self._picked(query, limit, selector)

    def _scored(self, query: Vectors, limit: int, places: Ids) -> tuple[Ids, Vectors]:
        scores = widened(self._rows[places]) @ query
        order = np.argsort(-scores, kind="stable")[:limit]
        return self.ids[places[order]], scores[order]

    def _scanned(self, query: Vectors, limit: int) -> tuple[Ids, Vectors]:
        """Two threads take half of many rows each: FAISS gives one query one thread."""
        count = len(self.ids)
        if count < _HALVED_FROM:
            return self._picked(query, limit, None)
        (ids, scores), (more_ids, more_scores) = halved(
            lambda start, end: self._picked(query, limit, faiss.IDSelectorRange(start, end)), count
        )
        ids, scores = np.concatenate((ids, more_ids)), np.concatenate((scores, more_scores))
        order = np.argsort(-scores, kind="stable")[:limit]
        return ids[order], scores[order]

    def _picked(self, query: Vectors, limit: int, selector: faiss.IDSelector | None) -> tuple[Ids, Vectors]:
        one_thread()
        parameters = None if selector is None else faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        scores, places = self._flat.search(query.reshape(1, -1), limit, params=parameters)
        own = places[0] >= 0
        return self.ids[places[0][own]], scores[0][own]


def _beside(path: Path) -> Path:
    return path.with_suffix(".shortlist.faiss")


def _view(flat: faiss.IndexScalarQuantizer) -> Halves:
    """The rows as FAISS holds them, float16 (n, d), not copied."""
    if flat.sq.qtype != faiss.ScalarQuantizer.QT_fp16:
        raise TypeError("rows are not float16")
    if not flat.ntotal:
        return np.empty((0, flat.d), np.float16)
    codes = faiss.rev_swig_ptr(flat.codes.data(), flat.codes.size())
    return np.asarray(codes).view(np.float16).reshape(flat.ntotal, flat.d)


class UnitIndex:
    """Passages and their sentences, side by side, as they were at one generation of the store."""

    def __init__(self, passages: VectorIndex, sentences: VectorIndex, generation: int) -> None:
        self.passages = passages
        self.sentences = sentences
        self.generation = generation

    @classmethod
    def empty(cls, dimension: int) -> UnitIndex:
        return cls(VectorIndex.empty(dimension), VectorIndex.empty(dimension), 0)

    def extended(self, removed_chunks: Ids, added: Units, generation: int) -> UnitIndex:
        gone = self.sentence_ids_of(removed_chunks)
        return UnitIndex(
            self.passages.extended(removed_chunks, added.chunk_ids, added.chunk_vectors),
            self.sentences.extended(gone, added.sentence_ids, added.sentence_vectors),
            generation,
        )

    def tuned(self) -> UnitIndex:
        return UnitIndex(self.passages.tuned(), self.sentences.tuned(), self.generation)

    def sentence_ids_of(self, chunk_ids: Ids) -> Ids:
        """Ids of all sentences of the given chunks, ascending."""
        chunks = np.unique(chunk_ids)
        first = np.searchsorted(self.sentences.ids, chunks << SENTENCE_BITS)
        counts = np.searchsorted(self.sentences.ids, (chunks + 1) << SENTENCE_BITS) - first
        ends = np.cumsum(counts)
        places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - (ends - counts), counts)
        return np.asarray(self.sentences.ids[places], np.int64)

"""The FAISS side: inner-product search over vectors of length 1 (so: cosine), ids kept beside them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import cast

import faiss
import numpy as np

from rag.index.schema import SENTENCE_BITS
from rag.index.store import Ids, Units, Vectors


class VectorIndex:
    """Exact search in one set of vectors. Not changed while it is searched: `extended` gives a new one."""

    def __init__(self, index: faiss.IndexIDMap2) -> None:
        _search_in_one_thread()
        self._index = index
        self.ids: Ids = np.sort(faiss.vector_to_array(index.id_map))

    @classmethod
    def empty(cls, dimension: int) -> VectorIndex:
        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)))

    @classmethod
    def read(cls, path: Path) -> VectorIndex:
        return cls(cast(faiss.IndexIDMap2, faiss.read_index(str(path))))

    def write(self, path: Path) -> None:
        faiss.write_index(self._index, str(path))

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def extended(self, remove: Ids, ids: Ids, vectors: Vectors) -> VectorIndex:
        """A new index without the `remove` ids and with the given rows; this one stays as it is."""
        index = cast(faiss.IndexIDMap2, faiss.clone_index(self._index))
        if len(remove):
            index.remove_ids(faiss.IDSelectorBatch(remove))
        if len(ids):
            index.add_with_ids(np.ascontiguousarray(vectors), ids)
        return VectorIndex(index)

    def search(self, query: Vectors, limit: int, allowed: Ids | None = None) -> tuple[Ids, Vectors]:
        """Ids and inner products of the rows nearest to `query` (d,), best first; at most `limit`, only `allowed`
        ones.
        """
        limit = min(limit, len(self.ids) if allowed is None else len(allowed))
        if limit <= 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        parameters = (
            None
            if allowed is None
            else faiss.SearchParameters(  # type: ignore[call-arg]
                sel=faiss.IDSelectorBatch(allowed)
            )
        )
        scores, ids = self._index.search(query.reshape(1, -1), limit, params=parameters)
        found = ids[0] >= 0
        return ids[0][found], scores[0][found]

    def best(self, queries: Vectors) -> Vectors:
        """The highest inner product that each row of `queries` (n, d) has with any row here, float32 (n,); -1 if
        empty.
        """
        if not len(self.ids):
            return np.full(len(queries), -1.0, np.float32)
        return np.asarray(self._index.search(np.ascontiguousarray(queries), 1)[0][:, 0], np.float32)

    def vectors(self, ids: Ids) -> Vectors:
        """The rows of `ids`, float32 (n, d). Raises RuntimeError for an id that is not there."""
        if not len(ids):
            return np.empty((0, self.dimension), np.float32)
        return np.asarray(self._index.reconstruct_batch(ids), np.float32)


@cache
def _search_in_one_thread() -> None:
    """A scan of some thousand rows takes less than waking FAISS's threads, and questions come in parallel anyway."""
    faiss.omp_set_num_threads(1)


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

    def sentence_ids_of(self, chunk_ids: Ids) -> Ids:
        """Ids of all sentences of the given chunks, ascending."""
        return self.sentences.ids[np.isin(self.sentences.ids >> SENTENCE_BITS, chunk_ids)]

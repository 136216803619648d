"""What a question scores that has nothing to do with the articles: learned by asking some.

The same sixteen everyday questions in sixteen languages (`background_questions.json`) are embedded once for a model.
From them come, for each language, (1) the mean vector of its questions, part of which is taken from a question's
vector before searching, since it says "a question in this language" and nothing about the subject; (2) the baseline:
the best cosine that such questions reach in this index, against which relevance is measured. Baselines belong to one
state of the index and are renewed with it. Nothing here is fitted to a corpus or a model by hand.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import zipfile
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.base import Embedder, TokenEmbedder
from rag.index.generation import Index
from rag.index.vectors import UnitIndex
from rag.text.language import detect_language

Vectors = NDArray[np.float32]

FILE = "background.npz"
# Share of the language's mean question that is taken out. On XQuAD (passages zh; questions zh, en, es, ar) recall@1
# changes by -.005, +.02, +.03, +.02 with .5 and falls again beyond .8.
_TAKEN_OUT = 0.6
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Table:
    """`questions` float32 (languages, n, d), rows of length 1; `baseline` float32 (languages,): the median of the best
    cosines that the questions of a language reach; `spread`: the standard deviation around it, pooled over the
    languages; `token_means` float32 (languages, k): the mean token vector of a language's questions, k 0 without any.
    """

    fingerprint: str
    state: str
    languages: tuple[str, ...]
    questions: Vectors
    token_means: Vectors
    baseline: Vectors
    spread: float


class Background:
    """The table of one index, read from its folder when it fits and made otherwise."""

    def __init__(self, folder: Path, index: Index, embedder: Embedder) -> None:
        self._path = folder / FILE
        self._index = index
        self._embedder = embedder
        self._lock = threading.Lock()
        self._table = _read(self._path)

    def focused(self, text: str, vector: Vectors) -> Vectors:
        """The question's vector (d,) of length 1 without most of what all questions in its language share."""
        table = self._current()
        mean = table.questions[self._row(table, text)].reshape(-1, len(vector)).mean(axis=0)
        shifted = vector - _TAKEN_OUT * mean
        return np.asarray(shifted / (np.linalg.norm(shifted) or 1.0), np.float32)

    def focused_tokens(self, text: str, tokens: Vectors) -> Vectors:
        """The question's token vectors (t, k) without what those of its language share, rows of length 1."""
        table = self._current()
        shifted = tokens - table.token_means[self._row(table, text)].reshape(-1, tokens.shape[1]).mean(axis=0)
        return np.asarray(shifted / (np.linalg.norm(shifted, axis=1, keepdims=True) + 1e-12), np.float32)

    def relevance(self, text: str, best: float) -> float:
        """How far `best`, the question's best cosine, stands above what unrelated questions of its language reach, in
        standard deviations of theirs.
        """
        table = self._current()
        return float((best - np.median(table.baseline[self._row(table, text)])) / table.spread)

    def save(self) -> None:
        """Writes the table for the index as it is, by rename; a folder that cannot be written is only reported."""
        table = self._current()
        temporary = self._path.with_suffix(f".{os.getpid()}.tmp")
        try:
            with temporary.open("wb") as file:
                np.savez(
                    file, fingerprint=table.fingerprint, state=table.state,
                    languages=np.array(table.languages), questions=table.questions.astype(np.float16),
                    token_means=table.token_means, baseline=table.baseline, spread=table.spread,
                )  # fmt: skip
            os.replace(temporary, self._path)
        except OSError as error:
            _log.warning("the table of background questions is not kept: %s", error)

    @staticmethod
    def _row(table: _Table, text: str) -> int | slice:
        """The row of the question's language; all rows for one that the table does not have."""
        language = detect_language(text)
        return table.languages.index(language) if language in table.languages else slice(None)

    def _current(self) -> _Table:
        units = self._index.current()
        state = self._index.state(units)
        with self._lock:
            table = self._table
            if table is None or table.fingerprint != self._embedder.fingerprint:
                table = self._asked()
            if table.state != state:
                table = _measured(table, state, units)
            self._table = table
            return table

    def _asked(self) -> _Table:
        texts: dict[str, list[str]] = json.loads((files(__package__) / "background_questions.json").read_text("utf-8"))
        questions = [question for own in texts.values() for question in own]
        means = np.zeros((len(texts), 0), np.float32)
        if isinstance(self._embedder, TokenEmbedder):
            rows, tokens = self._embedder.embed_query_tokens(questions)
            each = len(questions) // len(texts)
            means = np.stack(
                [np.concatenate(tokens[at : at + each]).mean(axis=0) for at in range(0, len(questions), each)]
            )
        else:
            rows = self._embedder.embed_queries(questions)
        shape = (len(texts), -1, self._embedder.dimension)
        baseline = np.zeros(len(texts), np.float32)
        return _Table(self._embedder.fingerprint, "", tuple(texts), rows.reshape(shape), means, baseline, 1.0)


def _measured(table: _Table, state: str, units: UnitIndex) -> _Table:
    rows = table.questions.reshape(-1, table.questions.shape[-1])
    best = np.maximum(units.passages.best(rows), units.sentences.best(rows)).reshape(table.questions.shape[:2])
    baseline = np.median(best, axis=1)
    spread = float(np.sqrt(np.mean((best - baseline[:, None]) ** 2))) or 1.0
    return replace(table, state=state, baseline=baseline.astype(np.float32), spread=spread)


def _read(path: Path) -> _Table | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
            return _Table(
                str(data["fingerprint"]), str(data["state"]), tuple(data["languages"].tolist()),
                data["questions"].astype(np.float32), data["token_means"], data["baseline"], float(data["spread"]),
            )  # fmt: skip
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        _log.warning("the table of background questions is damaged (%s); it is made anew", error)
        return None

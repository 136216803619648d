"""Stand-ins for what cannot be had in a test; each implements the public interface."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from embeddings.base import Vectors


class HashEmbedder:
    """An embedder whose vectors depend on the text alone, and that counts what it was asked for."""

    def __init__(self, dimension: int = 16, name: str = "hash") -> None:
        self._dimension = dimension
        self._name = name
        self.embedded: list[str] = []

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def fingerprint(self) -> str:
        return f"{self._name}/{self._dimension}"

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._rows(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded.extend(texts)
        return self._rows(texts)

    def _rows(self, texts: Sequence[str]) -> Vectors:
        rows = np.empty((len(texts), self._dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
            row[:] = np.random.default_rng(seed).normal(size=self._dimension)
            row /= np.linalg.norm(row)
        return rows

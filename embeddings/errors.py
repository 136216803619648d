"""What can go wrong between a text and its vector: one small class for each."""

from __future__ import annotations

from collections.abc import Iterable


class EmbeddingError(Exception):
    """Base of every error that this package raises on purpose."""


class UnknownEmbedder(EmbeddingError):
    """The spec names no embedder; the message lists the ones there are."""

    def __init__(self, spec: str, known: Iterable[str]) -> None:
        self.spec = spec
        self.known = tuple(known)
        super().__init__(f"unknown embedder {spec!r}; one of {', '.join(self.known)}")


class EmbedderUnavailable(EmbeddingError):
    """A known embedder that cannot be had here: a package, a folder or a download is missing."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(f"{what}; {remedy}")


class CorruptModel(EmbeddingError):
    """A model file whose bytes are not what they should be."""

    def __init__(self, path: object, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")

"""Text in, float32 vectors out. Knows nothing of articles; importing it loads no model and no heavy package."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from embeddings.base import Embedder, Progress, Vectors
from embeddings.errors import CorruptModel, EmbedderUnavailable, EmbeddingError, UnknownEmbedder

__all__ = [
    "CorruptModel",
    "Embedder",
    "EmbedderUnavailable",
    "EmbeddingError",
    "Progress",
    "UnknownEmbedder",
    "Vectors",
    "embedder_needs",
    "load_embedder",
]

BUILT_IN = "e5-small"


def load_embedder(
    spec: str, *, cache_dir: Path | None = None, threads: int | None = None, progress: Progress | None = None
) -> Embedder:
    """The embedder that a setting names: `e5-small`, `st:MODEL_OR_PATH` or `langchain:PROVIDER:MODEL`.

    `cache_dir` is where the built-in model is prepared (the user's cache folder when None), `threads` bounds what it
    computes with, `progress` hears of its preparation; the other embedders take what applies to them.

    Raises UnknownEmbedder for any other spec, EmbedderUnavailable when a package or a model is missing.
    """
    if spec == BUILT_IN:
        return _built_in(cache_dir, threads, progress)
    kind, name = _kind_of(spec)
    return kind.make(name, threads)


def embedder_needs(spec: str) -> str | None:
    """What the embedder of a spec lacks here; None where it can be loaded. No model is loaded and nothing is asked of
    a network to find out.
    """
    if spec == BUILT_IN:
        return None
    try:
        kind, name = _kind_of(spec)
        kind.check(name)
    except EmbeddingError as error:
        return str(error)
    return None


def _built_in(cache_dir: Path | None, threads: int | None, progress: Progress | None) -> Embedder:
    from embeddings.e5 import E5Embedder

    return E5Embedder(cache_dir=cache_dir, threads=threads, progress=progress)


def _sentence_transformer(name: str, threads: int | None) -> Embedder:
    from embeddings.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(name, threads=threads)


def _langchain(name: str, _threads: int | None) -> Embedder:
    from embeddings.langchain import load_langchain

    return load_langchain(name)


def _check_sentence_transformer(name: str) -> None:
    from embeddings.sentence_transformer import require_local

    require_local(name)


def _check_langchain(name: str) -> None:
    from embeddings.langchain import made

    made(name)


class _Kind(NamedTuple):
    """Makes an embedder of what follows the prefix, or only raises EmbeddingError where it could not."""

    make: Callable[[str, int | None], Embedder]
    check: Callable[[str], object]


_BY_PREFIX = {
    "st": _Kind(_sentence_transformer, _check_sentence_transformer),
    "langchain": _Kind(_langchain, _check_langchain),
}


def _kind_of(spec: str) -> tuple[_Kind, str]:
    """Raises UnknownEmbedder."""
    prefix, _, name = spec.partition(":")
    if prefix not in _BY_PREFIX or not name:
        raise UnknownEmbedder(spec, SPECS)
    return _BY_PREFIX[prefix], name


SPECS = (BUILT_IN, "st:MODEL_OR_PATH", "langchain:PROVIDER:MODEL")

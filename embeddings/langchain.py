"""LangChain `Embeddings` in and out: any of theirs as our embedder, and ours as one of theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from langchain_core.embeddings import Embeddings

from embeddings.base import Embedder, Vectors
from embeddings.errors import EmbedderUnavailable
from embeddings.windows import Window, embed_windowed, unit_rows, well_formed

# No tokenizer is known here, so windows are counted in characters. Hosted models take 8,191 tokens (OpenAI) or 2,048
# (many others), a token is seldom less than a character, and 2,000 characters are far more than one chunk of the
# product.
WINDOW_CHARACTERS = 2000
_OVERLAP = 200
# Hosted models limit the texts of a request; LangChain classes that batch by themselves are not harmed by it.
_BATCH = 64


class LangChainEmbedder:
    """A LangChain `Embeddings` object as an embedder.

    A text of more than 2,000 characters is covered by windows that overlap by 200; its vector is the mean of theirs,
    weighted by length. An empty text is sent as one space, as hosted models refuse an empty one. The rows are scaled to
    length 1. The dimension is found by embedding one word when the object is made.
    """

    def __init__(self, embeddings: Embeddings, *, name: str | None = None) -> None:
        self._embeddings = embeddings
        self._dimension = len(embeddings.embed_query("dimension"))
        self._name = name or _name(embeddings)

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def fingerprint(self) -> str:
        return f"langchain/{self._name}/{self._dimension}"

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """float32 (len(texts), dimension), rows of length 1."""
        return self._embed(texts, lambda pieces: [self._embeddings.embed_query(piece) for piece in pieces])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """float32 (len(texts), dimension), rows of length 1."""
        return self._embed(texts, self._embeddings.embed_documents)

    def _embed(self, texts: Sequence[str], embed: Callable[[list[str]], list[list[float]]]) -> Vectors:
        if not texts:
            return np.zeros((0, self._dimension), dtype=np.float32)
        clean = [well_formed(text).replace("\0", " ") for text in texts]

        def rows(windows: list[Window]) -> Vectors:
            pieces = [clean[window.text][window.start : window.end].strip() or " " for window in windows]
            batches = [embed(pieces[at : at + _BATCH]) for at in range(0, len(pieces), _BATCH)]
            return unit_rows(np.concatenate(batches))

        return embed_windowed([len(text) for text in clean], WINDOW_CHARACTERS, _OVERLAP, rows)


class EmbedderEmbeddings(Embeddings):
    """Our embedder as a LangChain `Embeddings`."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of length 1, one a text."""
        rows: list[list[float]] = self._embedder.embed_passages(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """A vector of length 1."""
        row: list[float] = self._embedder.embed_queries([text])[0].tolist()
        return row


def load_langchain(name: str) -> LangChainEmbedder:
    """The embedder of `PROVIDER:MODEL`. Raises EmbedderUnavailable as `made` does, and when it cannot be reached."""
    embeddings = made(name)
    try:
        return LangChainEmbedder(embeddings, name=name)
    except Exception as error:  # each provider's service fails in its own ways
        raise EmbedderUnavailable(f"langchain:{name} does not answer", _first_line(error)) from error


def made(name: str) -> Embeddings:
    """What LangChain's `init_embeddings` makes of `PROVIDER:MODEL`; nothing is embedded yet.

    Raises EmbedderUnavailable when the provider is unknown, or its package or its key is missing.
    """
    from langchain.embeddings import init_embeddings

    provider, _, model = name.partition(":")
    if not provider or not model:
        raise EmbedderUnavailable(f"langchain:{name} names no model", "write langchain:PROVIDER:MODEL")
    try:
        return init_embeddings(model, provider=provider)
    except Exception as error:  # each provider's package fails in its own ways
        raise EmbedderUnavailable(f"langchain:{name} cannot be made", _first_line(error)) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _name(embeddings: Embeddings) -> str:
    """The class and the model's name, which LangChain's classes keep under one of these attributes."""
    names = ("model", "model_name", "model_id", "deployment", "repo_id")
    model = next((value for name in names if isinstance(value := getattr(embeddings, name, None), str)), "")
    return f"{type(embeddings).__name__}:{model}" if model else type(embeddings).__name__

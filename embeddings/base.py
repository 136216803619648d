"""The port: what every embedder is to the rest of the product."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""float32 (n, d), rows of length 1."""

Progress = Callable[[str, float], None]
"""Told what is being done and how much of it is done, 0 to 1."""


class Embedder(Protocol):
    """Text in, unit vectors out; the cosine of two of them is their dot product.

    Questions and passages have a method each, as most models want them marked differently. A text's vector does not
    depend on the other texts of the call (beyond about 1e-3), a text longer than the model's window is windowed and
    pooled, never cut, and an empty text has a vector too. Calls from several threads at once are safe.
    """

    @property
    def dimension(self) -> int:
        """Length d of a vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """Names the weights and all else that changes a vector; vectors of two fingerprints never meet in an index."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """float32 (len(texts), d), rows of length 1, in the order of the texts."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """float32 (len(texts), d), rows of length 1, in the order of the texts."""
        ...


@runtime_checkable
class TokenEmbedder(Embedder, Protocol):
    """An embedder that also has a vector for every token of a text, by which question and passage can be compared word
    by word (late interaction; Khattab and Zaharia, 2020, arXiv:2004.12832).

    Both methods give what the plain one gives and, for each text, its tokens' vectors float32 (tokens, k), without
    special tokens and prefixes; a text may have none. The rows of a question are not scaled to length 1, since what
    questions of its language share has to be taken from them first; those of a passage are.
    """

    @property
    def token_dimension(self) -> int:
        """Length k of a token's vector."""
        ...

    def embed_query_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[Vectors]]: ...

    def embed_passage_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[Vectors]]: ...


@dataclass(frozen=True, slots=True)
class ReadSpan:
    """`text[start:end]` answers with `score`: above 0 rather this than nothing; scores of different texts compare."""

    start: int
    end: int
    score: float


class SpanReader(Protocol):
    """Finds the words of a text that answer a question."""

    def read(self, question: str, texts: Sequence[str], /) -> Sequence[Sequence[ReadSpan]]:
        """For each text the spans that answer best, best first, none of which overlap."""
        ...

    def warm(self) -> None:
        """Has the model loaded, so that the first question does not wait for it."""
        ...

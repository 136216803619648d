"""Long texts: windows that overlap, and one vector from several. Every embedder with a window uses this one way.

A text of more units (tokens, or characters where no tokenizer is known) than the window is covered by windows that
overlap, of nearly equal length so that none is a useless stump. Its vector is the mean of the windows' vectors, weighted
by their length in units, brought back to length 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from embeddings.base import Vectors

Unit = TypeVar("Unit")


@dataclass(frozen=True)
class Window:
    """Units `start:end` of a text, counted from its first."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start


def windows(length: int, size: int, overlap: int) -> list[Window]:
    """Windows of at most `size` units that cover `length` units, neighbours sharing at least `overlap`; at least one."""
    if length <= size:
        return [Window(0, length)]
    count = math.ceil((length - overlap) / (size - overlap))
    step = (length - size) / (count - 1)
    starts = [round(i * step) for i in range(count)]
    return [Window(start, start + size) for start in starts]


def unit_rows(rows: npt.NDArray[np.floating]) -> Vectors:
    """Rows scaled to length 1, float32; a row of zeros stays zero, and what is not a number counts as zero."""
    finite = np.nan_to_num(np.asarray(rows, dtype=np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    lengths = np.linalg.norm(finite, axis=1, keepdims=True)
    return np.asarray(finite / np.maximum(lengths, np.float32(1e-12)), dtype=np.float32)


def embed_windowed(
    texts: Sequence[Sequence[Unit]],
    size: int,
    overlap: int,
    dimension: int,
    embed: Callable[[list[Sequence[Unit]]], Vectors],
) -> Vectors:
    """Embed texts of any length with `embed`, which takes pieces of at most `size` units and returns their unit vectors."""
    cuts = [windows(len(text), size, overlap) for text in texts]
    pieces = [text[w.start : w.end] for text, own in zip(texts, cuts, strict=True) for w in own]
    vectors = embed(pieces) if pieces else np.zeros((0, dimension), dtype=np.float32)
    if len(pieces) == len(texts):
        return vectors
    weights = np.array([max(w.length, 1) for own in cuts for w in own], dtype=np.float32)
    firsts = np.cumsum([0] + [len(own) for own in cuts[:-1]])
    sums = np.add.reduceat(vectors * weights[:, None], firsts, axis=0)
    return unit_rows(sums)

"""Long texts: windows that overlap, and one vector from several. Every embedder with a window uses this one way.

A text of more units (tokens, or characters where no tokenizer is known) than the window is covered by windows that
overlap, of equal length so that none is a useless stump. Its vector is the mean of the windows' vectors, weighted by
their length in units, brought back to length 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embeddings.base import Vectors


@dataclass(frozen=True)
class Window:
    """Units `start:end` of the text at index `text` of a call."""

    text: int
    start: int
    end: int


def windows(text: int, length: int, size: int, overlap: int) -> list[Window]:
    """Windows of at most `size` units that cover `length` units, neighbours sharing `overlap` or more; at least one."""
    if length <= size:
        return [Window(text, 0, length)]
    count = math.ceil((length - overlap) / (size - overlap))
    step = (length - size) / (count - 1)
    return [Window(text, round(i * step), round(i * step) + size) for i in range(count)]


def embed_windowed(
    lengths: Sequence[int],
    size: int,
    overlap: int,
    embed: Callable[[list[Window]], Vectors],
) -> Vectors:
    """One vector a text from its length in units; `embed` takes windows and returns their unit vectors in order."""
    cuts = [windows(text, length, size, overlap) for text, length in enumerate(lengths)]
    pieces = [window for own in cuts for window in own]
    vectors = embed(pieces)
    if len(pieces) == len(lengths):
        return vectors
    weights = np.array([max(window.end - window.start, 1) for window in pieces], dtype=np.float32)
    firsts = np.cumsum([0] + [len(own) for own in cuts[:-1]])
    return unit_rows(np.add.reduceat(vectors * weights[:, None], firsts, axis=0))


def unit_rows(rows: npt.ArrayLike) -> Vectors:
    """Rows scaled to length 1, float32 (n, d); what is not a finite number counts as zero.

    A row of zeros, which has no direction, becomes the first axis: every vector of an index has length 1.
    """
    finite = np.nan_to_num(np.asarray(rows, dtype=np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    lengths = np.linalg.norm(finite, axis=1, keepdims=True)
    finite[lengths[:, 0] < 1e-12, 0] = 1.0
    return np.asarray(finite / np.maximum(np.linalg.norm(finite, axis=1, keepdims=True), 1e-12), dtype=np.float32)


def well_formed(text: str) -> str:
    """The text with each lone surrogate, which no encoder takes, replaced by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

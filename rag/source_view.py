"""A page as printed beside its reconstruction: what an article took from it, what was dropped, what is not its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from rag.text.spans import Span


class Part(StrEnum):
    """What became of a run of source text."""

    KEPT = "kept"
    DROPPED = "dropped"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Piece:
    part: Part
    start: int
    end: int


def pieces(source: str, own: Iterable[Span], others: Iterable[Span]) -> list[Piece]:
    """The source from the first to the last character of `own`, cut where its fate changes.

    Dropped is what no article of the document covers; white space goes with what stands before it.
    """
    own = sorted(own)
    if not own:
        return []
    first, last = own[0].start, max(span.end for span in own)
    fate = bytearray(last - first)  # 0 dropped, 1 other, 2 kept
    for value, spans in ((1, others), (2, own)):
        for start, end in _clipped(spans, first, last):
            fate[start - first : end - first] = bytes((value,)) * (end - start)
    parts = (Part.DROPPED, Part.OTHER, Part.KEPT)
    found: list[Piece] = []
    for offset in range(first, last):
        part = found[-1].part if found and source[offset].isspace() else parts[fate[offset - first]]
        if found and found[-1].part is part:
            found[-1] = Piece(part, found[-1].start, offset + 1)
        else:
            found.append(Piece(part, offset, offset + 1))
    return found


def _clipped(spans: Iterable[Span], first: int, last: int) -> Iterator[tuple[int, int]]:
    for span in spans:
        start, end = max(first, span.start), min(last, span.end)
        if start < end:
            yield start, end

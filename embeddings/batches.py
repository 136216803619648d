"""Packing of token sequences into batches of similar length, so that little work goes into padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Batch:
    """Which sequences run together, and the length that all of them are padded to."""

    members: tuple[int, ...]
    length: int


def pack(lengths: Sequence[int], budget: int, step: int) -> Iterator[Batch]:
    """Batches of sequences sorted by length, longest first, of at most `budget` padded tokens but at least one
    sequence.

    Lengths are rounded up to a multiple of `step`: few distinct shapes, as each new one costs the runtime a
    preparation.
    """
    order = sorted(range(len(lengths)), key=lambda i: (-lengths[i], i))
    at = 0
    while at < len(order):
        length = -(-lengths[order[at]] // step) * step
        count = max(1, budget // length)
        yield Batch(tuple(order[at : at + count]), length)
        at += count

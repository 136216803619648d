"""Windows cover a text without a gap; batches hold each text once within their budget."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.base import Vectors
from embeddings.batches import pack
from embeddings.windows import Window, embed_windowed, unit_rows, well_formed, windows


@given(st.integers(0, 5000), st.integers(8, 600), st.integers(0, 7))
def test_windows_cover_the_text_and_overlap(length: int, size: int, overlap: int) -> None:
    cut = windows(0, length, size, overlap)
    assert cut[0].start == 0
    assert cut[-1].end == length
    assert all(window.end - window.start <= size for window in cut)
    assert all(left.end - right.start >= overlap for left, right in pairwise(cut))
    assert all(left.start < right.start for left, right in pairwise(cut))


@given(st.lists(st.integers(1, 512), max_size=60), st.integers(1, 2000))
def test_every_sequence_is_packed_once(lengths: list[int], budget: int) -> None:
    batches = list(pack(lengths, budget, 8))
    assert sorted(i for batch in batches for i in batch.members) == list(range(len(lengths)))
    for batch in batches:
        assert all(lengths[i] <= batch.length for i in batch.members)
        assert len(batch.members) == 1 or batch.length * len(batch.members) <= budget


def test_windows_are_pooled_by_length() -> None:
    def embed(pieces: list[Window]) -> Vectors:
        return np.eye(3, dtype=np.float32)[[0 if piece.start == 0 else 1 for piece in pieces]]

    rows = embed_windowed([2, 10, 0], 6, 2, embed)
    half = float(np.sqrt(0.5))
    np.testing.assert_allclose(rows, [[1.0, 0.0, 0.0], [half, half, 0.0], [1.0, 0.0, 0.0]], atol=1e-6)


def test_every_row_gets_length_one() -> None:
    rows = unit_rows([[3.0, 4.0], [0.0, 0.0], [float("nan"), float("inf")]])
    np.testing.assert_allclose(rows, [[0.6, 0.8], [1.0, 0.0], [1.0, 0.0]], atol=1e-6)


@pytest.mark.parametrize(("text", "clean"), [("a\ud800b", "a\ufffdb"), ("😀", "😀"), ("\ud83d\ude00", "😀"), ("", "")])
def test_lone_surrogates_are_replaced(text: str, clean: str) -> None:
    assert well_formed(text) == clean

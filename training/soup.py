"""The mean of several trainings: `python -m training.soup FOLDER=SHARE FOLDER=SHARE... --out FOLDER`.

Trainings that began from the same weights lie in one valley, and their mean reads better than each of them, most of
all where one forgot what another kept (model soups, Wortsman 2022, arXiv:2203.05482).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from training.model import save_checkpoint


def mixed(states: Sequence[dict[str, Tensor]], shares: Sequence[float]) -> dict[str, Tensor]:
    """The weighted mean of states of one shape; shares need not sum to 1."""
    if any(state.keys() != states[0].keys() for state in states):
        raise ValueError("the trainings have different layers")
    whole = sum(shares)
    return {
        name: torch.stack([state[name] * (share / whole) for state, share in zip(states, shares, strict=True)]).sum(0)
        for name in states[0]
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the mean of several trainings.")
    parser.add_argument("folders", nargs="+", metavar="FOLDER=SHARE", help="folders of checkpoints, and their shares")
    parser.add_argument("--out", type=Path, required=True, help="folder of the checkpoint that is written")
    options = parser.parse_args()
    named = [name.rpartition("=") for name in options.folders]
    states = [torch.load(Path(folder) / "checkpoint.pt", weights_only=True) for folder, _, _ in named]
    options.out.mkdir(parents=True, exist_ok=True)
    whole = mixed([state["model"] for state in states], [float(share) for _, _, share in named])
    save_checkpoint(options.out / "checkpoint.pt", {"model": whole, "step": sum(state["step"] for state in states)})


if __name__ == "__main__":
    main()

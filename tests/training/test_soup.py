from __future__ import annotations

import pytest
import torch

from training.soup import mixed


def test_the_mean_of_trainings_is_weighted_and_shares_need_not_sum_to_one() -> None:
    states = [{"head.weight": torch.full((2, 3), value)} for value in (1.0, 4.0)]
    assert torch.allclose(mixed(states, [2, 1])["head.weight"], torch.full((2, 3), 2.0))


def test_trainings_of_different_layers_have_no_mean() -> None:
    with pytest.raises(ValueError, match="different layers"):
        mixed([{"a": torch.zeros(1)}, {"b": torch.zeros(1)}], [1, 1])

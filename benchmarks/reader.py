"""How well the reader reads: `python -m benchmarks.reader --xquad DIR --cmrc FILE [--limit N]`.

Given the passage: span F1 of the phrase that is shown, as the script of CMRC 2018 counts it, and how often the
answering passage scores above another one of its article (AUC), for questions in several languages over Chinese
passages, and the other way round.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from embeddings.base import ReadSpan
from embeddings.reader import E5Reader
from eval.metrics.refusal import auc
from eval.metrics.text import f1
from rag.answer.extent import whole
from rag.answer.reader import trimmed
from rag.text.language import detect_language
from training.parallel import squad_rows

LANGUAGES = (("zh", "zh"), ("zh", "en"), ("zh", "es"), ("zh", "ar"), ("en", "zh"), ("en", "en"))


@dataclass(frozen=True)
class Judged:
    """A question, the passage that answers it, another of the same article, and the right answers."""

    question: str
    passage: str
    other: str | None
    answers: tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--xquad", type=Path, help="folder with xquad.LANGUAGE.json")
    parser.add_argument("--cmrc", type=Path, help="cmrc_trial.json")
    parser.add_argument("--limit", type=int, help="questions of each row")
    arguments = parser.parse_args()
    rows: list[tuple[str, Path, Path]] = []
    if arguments.cmrc:
        rows.append(("CMRC trial", arguments.cmrc, arguments.cmrc))
    if arguments.xquad:
        for passages, questions in LANGUAGES:
            over, asked = (arguments.xquad / f"xquad.{name}.json" for name in (passages, questions))
            rows.append((f"XQuAD {questions}->{passages}", over, asked))
    reader = E5Reader()
    for row in rows:
        judge(reader, *row, arguments.limit)


def judge(reader: E5Reader, name: str, passages: Path, questions: Path, limit: int | None) -> None:
    judged = read_judged(passages, questions, seed=1)[:limit]
    credit, right, wrong, began = 0.0, [], [], time.perf_counter()
    for one in judged:
        found = reader.read(one.question, [one.passage, one.other or ""])
        credit += f1(_phrase(one.question, one.passage, found[0]), one.answers, detect_language(one.passage))
        right.append(_score(found[0]))
        if one.other is not None:
            wrong.append(_score(found[1]))
    spent = (time.perf_counter() - began) / len(judged) * 1000
    ranked = f", AUC {auc(right, wrong):.3f}" if wrong else ""
    answered = sum(score > 0 for score in right) / len(right)
    print(
        f"{name}, {len(judged)} questions: span F1 {credit / len(judged):.3f}{ranked}, above none {answered:.3f},"
        f" {spent:.0f} ms each"
    )


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


def _phrase(question: str, text: str, spans: Sequence[ReadSpan]) -> str:
    """As the answerer would show it."""
    tidy = [
        replace(span, start=start, end=end) for span in spans for start, end in [trimmed(text, span.start, span.end)]
    ]
    best = next(iter(whole(question, text, [span for span in tidy if span.start < span.end])), None)
    return text[best.start : best.end] if best else ""


def _score(spans: tuple[ReadSpan, ...]) -> float:
    return spans[0].score if spans else -100.0


if __name__ == "__main__":
    main()

"""How good extractive answers and refusals are: `python -m benchmarks.answers [--xquad DIR] [--cmrc FILE] [--show]`.

On the shipped questions over the seeds: how often the gold evidence is cited at all, and first; how often a gold
answer stands in the answer; sentences an answer; wrongly refused. Of the unanswerable near misses, how many are
refused. With the files of XQuAD and CMRC: how many of their questions, which the seeds do not answer, are refused.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from rag.settings import Settings
from rag.text.spans import strip_space
from rag.types import Answer, Question
from rag.wiring import build

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = ROOT / "eval" / "datasets" / "seeds_qa.dev.jsonl"
SAMPLE = 300  # questions taken of each foreign set


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--xquad", type=Path, help="folder with xquad.LANGUAGE.json")
    parser.add_argument("--cmrc", type=Path, help="cmrc_trial.json")
    parser.add_argument("--show", action="store_true", help="print every question and answer")
    arguments = parser.parse_args()
    items = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        service = build(Settings(data=Path(folder)), create=True)
        service.library.ingest([ROOT / "seeds"])
        answers = [(item, service.assistant.ask(Question(item["question"]))) for item in items]
        if arguments.show:
            for item, answer in answers:
                print(f"{item['id']} {item['question']}\n    {answer.answer}\n    gold: {item['answers'][:1]}")
        answerable = [pair for pair in answers if pair[0]["evidence"]]
        quality("zh", [pair for pair in answerable if pair[0]["language"] == "zh"])
        quality("other languages", [pair for pair in answerable if pair[0]["language"] != "zh"])
        refused("near misses, unanswerable", [answer for item, answer in answers if not item["evidence"]])
        foreign: list[tuple[str, Path]] = []
        if arguments.xquad:
            foreign += [(f"XQuAD {name}", arguments.xquad / f"xquad.{name}.json") for name in ("zh", "en", "es", "ar")]
        if arguments.cmrc:
            foreign.append(("CMRC", arguments.cmrc))
        for name, path in foreign:
            refused(f"off the topic, {name}", [service.assistant.ask(Question(text)) for text in sampled(path)])
        service.close()


def quality(name: str, answers: list[tuple[dict[str, Any], Answer]]) -> None:
    cited = [[carries(c.quote, item) for c in answer.citations] for item, answer in answers]
    said = [says(answer, item["answers"]) for item, answer in answers]
    count = len(answers)
    print(
        f"{name}, {count} questions: evidence cited {sum(map(any, cited)) / count:.3f},"
        f" first {sum(bool(c) and c[0] for c in cited) / count:.3f}, answer contained {sum(said) / count:.3f},"
        f" sentences {sum(len(a.sentences) for _, a in answers) / count:.2f},"
        f" wrongly refused {sum(a.abstained for _, a in answers) / count:.3f}"
    )


def says(answer: Answer, golds: Sequence[str]) -> bool:
    """Whether one of the gold answers stands in the answer, white space aside."""
    text = strip_space(answer.answer)
    return any(strip_space(gold) in text for gold in golds)


def carries(quote: str, item: dict[str, Any]) -> bool:
    """Whether most of one of the item's evidence quotes stands in `quote`, or most of `quote` in it."""
    text = strip_space(quote)
    for evidence in item["evidence"]:
        gold = evidence["quote"]
        common = SequenceMatcher(None, text, gold, autojunk=False).find_longest_match().size
        if common >= 0.6 * min(len(text), len(gold)):
            return True
    return False


def refused(name: str, answers: list[Answer]) -> None:
    print(f"{name}, {len(answers)} questions: refused {sum(a.abstained for a in answers) / len(answers):.3f}")


def sampled(path: Path) -> list[str]:
    texts = [
        qa["question"]
        for article in json.loads(path.read_text("utf-8"))["data"]
        for paragraph in article["paragraphs"]
        for qa in paragraph["qas"]
        if qa["question"].strip()
    ]
    return random.Random(0).sample(texts, min(SAMPLE, len(texts)))


if __name__ == "__main__":
    main()

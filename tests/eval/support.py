"""Records made by hand, and a small index to ask."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from eval.compare import Scored
from eval.dataset import Gold, Item
from eval.judge import SupportJudge
from eval.manifest import Machine, Manifest
from eval.records import FoundPassage, Record, Scores
from eval.run import Run
from eval.score import score
from eval.targets import Identity
from rag.text.spans import Span
from rag.types import Answer, Citation, Reason, Statement, Usage

_WORDS = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]  # hardly to be compressed, which real text is


def manifest(questions: int) -> Manifest:
    identity = Identity("index", "0" * 16, 3, "e5", "extractive", "0" * 16, {"limit": "8"}, "0")
    machine = Machine("Linux", "a processor", 2, "3.11", {})
    return Manifest(
        "0" * 16, "made.jsonl", "0" * 64, questions, identity, 20, True, "a judge", None, 0, "2024-01-01", machine
    )


def record(number: int, rng: random.Random, *, language: str = "zh", skill: float = 0.7, passages: int = 200) -> Record:
    """A question about one of so many passages; the better the `skill`, the more of it goes right."""
    passage = rng.randrange(passages)
    words = random.Random(passage)
    text = "".join(words.choice(_WORDS) for _ in range(500))
    start = rng.randrange(200)
    quote, wrong = text[start : start + 30], text[(start + 90) % 200 :][:30]
    right = rng.random() < skill
    item = Item(
        f"q{number:05}", f"第{number}个问题问的是{quote[:6]}什么？", language, "fact" if number % 6 else "unanswerable",
        (quote[5:12],) if number % 6 else (), (), (Gold(f"s{passage}", quote),) if number % 6 else (),
    )  # fmt: skip
    rank = rng.choice((0, 0, 1, 3)) if right else rng.choice((2, 7, 19))
    found = tuple(
        FoundPassage(f"c{passage}" if place == rank else f"x{number}-{place}", f"a{passage}", f"s{passage}", "标题",
                     (0,) if place == rank and number % 6 else (), text if place == rank else "")
        for place in range(20)
    )  # fmt: skip
    said = quote if right else wrong
    abstained = rng.random() < 0.1
    citation = Citation(1, f"a{passage}", f"s{passage}", "标题", None, said, (Span(start, start + 30),), None, said,
                        round(rng.random(), 3))  # fmt: skip
    answer = Answer(
        item.question, "没有找到。" if abstained else f"{said}[1]。", None, abstained,
        Reason.OFF_TOPIC if abstained else None, () if abstained else (Statement(said, (1,), True),),
        () if abstained else (citation,), (), "extractive", Usage(900, 40), {"total": 20.0},
    )  # fmt: skip
    verbatim = () if abstained else (True,)
    return Record(item, f"a{passage}", (), found, 1.0, answer, verbatim, 900, None, 20 + rng.random() * 30, None)


class NoEmbedder(SupportJudge):
    """Judges by the letter alone, for records whose statements are their quotes."""

    def __init__(self) -> None:
        self.name = "a judge"

    def supports(self, statement: str, quotes: Sequence[str]) -> bool:
        return statement in "".join(quotes)


def made_run(count: int, seed: int = 0, skill: float = 0.7, passages: int = 200) -> Run:
    rng = random.Random(seed)
    records = [
        record(n, rng, language="en" if n % 3 == 2 else "zh", skill=skill, passages=passages) for n in range(count)
    ]
    return Run(manifest(count), tuple(score(records, NoEmbedder())), ())


def noisy(seed: int, questions: int = 105, *, of: int = 0) -> list[Scored]:
    """A run of a system that answers by chance: the questions are those of `of`, the luck is that of `seed`."""
    hardness = random.Random(of)
    luck = random.Random(seed * 1000 + 17)
    rows = []
    for number in range(questions):
        skill = hardness.random()
        languages = hardness.choice(("zh", "zh", "zh", "en", "fr"))
        values = {
            name: float(luck.random() < skill)
            for name in ("recall_5", "credit", "f1", "evidence_recall", "citation_precision", "decision")
        }
        scores = replace(Scores(), **values, ndcg_10=values["recall_5"], evidence_precision=values["evidence_recall"])
        rows.append(Scored(f"q{number}", "?", languages, f"a{number // 2}", replace(scores, verbatim=1.0)))
    return rows

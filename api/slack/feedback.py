"""Thumbs as evaluation questions: what was found good is gold, what was found bad waits for somebody to say what is."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.slack.memory import Rated

_MARKERS = re.compile(r"(?:\[\d+\])+")


@dataclass(frozen=True, slots=True)
class Exported:
    """How many questions went where; `review` is the file of those to be completed by hand."""

    questions: int
    to_review: int
    file: Path
    review: Path


def export(rated: Sequence[Rated], file: Path) -> Exported:
    """Writes `file` in the format of `wenju eval`, and beside it `*.review.jsonl`: the answers that more people found
    bad than good, with what was answered under `rejected`. Nobody is named in either. A draw goes to neither.
    """
    good = [_question(item) for item in rated if item.up > item.down]
    bad = [_to_review(item) for item in rated if item.down > item.up]
    review = file.with_name(f"{file.stem}.review.jsonl")
    for path, questions in ((file, good), (review, bad)):
        lines = "".join(json.dumps(question, ensure_ascii=False) + "\n" for question in questions)
        path.write_text(lines, "utf-8")
    return Exported(len(good), len(bad), file, review)


def _question(item: Rated) -> dict[str, Any]:
    exchange = item.exchange
    answered = not exchange.abstained
    return {
        "id": f"slack-{exchange.key}",
        "question": exchange.question,
        "language": exchange.language,
        **({} if answered else {"type": "unanswerable"}),
        "answers": [exchange.short or _bare(exchange.answer)] if answered else [],
        "evidence": [{"source": source, "quote": quote} for source, quote in exchange.evidence],
        "votes": {"up": item.up, "down": item.down},
    }


def _to_review(item: Rated) -> dict[str, Any]:
    exchange = item.exchange
    return {
        "id": f"slack-{exchange.key}",
        "question": exchange.question,
        "language": exchange.language,
        "answers": [],
        "evidence": [],
        "rejected": {
            "answer": _bare(exchange.answer),
            "abstained": exchange.abstained,
            "evidence": [{"source": source, "quote": quote} for source, quote in exchange.evidence],
        },
        "votes": {"up": item.up, "down": item.down},
    }


def _bare(answer: str) -> str:
    return _MARKERS.sub("", answer)

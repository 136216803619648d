"""Question answering sets, a passage a line, as windows with the answer or without it.

A line is `{"language", "article", "context", "questions": [...]}`, gzipped or not, each question `{"question",
"impossible", "answers": [{"text", "start"}]}`; `start` counts characters.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.text.folding import simplified
from rag.text.sentences import split_sentences

_NEAR = 48  # characters within which a translated set's answer may stand beside its offset


@dataclass(frozen=True)
class Passage:
    """A passage and its place: passages of one `article` are about the same things."""

    language: str
    article: str
    text: str


@dataclass(frozen=True)
class Asked:
    """A question over a passage; `start` and `end` bound the answer in it, or are equal where there is none.
    `translations` are the question in other languages.
    """

    question: str
    passage: Passage
    start: int
    end: int
    translations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Example:
    """What is trained on: `start == end` says that the window does not answer. Characters of `window`."""

    question: str
    window: str
    start: int
    end: int
    language: str


def read_set(path: Path) -> Iterator[Asked]:
    """Every question of the file whose answer, if it has one, stands in its passage. Traditional Chinese is made
    simplified, character by character, so that offsets stay.
    """
    data = path.read_bytes()
    for line in (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8").strip().split("\n"):
        yield from _questions(json.loads(line))


def write_set(path: Path, language: str, passages: Iterable[tuple[str, str, Sequence[tuple[str, int, int]]]]) -> None:
    """What `read_set` reads, gzipped: article, text and questions of each passage; a question with the bounds of its
    answer in the text.
    """
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for article, context, questions in passages:
            entries = [
                {"question": text, "impossible": False, "answers": [{"text": context[start:end], "start": start}]}
                for text, start, end in questions
            ]
            row = {"language": language, "article": article, "context": context, "questions": entries}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _questions(row: dict[str, object]) -> Iterator[Asked]:
    language, context = str(row["language"]), str(row["context"])
    traditional = language == "zh-Hant"
    text = simplified(context) if traditional else context
    passage = Passage(language.partition("-")[0], str(row["article"]), text)
    for entry in row["questions"]:  # type: ignore[attr-defined]
        question = simplified(entry["question"]) if traditional else entry["question"]
        if entry["impossible"] or not entry["answers"]:
            yield Asked(question, passage, 0, 0)
            continue
        answer = entry["answers"][0]
        wanted = simplified(answer["text"]) if traditional else answer["text"]
        start = find(text, wanted, int(answer["start"]))
        if start is not None:
            yield Asked(question, passage, start, start + len(wanted))


def find(text: str, wanted: str, start: int) -> int | None:
    """Where `wanted` begins in `text`, `start` being where it is said to; None where it does not stand near there."""
    if text[start : start + len(wanted)] == wanted:
        return start
    places = [match.start() for match in re.finditer(re.escape(wanted), text)] if wanted else []
    nearest = min(places, key=lambda place: abs(place - start), default=None)
    return nearest if nearest is not None and abs(nearest - start) <= _NEAR else None


def cut_window(text: str, start: int, end: int, limit: int, rng: random.Random) -> tuple[str, int]:
    """Whole sentences around `text[start:end]`, as many at either side as chance says, about `limit` characters at
    most; and where the window begins in `text`.
    """
    ranges: Sequence[tuple[int, int]] = split_sentences(text) or [(0, len(text))]
    first = max((i for i, (low, _) in enumerate(ranges) if low <= start), default=0)
    last = max(first, min((i for i, (_, high) in enumerate(ranges) if high >= end), default=len(ranges) - 1))
    while True:
        sides = [side for side in (-1, 1) if _fits(ranges, first, last, side, limit)]
        if not sides:
            break
        side = rng.choice(sides)
        first, last = (first - 1, last) if side < 0 else (first, last + 1)
    low, high = ranges[first][0], ranges[last][1]
    if high - low > 2 * limit:  # a sentence longer than any window: keep what stands about the answer
        low = max(low, start - rng.randrange(limit))
        high = min(high, max(end, low + limit))
    return text[low:high], low


def _fits(ranges: Sequence[tuple[int, int]], first: int, last: int, side: int, limit: int) -> bool:
    first, last = (first - 1, last) if side < 0 else (first, last + 1)
    return first >= 0 and last < len(ranges) and ranges[last][1] - ranges[first][0] <= limit

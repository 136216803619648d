"""Loose answers, found in the texts that were asked about: `python -m training.sheets SHEET... --texts FILE...`.

CRUD-RAG (Lyu 2024, arXiv:2401.17043) has questions and answers that a model wrote about events in the news, and the
articles, but not where an answer stands. The likeliest articles of a sheet are found by the cosine of their character
pairs, weighed by idf; an answer is kept where it stands in one of them word for word, or nearly so and then in the
article's words, beside words of its question.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz import fuzz  # type: ignore[import-not-found]
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

from training.passages import write_set

_LIKELIEST = 6  # articles of a sheet
_SHORTEST = 80  # characters of an article
_NOT_TOLD = "无法推断"  # what the sheets say of a question that has no answer
_BESIDE = 60  # characters before the sentence that count as beside
_LEAST = 0.25  # share of the question's character pairs that stand beside the answer
_LEAST_LOOSE = 0.4  # where a sheet is made from a changed article
_NEARLY = 86.0  # rapidfuzz's partial ratio, 0..100
_SENTENCE = re.compile(r"[^。！？；]+[。！？；]?")
_AROUND = "，、的是了和 ：；。"


@dataclass(frozen=True)
class Place:
    """A phrase of an article that answers; `score` is how much of the question stands beside it, less its rank."""

    score: float
    article: int
    start: int
    text: str


class Articles:
    """Texts, searched by their character pairs."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self._pairs = HashingVectorizer(
            analyzer="char", ngram_range=(2, 2), n_features=2**19, alternate_sign=False, norm=None, dtype=np.float32
        )
        counts = self._pairs.transform(texts)
        counts.data = np.log1p(counts.data)
        self._idf = TfidfTransformer()
        self._rows = self._idf.fit_transform(counts)

    def likeliest(self, queries: Sequence[str]) -> list[list[int]]:
        """Numbers of articles, best first, for every query."""
        scores = (self._idf.transform(self._pairs.transform(queries)) @ self._rows.T).tocsr()
        rows = [scores.getrow(number) for number in range(len(queries))]
        return [row.indices[np.argsort(-row.data)[:_LIKELIEST]].tolist() for row in rows]

    def place(self, question: str, answer: str, likely: Sequence[int]) -> Place | None:
        """Where the answer stands with most of the question beside it."""
        exact = [place for rank, number in enumerate(likely) for place in self._exact(question, answer, rank, number)]
        if not exact and len(answer) >= 6:
            exact = [
                place for rank, number in enumerate(likely) for place in self._nearly(question, answer, rank, number)
            ]
        return max(exact, key=lambda place: place.score, default=None)

    def _exact(self, question: str, answer: str, rank: int, number: int) -> Iterator[Place]:
        text = self.texts[number]
        for match in re.finditer(re.escape(answer), text):
            for low, high in (sentence.span() for sentence in _SENTENCE.finditer(text)):
                if low <= match.start() < high:
                    beside = text[max(0, low - _BESIDE) : max(high, match.end())].replace(answer, "")
                    yield Place(_shared(question, answer, beside) - 0.02 * rank, number, match.start(), answer)

    def _nearly(self, question: str, answer: str, rank: int, number: int) -> Iterator[Place]:
        text = self.texts[number]
        for low, high in (sentence.span() for sentence in _SENTENCE.finditer(text)):
            if high - low < len(answer) * 0.9:
                continue
            found = fuzz.partial_ratio_alignment(answer, text[low:high], score_cutoff=_NEARLY)
            if found is None:
                continue
            start, end = _trimmed(text, low + found.dest_start, low + found.dest_end)
            said = text[start:end]
            if len(said) < 4 or not set(said[:2]) & set(answer[:3]) or not set(said[-2:]) & set(answer[-3:]):
                continue
            beside = text[max(0, low - _BESIDE) : high].replace(said, "")
            score = _shared(question, answer, beside) - 0.02 * rank + found.score / 200 - 0.45
            yield Place(score, number, start, said)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _AROUND:
        start += 1
    while end > start and text[end - 1] in "，、 ：；。":
        end -= 1
    return start, end


def _shared(question: str, answer: str, beside: str) -> float:
    """Share of the question's character pairs that stand beside, those of the answer aside."""
    asked = _pairs(question)
    return len(asked & _pairs(beside)) / max(1, len(asked - _pairs(answer)))


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def read_articles(paths: Sequence[Path]) -> list[str]:
    """Each text once, of lines `date，正文：text`."""
    found: dict[str, None] = {}
    for path in paths:
        for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
            line = line.strip()
            if len(line) >= _SHORTEST:
                head, _, body = line.partition("，正文：")
                found[" ".join((body or head).split())] = None
    return list(found)


def read_sheet(path: Path) -> list[dict[str, Any]]:
    """Those that have answers: `{"key_info": [...], "question": [...], "answers": [...]}`."""
    sheets = json.loads(path.read_text(encoding="utf-8")).values()
    whole = [one for one in sheets if one.get("answers")]
    return [one for one in whole if all(isinstance(text, str) for text in one["answers"] + one["question"])]


def main() -> None:
    parser = argparse.ArgumentParser(description="Find where the answers of question sheets stand.")
    parser.add_argument("sheets", type=Path, nargs="+")
    parser.add_argument("--texts", type=Path, nargs="+", required=True, help="articles, one a line")
    parser.add_argument("--out", type=Path, required=True, help="FILE.jsonl.gz")
    options = parser.parse_args()
    articles = Articles(read_articles(options.texts))
    found: dict[int, list[tuple[str, int, int]]] = {}
    for path in options.sheets:
        sheets = read_sheet(path)
        told = [[text for text in sheet["answers"] if text != _NOT_TOLD] for sheet in sheets]
        queries = [
            "。".join(sheet["key_info"] + sheet["question"] + own) for sheet, own in zip(sheets, told, strict=True)
        ]
        least = _LEAST_LOOSE if path.name.startswith("Hallu") else _LEAST
        for sheet, likely in zip(sheets, articles.likeliest(queries), strict=True):
            for question, said in zip(sheet["question"], sheet["answers"], strict=False):
                answer = said.strip().rstrip("。.；;")
                place = articles.place(question, answer, likely) if answer != _NOT_TOLD and len(answer) > 1 else None
                if place is not None and place.score >= least:
                    entry = (question, place.start, place.start + len(place.text))
                    found.setdefault(place.article, []).append(entry)
    write_set(options.out, "zh", ((f"sheet-{at}", articles.texts[at], asked) for at, asked in found.items()))
    print(f"{sum(map(len, found.values()))} questions of {len(found)} articles")


if __name__ == "__main__":
    main()

"""One set in several languages: passages of each, asked in all.

The files are SQuAD's JSON, translated; a question has the same id in each. A file with ids of its own is matched to the
others by its questions: two that are each other's nearest neighbour say the same.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from embeddings import load_embedder
from training.passages import Asked, Passage, find

_SAME = 0.5  # of the questions; with fewer ids in common a file has ids of its own


@dataclass(frozen=True)
class _Question:
    number: str
    asked: Asked


def read_parallel(paths: Mapping[str, Path], judged: Sequence[Path]) -> list[Asked]:
    """Every question of every file, `translations` in the other languages. A passage is left out where its text, or the
    id or the words of one of its questions, stand in a file of `judged`.
    """
    files = _unjudged(paths, judged)
    translated: dict[str, dict[str, str]] = defaultdict(dict)
    for language, rows in files.items():
        for one in rows:
            translated[one.number][language] = one.asked.question
    return [
        replace(one.asked, translations=_others(translated[one.number], language))
        for language, rows in files.items()
        for one in rows
    ]


def parallel_passages(paths: Mapping[str, Path], judged: Sequence[Path]) -> list[dict[str, str]]:
    """The passages that all the files have, by language; `judged` as above."""
    files = _unjudged(paths, judged)
    by_number: dict[str, dict[str, str]] = defaultdict(dict)
    for language, rows in files.items():
        for one in rows:
            by_number[one.number][language] = one.asked.passage.text
    whole = [texts for texts in by_number.values() if len(texts) == len(files)]
    first = next(iter(files))
    return list({texts[first]: texts for texts in reversed(whole)}.values())[::-1]


def _unjudged(paths: Mapping[str, Path], judged: Sequence[Path]) -> dict[str, list[_Question]]:
    files = _with_common_numbers({language: list(_questions(language, path)) for language, path in paths.items()})
    known = {text for path in judged for _, context, rows in squad_rows(path) for text in _marks(context, rows)}
    spoilt = {
        one.asked.passage
        for rows in files.values()
        for one in rows
        if known & {one.number, one.asked.question, one.asked.passage.text}
    }
    return {language: [one for one in rows if one.asked.passage not in spoilt] for language, rows in files.items()}


def _others(texts: Mapping[str, str], language: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for other, text in texts.items() if _plain(other) != _plain(language)))


def _plain(language: str) -> str:
    """`es` of `es-2`: two sets in one language."""
    return language.partition("-")[0]


def squad_rows(path: Path) -> list[tuple[int, str, list[dict[str, Any]]]]:
    """Article number, passage and questions of a SQuAD file, version 1 or 2."""
    data = json.loads(path.read_text(encoding="utf-8"))["data"]
    return [(n, part["context"], part["qas"]) for n, article in enumerate(data) for part in article["paragraphs"]]


def _marks(context: str, rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield context
    for row in rows:
        yield str(row["id"])
        yield row["question"]


def _questions(language: str, path: Path) -> Iterator[_Question]:
    for article, context, rows in squad_rows(path):
        passage = Passage(_plain(language), f"{path.stem}-{article}", context)
        for row in rows:
            if row.get("is_impossible") or not row["answers"]:
                yield _Question(str(row["id"]), Asked(row["question"], passage, 0, 0))
                continue
            answer = row["answers"][0]
            start = find(context, answer["text"], int(answer["answer_start"]))
            if start is not None:
                asked = Asked(row["question"], passage, start, start + len(answer["text"]))
                yield _Question(str(row["id"]), asked)


def _with_common_numbers(files: dict[str, list[_Question]]) -> dict[str, list[_Question]]:
    """The largest file has the ids that count."""
    first = max(files, key=lambda language: len(files[language]))
    numbers = {one.number for one in files[first]}
    return {
        language: rows
        if sum(one.number in numbers for one in rows) >= _SAME * len(rows)
        else _matched(rows, files[first])
        for language, rows in files.items()
    }


def _matched(rows: Sequence[_Question], others: Sequence[_Question]) -> list[_Question]:
    """`rows` under the ids of `others`; a question without partner keeps its own."""
    embedder = load_embedder("e5-small")
    mine, theirs = (_centred(embedder.embed_queries([one.asked.question for one in part])) for part in (rows, others))
    scores = mine @ theirs.T
    there, back = scores.argmax(axis=1), scores.argmax(axis=0)
    return [replace(one, number=others[there[i]].number) if back[there[i]] == i else one for i, one in enumerate(rows)]


def _centred(vectors: np.ndarray[Any, np.dtype[np.float32]]) -> np.ndarray[Any, np.dtype[np.float32]]:
    apart = vectors - vectors.mean(axis=0)
    return np.asarray(apart / np.linalg.norm(apart, axis=1, keepdims=True), np.float32)

"""What each part of the search is worth: `python -m benchmarks.ablation --xquad DIR --cmrc FILE [--every N]`.

The measures of `benchmarks/retrieval.py`, once with everything and then with one part after the other taken out of the
running product. A part earns its place where its line is below the first one.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from benchmarks.retrieval import evidence_in_top, indexed, pages, recall_at_1, seeds_pages, seeds_questions, squad
from rag.index.schema import SENTENCE_BITS
from rag.index.store import Ids
from rag.index.vectors import UnitIndex
from rag.retrieve.fuse import Known
from rag.types import Page
from rag.wiring import Service

Vector = NDArray[np.float32]
Measure = Callable[[Service], float]

_COUNT = 150  # candidates from the list that is left; the product takes as many sentences


def _passages_only(units: UnitIndex, vector: Vector, _limit: int, allowed: Ids | None) -> list[int]:
    return list(units.passages.search(vector, _COUNT, allowed)[0].tolist())


def _sentences_only(units: UnitIndex, vector: Vector, _limit: int, allowed: Ids | None) -> list[int]:
    sentences = None if allowed is None else units.sentence_ids_of(allowed)
    return list((units.sentences.search(vector, _COUNT, sentences)[0] >> SENTENCE_BITS).tolist())


def _by_passage(chunks: Ids, cosines: Vector, *_sentences: object) -> dict[int, float]:
    return dict(zip(chunks.tolist(), cosines.tolist(), strict=True))


def _by_sentence(chunks: Ids, cosines: Vector, sentence_ids: Ids, of_sentences: Vector) -> dict[int, float]:
    best: dict[int, float] = {}
    for chunk, cosine in zip((sentence_ids >> SENTENCE_BITS).tolist(), of_sentences.tolist(), strict=True):
        best[chunk] = max(best.get(chunk, -1.0), cosine)
    return {chunk: best.get(chunk, own) for chunk, own in zip(chunks.tolist(), cosines.tolist(), strict=True)}


def _of_all_scripts(_cls: object, weights: Mapping[str, float], occurring: Mapping[str, int], _rare: float) -> Known:
    total = sum(weights.values())
    share = sum(weight for term, weight in weights.items() if term in occurring) / total if total else 0.0
    return Known(share, share, weights)


def _unit(_background: object, _text: str, rows: Vector) -> Vector:
    return np.asarray(rows / (np.linalg.norm(rows, axis=-1, keepdims=True) + 1e-12), np.float32)


# Part -> what stands in for it, by the name that the product finds it under.
PARTS: Mapping[str, Mapping[str, object]] = {
    "BM25": {"rag.retrieve.search.lexical.search": lambda *_: []},
    "the dictionary": {"rag.retrieve.search.Searcher._translated": lambda *_: ({}, {})},
    "words weighed by script": {"rag.retrieve.search.Known.of": classmethod(_of_all_scripts)},
    "days and sums as terms": {"rag.text.terms.days": lambda _: [], "rag.text.terms.scaled": lambda _: []},
    "sentence vectors": {
        "rag.retrieve.search._dense_candidates": _passages_only,
        "rag.retrieve.search._meaning": _by_passage,
    },
    "passage vectors": {
        "rag.retrieve.search._dense_candidates": _sentences_only,
        "rag.retrieve.search._meaning": _by_sentence,
    },
    "language mean of vectors": {"rag.retrieve.background.Background.focused": _unit},
    "language mean of tokens": {"rag.retrieve.background.Background.focused_tokens": _unit},
    "MaxSim": {"rag.retrieve.search.reranked": lambda fused, *_: dict(fused)},
    "what stands together": {"rag.retrieve.rerank.Matches.together": lambda matches, weights: weights @ matches.best},
    "spreading near copies": {"rag.retrieve.search.spread_out": lambda order, *_: list(order)},
}
# The same of what passages are embedded with, for which they are indexed anew.
EMBEDDED_PARTS: Mapping[str, Mapping[str, object]] = {
    "the article's place": {"rag.library.places_of": lambda drafts: [None] * len(drafts)},
    "place, title and headings": {"rag.library.embedded_text": lambda _, text: text},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--xquad", type=Path, help="folder with xquad.LANGUAGE.json")
    parser.add_argument("--cmrc", type=Path, help="cmrc_trial.json")
    parser.add_argument("--every", type=int, default=1, help="ask every n-th question of XQuAD and CMRC")
    arguments = parser.parse_args()
    table: dict[str, dict[str, float]] = {}
    chinese, others = seeds_questions()
    add(table, seeds_pages, {"seeds zh": evidence(chinese), "seeds others": evidence(others)})
    for language, asked in (("zh", ("zh", "en", "es", "ar")), ("en", ("zh",))) if arguments.xquad else ():
        files = {f"{name}→{language}": arguments.xquad / f"xquad.{name}.json" for name in asked}
        measures = {name: recall(path, arguments.every) for name, path in files.items()}
        add(table, partial(passages, arguments.xquad / f"xquad.{language}.json"), measures)
    if arguments.cmrc:
        add(table, partial(passages, arguments.cmrc), {"CMRC": recall(arguments.cmrc, arguments.every)})
    print_table(table)


def evidence(questions: list[dict[str, Any]]) -> Measure:
    return lambda service: evidence_in_top(service, questions, 5)


def recall(path: Path, every: int) -> Measure:
    return lambda service: recall_at_1(service, squad(path)[1][::every])


def passages(path: Path) -> Iterable[Page]:
    return pages(squad(path)[0])


def add(
    table: dict[str, dict[str, float]], content: Callable[[], Iterable[Page]], measures: Mapping[str, Measure]
) -> None:
    def measure(part: str, service: Service) -> None:
        table.setdefault(part, {}).update({name: one(service) for name, one in measures.items()})

    with indexed(content()) as service:
        for part in ("", *PARTS):
            with without(part):
                measure(part, service)
    for part in EMBEDDED_PARTS:
        with without(part), indexed(content()) as service:
            measure(part, service)


@contextmanager
def without(part: str) -> Iterator[None]:
    with ExitStack() as stack:
        for target, replacement in {**PARTS, **EMBEDDED_PARTS}.get(part, {}).items():
            stack.enter_context(patch(target, replacement))
        yield


def print_table(table: Mapping[str, Mapping[str, float]]) -> None:
    columns: Sequence[str] = list(table[""])
    print(f"{'':34}" + "".join(f"{name:>14}" for name in columns))
    for part, row in table.items():
        print(f"{f'without {part}' if part else 'everything':34}" + "".join(f"{row[name]:>14.3f}" for name in columns))


if __name__ == "__main__":
    main()

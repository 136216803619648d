"""How search and storage grow: `python -m benchmarks.scale --news FILE`.

The vectors of some thousand sentences of the news (one article a line, gzip) are made by the real model; more are made
by mixing two of them, the first weighing more, with some noise. Two tables are printed. The first: rows against the
time of one query (one thread, the 60 nearest) and the recall of the approximate search against the exact one, asked
with the shipped questions as a search asks them. The second, through the product, over at least so many passages of the
news: bytes on disk, time of one search with its question, and time to open.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.retrieval import QUESTIONS, news_pages
from embeddings import load_embedder
from embeddings.base import TokenEmbedder
from rag.index.generation import Index
from rag.index.store import Store
from rag.index.vectors import EXACT_UP_TO, VectorIndex
from rag.settings import Settings
from rag.text.sentences import split_sentences
from rag.types import Filters, Kind
from rag.wiring import build

Vectors = NDArray[np.float32]

_LIMIT = 60
_TOKENS = 0.75  # of a character of Chinese news
_NOISE = 0.005  # standard deviation of a component; one of a vector of length 1 has about .05


class MixedEmbedder:
    """The real model for questions; for passages, mixtures of a pool of real vectors, and real token vectors of pool
    sentences, one after another up to the length of the text; at once.
    """

    def __init__(self, real: TokenEmbedder, pool: Vectors, tokens: Sequence[Vectors]) -> None:
        self._real = real
        self._pool = pool
        self._tokens = np.concatenate(tokens)
        self._random = np.random.default_rng(1)
        self.dimension = real.dimension
        self.token_dimension = real.token_dimension
        self.fingerprint = f"mixed/{real.fingerprint}"

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._real.embed_queries(texts)

    def embed_query_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[Vectors]]:
        return self._real.embed_query_tokens(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return mixed(self._pool, len(texts), self._random)

    def embed_passage_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[Vectors]]:
        counts = [min(max(1, int(_TOKENS * len(text))), len(self._tokens)) for text in texts]
        starts = [int(self._random.integers(len(self._tokens) - count + 1)) for count in counts]
        tokens = [self._tokens[start : start + count] for start, count in zip(starts, counts, strict=True)]
        return self.embed_passages(texts), tokens


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--news", type=Path, required=True)
    parser.add_argument("--pool", type=int, default=4000, help="sentences embedded by the real model")
    parser.add_argument("--rows", type=int, nargs="*", default=[20_000, 60_000, 120_000, 240_000, 480_000])
    parser.add_argument("--passages", type=int, default=10_000)
    arguments = parser.parse_args()
    embedder = load_embedder("e5-small")
    assert isinstance(embedder, TokenEmbedder)
    pool, tokens = embedder.embed_passage_tokens(list(itertools.islice(sentences(arguments.news), arguments.pool)))
    questions = [json.loads(line)["question"] for line in QUESTIONS.read_text("utf-8").splitlines()]
    asked = embedder.embed_queries(questions)
    vectors_table(pool, unit(asked - 0.6 * asked.mean(axis=0)), arguments.rows)
    if arguments.passages:
        product_table(MixedEmbedder(embedder, pool, tokens), arguments.news, arguments.passages, questions)


def sentences(news: Path) -> Iterator[str]:
    with gzip.open(news, "rt", encoding="utf-8") as file:
        for line in file:
            yield from itertools.islice((line[start:end] for start, end in split_sentences(line)), 3)


def mixed(pool: Vectors, count: int, random: np.random.Generator) -> Vectors:
    """float32 (count, d), rows of length 1."""
    first, second = (pool[random.integers(len(pool), size=count)] for _ in range(2))
    share = random.uniform(0.5, 1, (count, 1)).astype(np.float32)
    noise = random.normal(0, _NOISE, first.shape).astype(np.float32)
    return unit(share * first + (1 - share) * second + noise)


def unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def vectors_table(pool: Vectors, questions: Vectors, sizes: Sequence[int]) -> None:
    print("rows      exact p50  search p50  recall@60 of questions  made in  as measured when made", flush=True)
    random = np.random.default_rng(0)
    index, none = VectorIndex.empty(pool.shape[1]), np.empty(0, np.int64)
    for size in sorted(sizes):
        while (count := len(index.ids)) < size:
            more = min(50_000, size - count)
            index = index.extended(none, np.arange(count, count + more), mixed(pool, more, random))
        started = time.perf_counter()
        tuned = index.tuned()
        made = time.perf_counter() - started
        exact = [index.search(question, _LIMIT)[0] for question in questions]
        found = [tuned.search(question, _LIMIT)[0] for question in questions]
        recall = np.mean([len(np.intersect1d(*pair)) / len(pair[0]) for pair in zip(exact, found, strict=True)])
        times = [median_ms(lambda q, one=one: one.search(q, _LIMIT), questions) for one in (index, tuned)]  # type: ignore[misc]
        print(f"{size:>8}  {times[0]:>6.2f} ms  {times[1]:>7.2f} ms  {recall:>22.4f}  {made:>5.1f} s  {tuned.tuning}")
    print(f"(a shortlist is made beyond {EXACT_UP_TO} rows)", flush=True)


def median_ms(function: Callable[[Any], object], values: Iterable[Any]) -> float:
    times = []
    for value in values:
        started = time.perf_counter()
        function(value)
        times.append((time.perf_counter() - started) * 1000)
    return float(np.median(times))


def product_table(embedder: MixedEmbedder, news: Path, passages: int, questions: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        service = build(Settings(data=folder), create=True)
        service.embedder = embedder
        pages = news_pages(news)
        while service.catalog.counts()[2] < passages and (batch := list(itertools.islice(pages, 250))):
            service.library.ingest_pages(batch)
        service.warm()
        count = service.catalog.counts()[2]
        print(f"{count} passages of {service.catalog.counts()[1]} articles")
        cases = {
            "one search": Filters(),
            "one search among all articles": Filters(kind=Kind.ARTICLE),
            "one search in one source": Filters(source="news#00010"),
        }
        for what, filters in cases.items():
            elapsed = median_ms(lambda text, only=filters: service.assistant.search(text, only, 10), questions)  # type: ignore[misc]
            print(f"{what}, question included: p50 {elapsed:.1f} ms", flush=True)
        service.settle()
        service.close()
        print_bytes(folder, count)
        started = time.perf_counter()
        store = Store(folder)
        Index(store, embedder.dimension).current()
        print(f"index opened in {(time.perf_counter() - started) * 1000:.0f} ms")
        store.close()


def print_bytes(folder: Path, passages: int) -> None:
    sizes = {path.name: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    parts = ", ".join(f"{name} {size / passages:.0f}" for name, size in sorted(sizes.items()) if size > passages)
    print(f"{sum(sizes.values()) / passages:.0f} bytes a passage: {parts}")


if __name__ == "__main__":
    main()

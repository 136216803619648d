"""Question to passages: by meaning (passage and sentence vectors) and by words (BM25), fused on the evidence of the
query; the best looked at again more closely; near copies and the many passages of one article moved down.
"""

from __future__ import annotations

import heapq
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from embeddings.base import Embedder, TokenEmbedder
from rag.errors import EmptyIndex
from rag.index import lexical
from rag.index.catalog import Catalog, StoredPassage
from rag.index.generation import Index
from rag.index.schema import SENTENCE_BITS
from rag.index.store import Ids, Store
from rag.index.vectors import UnitIndex
from rag.retrieve.background import Background
from rag.retrieve.dictionary import Dictionary, Meaning, share
from rag.retrieve.fuse import ITS_LANGUAGE, Evidence, Known, evidence_fusion, lexical_evidence, reranked, spread_out
from rag.retrieve.rerank import Asked, Reranker, closeness
from rag.text.folding import fold
from rag.text.language import detect_language
from rag.text.terms import terms
from rag.types import Filters, Hit

Vector = NDArray[np.float32]
ByWords = Callable[[], tuple["Words", Evidence]]

_CANDIDATES = 60  # passages taken from each list
_SENTENCE_CANDIDATES = 150  # sentences, several of which may be of one passage
# The right passage of XQuAD is among the first 30 for .97 (ar) to 1 (zh) of the questions. Where the articles have the
# question's words, 24 find as much, also among 20,000 passages, of which 20 lost one question in 60; where they have
# not, 20 lost one in 28 there.
_RERANKED, _RERANKED_BY_WORDS = 30, 24
_ITS_WORDS = 0.8  # known share from which on the articles have the question's words
_FOREIGN = 0.3  # below which a statement is in another language
# Words that more of the passages have than this share, or than so many of them, are too common to look for.
_COMMON, _COMMON_FROM = 0.3, 3000
_SPARE = 20  # further passages that may move up when copies move down
_MAX_TOKENS = 128  # of a question that are compared one by one; more is a text, and its vector says enough


@dataclass(frozen=True, slots=True)
class Words:
    """The question's index terms with their weights (idf, Spärck Jones 1972), how much of that weight occurs
    (`Known`), and the terms that no article has.

    Of a question in a language that the articles are not in next to nothing is known, and words then say nothing; then
    `meanings` has what its words are in the articles' language, as far as a dictionary knows, with their weights.
    """

    weights: Mapping[str, float]
    known: Known
    unheard: frozenset[str] = frozenset()
    meanings: Mapping[Meaning, float] = field(default_factory=dict)

    def translated(self, text: str) -> float:
        """Share of the weight of `meanings` that stands in `text`, 0..1; half where there are none."""
        return share(self.meanings, fold(text))


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gives. `passages` best first, at most the limit; `similarity` is the cosine of the question to each
    sentence of them and `vectors` the sentence's own (d,), by sentence id; `relevance` is how far the best cosine of
    all stands above what unrelated questions reach, in their standard deviations; `near` gives the `closeness` of
    passages to the question, by their ids, none of it from an embedder without token vectors; `dictionary` is the
    one that was asked.
    """

    passages: tuple[StoredPassage, ...]
    similarity: Mapping[int, float]
    vectors: Mapping[int, Vector]
    relevance: float
    near: Callable[[Ids], Mapping[int, float]]
    words: Words
    dictionary: Dictionary
    timings_ms: dict[str, float]

    @property
    def closeness(self) -> Mapping[int, float]:
        """Of the passages found, by their ids."""
        return self.near(np.array([passage.id for passage in self.passages], np.int64))

    @property
    def hits(self) -> tuple[Hit, ...]:
        return tuple(passage.hit for passage in self.passages)


class Searcher:
    def __init__(
        self, store: Store, index: Index, embedder: Embedder, reranker: Reranker | None, dictionary: Dictionary
    ) -> None:
        # In the whole process: OpenBLAS's threads spin for 25 ms after a product, and keep the model's from the cores.
        threadpool_limits(1, user_api="blas")
        self.background = Background(store.folder, index, embedder)
        self._store = store
        self._catalog = Catalog(store)
        self._index = index
        self._embedder = embedder
        self._reranker = reranker
        self._dictionary = dictionary.over(store)
        self._beside = ThreadPoolExecutor(thread_name_prefix="words")

    def search(self, text: str, filters: Filters, limit: int) -> Found:
        """The `limit` best passages for a question, fewer only if fewer pass the filters. Raises EmptyIndex."""
        started = time.perf_counter()
        units, allowed = self._units(), self._catalog.allowed(filters)
        # SQLite looks for its words while the model and FAISS look for what it means.
        words = self._beside.submit(self._lexical, text, len(units.passages.ids), limit, allowed)
        raw, asked = self._asked(text)
        embedded = time.perf_counter()
        found = self._found(units, raw, asked, words.result, allowed, limit, self._reranker)
        return replace(
            found, timings_ms={"embed": _ms(started, embedded), "search": _ms(embedded, time.perf_counter())}
        )

    def near(self, text: str, vector: Vector, filters: Filters, limit: int) -> Found:
        """The `limit` best passages for a statement of which `vector` (d,) is at hand; without the closer look where
        the articles have its words: it shares more with what it says than a question does. Raises EmptyIndex.
        """
        units, allowed = self._units(), self._catalog.allowed(filters)
        words, evidence = self._lexical(text, len(units.passages.ids), limit, allowed)
        foreign = words.known.share < _FOREIGN
        raw, asked = self._asked(text) if foreign else (vector, self._untold(text, vector))
        reranker = self._reranker if foreign else None
        return self._found(units, raw, asked, lambda: (words, evidence), allowed, limit, reranker)

    def _units(self) -> UnitIndex:
        units = self._index.current()
        if not len(units.passages.ids):
            raise EmptyIndex(self._store.folder)
        return units

    def _found(
        self, units: UnitIndex, raw: Vector, asked: Asked, by_words: ByWords, allowed: Ids | None, limit: int,
        reranker: Reranker | None,
    ) -> Found:  # fmt: skip
        dense = _dense_candidates(units, asked.vector, limit, allowed)
        words, evidence = by_words()
        candidates = units.passages.known(sorted(set(dense).union(*(_best(scores, limit) for scores, _ in evidence))))
        sentence_ids = units.sentence_ids_of(candidates)
        sentences, passages = units.sentences.vectors(sentence_ids), units.passages.vectors(candidates)
        cosines = sentences @ asked.vector
        similarity = dict(zip(sentence_ids.tolist(), cosines.tolist(), strict=True))
        meaning = _meaning(candidates, passages @ asked.vector, sentence_ids, cosines)
        scores = _scores(reranker, asked, meaning, evidence, words.known.share)
        kept = self._kept(scores, dict(zip(candidates.tolist(), passages, strict=True)), limit)
        nearest = float(max((sentences @ raw).max(initial=-1), (passages @ raw).max(initial=-1)))
        vectors = dict(zip(sentence_ids.tolist(), sentences, strict=True))
        relevance = self.background.relevance(asked.text, nearest)
        return Found(
            kept,
            similarity,
            vectors,
            relevance,
            partial(closeness, self._store, asked),
            words,
            self._dictionary,
            {},
        )

    def _asked(self, text: str) -> tuple[Vector, Asked]:
        """The question's vector as the model has it, and the question without what its language adds."""
        if not isinstance(self._embedder, TokenEmbedder):
            raw = self._embedder.embed_queries([text])[0]
            return raw, self._untold(text, raw)
        rows, tokens = self._embedder.embed_query_tokens([text])
        focused = self.background.focused_tokens(text, tokens[0][:_MAX_TOKENS])
        return rows[0], Asked(text, self.background.focused(text, rows[0]), focused)

    def _untold(self, text: str, raw: Vector) -> Asked:
        """The question by its vector alone, without token vectors."""
        return Asked(text, self.background.focused(text, raw), np.zeros((0, 0), np.float32))

    def _kept(
        self, scores: Mapping[int, float], vectors: Mapping[int, Vector], limit: int
    ) -> tuple[StoredPassage, ...]:
        pool = list(scores)[: limit + _SPARE]
        order = spread_out(pool, vectors, self._catalog.article_of(pool), limit)[:limit]
        return tuple(self._catalog.passages(order, [round(scores[chunk], 6) for chunk in order]))

    def _lexical(self, text: str, size: int, limit: int, allowed: Ids | None) -> tuple[Words, Evidence]:
        question_terms = list(dict.fromkeys(terms(text)))
        with self._store.reading() as connection:
            frequencies = lexical.document_frequencies(connection, question_terms)
            only = None if allowed is None else allowed.tolist()
            found = dict(lexical.search(connection, frequencies, max(_CANDIDATES, limit), only))
            weights = {term: lexical.idf(frequencies.get(term, 0), size) for term in question_terms}
            known = Known.of(weights, frequencies, lexical.idf(1, size))
            meanings: dict[Meaning, float] = {}
            translated: dict[int, float] = {}
            if known.overall < ITS_LANGUAGE:
                meanings, translated = self._translated(connection, text, size, allowed)
        words = Words(weights, known, frozenset(weights.keys() - frequencies.keys()), meanings)
        return words, lexical_evidence(found, translated, known)

    def _translated(
        self, connection: sqlite3.Connection, text: str, size: int, allowed: Ids | None
    ) -> tuple[dict[Meaning, float], dict[int, float]]:
        """What the dictionary has of the question's words with the idf of each, and the passages' sums of them."""
        weights: dict[Meaning, float] = {}
        scores: defaultdict[int, float] = defaultdict(float)
        most = min(_COMMON_FROM, int(_COMMON * size) + 1)
        for meaning in dict.fromkeys(self._dictionary.meanings(text, detect_language(text))):
            found = lexical.having(connection, meaning.others, most)
            if found is None:
                continue
            weights[meaning] = lexical.idf(len(found), size) * meaning.certainty
            for chunk in found:
                scores[chunk] += weights[meaning]
        if allowed is None:
            return weights, dict(scores)
        only = set(allowed.tolist())
        return weights, {chunk: score for chunk, score in scores.items() if chunk in only}


def _best(scores: Mapping[int, float], limit: int) -> list[int]:
    return heapq.nlargest(max(_CANDIDATES, limit), scores, key=lambda chunk: (scores[chunk], -chunk))


def _scores(
    reranker: Reranker | None, asked: Asked, meaning: Mapping[int, float], evidence: Evidence, known: float
) -> dict[int, float]:
    """Chunk ids, best first, with scores in 0..1."""
    fused = evidence_fusion(meaning, evidence)
    if reranker is None:
        return fused
    best = np.array(list(fused)[: _RERANKED_BY_WORDS if known >= _ITS_WORDS else _RERANKED], np.int64)
    return reranked(fused, reranker.scores(asked, best), meaning, evidence)


def _dense_candidates(units: UnitIndex, vector: Vector, limit: int, allowed: Ids | None) -> list[int]:
    """Chunk ids near by their own vector or by that of one of their sentences."""
    count = max(_CANDIDATES, limit)
    chunks, _ = units.passages.search(vector, count, allowed)
    allowed_sentences = None if allowed is None else units.sentence_ids_of(allowed)
    sentences, _ = units.sentences.search(vector, max(_SENTENCE_CANDIDATES, limit), allowed_sentences)
    return [*chunks.tolist(), *(sentences >> SENTENCE_BITS).tolist()]


def _meaning(chunks: Ids, cosines: Vector, sentence_ids: Ids, of_sentences: Vector) -> dict[int, float]:
    """Score of each candidate by meaning: the mean of its own cosine and the best of its sentences' (MaxP, Dai and
    Callan, 2019). Ids ascend.
    """
    best = cosines.copy()
    owners, first = np.unique(sentence_ids >> SENTENCE_BITS, return_index=True)
    if len(owners):
        best[np.searchsorted(chunks, owners)] = np.maximum.reduceat(of_sentences, first)
    return dict(zip(chunks.tolist(), ((cosines + best) / 2).tolist(), strict=True))


def _ms(start: float, end: float) -> float:
    return round((end - start) * 1000, 3)

"""Does all that is stored agree: spans with sources, vectors and postings with chunks?"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

import numpy as np

from rag.errors import StoreError
from rag.index.catalog import Catalog
from rag.index.generation import Index
from rag.index.store import Store
from rag.index.vectors import VectorIndex
from rag.text.spans import Span, keeps_promise
from rag.types import CheckReport

_SHOWN = 20  # problems named of each kind


def check(store: Store, index: Index, *, repair: bool = False) -> CheckReport:
    """Verifies the whole store. `repair` rebuilds the derived indexes if they are wrong; what is wrong with the truth
    itself is reported and needs the document to be ingested again."""
    derived = _derived_problems(store, index)
    if derived and repair:
        store.rebuild_lexicon()
        index.rebuild()
        derived = _derived_problems(store, index)
    problems = (*derived, *_broken_rows(store), *_broken_promises(store))
    documents, articles, chunks = Catalog(store).counts()
    return CheckReport(not problems, problems, documents, articles, chunks, store.generation())


def _derived_problems(store: Store, index: Index) -> tuple[str, ...]:
    units = index.current()
    stored = store.units_since(0, units.passages.dimension)
    problems = (
        [f"the vector index on disk is damaged ({index.damage}); run: wenju check --repair"] if index.damage else []
    )
    problems += [
        *_compared("passage", units.passages, stored.chunk_ids, stored.chunk_vectors),
        *_compared("sentence", units.sentences, stored.sentence_ids, stored.sentence_vectors),
    ]
    with store.reading() as connection:
        postings = {row[0] for row in connection.execute("SELECT id FROM lexicon_docsize")}
    if postings != set(stored.chunk_ids.tolist()):
        problems.append(
            f"the BM25 index holds {len(postings)} chunks, the store {len(stored.chunk_ids)}; run: wenju check --repair"
        )
    try:
        store.verify_lexicon()
    except StoreError as error:
        problems.append(f"the BM25 index is damaged: {error}; run: wenju check --repair")
    return tuple(problems)


def _compared(what: str, index: VectorIndex, ids: np.ndarray, vectors: np.ndarray) -> Iterator[str]:
    if not np.array_equal(index.ids, ids):
        yield f"the vector index holds {len(index.ids)} {what}s, the store {len(ids)}; run: wenju check --repair"
    elif len(ids) and not np.allclose(index.vectors(ids), vectors, atol=1e-6):
        yield f"{what} vectors differ between the vector index and the store; run: wenju check --repair"


def _broken_rows(store: Store) -> list[str]:
    with store.reading() as connection:
        rows = connection.execute("PRAGMA quick_check").fetchall()
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    found = [f"SQLite: {row[0]}" for row in rows if row[0] != "ok"]
    return found + [f"{row[0]} row {row[1]} belongs to no {row[2]}" for row in orphans[:_SHOWN]]


def _broken_promises(store: Store) -> list[str]:
    """Articles, chunks and sentences whose spans do not carry their text."""
    found: list[str] = []
    with store.reading() as connection:
        for document_id, source, text in connection.execute("SELECT id, source, text FROM documents"):
            for what, quote, spans in _quotes(connection, document_id):
                where = [Span(*span) for span in json.loads(spans)]
                if not keeps_promise(quote, where, text) and len(found) < _SHOWN:
                    found.append(f"{source}: the spans of {what} do not carry its text; ingest the document again")
    return found


def _quotes(connection: sqlite3.Connection, document_id: str) -> Iterator[tuple[str, str, str]]:
    for article, text, spans in connection.execute(
        "SELECT id, text, spans FROM articles WHERE document_id = ?", (document_id,)
    ):
        yield f"article {article}", text, spans
        for ordinal, start, chunk, chunk_spans, key in connection.execute(
            "SELECT ordinal, start, text, spans, id FROM chunks WHERE article_id = ?", (article,)
        ):
            yield f"chunk {article}-{ordinal}", chunk, chunk_spans
            for first, last, where in connection.execute(
                "SELECT start, stop, spans FROM sentences WHERE chunk_id = ?", (key,)
            ):
                yield f"a sentence of chunk {article}-{ordinal}", chunk[first - start : last - start], where

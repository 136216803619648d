"""The one truth: documents, articles, chunks, sentences and their vectors in SQLite. Everything else is derived from
it.

Every change of content is one transaction that also raises the store's generation, so a reader sees a document wholly
or not at all, and a derived index knows how far behind it is. Vectors are kept as float16 (error about 1e-4 a
component).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.errors import StoreError, WrongEmbedder
from rag.index import lexical, schema
from rag.text.spans import strip_space
from rag.types import Draft, Page

Vectors = NDArray[np.float32]
Ids = NDArray[np.int64]
_STORED = np.float16


@dataclass(frozen=True, slots=True)
class NewSentence:
    """`[start, end)` in the article's text; `vector` float32 (d,) of length 1; `digest` names the text embedded."""

    start: int
    end: int
    digest: bytes
    vector: Vectors


@dataclass(frozen=True, slots=True)
class NewChunk:
    """`token_codes` as `rag.index.token_codes` makes them, None from an embedder without token vectors."""

    start: int
    end: int
    heading_path: tuple[str, ...]
    tokens: int
    digest: bytes
    vector: Vectors
    token_codes: bytes | None
    sentences: tuple[NewSentence, ...]


@dataclass(frozen=True, slots=True)
class NewArticle:
    draft: Draft
    places: tuple[str, ...]
    chunks: tuple[NewChunk, ...]


@dataclass(frozen=True, slots=True)
class Deleted:
    documents: int = 0
    articles: int = 0
    chunks: int = 0


@dataclass(frozen=True, slots=True)
class Units:
    """Chunks and sentences with their vectors: ids int64 (n,), vectors float32 (n, d)."""

    chunk_ids: Ids
    chunk_vectors: Vectors
    sentence_ids: Ids
    sentence_vectors: Vectors


@dataclass(frozen=True, slots=True)
class DocumentState:
    """`origin` is the file that gave the source its name, None if none did."""

    sha256: str
    recipe: str
    origin: Path | None


class Store:
    """Safe from any thread: each call borrows a connection, and SQLite serialises the writes of all processes."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        self.folder = folder
        self._pool: list[sqlite3.Connection] = [schema.connect(folder, create=create)]
        with self.reading() as connection:
            analysis = _get(connection, "analysis")
        if analysis != lexical.ANALYSIS:
            self.rebuild_lexicon()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        connection = self._pool.pop() if self._pool else schema.connect(self.folder, create=False)
        try:
            yield connection
        except sqlite3.OperationalError as error:
            raise StoreError(f"the store in {self.folder} cannot be used: {error}") from error
        except sqlite3.DatabaseError as error:
            advice = "move the folder away and ingest again"
            raise StoreError(f"the store in {self.folder} is damaged ({error}); {advice}") from error
        finally:
            self._pool.append(connection)

    @contextmanager
    def writing(self) -> Iterator[tuple[sqlite3.Connection, int]]:
        """One transaction and the generation that it makes. Rolled back whole if anything is raised."""
        with self.reading() as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                raise StoreError(f"the store in {self.folder} cannot be written: {error}") from error
            try:
                generation = _generation(connection) + 1
                _put(connection, "generation", str(generation))
                yield connection, generation
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                connection.execute("ROLLBACK")
                raise StoreError(f"the store in {self.folder} could not be changed: {error}") from error
            except BaseException:  # Ctrl-C too must leave nothing half-written
                connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Gives back the space of the write-ahead log too, unless somebody else is reading it."""
        with suppress(sqlite3.Error):
            if self._pool:
                self._pool[-1].execute("PRAGMA busy_timeout = 0")
                self._pool[-1].execute("PRAGMA wal_checkpoint(TRUNCATE)")
        while self._pool:
            self._pool.pop().close()

    def id(self) -> str:
        """Given when the store was made: what is derived from another store, of whatever generation, does not fit."""
        with self.reading() as connection:
            return str(_get(connection, "id"))

    def generation(self) -> int:
        with self.reading() as connection:
            return _generation(connection)

    def check_embedder(self, name: str, fingerprint: str, *, bind: bool = False) -> None:
        """Raises WrongEmbedder unless the store's vectors come from this model; `bind` claims a store that has none."""
        with self.reading() as connection:
            known = _get(connection, "embedder_fingerprint")
            made_by = _get(connection, "embedder") or "another model"
        if known is None:
            if bind:
                with self.writing() as (connection, _):
                    _put(connection, "embedder", name)
                    _put(connection, "embedder_fingerprint", fingerprint)
        elif known != fingerprint:
            detail = f"{made_by} ({known})" if made_by == name else made_by
            own = f"{name} ({fingerprint})" if made_by == name else name
            raise WrongEmbedder(detail, own, self.folder)

    def document_state(self, source: str) -> DocumentState | None:
        """How the document of that source was ingested, None if it is not there."""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT sha256, recipe, origin FROM documents WHERE source = ?", (source,)
            ).fetchone()
        return None if row is None else DocumentState(row[0], row[1], schema.origin(row[2], source))

    def known_vectors(self, digests: Iterable[bytes]) -> dict[bytes, Vectors]:
        """The stored vectors of texts that were embedded before, by digest."""
        found: dict[bytes, Vectors] = {}
        with self.reading() as connection:
            for table in ("chunks", "sentences"):
                statement = f"SELECT vector FROM {table} WHERE digest = ? LIMIT 1"
                for digest in digests:
                    if digest not in found and (row := connection.execute(statement, (digest,)).fetchone()):
                        found[digest] = np.frombuffer(row[0], _STORED).astype(np.float32)
        return found

    def known_token_codes(self, digests: Iterable[bytes]) -> dict[bytes, bytes]:
        """The stored token codes of passages that were embedded before, by digest."""
        statement = "SELECT token_codes FROM chunks WHERE digest = ? AND token_codes IS NOT NULL LIMIT 1"
        with self.reading() as connection:
            rows = {digest: connection.execute(statement, (digest,)).fetchone() for digest in digests}
        return {digest: row[0] for digest, row in rows.items() if row is not None}

    def token_codes(self, chunk_ids: Ids) -> dict[int, bytes]:
        """Token codes of those of the chunks that have any, by id."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT id, token_codes FROM chunks WHERE id IN (SELECT value FROM json_each(?))"
                " AND length(token_codes) > 0",
                (json.dumps(chunk_ids.tolist()),),
            )
            return {int(chunk_id): codes for chunk_id, codes in rows}

    def put_document(self, page: Page, state: DocumentState, articles: Sequence[NewArticle]) -> None:
        """Stores a document, in place of the one of the same source if there is one."""
        document_id = document_id_of(page.source)
        with self.writing() as (connection, generation):
            _remove_chunks(connection, generation, "a.document_id = ?", document_id)
            connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))
            _insert_document(connection, document_id, page, state)
            taken: set[str] = set()
            for ordinal, article in enumerate(articles):
                _insert_article(connection, generation, document_id, page, ordinal, article, taken)

    def delete(self, identifier: str) -> Deleted:
        """Removes a document (by source or id) or an article (by id); counts of nothing if there is none."""
        with self.writing() as (connection, generation):
            row = connection.execute(
                "SELECT id FROM documents WHERE id = ? OR source = ?", (identifier, identifier)
            ).fetchone()
            if row is not None:
                articles = connection.execute("SELECT count(*) FROM articles WHERE document_id = ?", row).fetchone()[0]
                chunks = _remove_chunks(connection, generation, "a.document_id = ?", row[0])
                connection.execute("DELETE FROM documents WHERE id = ?", row)
                return Deleted(1, articles, chunks)
            chunks = _remove_chunks(connection, generation, "a.id = ?", identifier)
            articles = connection.execute("DELETE FROM articles WHERE id = ?", (identifier,)).rowcount
            return Deleted(0, articles, chunks)

    def units_since(self, generation: int, dimension: int) -> Units:
        """All chunks and sentences stored after `generation` (0: all there are), in the order of their ids."""
        with self.reading() as connection:
            chunks = connection.execute(
                "SELECT id, vector FROM chunks WHERE generation > ? ORDER BY id", (generation,)
            ).fetchall()
            sentences = connection.execute(
                "SELECT s.id, s.vector FROM sentences s JOIN chunks c ON c.id = s.chunk_id"
                " WHERE c.generation > ? ORDER BY s.id",
                (generation,),
            ).fetchall()
        return Units(
            np.array([row[0] for row in chunks], np.int64),
            _matrix([row[1] for row in chunks], dimension),
            np.array([row[0] for row in sentences], np.int64),
            _matrix([row[1] for row in sentences], dimension),
        )

    def removed_since(self, generation: int) -> list[int]:
        """Ids of the chunks taken out after `generation`."""
        with self.reading() as connection:
            rows = connection.execute("SELECT chunk_id FROM removed WHERE generation > ?", (generation,)).fetchall()
        return [int(row[0]) for row in rows]

    def verify_lexicon(self) -> None:
        """Raises StoreError if the BM25 index is not sound in itself."""
        with self.reading() as connection:
            try:
                connection.execute("INSERT INTO lexicon(lexicon) VALUES ('integrity-check')")
            except sqlite3.DatabaseError as error:
                raise StoreError(str(error)) from error

    def rebuild_lexicon(self) -> None:
        """Makes the BM25 index anew from the chunks."""
        with self.writing() as (connection, _):
            lexical.clear(connection)
            _put(connection, "analysis", lexical.ANALYSIS)
            for chunk_id, indexed in _indexed_chunks(connection, "1 = ?", 1):
                lexical.add(connection, chunk_id, indexed)


def document_id_of(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def digest_of(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _matrix(blobs: Sequence[bytes], dimension: int) -> Vectors:
    return np.frombuffer(b"".join(blobs), _STORED).astype(np.float32).reshape(len(blobs), dimension)


def _get(connection: sqlite3.Connection, key: str) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def _put(connection: sqlite3.Connection, key: str, value: str) -> None:
    connection.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value)
    )


def _generation(connection: sqlite3.Connection) -> int:
    return int(_get(connection, "generation") or 0)


def _indexed_chunks(connection: sqlite3.Connection, where: str, value: str | int) -> list[tuple[int, str]]:
    """Ids of the chunks for which `where` holds, with what the BM25 index has of each."""
    rows = connection.execute(
        "SELECT c.id, a.title, c.heading_path, c.text"
        f" FROM chunks c JOIN articles a ON a.id = c.article_id WHERE {where}",
        (value,),
    )
    return [(int(row[0]), lexical.indexed_text(row[1], json.loads(row[2]), row[3])) for row in rows.fetchall()]


def _remove_chunks(connection: sqlite3.Connection, generation: int, where: str, value: str) -> int:
    """Takes chunks out, with their sentences and postings, and notes their ids for the derived indexes."""
    doomed = _indexed_chunks(connection, where, value)
    for chunk_id, indexed in doomed:
        lexical.remove(connection, chunk_id, indexed)
        connection.execute("DELETE FROM chunks WHERE id = ?", (chunk_id,))
        connection.execute("INSERT INTO removed VALUES (?, ?)", (chunk_id, generation))
    return len(doomed)


def _insert_document(connection: sqlite3.Connection, document_id: str, page: Page, state: DocumentState) -> None:
    metadata = {key: getattr(page.metadata, key) for key in page.metadata.__dataclass_fields__}
    connection.execute(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            document_id, page.source, page.format, page.text, len(page.text), state.sha256, state.recipe,
            json.dumps(metadata, ensure_ascii=False, default=str), datetime.now(UTC).isoformat(timespec="seconds"),
            schema.origin_column(state.origin),
        ),
    )  # fmt: skip


def _insert_article(
    connection: sqlite3.Connection,
    generation: int,
    document_id: str,
    page: Page,
    ordinal: int,
    article: NewArticle,
    taken: set[str],
) -> None:
    draft = article.draft
    article_id = _article_id(page.source, draft.body.text, taken)
    connection.execute(
        "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            article_id, document_id, ordinal, draft.title, draft.kicker, draft.subhead, draft.byline,
            json.dumps(draft.reporters, ensure_ascii=False), draft.published and draft.published.isoformat(),
            draft.section, draft.language, draft.kind, draft.body.text, json.dumps(draft.body.runs),
            json.dumps(draft.body.spans(page.text)), json.dumps(article.places, ensure_ascii=False),
        ),
    )  # fmt: skip
    for number, chunk in enumerate(article.chunks):
        _insert_chunk(connection, generation, article_id, page, draft, number, chunk)


def _insert_chunk(
    connection: sqlite3.Connection,
    generation: int,
    article_id: str,
    page: Page,
    draft: Draft,
    number: int,
    chunk: NewChunk,
) -> None:
    def spans(start: int, end: int) -> str:
        return json.dumps(draft.body.slice(start, end).spans(page.text))

    text = draft.body.text[chunk.start : chunk.end]
    cursor = connection.execute(
        "INSERT INTO chunks (article_id, ordinal, start, stop, text, heading_path, tokens, spans, digest, vector,"
        " token_codes, generation) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            article_id, number, chunk.start, chunk.end, text, json.dumps(chunk.heading_path, ensure_ascii=False),
            chunk.tokens, spans(chunk.start, chunk.end), chunk.digest, chunk.vector.astype(_STORED).tobytes(),
            chunk.token_codes, generation,
        ),
    )  # fmt: skip
    chunk_id = cursor.lastrowid
    assert chunk_id is not None
    lexical.add(connection, chunk_id, lexical.indexed_text(draft.title, chunk.heading_path, text))
    connection.executemany(
        "INSERT INTO sentences (id, chunk_id, start, stop, spans, digest, vector) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                chunk_id << schema.SENTENCE_BITS | place,
                chunk_id,
                sentence.start,
                sentence.end,
                spans(sentence.start, sentence.end),
                sentence.digest,
                sentence.vector.astype(_STORED).tobytes(),
            )
            for place, sentence in enumerate(chunk.sentences)
        ],
    )


def _article_id(source: str, text: str, taken: set[str]) -> str:
    """The same text in the same document keeps its id when the document is ingested again."""
    seed = f"{source}\0{strip_space(text)}"
    number = 0
    while True:
        name = hashlib.sha256(f"{seed}\0{number}".encode()).hexdigest()[:12]
        if name not in taken:
            taken.add(name)
            return name
        number += 1

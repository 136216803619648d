"""The tables of the store, and how a connection to it is opened."""

from __future__ import annotations

import json
import sqlite3
import uuid
from pathlib import Path

from rag.errors import StoreError

VERSION = 3
FILE = "wenju.sqlite"
SENTENCE_BITS = 12  # sentence id = chunk id << 12 | place in the chunk

# AUTOINCREMENT: an id is never given twice, so that a derived index can tell a new row from a removed one. The id of a
# sentence is its chunk's id and its place in it (see SENTENCE_BITS), so that an index of sentences knows the chunks.
# The lexical index is contentless: it stores postings only, and is changed in the transaction that changes the chunk.
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    id TEXT PRIMARY KEY, source TEXT NOT NULL UNIQUE, format TEXT NOT NULL, text TEXT NOT NULL,
    characters INTEGER NOT NULL, sha256 TEXT NOT NULL, recipe TEXT NOT NULL, metadata TEXT NOT NULL,
    ingested TEXT NOT NULL, origin TEXT
) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, ordinal INTEGER NOT NULL,
    title TEXT, kicker TEXT, subhead TEXT, byline TEXT, reporters TEXT NOT NULL, published TEXT, section TEXT,
    language TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, runs TEXT NOT NULL, spans TEXT NOT NULL,
    places TEXT NOT NULL DEFAULT '[]'
) WITHOUT ROWID;
CREATE INDEX articles_of_document ON articles(document_id, ordinal);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, text TEXT NOT NULL,
    heading_path TEXT NOT NULL, tokens INTEGER NOT NULL, spans TEXT NOT NULL, digest BLOB NOT NULL,
    vector BLOB NOT NULL, token_codes BLOB, generation INTEGER NOT NULL
);
CREATE INDEX chunks_of_article ON chunks(article_id, ordinal);
CREATE INDEX chunks_by_digest ON chunks(digest);
CREATE INDEX chunks_by_generation ON chunks(generation);
CREATE TABLE sentences (
    id INTEGER PRIMARY KEY, chunk_id INTEGER NOT NULL REFERENCES chunks(id) ON DELETE CASCADE,
    start INTEGER NOT NULL, stop INTEGER NOT NULL, spans TEXT NOT NULL, digest BLOB NOT NULL, vector BLOB NOT NULL
);
CREATE INDEX sentences_of_chunk ON sentences(chunk_id);
CREATE INDEX sentences_by_digest ON sentences(digest);
CREATE TABLE removed (chunk_id INTEGER PRIMARY KEY, generation INTEGER NOT NULL);
CREATE INDEX removed_by_generation ON removed(generation);
CREATE VIRTUAL TABLE lexicon USING fts5(terms, content='', tokenize="unicode61 remove_diacritics 0 tokenchars '.%’'''");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(lexicon, 'row');
"""
# What makes a store of the format before into one of this.
_UPGRADES = {2: "ALTER TABLE articles ADD COLUMN places TEXT NOT NULL DEFAULT '[]'"}


def connect(folder: Path, *, create: bool) -> sqlite3.Connection:
    """A connection to the store in `folder`, made there when `create`. Raises StoreError with what to do."""
    path = folder / FILE
    try:
        if not create and not path.is_file():
            raise StoreError(f"no index in {folder}; run: wenju ingest PATH --data {folder}")
        folder.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        _prepare(connection, path)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"cannot open the store {path}: {error}") from error
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    version = _version(connection)
    if version == VERSION:
        return
    if version not in (0, *_UPGRADES):
        raise StoreError(
            f"{path} is of format {version}, this version reads {VERSION}; ingest into a new --data folder"
        )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _version(connection) == version:  # nobody else made or changed it meanwhile
            if version == 0:
                for statement in _TABLES.strip().split(";\n"):
                    connection.execute(statement)
                connection.execute("INSERT INTO meta VALUES ('id', ?)", (uuid.uuid4().hex,))
            else:
                connection.execute(_UPGRADES[version])
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except sqlite3.Error:
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def origin_column(origin: Path | None) -> str | None:
    """As JSON, which can hold the bytes of a path that are no text."""
    return None if origin is None else json.dumps(str(origin))


def origin(column: str | None, source: str) -> Path | None:
    """What `origin_column` was given; a column that is not JSON has the folder alone."""
    if column is None:
        return None
    return Path(json.loads(column)) if column.startswith('"') else Path(column, source)

"""Reading the store: documents, articles and passages as callers see them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from rag.errors import NotFound
from rag.index.store import Ids, Store, document_id_of
from rag.text.calendar import reported_day
from rag.text.language import language_code
from rag.text.questions import asks
from rag.text.rows import Row, read_out
from rag.text.spans import Span
from rag.types import Article, ArticleText, Document, Filters, Hit, Kind

_DOCUMENT = (
    "SELECT d.id, d.source, d.format, d.characters, d.sha256, d.ingested,"
    " (SELECT count(*) FROM articles a WHERE a.document_id = d.id) FROM documents d"
)
_ARTICLE = (
    "SELECT a.id, d.source, a.title, a.byline, a.reporters, a.published, a.section, a.language, a.kind, length(a.text),"
    " a.spans, a.kicker, a.subhead, a.document_id, {text} FROM articles a JOIN documents d ON d.id = a.document_id"
)
_PASSAGES = (
    "SELECT c.id, a.id, d.source, a.title, a.published, c.ordinal, c.text, c.spans, c.heading_path, c.start, a.kind,"
    " a.language, a.places, substr(a.text, 1, 200) FROM chunks c JOIN articles a ON a.id = c.article_id"
    " JOIN documents d ON d.id = a.document_id WHERE c.id IN (SELECT value FROM json_each(?))"
)
_SENTENCES = (
    "SELECT chunk_id, id, start, stop, spans FROM sentences WHERE chunk_id IN (SELECT value FROM json_each(?))"
    " ORDER BY id"
)
# Filter field -> the condition that it stands for. Dates are ISO, so text order is date order; NULL matches no range.
# A source stands for the id that is made of it.
_CONDITIONS = {
    "source": "a.document_id = ?",
    "published_from": "a.published >= ?",
    "published_to": "a.published <= ?",
    "language": "a.language = ? COLLATE NOCASE",
    "section": "a.section = ?",
    "kind": "a.kind = ?",
}


@dataclass(frozen=True, slots=True)
class StoredSentence:
    """A sentence of a passage; `[start, end)` in the passage's text. `row` where it is one of a table."""

    id: int
    text: str
    spans: tuple[Span, ...]
    start: int
    end: int
    row: Row | None = None

    @property
    def said(self) -> str:
        """What it says: its text, or the row read out under the names of its columns."""
        return self.row.said if self.row else self.text


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with what is known of its article; `places`: see `rag.ingest.places`; `lead`: how its text begins."""

    id: int
    hit: Hit
    sentences: tuple[StoredSentence, ...]
    kind: Kind
    language: str
    places: tuple[str, ...] = ()
    lead: str = ""

    @property
    def day(self) -> date | None:
        """The day of its article: when it was published, or which day a Chinese report begins with."""
        return self.hit.published or reported_day(self.lead)

    def asks(self, sentence: StoredSentence) -> bool:
        """Whether one of its sentences only asks; see `rag.text.questions`."""
        return asks(self.hit.text, sentence.start, sentence.end)


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """Some documents, and the cursor of the next ones (None: these were the last)."""

    items: tuple[Document, ...]
    next: str | None


class Catalog:
    """Read access to a store by everything that shows it to somebody."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def counts(self) -> tuple[int, int, int]:
        """How many documents, articles and chunks there are."""
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM articles),"
                " (SELECT count(*) FROM chunks)"
            ).fetchone()
        return int(row[0]), int(row[1]), int(row[2])

    def counts_of(self, sources: Sequence[str]) -> tuple[int, int]:
        """How many articles and chunks the documents of these sources have."""
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT count(DISTINCT a.id), count(c.id) FROM articles a LEFT JOIN chunks c ON c.article_id = a.id"
                " WHERE a.document_id IN (SELECT value FROM json_each(?))",
                (json.dumps([document_id_of(source) for source in sources]),),
            ).fetchone()
        return int(row[0]), int(row[1])

    def documents(self, limit: int, cursor: str | None = None) -> DocumentPage:
        """Documents in the order of their sources, after `cursor` (the last source of the previous page)."""
        with self._store.reading() as connection:
            rows = connection.execute(
                f"{_DOCUMENT} WHERE d.source > ? ORDER BY d.source LIMIT ?", (cursor or "", limit + 1)
            ).fetchall()
        items = tuple(Document(*row) for row in rows[:limit])
        return DocumentPage(items, items[-1].source if len(rows) > limit else None)

    def knows(self, identifier: str) -> bool:
        """Whether there is a document of that id or source, or an article of that id."""
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT EXISTS (SELECT 1 FROM documents WHERE ?1 IN (id, source))"
                " OR EXISTS (SELECT 1 FROM articles WHERE id = ?1)",
                (identifier,),
            ).fetchone()
        return bool(row[0])

    def document(self, identifier: str) -> Document:
        """The document of that id or source. Raises NotFound."""
        return Document(*self._one("document", identifier, f"{_DOCUMENT} WHERE ? IN (d.id, d.source)"))

    def source_text(self, identifier: str) -> str:
        """The source text of a document, to which all spans refer. Raises NotFound."""
        return str(self._one("document", identifier, "SELECT text FROM documents d WHERE ? IN (d.id, d.source)")[0])

    def articles(self, filters: Filters | None = None) -> list[Article]:
        """The articles that pass, in page order. Raises NotFound for a `source`, or id of one, that is not there."""
        filters = filters or Filters()
        if filters.source is not None:
            filters = replace(filters, source=self.document(filters.source).source)
        where, values = _where(filters)
        with self._store.reading() as connection:
            rows = connection.execute(
                f"{_ARTICLE.format(text='NULL')}{where} ORDER BY d.source, a.ordinal", values
            ).fetchall()
        return [Article(**_article_fields(row)) for row in rows]

    def article(self, article_id: str) -> ArticleText:
        """One article with its text. Raises NotFound."""
        row = self._one("article", article_id, f"{_ARTICLE.format(text='a.text')} WHERE a.id = ?")
        return ArticleText(**_article_fields(row), text=row[-1])

    def allowed(self, filters: Filters) -> Ids | None:
        """Ids of the chunks that pass, ascending int64; None when nothing is filtered."""
        where, values = _where(filters)
        if not where:
            return None
        # Chunks of the articles that pass, read from an index alone: the other way round, each chunk costs an article.
        with self._store.reading() as connection:
            rows = connection.execute(
                f"SELECT c.id FROM articles a CROSS JOIN chunks c ON c.article_id = a.id{where} ORDER BY c.id", values
            ).fetchall()
        return np.array([row[0] for row in rows], np.int64)

    def article_of(self, chunk_ids: Sequence[int]) -> dict[int, str]:
        """The id of the article that each chunk belongs to."""
        with self._store.reading() as connection:
            rows = connection.execute(
                "SELECT id, article_id FROM chunks WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(chunk_ids)),),
            )
            return {int(chunk_id): str(article_id) for chunk_id, article_id in rows}

    def passages(self, chunk_ids: Sequence[int], scores: Sequence[float]) -> list[StoredPassage]:
        """The passages of these ids, in this order, ranked from 1; ids that are gone meanwhile are left out."""
        wanted = json.dumps(list(chunk_ids))
        with self._store.reading() as connection:
            rows = {row[0]: row[1:] for row in connection.execute(_PASSAGES, (wanted,))}
            sentences: dict[int, list[tuple[Any, ...]]] = {}
            for chunk_id, *sentence in connection.execute(_SENTENCES, (wanted,)):
                sentences.setdefault(chunk_id, []).append(tuple(sentence))
        known = [(chunk_id, score) for chunk_id, score in zip(chunk_ids, scores, strict=True) if chunk_id in rows]
        return [
            _passage(chunk_id, rank, score, rows[chunk_id], sentences.get(chunk_id, []))
            for rank, (chunk_id, score) in enumerate(known, 1)
        ]

    def _one(self, what: str, identifier: str, statement: str) -> tuple[Any, ...]:
        with self._store.reading() as connection:
            row: tuple[Any, ...] | None = connection.execute(statement, (identifier,)).fetchone()
        if row is None:
            raise NotFound(what, identifier)
        return row


def _where(filters: Filters) -> tuple[str, list[str]]:
    """The clause over `articles a`, empty when nothing is filtered, and its values."""
    wanted = {name: getattr(filters, name) for name in _CONDITIONS if getattr(filters, name) is not None}
    values = [_value(name, value) for name, value in wanted.items()]
    return (f" WHERE {' AND '.join(_CONDITIONS[name] for name in wanted)}" if wanted else ""), values


def _value(name: str, wanted: object) -> str:
    """What a condition compares with: a document's id, a language as articles have it, anything else as it is."""
    value = str(wanted)
    if name == "source":
        return document_id_of(value)
    return (language_code(value) if name == "language" else None) or value


def _article_fields(row: tuple[Any, ...]) -> dict[str, Any]:
    fields = dict(zip(Article.__dataclass_fields__, row, strict=False))
    fields["reporters"] = tuple(json.loads(fields["reporters"]))
    fields["published"] = _date(fields["published"])
    fields["kind"] = Kind(fields["kind"])
    fields["spans"] = _spans(fields["spans"])
    return fields


def _passage(
    chunk_id: int, rank: int, score: float, row: tuple[Any, ...], own: Sequence[tuple[Any, ...]]
) -> StoredPassage:
    article_id, source, title, published, ordinal, text, spans, heading_path, start, kind, language, places, lead = row
    lines = [text[first - start : last - start] for _, first, last, _ in own]
    path = tuple(json.loads(heading_path))
    sentences = tuple(
        StoredSentence(key, line, _spans(where), first - start, last - start, read)
        for (key, first, last, where), line, read in zip(own, lines, read_out(lines, (path or ("",))[-1]), strict=True)
    )
    hit = Hit(
        rank, score, article_id, source, title, _date(published), f"{article_id}-{ordinal}", text, _spans(spans),
        path,
    )  # fmt: skip
    return StoredPassage(chunk_id, hit, sentences, Kind(kind), language, tuple(json.loads(places)), lead)


def _date(value: object) -> date | None:
    return None if value is None else date.fromisoformat(str(value))


def _spans(value: object) -> tuple[Span, ...]:
    return tuple(Span(*span) for span in json.loads(str(value)))

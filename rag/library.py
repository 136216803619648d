"""What is in the store and how it gets there: read, reconstruct, chunk, embed, store; and the check that all agrees."""

from __future__ import annotations

import hashlib
import itertools
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.base import Embedder, TokenEmbedder
from rag.errors import NotFound
from rag.index.catalog import Catalog
from rag.index.generation import Index
from rag.index.store import Deleted, DocumentState, NewArticle, NewChunk, NewSentence, Store, digest_of
from rag.index.token_codes import encode
from rag.ingest.chunks import Passage, chunk, embedded_text
from rag.ingest.pages import reconstruct
from rag.ingest.places import places_of
from rag.ingest.read import ReadFailure, read_path
from rag.text.rows import read_out
from rag.types import DocumentCounts, Draft, IngestFailure, IngestReport, Page

# Raised whenever reconstruction or chunking change what they make of a text: documents are then made anew.
_RECIPE = "12"
_BATCH = 128  # texts handed to the embedder at once, so that progress moves

Vectors = NDArray[np.float32]


class Progress(Protocol):
    """Told what is being done: `source`, and how many of its `total` texts are embedded."""

    def __call__(self, source: str, done: int, total: int) -> None: ...


def _silent(source: str, done: int, total: int) -> None:
    del source, done, total


@dataclass(frozen=True, slots=True)
class Encoded:
    """By digest of the text: its vector and, for passages, its token codes where the embedder has token vectors."""

    vectors: dict[bytes, Vectors]
    token_codes: dict[bytes, bytes]


class Library:
    """Changes the store. Each document is one transaction: interrupted anywhere, what is stored is whole."""

    def __init__(
        self, store: Store, index: Index, embedder: Embedder, *, chunk_tokens: int, max_file_bytes: int
    ) -> None:
        self._store = store
        self._index = index
        self._embedder = embedder
        self._chunk_tokens = chunk_tokens
        self._max_file_bytes = max_file_bytes
        self._recipe = f"{_RECIPE}/{chunk_tokens}"

    def ingest(self, paths: Sequence[Path], progress: Progress = _silent) -> IngestReport:
        """Files and folders in. What is unchanged costs no embedding; what fails is named and the rest goes on."""
        read = (read_path(path, max_bytes=self._max_file_bytes) for path in paths)
        return self.ingest_pages(itertools.chain.from_iterable(read), progress)

    def ingest_pages(self, pages: Iterable[Page | ReadFailure], progress: Progress = _silent) -> IngestReport:
        """As `ingest`, for what was read elsewhere."""
        started = time.perf_counter()
        outcomes: Counter[str] = Counter()
        failures: list[IngestFailure] = []
        seen: dict[str, str] = {}
        try:
            for page in _without_clashes(pages, seen):
                try:
                    if isinstance(page, ReadFailure):
                        raise page
                    outcomes[self._ingest_page(page, progress)] += 1
                except ReadFailure as failure:
                    failures.append(IngestFailure(failure.source, failure.error))
        finally:
            self._index.save()
        articles, chunks = Catalog(self._store).counts_of(list(seen))
        counts = DocumentCounts(outcomes["added"], outcomes["updated"], outcomes["unchanged"], len(failures))
        return IngestReport(counts, articles, chunks, tuple(failures), round(time.perf_counter() - started, 3))

    def delete(self, identifiers: Sequence[str]) -> Deleted:
        """Removes documents (by source or id) and articles (by id), everywhere. Raises NotFound at the first unknown
        one, before anything is removed.
        """
        catalog = Catalog(self._store)
        for identifier in identifiers:
            if not catalog.knows(identifier):
                raise NotFound("document or article", identifier)
        removed = [astuple(self._store.delete(identifier)) for identifier in identifiers]
        self._index.save()
        return Deleted(*(sum(column) for column in zip(*removed, strict=True))) if removed else Deleted()

    def _ingest_page(self, page: Page, progress: Progress) -> str:
        sha256 = hashlib.sha256(f"{page.format}\0{page.metadata}\0{page.text}".encode()).hexdigest()
        state = self._store.document_state(page.source)
        if state and (state.sha256, state.recipe) == (sha256, self._recipe):
            return "unchanged"
        if state and state.sha256 != sha256:
            _refuse_namesake(page, state.origin)
        drafts = reconstruct(page)
        passages = [chunk(draft, self._chunk_tokens) for draft in drafts]
        places = places_of(drafts)
        encoded = self._encode(page.source, *_texts(drafts, places, passages), progress)
        articles = [_assembled(*one, encoded) for one in zip(drafts, places, passages, strict=True)]
        self._store.put_document(page, DocumentState(sha256, self._recipe, page.origin), articles)
        return "added" if state is None else "updated"

    def _encode(self, source: str, passages: Sequence[str], sentences: Sequence[str], progress: Progress) -> Encoded:
        """Only texts that no stored document has are embedded."""
        by_digest = {digest_of(text): text for text in (*passages, *sentences)}
        own = {digest_of(text) for text in passages}
        encoded = Encoded(self._store.known_vectors(by_digest), self._store.known_token_codes(own))
        wanted = own - encoded.token_codes.keys() if isinstance(self._embedder, TokenEmbedder) else set()
        missing = [pair for pair in by_digest.items() if pair[0] in wanted or pair[0] not in encoded.vectors]
        # First those with token vectors; like lengths together, as there is less padding then.
        missing.sort(key=lambda pair: (pair[0] not in wanted, len(pair[1])))
        bounds = [*range(0, len(wanted), _BATCH), *range(len(wanted), len(missing), _BATCH), len(missing)]
        progress(source, 0, len(missing))
        for start, end in itertools.pairwise(bounds):
            self._encode_batch(missing[start:end], start < len(wanted), encoded)
            progress(source, end, len(missing))
        return encoded

    def _encode_batch(self, batch: Sequence[tuple[bytes, str]], with_tokens: bool, encoded: Encoded) -> None:
        texts = [text for _, text in batch]
        if with_tokens and isinstance(self._embedder, TokenEmbedder):
            rows, tokens = self._embedder.embed_passage_tokens(texts)
            encoded.token_codes.update((digest, encode(own)) for (digest, _), own in zip(batch, tokens, strict=True))
        else:
            rows = self._embedder.embed_passages(texts)
        encoded.vectors.update((digest, row) for (digest, _), row in zip(batch, rows, strict=True))


def _refuse_namesake(page: Page, stored: Path | None) -> None:
    """A file does not replace another one that is still there: two editions may well have the same file name."""
    if stored and page.origin and stored != page.origin and os.path.exists(stored):
        error = f"another file of this name, {stored}, was ingested; rename one or ingest their common folder"
        raise ReadFailure(page.source, error)


def _without_clashes(pages: Iterable[Page | ReadFailure], seen: dict[str, str]) -> Iterator[Page | ReadFailure]:
    """Two files of one run that have the same source name would replace each other: the second is refused."""
    for page in pages:
        if isinstance(page, Page):
            digest = hashlib.sha256(page.text.encode()).hexdigest()
            if seen.setdefault(page.source, digest) != digest:
                error = "another file of this run has the same name; rename one or ingest their common folder"
                yield ReadFailure(page.source, error)
                continue
        yield page


def _passage_text(draft: Draft, places: Sequence[str], passage: Passage) -> str:
    above = (places[0] if places else None, draft.title, *passage.heading_path)
    return embedded_text(above, draft.body.text[passage.start : passage.end])


def _texts(
    drafts: Sequence[Draft], places: Sequence[tuple[str, ...]], passages: Sequence[Sequence[Passage]]
) -> tuple[list[str], list[str]]:
    """Every text that needs a vector: passages with what they stand under, and sentences."""
    whole: list[str] = []
    sentences: list[str] = []
    for draft, own, parts in zip(drafts, places, passages, strict=True):
        for passage in parts:
            whole.append(_passage_text(draft, own, passage))
            sentences.extend(_said(draft, passage))
    return whole, sentences


def _said(draft: Draft, passage: Passage) -> list[str]:
    """What each sentence of the passage says; a row is read out."""
    lines = [draft.body.text[start:end] for start, end in passage.sentences]
    rows = read_out(lines, (passage.heading_path or ("",))[-1])
    return [row.said if row else line for line, row in zip(lines, rows, strict=True)]


def _assembled(draft: Draft, places: tuple[str, ...], passages: Sequence[Passage], encoded: Encoded) -> NewArticle:
    chunks = []
    for passage in passages:
        sentences = []
        for (start, end), said in zip(passage.sentences, _said(draft, passage), strict=True):
            digest = digest_of(said)
            sentences.append(NewSentence(start, end, digest, encoded.vectors[digest]))
        digest = digest_of(_passage_text(draft, places, passage))
        chunks.append(
            NewChunk(
                passage.start,
                passage.end,
                passage.heading_path,
                passage.tokens,
                digest,
                encoded.vectors[digest],
                encoded.token_codes.get(digest),
                tuple(sentences),
            )
        )
    return NewArticle(draft, places, tuple(chunks))

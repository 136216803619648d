from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.index.generation import Index
from rag.index.store import Store
from rag.library import Library
from rag.types import IngestReport, Page
from tests.fakes import HashEmbedder


class Shelf:
    """A library over a fresh store, with an embedder that counts."""

    def __init__(self, folder: Path, embedder: HashEmbedder) -> None:
        self.folder = folder
        self.embedder = embedder
        self.store = Store(folder, create=True)
        self.index = Index(self.store, embedder.dimension)
        self.library = Library(self.store, self.index, embedder, chunk_tokens=64, max_file_bytes=1 << 20)

    def put(self, source: str, text: str) -> IngestReport:
        return self.library.ingest_pages([Page(source, text, "md")])

    def reopened(self) -> Index:
        return Index(self.store, self.embedder.dimension)


@pytest.fixture
def open_shelf() -> Iterator[Callable[[Path], Shelf]]:
    opened: list[Shelf] = []

    def make(folder: Path) -> Shelf:
        opened.append(Shelf(folder, HashEmbedder()))
        return opened[-1]

    yield make
    for shelf in opened:
        shelf.store.close()


@pytest.fixture
def shelf(tmp_path: Path, open_shelf: Callable[[Path], Shelf]) -> Shelf:
    return open_shelf(tmp_path / "data")

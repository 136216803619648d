"""Question to passages."""

from __future__ import annotations

from dataclasses import dataclass

from rag.index.catalog import StoredPassage
from rag.types import Filters, Hit


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gives: passages best first; `similarity` by sentence id."""

    passages: tuple[StoredPassage, ...]
    timings_ms: dict[str, float]

    @property
    def hits(self) -> tuple[Hit, ...]:
        return tuple(passage.hit for passage in self.passages)


class Searcher:
    def search(self, text: str, filters: Filters, limit: int) -> Found:
        raise NotImplementedError

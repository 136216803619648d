"""A claim or a run of source text with its words, and what stands around a run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from rag.text.folding import fold
from rag.text.words import Word, words


@dataclass(frozen=True)
class Text:
    """A text with its words, so that each is cut once, and only if it is asked for."""

    raw: str
    language: str

    @cached_property
    def folded(self) -> str:
        return fold(self.raw)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return tuple(words(self.raw, self.language))


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a run: headline and passage, the article's day, and, folded, what else was found of the same
    document, which may name what this article only calls "our city"; nobody is called that. `places`: see
    `rag.ingest.places`.
    """

    text: Text
    title: str
    published: date | None
    beside: str = ""
    places: tuple[str, ...] = ()

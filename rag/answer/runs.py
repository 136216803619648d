"""Runs of source text that a claim is held against: a sentence, alone or with a neighbour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rag.answer.orders import is_order
from rag.index.catalog import StoredPassage, StoredSentence
from rag.text.rows import Row


@dataclass(frozen=True, slots=True)
class Run:
    """Sentences `[first, last]` of a passage."""

    passage: StoredPassage
    first: int
    last: int

    def has(self, other: Run) -> bool:
        """Whether a sentence of the other is among its own."""
        return self.passage is other.passage and self.first <= other.last and other.first <= self.last

    @property
    def row(self) -> Row | None:
        """The row of a table that it is, if any."""
        return self.passage.sentences[self.first].row if self.first == self.last else None


def only(passage: StoredPassage, sentence: StoredSentence) -> Run:
    place = passage.sentences.index(sentence)
    return Run(passage, place, place)


def speaks_to(run: Run, claim: str) -> bool:
    """Whether it is no row of a table that is about something else, asks nothing, and speaks to no language model."""
    told = run.row is None or (not run.row.names and run.row.about(claim) is not None)
    sentence = run.passage.sentences[run.first]
    return told and not run.passage.asks(sentence) and not is_order(sentence.text)


def pairs(run: Run) -> Iterator[Run]:
    """With the sentence before and the one after; a row stands alone, and a question."""
    sentences = run.passage.sentences
    if run.row:
        return
    if run.first > 0 and _states(run.passage, sentences[run.first - 1]):
        yield Run(run.passage, run.first - 1, run.last)
    if run.last + 1 < len(sentences) and _states(run.passage, sentences[run.last + 1]):
        yield Run(run.passage, run.first, run.last + 1)


def _states(passage: StoredPassage, sentence: StoredSentence) -> bool:
    return not sentence.row and not passage.asks(sentence)

"""The default answerer: no model writes anything, the sentences that answer are quoted.

A sentence is scored by meaning (its cosine to the question), by words (share of the question's idf weight that it
covers, counted as far as the question's words occur in the articles at all), by its passage, and by the reader: how
sure it is of a phrase in it. What comes close to the best one is said too, at most three sentences, in reading order.
"""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.answer.abstain import unanswerable, unread
from rag.answer.claims import Claim, Claims, Evidence, Outcome
from rag.answer.reader import Phrase, Reader, wants_phrase
from rag.index.catalog import Catalog, StoredPassage, StoredSentence
from rag.retrieve.search import Found, Words
from rag.text.spans import Span, narrowed, strip_space
from rag.text.terms import terms
from rag.types import Question, Reason

_MOST = 3
_WORDS = 0.3
_PASSAGE = 0.05
# Of the distance between the best score and the median one; words, where they occur, tell sentences apart that
# meaning alone does not, so more may be said where the question's words are known.
_CLOSE, _CLOSE_BY_WORDS = 0.03, 0.2
_SHORTEST = 8  # characters: less is no statement
_FRAGMENT = re.compile(r"[：:,，、；;—－-]$")  # a salutation, a heading that leads on, a half sentence
_READ = 8  # sentences that the reader looks at
_BY_READER = 0.2
_EVEN = 4.0  # of the reader's score: what the logistic takes for a clear yes
_SURE = 0.0  # the reader's score from which a phrase is given as the short answer

Phrases = Mapping[int, Sequence[Phrase]]


@dataclass(frozen=True, slots=True)
class Scored:
    score: float
    passage: StoredPassage
    sentence: StoredSentence

    @property
    def place(self) -> tuple[int, int, int]:
        """Orders by rank of the first passage of the article, then as the text runs."""
        return self.passage.hit.rank, self.passage.id, self.sentence.start


class Extractive:
    """Quotes; see the module. Without a reader it names no phrase, and refuses by retrieval alone."""

    def __init__(self, catalog: Catalog, reader: Reader | None) -> None:
        self._catalog = catalog
        self._reader = reader

    def answer(self, question: Question, found: Found) -> Claims:
        if reason := unanswerable(question.text, found):
            return Outcome(reason)
        scored = _scored(found)
        phrases = self._read(question.text, scored)
        if phrases and unread(question.text, found, phrases):
            return Outcome(Reason.NO_EVIDENCE)
        chosen = choose(scored, phrases, found.words.known)
        for one in chosen:
            yield Claim(" ".join(one.sentence.text.split("\n")), (self._evidence(one, phrases),))
        return Outcome(None if chosen else Reason.NO_EVIDENCE, short=_short(chosen, phrases))

    def _read(self, question: str, scored: Sequence[Scored]) -> Phrases:
        """Nothing where a phrase is not what is asked for."""
        if self._reader is None or not wants_phrase(question):
            return {}
        best = sorted(scored, key=lambda item: -item.score)[:_READ]
        return self._reader.phrases(question, [(item.passage, item.sentence) for item in best])

    def _evidence(self, one: Scored, phrases: Phrases) -> Evidence:
        support = round(min(1.0, max(0.0, one.score)), 4)
        own = phrases.get(one.sentence.id, ())
        highlight = self._highlight(one, own[0]) if own and own[0].score >= _SURE else None
        return Evidence(one.passage.hit, one.sentence.text, one.sentence.spans, support, highlight)

    def _highlight(self, one: Scored, phrase: Phrase) -> tuple[Span, ...] | None:
        source = self._catalog.source_text(one.passage.hit.source)
        before, own = one.sentence.text[: phrase.start], one.sentence.text[phrase.start : phrase.end]
        return narrowed(one.sentence.spans, source, len(strip_space(before)), len(strip_space(own))) or None


def choose(scored: Sequence[Scored], phrases: Phrases, known: float) -> list[Scored]:
    """The sentences that answer best, in reading order; none when nothing was found. `known` is `Words.known`."""
    if not scored:
        return []
    read = [Scored(item.score + _BY_READER * _sureness(phrases, item), item.passage, item.sentence) for item in scored]
    ranked = sorted(read, key=lambda item: -item.score)
    best = ranked[0].score
    bound = best - (_CLOSE + _CLOSE_BY_WORDS * known) * (best - statistics.median(item.score for item in scored))
    chosen: list[Scored] = []
    for item in ranked:
        repeats = any(item.sentence.text == other.sentence.text for other in chosen)
        if item.score >= bound and not repeats and len(chosen) < _MOST:
            chosen.append(item)
    return sorted(chosen, key=lambda item: item.place)


def _sureness(phrases: Phrases, item: Scored) -> float:
    """0..1."""
    own = phrases.get(item.sentence.id)
    return 1 / (1 + math.exp(-own[0].score / _EVEN)) if own else 0.0


def _short(chosen: Sequence[Scored], phrases: Phrases) -> str | None:
    """The phrase that the reader is surest of, in the sentences that are quoted."""
    found = [(own[0], item) for item in chosen if (own := phrases.get(item.sentence.id)) and own[0].score >= _SURE]
    if not found:
        return None
    phrase, item = max(found, key=lambda pair: pair[0].score)
    return " ".join(item.sentence.text[phrase.start : phrase.end].split("\n"))


def _scored(found: Found) -> list[Scored]:
    return [
        Scored(
            found.similarity[sentence.id]
            + _WORDS * found.words.known * _coverage(found.words, sentence.text)
            + _PASSAGE * passage.hit.score,
            passage,
            sentence,
        )
        for passage in found.passages
        for sentence in passage.sentences
        if len(sentence.text) >= _SHORTEST and not _FRAGMENT.search(sentence.text)
    ]


def _coverage(words: Words, text: str) -> float:
    """Share of the question's term weight that stands in `text`, 0..1."""
    total = sum(words.weights.values())
    if not total:
        return 0.0
    present = set(terms(text))
    return sum(weight for term, weight in words.weights.items() if term in present) / total

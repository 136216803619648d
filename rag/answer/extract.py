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
from dataclasses import dataclass, replace

from rag.answer.abstain import Look, answered, is_relevant, look, off_topic, same_language, unanswerable
from rag.answer.attribute import Weigher
from rag.answer.claims import Claim, Claims, Evidence, Outcome
from rag.answer.orders import is_order
from rag.answer.reader import Phrase, Reader, wants_phrase
from rag.answer.signals import Text
from rag.index.catalog import Catalog, StoredPassage, StoredSentence
from rag.retrieve.search import Found, Words
from rag.text.language import detect_language
from rag.text.spans import Span, narrowed, strip_space
from rag.text.terms import terms
from rag.types import Question, Reason

_MOST = 3
_WORDS = 0.3
_PASSAGE = 0.05
# Of the distance between the best score and the median one; words, where they occur, tell sentences apart that
# meaning alone does not, so more may be said where the question's words are known.
_CLOSE, _CLOSE_BY_WORDS = 0.03, 0.3
_SHORTEST = 8  # characters: less is no statement
_FRAGMENT = re.compile(r"[：:,，、；;—－-]$")  # a salutation, a heading that leads on, a half sentence
_READ = 3  # sentences that the reader looks at, with their neighbours; two cost .03 of the evidence cited
# For a question in the articles' language, and in another: what the reader's word counts, and the score from which a
# phrase is given as the short answer. On the development questions three in four such phrases are right.
_BY_READER, _BY_READER_ACROSS = 0.15, 0.2
_SURE, _SURE_ACROSS = 4.0, -1.0
_EVEN = 4.0  # of the reader's score: what the logistic takes for a clear yes

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
        if reason := unanswerable(found):
            return Outcome(reason)
        same = same_language(question.text, found)
        scored = _scored(found)
        phrases = self._read(question.text, scored)
        if reason := self._refused(question.text, found, scored, phrases):
            return Outcome(reason)
        if not wants_phrase(question.text):
            phrases = {}
        chosen = choose(_ranked(scored, phrases, _BY_READER if same else _BY_READER_ACROSS), found.words.known)
        sure = _sure(phrases, _SURE if same else _SURE_ACROSS)
        for one in chosen:
            yield Claim(" ".join(one.sentence.text.split("\n")), (self._evidence(one, sure.get(one.sentence.id)),))
        return Outcome(None if chosen else Reason.NO_EVIDENCE, short=_short(chosen, sure))

    def _refused(self, question: str, found: Found, scored: Sequence[Scored], phrases: Phrases) -> Reason | None:
        if self._reader is None:
            return Reason.OFF_TOPIC if off_topic(question, found) else None
        relevant = is_relevant(question, found)
        if answered(_looks(question, found, scored, phrases), relevant=relevant):
            return None
        return Reason.NO_EVIDENCE if relevant else Reason.OFF_TOPIC

    def looks(self, question: str, found: Found) -> list[Look]:
        """How the best sentences look to the decision whether to answer."""
        scored = _scored(found)
        return _looks(question, found, scored, self._read(question, scored))

    def _read(self, question: str, scored: Sequence[Scored]) -> Phrases:
        """What the reader finds in the best sentences."""
        if self._reader is None:
            return {}
        best = sorted(scored, key=lambda item: -item.score)[:_READ]
        return self._reader.phrases(question, [(item.passage, item.sentence) for item in best])

    def _evidence(self, one: Scored, phrase: Phrase | None) -> Evidence:
        support = round(min(1.0, max(0.0, one.score)), 4)
        highlight = None if phrase is None else self._highlight(one, phrase)
        return Evidence(one.passage.hit, one.sentence.text, one.sentence.spans, support, highlight)

    def _highlight(self, one: Scored, phrase: Phrase) -> tuple[Span, ...] | None:
        source = self._catalog.source_text(one.passage.hit.source)
        before, own = one.sentence.text[: phrase.start], one.sentence.text[phrase.start : phrase.end]
        return narrowed(one.sentence.spans, source, len(strip_space(before)), len(strip_space(own))) or None


def _ranked(scored: Sequence[Scored], phrases: Phrases, by_reader: float) -> list[Scored]:
    """Best first; `by_reader` is what the reader's word adds at most."""
    read = [replace(item, score=item.score + by_reader * _sureness(phrases, item)) for item in scored]
    return sorted(read, key=lambda item: -item.score)


def choose(ranked: Sequence[Scored], known: float) -> list[Scored]:
    """The sentences that answer best, in reading order, without those that speak to a language model; none when nothing
    was found. `known` is `Words.known`.
    """
    said = (item for item in ranked if not is_order(item.sentence.text))
    chosen: list[Scored] = []
    bound = -math.inf
    for item in said:
        if not chosen:
            middle = statistics.median(other.score for other in ranked)
            bound = item.score - (_CLOSE + _CLOSE_BY_WORDS * known) * (item.score - middle)
        if item.score < bound or len(chosen) == _MOST:
            break
        if not any(item.sentence.text == other.sentence.text for other in chosen):
            chosen.append(item)
    return sorted(chosen, key=lambda item: item.place)


def _looks(question: str, found: Found, scored: Sequence[Scored], phrases: Phrases) -> list[Look]:
    """Of the sentences in which the reader is surest."""
    asked = Text.of(question, detect_language(question))
    weigher = Weigher(found.passages, found.vectors)
    looks = []
    for item in _ranked(scored, phrases, _BY_READER)[:_READ]:
        cosine = found.similarity[item.sentence.id]
        own = phrases.get(item.sentence.id)
        signals = weigher.signals(asked, item.passage, item.sentence, cosine)
        looks.append(look(signals, own[0].score if own else -math.inf, cosine, found.relevance))
    return looks


def _sureness(phrases: Phrases, item: Scored) -> float:
    """0..1."""
    own = phrases.get(item.sentence.id)
    return 1 / (1 + math.exp(-own[0].score / _EVEN)) if own else 0.0


def _sure(phrases: Phrases, bound: float) -> dict[int, Phrase]:
    """The best phrase of each sentence that has a good one."""
    return {sentence: own[0] for sentence, own in phrases.items() if own[0].score >= bound}


def _short(chosen: Sequence[Scored], sure: Mapping[int, Phrase]) -> str | None:
    """The phrase that the reader is surest of, in the sentences that are quoted."""
    found = [(sure[item.sentence.id], item) for item in chosen if item.sentence.id in sure]
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

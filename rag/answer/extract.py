"""The default answerer: no model writes anything, the sentences that answer are quoted.

A sentence is scored by meaning (its cosine to the question), by words (share of the question's idf weight that it
covers, counted as far as the question's words occur in the articles at all) and by its passage. What comes close to
the best one is said too, at most three sentences, in reading order.
"""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass

from rag.answer.abstain import unanswerable
from rag.answer.claims import Claim, Claims, Evidence, Outcome
from rag.index.catalog import StoredPassage, StoredSentence
from rag.retrieve.search import Found, Words
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
    """Quotes; see the module."""

    def answer(self, question: Question, found: Found) -> Claims:
        if reason := unanswerable(question.text, found):
            return Outcome(reason)
        chosen = choose(found)
        for scored in chosen:
            support = round(min(1.0, max(0.0, scored.score)), 4)
            evidence = Evidence(scored.passage.hit, scored.sentence.text, scored.sentence.spans, support)
            yield Claim(" ".join(scored.sentence.text.split("\n")), (evidence,))
        return Outcome(None if chosen else Reason.NO_EVIDENCE)


def choose(found: Found) -> list[Scored]:
    """The sentences that answer best, in reading order; none when nothing was found."""
    scored = sorted(_scored(found), key=lambda item: -item.score)
    if not scored:
        return []
    best = scored[0].score
    close = _CLOSE + _CLOSE_BY_WORDS * found.words.known
    bound = best - close * (best - statistics.median(item.score for item in scored))
    chosen: list[Scored] = []
    for item in scored:
        repeats = any(item.sentence.text == other.sentence.text for other in chosen)
        if item.score >= bound and not repeats and len(chosen) < _MOST:
            chosen.append(item)
    return sorted(chosen, key=lambda item: item.place)


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

"""Somebody else's text against the articles: each of its statements searched, weighed and judged."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.answer.attribute import Weigher
from rag.answer.claims import Claim
from rag.answer.compose import Citations
from rag.answer.reader import Reader
from rag.answer.replies import cleaned
from rag.answer.weighed import Weighed
from rag.errors import BadRequest
from rag.retrieve.search import Found
from rag.text.sentences import split_sentences
from rag.text.terms import terms
from rag.types import CheckedClaim, Citation, Filters, Verdict, Verification

MAX_TEXT = 20_000
"""Characters of a text that is verified."""
MAX_CLAIMS = 200
PASSAGES = 5
"""Searched for each claim."""
_FEWEST_TERMS = 2
_QUESTION = ("?", "？", "؟")
_BINARY = 0.02  # share of characters that no text has, from which on it is none


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a text that states something: `[start, end)` of it, and what it says without markup."""

    start: int
    end: int
    said: str


class Verifier:
    """`near` gives the passages for a statement and its vector, `embed` the vectors of statements, float32 (n, d); with
    a `reader` what seems to be carried is asked back.
    """

    def __init__(
        self,
        near: Callable[[str, NDArray[np.float32], Filters, int], Found],
        embed: Callable[[Sequence[str]], NDArray[np.float32]],
        max_query: int,
        reader: Reader | None = None,
    ) -> None:
        self._near = near
        self._embed = embed
        self._max_query = max_query
        self._reader = reader

    def verify(self, text: str, filters: Filters) -> Verification:
        """Raises BadRequest for a text that is empty, too long, without words, or no text; EmptyIndex."""
        started = time.perf_counter()
        statements = statements_of(text)
        vectors = self._embed([each.said for each in statements]) if statements else ()
        embedded = time.perf_counter()
        found = [
            self._near(each.said[: self._max_query], vector, filters, PASSAGES)
            for each, vector in zip(statements, vectors, strict=True)
        ]
        searched = time.perf_counter()
        weigher = Weigher.over_all(found, self._reader)
        citations = Citations()
        claims = []
        for statement, passages, vector in zip(statements, found, vectors, strict=True):
            weighed = weigher.best(statement.said, vector, passages.passages)
            claims.append(_checked(text, statement, weighed, citations))
        done = time.perf_counter()
        timings = {
            "embed": _ms(started, embedded),
            "search": _ms(embedded, searched),
            "verify": _ms(searched, done),
            "total": _ms(started, done),
        }
        return Verification(text, tuple(claims), timings)


def statements_of(text: str) -> list[Statement]:
    """The sentences of `text` that state something: no questions, nothing of one word. Raises BadRequest."""
    _check(text)
    found = []
    for start, end in split_sentences(text):
        said = cleaned(text[start:end])
        if said and not said.rstrip("”’\"')）」』").endswith(_QUESTION) and len(terms(said)) >= _FEWEST_TERMS:
            found.append(Statement(start, end, said))
    if not found and not terms(text):
        raise BadRequest("the text has no words")
    if len(found) > MAX_CLAIMS:
        raise BadRequest(f"the text has {len(found)} statements; at most {MAX_CLAIMS} are verified at once")
    return found


def _check(text: str) -> None:
    if len(text) > MAX_TEXT:
        raise BadRequest(f"the text has {len(text)} characters; at most {MAX_TEXT} are verified at once")
    if not text.strip():
        raise BadRequest("the text is empty")
    strange = sum(
        unicodedata.category(character) in ("Cc", "Cn", "Co", "Cs") and not character.isspace() for character in text
    )
    if "\0" in text or strange + text.count("\ufffd") > _BINARY * len(text):
        raise BadRequest("the text is not text but binary data")


def _checked(text: str, statement: Statement, weighed: Weighed | None, citations: Citations) -> CheckedClaim:
    verdict = weighed.verdict if weighed else Verdict.NOT_FOUND
    support = weighed.evidence.support if weighed else 0.0
    cited: tuple[Citation, ...] = ()
    if weighed and verdict is not Verdict.NOT_FOUND:
        claim = Claim(statement.said, (weighed.evidence,))
        cited = (citations.of(claim, weighed.evidence),)
    start, end = statement.start, statement.end
    return CheckedClaim(text[start:end], start, end, verdict, support, cited)


def _ms(start: float, end: float) -> float:
    return round((end - start) * 1000, 3)

"""The life of a question on one screen: checked, searched, answered sentence by sentence, every sentence cited."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Protocol, runtime_checkable

from rag.answer.claims import Claims, Outcome
from rag.answer.compose import Composer, nearest, refusal
from rag.answer.conversation import leans, standalone
from rag.answer.steps import in_steps
from rag.errors import BadRequest, LLMError, QuestionTooLong
from rag.retrieve.search import Found
from rag.text.language import detect_language
from rag.types import Answer, Done, Event, Filters, HitsFound, Question, Reason, SearchResult, Verification

EXTRACTIVE = "extractive"
MAX_HITS = 50
_log = logging.getLogger(__name__)
_ANYTHING = Filters()


class Answerer(Protocol):
    """Says what the passages found have to say to a question, claim by claim as each is verified.

    No claim at all is a refusal. Raises LLMError when the model behind it fails.
    """

    def answer(self, question: Question, found: Found) -> Claims: ...


@runtime_checkable
class Rewriter(Protocol):
    """An answerer that can also say what a follow-up asks; None where it has nothing usable to say."""

    def rewrite(self, question: Question) -> str | None: ...


class Assistant:
    """Answers questions. The plain answer is the last event of the streamed one, so the two cannot differ."""

    def __init__(
        self,
        search: Callable[[str, Filters, int], Found],
        answerer: Callable[[str], Answerer],
        checker: Callable[[str, Filters], Verification],
        *,
        default_llm: str = EXTRACTIVE,
        limit: int = 8,
        max_question: int = 4000,
    ) -> None:
        self._search = search
        self._answerer = answerer
        self._checker = checker
        self.default_llm = default_llm
        self._limit = limit
        self._max_question = max_question

    def search(self, text: str, filters: Filters = _ANYTHING, limit: int | None = None) -> SearchResult:
        """The passages nearest to a question. Raises BadRequest for an empty or overlong question or a bad limit."""
        found = self._find(text, filters, limit)
        return SearchResult(found.hits, found.timings_ms)

    def verify(self, text: str, filters: Filters = _ANYTHING) -> Verification:
        """Somebody else's text, statement by statement, against the articles. Raises BadRequest for a text that is
        empty, too long, or no text.
        """
        return self._checker(text, filters)

    def ask(self, question: Question) -> Answer:
        for event in self.stream(question):
            if isinstance(event, Done):
                return event.answer
        raise AssertionError("a stream ends with Done")

    def stream(self, question: Question) -> Iterator[Event]:
        """HitsFound, then Cited and Token as sentences are verified, then Done. Raises as `search` does, before any
        event.
        """
        started = time.perf_counter()
        model = question.llm or self.default_llm
        answerer = self._answerer(model)
        asked = replace(question, text=self._standalone(question, answerer))
        found = self._find(asked.text, question.filters, question.limit)
        yield HitsFound(found.hits)
        composer = Composer()
        try:
            outcome = yield from composer.run(self._answered(answerer, asked, found))
        except LLMError as error:
            _log.warning("the model %s failed: %s", model, error)
            outcome = Outcome(Reason.LLM_ERROR)
            if not composer.statements:  # nothing was said yet: the extractive answer stands in
                fallback = yield from composer.run(self._answerer(EXTRACTIVE).answer(asked, found))
                outcome = replace(fallback, reason=Reason.LLM_ERROR)
        abstained = not composer.statements
        if abstained:
            yield from composer.say(refusal(question.answer_language or detect_language(question.text)))
        answering = (time.perf_counter() - started) * 1000
        timings = {
            **found.timings_ms,
            "answer": round(answering - sum(found.timings_ms.values()), 3),
            "total": round(answering, 3),
        }
        yield Done(
            Answer(
                question.text, composer.text, outcome.short, abstained, outcome.reason, tuple(composer.statements),
                tuple(composer.citations), found.hits, model, outcome.usage, timings, asked.text,
                nearest(outcome.nearest) if abstained and outcome.nearest else None,
            )
        )  # fmt: skip

    def _answered(self, answerer: Answerer, asked: Question, found: Found) -> Claims:
        """What quotes takes a question in steps where it has some; a model is given the question as it is."""
        if isinstance(answerer, Rewriter):
            return answerer.answer(asked, found)
        return in_steps(asked, found, answerer.answer, self._find)

    def _standalone(self, question: Question, answerer: Answerer) -> str:
        """What the question asks, by the model where there is one, else by rules. Raises as `search` does."""
        self._check(question.text)
        if not question.history or not leans(question.text):
            return question.text
        by_model = answerer.rewrite(question) if isinstance(answerer, Rewriter) else None
        return (by_model or standalone(question))[: self._max_question]

    def _check(self, text: str) -> None:
        if not text.strip():
            raise BadRequest("the question is empty")
        if len(text) > self._max_question:
            raise QuestionTooLong(len(text), self._max_question)

    def _find(self, text: str, filters: Filters, limit: int | None) -> Found:
        self._check(text)
        if limit is not None and not 1 <= limit <= MAX_HITS:
            raise BadRequest(f"limit must be 1 to {MAX_HITS}, not {limit}")
        return self._search(text, filters, limit or self._limit)

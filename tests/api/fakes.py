"""Services that misbehave on purpose."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

from rag.assistant import Assistant
from rag.index.catalog import Catalog
from rag.settings import Settings
from rag.types import Answer, Done, Event, Filters, HitsFound, Question, SearchResult, Token

Script = Callable[[Question], Iterator[Event]]


def an_answer(question: Question, text: str = "一。") -> Answer:
    return Answer(question.text, text, None, False, None, (), (), (), "extractive", None, {"total": 1.0})


def one_word(question: Question) -> Iterator[Event]:
    yield HitsFound(())
    yield Token("一。")
    yield Done(an_answer(question))


class ScriptedAssistant:
    """Has the public interface of an Assistant; what it streams is what the script says. Remembers what was asked."""

    default_llm = "openai:gpt-test"

    def __init__(self, script: Script) -> None:
        self._script = script
        self.asked: list[Question] = []

    def stream(self, question: Question) -> Iterator[Event]:
        self.asked.append(question)
        yield from self._script(question)

    def ask(self, question: Question) -> Answer:
        *_, last = self.stream(question)
        assert isinstance(last, Done)
        return last.answer

    def search(self, text: str, filters: Filters | None = None, limit: int | None = None) -> SearchResult:
        del text, filters, limit
        return SearchResult((), {})


@dataclass
class FakeService:
    """A service without a store; `warm` does what it is told."""

    script: Script = one_word
    settings: Settings = field(default_factory=Settings)
    warm: Callable[[], None] = lambda: None
    closed: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.scripted = ScriptedAssistant(self.script)

    @property
    def assistant(self) -> Assistant:
        return cast(Assistant, self.scripted)

    @property
    def catalog(self) -> Catalog:
        raise RuntimeError("secret detail: there is no store here")

    def close(self) -> None:
        self.closed.set()

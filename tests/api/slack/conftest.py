"""A bot over the real model and the seeds, in a workspace of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import SecretStr

from api.service import Service
from api.slack.delivery import Pace
from api.slack.socket import serve
from rag.answer.compose import place_markers, refusal
from rag.assistant import Assistant
from rag.errors import WenjuError
from rag.index.catalog import Catalog
from rag.settings import Settings
from rag.text.sentences import split_sentences
from rag.text.spans import Span
from rag.types import (
    Answer,
    CheckedClaim,
    Citation,
    Cited,
    Done,
    Event,
    Filters,
    HitsFound,
    Question,
    Reason,
    Statement,
    Token,
    Verdict,
    Verification,
)
from tests.api.fakes import Script, ScriptedAssistant
from tests.api.slack.web_api import APP_TOKEN, BOT_TOKEN
from tests.api.slack.workspace import Workspace

CITED = Citation(
    1, "a1", "bridge.txt", "The bridge", date(2024, 12, 23), "The bridge is 300 metres long.", (Span(3, 20),), None,
    "It is 300 metres long.", 0.9,
)  # fmt: skip
QUICK = Pace(post=0.0, update=0.0, burst=1, draft=0.05)
Botting = Callable[..., None]


def answers(
    question: Question, *sentences: str | None, seconds: float = 0, short: str | None = None
) -> Iterator[Event]:
    """The events of an answer of these sentences, each with the same source; None is a refusal."""
    yield HitsFound(())
    said = [sentence for sentence in sentences if sentence is not None]
    pieces = [(" " if place else "") + place_markers(sentence, [1]) for place, sentence in enumerate(said)]
    if pieces:
        yield Cited(CITED)
    for piece in pieces or [refusal("en")]:
        yield Token(piece)
        time.sleep(seconds)
    yield Done(
        Answer(
            question.text, "".join(pieces) or refusal("en"), short, not pieces, None if pieces else Reason.OFF_TOPIC,
            tuple(Statement(sentence, (1,), True) for sentence in said), (CITED,) if pieces else (), (), "extractive",
            None,
        )
    )  # fmt: skip


def answering(*sentences: str, seconds: float = 0) -> Script:
    return lambda question: answers(question, *sentences, seconds=seconds)


class Scripted(ScriptedAssistant):
    """An assistant that says what it is told to, and finds every other sentence of a text borne out."""

    def __init__(self, script: Script | None = None) -> None:
        super().__init__(script or answering("It is 300 metres long."))
        self.verified: list[tuple[str, Filters]] = []

    def verify(self, text: str, filters: Filters | None = None) -> Verification:
        self.verified.append((text, filters or Filters()))
        if "fail" in text:
            raise WenjuError("the checker is out of order")
        claims = []
        for place, (start, end) in enumerate(split_sentences(text)):
            verdict = list(Verdict)[place % 3]
            cited = (CITED,) if verdict is not Verdict.NOT_FOUND else ()
            claims.append(CheckedClaim(text[start:end], start, end, verdict, 0.9, cited))
        return Verification(text, tuple(claims))


@dataclass
class SlackService:
    """A service with settings of its own; its assistant is a stand-in, or its articles and assistant are another's."""

    settings: Settings
    stand_in: Any = field(default=None)
    service: Service | None = field(default=None)

    @property
    def assistant(self) -> Assistant:
        return cast(Assistant, self.stand_in or self._service.assistant)

    @property
    def catalog(self) -> Catalog:
        return self._service.catalog

    @property
    def _service(self) -> Service:
        assert self.service is not None, "this test needs articles"
        return self.service

    def warm(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    workspace = Workspace()
    workspace.start()
    yield workspace
    workspace.stop()
    assert not workspace.invalid


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the bot remembers."""
    return tmp_path / "slack-data"


@contextmanager
def bot(service: Service, pace: Pace = QUICK) -> Iterator[None]:
    """A bot in a thread, connected."""
    ready, failed = threading.Event(), []
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    def run() -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(serve(service, stop, ready.set, pace))
        except Exception as error:  # noqa: BLE001 - said in the test's own thread
            failed.append(error)
            ready.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(20)
    if failed:
        raise failed[0]
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
        assert not thread.is_alive(), "the bot did not stop"


def slack_settings(workspace: Workspace, folder: Path, **more: Any) -> Settings:
    return Settings(
        data=folder, slack_bot_token=SecretStr(BOT_TOKEN), slack_app_token=SecretStr(APP_TOKEN),
        slack_api_url=workspace.url, **more,
    )  # fmt: skip


@pytest.fixture
def botting(workspace: Workspace, folder: Path) -> Iterator[Botting]:
    """Starts a bot in front of an assistant or of a whole service; stops it at the end of the test."""
    with ExitStack() as stack:

        def start(assistant: Any = None, service: Any = None, pace: Pace = QUICK, **settings: Any) -> None:
            made = SlackService(slack_settings(workspace, folder, **settings), assistant, service)
            stack.enter_context(bot(made, pace))

        yield start

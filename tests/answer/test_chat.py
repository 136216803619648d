"""What makes a chat model dependable, with models that fail in every way that a script can write."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from rag.answer import chat
from rag.answer.chat import Dependable, Messages, Piece
from rag.errors import LLMError


class StatusError(Exception):
    def __init__(self, status_code: int) -> None:
        super().__init__(f"status {status_code}")
        self.status_code = status_code


@dataclass
class Scripted:
    """Replies with one script after the other, the last one again and again; an exception in it is raised there."""

    scripts: list[list[Piece | Exception]]
    asked: int = field(default=0)

    def stream(self, messages: Messages) -> Iterator[Piece]:
        del messages
        script = self.scripts[min(self.asked, len(self.scripts) - 1)]
        self.asked += 1
        for piece in script:
            if isinstance(piece, Exception):
                raise piece
            yield piece


GOOD: list[Piece | Exception] = [Piece("yes"), Piece("", None, "stop")]


def dependable(model: Scripted, retries: int = 2, timeout: float = 5) -> Dependable:
    return Dependable(model, "scripted", timeout=timeout, retries=retries)


def said(model: Dependable) -> str:
    return "".join(piece.text for piece in model.stream([("user", "?")]))


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "_FIRST_PAUSE", 0.01)


@pytest.mark.parametrize("fault", [StatusError(500), StatusError(429), ConnectionError("refused"), TimeoutError()])
def test_what_may_pass_is_tried_again(fault: Exception) -> None:
    model = Scripted([[fault], [fault], GOOD])
    assert said(dependable(model)) == "yes"
    assert model.asked == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_what_stays_is_not_tried_again(status: int) -> None:
    model = Scripted([[StatusError(status)]])
    with pytest.raises(LLMError, match=str(status)):
        said(dependable(model))
    assert model.asked == 1


def test_nothing_is_said_twice() -> None:
    model = Scripted([[Piece("half"), ConnectionError("gone")], GOOD])
    heard: list[str] = []
    with pytest.raises(LLMError, match="gone"):
        heard.extend(piece.text for piece in dependable(model).stream([]))
    assert model.asked == 1


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ([Piece("cut")], "cut off"),
        ([Piece("x"), Piece("", None, "content_filter")], "content_filter"),
        ([], "nothing"),
    ],
)
def test_what_is_no_whole_reply(script: list[Piece | Exception], message: str) -> None:
    with pytest.raises(LLMError, match=message):
        said(dependable(Scripted([script]), retries=0))


def test_a_reply_without_end_is_stopped() -> None:
    assert len(said(dependable(Scripted([[Piece("x" * 999)] * 500])))) < 22_000


def test_a_model_that_keeps_failing_is_left_alone_and_tried_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "_REST", 0.1)
    failing: list[list[Piece | Exception]] = [[StatusError(500)] for _ in range(5)]
    model = Scripted([*failing, GOOD])
    under_test = dependable(model, retries=0)
    for _ in range(5):
        with pytest.raises(LLMError):
            said(under_test)
    with pytest.raises(LLMError, match="left alone"):
        said(under_test)
    assert model.asked == 5
    time.sleep(0.15)
    assert said(under_test) == "yes"


def test_a_listener_that_leaves_is_no_failure_of_the_model() -> None:
    model = Scripted([GOOD])
    under_test = dependable(model)
    for _ in range(8):
        stream = under_test.stream([])
        next(stream)
        stream.close()  # type: ignore[attr-defined]
    assert said(under_test) == "yes"

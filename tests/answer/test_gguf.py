"""A model in this process that does not come to an end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from rag.answer import gguf
from rag.answer.gguf import GgufChat
from rag.errors import LLMError
from rag.settings import Settings


class Stuck:
    """Says nothing until it is let go, ten seconds at most."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def handle_chat_completions(self, body: dict[str, Any], receive: Callable[[Any], bool]) -> None:
        del body
        self.go.wait(10)
        receive({"choices": [{"delta": {"content": "yes"}, "finish_reason": "stop"}]})


def test_a_model_that_is_stuck_is_not_waited_for_and_not_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Stuck()
    monkeypatch.setattr(gguf, "_server", lambda _path, _settings: server)
    monkeypatch.setattr(gguf, "_LAST_WORD", 0.1)
    chat = GgufChat("gguf:model", Settings(llm_timeout=0.2))
    started = time.monotonic()
    with pytest.raises(LLMError, match="said nothing"):
        list(chat.stream([("user", "?")]))
    with pytest.raises(LLMError, match="busy"):
        list(chat.stream([("user", "?")]))
    assert time.monotonic() - started < 5
    server.go.set()
    time.sleep(0.1)
    assert [piece.text for piece in chat.stream([("user", "?")])] == ["yes"]

"""The port behind which chat models stand, and what makes any of them dependable.

A call is tried again, with growing pauses, as long as nothing was said and the fault may pass; a model that keeps
failing is left alone for a while (circuit breaker; Nygard, Release It!, 2007), so that answers stay quick.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

import pybreaker
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from rag.errors import LLMError
from rag.types import Usage

Messages = Sequence[tuple[str, str]]
"""`(role, content)`, oldest first; roles are system, user and assistant."""

_FAILURES = 5  # in a row after which a model is left alone
_REST = 30.0  # seconds
_LONGEST_REPLY = 20_000  # characters; a model that goes on beyond is stopped
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 4.0  # seconds
_PASSING = frozenset({408, 409, 425, 429})  # HTTP statuses of faults that may pass, besides those from 500 on


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a reply. `usage` and `finish` come with the last one: "stop", "length" and whatever else a server
    calls the reason why it stopped.
    """

    text: str
    usage: Usage | None = None
    finish: str | None = None


class ChatModel(Protocol):
    def stream(self, messages: Messages) -> Iterator[Piece]:
        """The reply as it comes. Raises whatever its library raises."""
        ...


class Dependable:
    """A chat model with retries, a circuit breaker, and bounds on time (seconds) and length."""

    def __init__(self, model: ChatModel, name: str, *, timeout: float, retries: int) -> None:
        self._model = model
        self._name = name
        self._timeout = timeout
        self._retries = retries
        self._breaker = pybreaker.CircuitBreaker(fail_max=_FAILURES, reset_timeout=_REST, exclude=[GeneratorExit])

    def stream(self, messages: Messages) -> Iterator[Piece]:
        """The reply as it comes, ended where it grows beyond all bounds. Raises LLMError for whatever goes wrong."""
        try:
            with self._breaker.calling():
                yield from self._whole(messages)
        except pybreaker.CircuitBreakerError as error:
            raise LLMError(
                f"{self._name} failed {_FAILURES} times in a row and is left alone for {_REST:g} s"
            ) from error
        except LLMError:
            raise
        except Exception as error:  # each provider's package fails in its own ways
            raise LLMError(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}") from error

    def _whole(self, messages: Messages) -> Iterator[Piece]:
        deadline = time.monotonic() + self._timeout
        length = 0
        finish: str | None = None
        for piece in self._started(messages, deadline):
            length += len(piece.text)
            finish = piece.finish or finish
            yield piece
            if length > _LONGEST_REPLY:
                return
            if time.monotonic() > deadline:
                raise LLMError(f"the model did not finish within {self._timeout:g} s")
        if finish is None:
            raise LLMError("the reply was cut off")
        if finish not in ("stop", "length"):
            raise LLMError(f"the model ended with {finish!r}")

    def _started(self, messages: Messages, deadline: float) -> Iterator[Piece]:
        """The pieces, of the first try that gives one."""
        attempts = Retrying(
            stop=lambda state: stop_after_attempt(self._retries + 1)(state) or _late(state, deadline),
            wait=wait_exponential_jitter(multiplier=_FIRST_PAUSE, max=_LONGEST_PAUSE, jitter=_FIRST_PAUSE),
            retry=retry_if_exception(_may_pass),
            reraise=True,
        )
        first, rest = attempts(self._first, messages)
        with closing(rest):
            yield first
            yield from rest

    def _first(self, messages: Messages) -> tuple[Piece, _Pieces]:
        pieces = _generator(self._model.stream(messages))
        for piece in pieces:
            if piece.text.strip() or piece.finish:
                return piece, pieces
        raise LLMError("the model replied with nothing")


class _Pieces(Protocol):
    def __iter__(self) -> Iterator[Piece]: ...
    def close(self) -> None: ...


def _generator(pieces: Iterator[Piece]) -> _Pieces:
    return (piece for piece in pieces)


def _late(state: RetryCallState, deadline: float) -> bool:
    del state
    return time.monotonic() > deadline


def _may_pass(error: BaseException) -> bool:
    """A refused key or a malformed request stays what it is; a busy or unreachable server may not."""
    if not isinstance(error, Exception):
        return False
    status = getattr(error, "status_code", None)
    return not isinstance(status, int) or status >= 500 or status in _PASSING

"""Server-sent events: events to frames, and a response that keeps the line warm and stops the work when nobody listens.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing

import anyio
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.types import Send

from api.errors import Problem, problem_of
from rag.errors import WenjuError
from rag.types import Event

_log = logging.getLogger(__name__)
HEARTBEAT = 15.0  # seconds; proxies cut a line that is silent for 30 to 60

Frames = Generator[bytes, None, None]


def frame(data: object, event: str | None = None) -> bytes:
    """One event whose data is `data` as one line of JSON; dataclasses, dates and enums are understood."""
    return format_sse_event(data_str=to_json(data).decode(), event=event)


def primed(events: Iterator[Event]) -> Generator[Event, None, None]:
    """The same events, the first already had: what it raises is raised here, while a status can still be chosen."""
    return _resumed(next(events), events)


def _resumed(first: Event, rest: Iterator[Event]) -> Generator[Event, None, None]:
    yield first
    yield from rest


def framed(
    events: Generator[Event, None, None],
    frames_of: Callable[[Event], Iterable[bytes]],
    failed: Callable[[Problem], bytes],
) -> Frames:
    """Each event's frames. An error ends the stream with the frame that `failed` makes: the status is long gone."""
    with closing(events):
        try:
            for event in events:
                yield from frames_of(event)
        except WenjuError as error:
            yield failed(problem_of(error))
        except Exception as error:  # noqa: BLE001 - too late for the application's own handler
            _log.exception("a streamed answer broke off")
            yield failed(problem_of(error))


class EventStream(StreamingResponse):
    """Sends frames as they are made in a worker thread, and a comment whenever `HEARTBEAT` seconds have passed.

    When the client goes away, the frames' generator is closed as soon as the step that it is in has ended.
    """

    media_type = "text/event-stream"

    def __init__(self, frames: Frames) -> None:
        super().__init__(frames, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._frames = frames

    async def stream_response(self, send: Send) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(_beat, send)
            try:
                await super().stream_response(send)
            finally:
                with anyio.CancelScope(shield=True):
                    await run_in_threadpool(self._frames.close)
            group.cancel_scope.cancel()


async def _beat(send: Send) -> None:
    while True:
        await anyio.sleep(HEARTBEAT)
        await send({"type": "http.response.body", "body": format_sse_event(comment="still working"), "more_body": True})

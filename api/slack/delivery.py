"""Messages to Slack: within its rate limits, and each exactly once even where the reply to a call is lost.

https://docs.slack.dev/apis/web-api/rate-limits
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from api.slack.blocks import Page, mark
from api.slack.jobs import Job
from api.slack.memory import Memory
from rag.settings import Settings

_T = TypeVar("_T")
_TRIES = 4
_TIMEOUT = 30  # seconds for one call
_WAITS_OF_429 = 100  # Slack says how long to wait; a message is not given up while it does
_GONE = ("message_not_found", "cant_update_message", "edit_window_closed")
UNREACHABLE = (aiohttp.ClientError, asyncio.TimeoutError, OSError)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds from one call to the next that Slack allows for: posts to one channel, updates in the workspace
    (`burst` of them at once). `draft` is how often a growing answer is shown.
    """

    post: float = 1.0
    update: float = 1.2
    burst: int = 10
    draft: float = 1.5


class Turns:
    """One caller at a time, `interval` seconds apart, after a first `burst`. Whoever waits because Slack said so holds
    the others up as well: they share the limit."""

    def __init__(self, interval: float, burst: int = 1) -> None:
        self._interval = interval
        self._lead = interval * (burst - 1)
        self._due = 0.0
        self._lock = asyncio.Lock()

    @property
    def free(self) -> bool:
        """Whether a turn can be had at once, with some left for others."""
        return not self._lock.locked() and self._due - time.monotonic() < self._lead / 2 - self._interval / 2

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        async with self._lock:
            early = self._due - self._lead - time.monotonic()
            if early > 0:
                await asyncio.sleep(early)
            try:
                yield
            finally:  # counted from the call's end: how long it was on its way to Slack nobody knows
                self._due = max(self._due, time.monotonic()) + self._interval


def web_client(settings: Settings, token: str) -> AsyncWebClient:
    """A client that waits as long as a 429 says. Lost connections it leaves to `Sender`, which knows what may be said
    twice."""
    waits = AsyncRateLimitErrorRetryHandler(max_retry_count=_WAITS_OF_429)
    return AsyncWebClient(token, settings.slack_api_url, timeout=_TIMEOUT, retry_handlers=[waits])


class Sender:
    """Puts replies where they belong, and remembers where that was."""

    def __init__(self, client: AsyncWebClient, memory: Memory, pace: Pace) -> None:
        self._client = client
        self._memory = memory
        self._posts: dict[str, Turns] = defaultdict(lambda: Turns(pace.post))
        self._updates = Turns(pace.update, pace.burst)

    @property
    def has_room(self) -> bool:
        """Whether an update that may as well be left out disturbs nobody."""
        return self._updates.free

    async def show(self, job: Job, replies: Sequence[Page]) -> None:
        """Makes the reply to `job` consist of these pages, whatever of it is there already."""
        for number, page in enumerate(replies):
            await self.show_page(job, number, page)
        for number, ts in self._memory.replies(job.key).items():
            if number >= len(replies):
                await self.remove(job.channel, ts)

    async def show_page(self, job: Job, number: int, page: Page) -> None:
        ts = self._memory.replies(job.key).get(number)
        if ts is None and job.attempts > 1:  # whoever tried before may have died between posting and noting it down
            ts = await self._find(job, number)
        if ts is None or not await self._update(job.channel, ts, page):
            ts = await self._post(job, number, page)
        self._memory.add_reply(job.key, number, job.channel, ts)

    async def remove(self, channel: str, ts: str) -> None:
        async def delete() -> None:
            await self._client.chat_delete(channel=channel, ts=ts)

        try:
            await _persistently(delete)
        except SlackApiError as error:
            if code(error) != "message_not_found":
                raise
        self._memory.drop_reply(channel, ts)

    async def whisper(self, job: Job, page: Page) -> None:
        """To the asker alone, where a reply cannot be posted. A response address takes five messages in half an hour;
        without one the words stand where only the asker sees them."""
        if job.response_url is not None:
            await respond(job.response_url, page)
            return
        await self._client.chat_postEphemeral(
            channel=job.channel, user=job.user, thread_ts=job.thread, text=page.text, blocks=page.blocks
        )

    async def _post(self, job: Job, number: int, page: Page) -> str:
        lost = False

        async def post() -> str:
            nonlocal lost
            if lost and (found := await self._find(job, number)):
                return found
            lost = True
            response = await self._client.chat_postMessage(
                channel=job.channel, thread_ts=self._thread(job), text=page.text, blocks=page.blocks,
                unfurl_links=False, unfurl_media=False,
            )  # fmt: skip
            return str(response["ts"])

        async with self._posts[job.channel].turn():
            return await _persistently(post)

    async def _update(self, channel: str, ts: str, page: Page) -> bool:
        """False if the message is gone."""

        async def update() -> None:
            await self._client.chat_update(channel=channel, ts=ts, text=page.text, blocks=page.blocks)

        try:
            async with self._updates.turn():
                await _persistently(update)
        except SlackApiError as error:
            if code(error) not in _GONE:
                raise
            self._memory.drop_reply(channel, ts)
            return False
        return True

    async def _find(self, job: Job, number: int) -> str | None:
        """The message that holds this page of the reply, if it is there: its blocks' ids say so."""
        wanted = mark(job.key, number)
        thread = self._thread(job)
        if thread is None:
            response = await self._client.conversations_history(channel=job.channel, limit=200)
            messages: list[dict[str, Any]] = response["messages"]
        else:
            messages = await thread_messages(self._client, job.channel, thread)
        for message in messages:
            if any(str(block.get("block_id", "")).startswith(wanted) for block in message.get("blocks", ())):
                return str(message["ts"])
        return None

    def _thread(self, job: Job) -> str | None:
        """A command has no message to answer: its first page begins the thread of the others."""
        return job.thread or self._memory.replies(job.key).get(0)


async def respond(response_url: str, page: Page) -> None:
    """A message that the asker alone sees."""
    webhook = AsyncWebhookClient(response_url, retry_handlers=[AsyncRateLimitErrorRetryHandler(_WAITS_OF_429)])
    response = await webhook.send(text=page.text, blocks=page.blocks, response_type="ephemeral", replace_original=False)
    if response.status_code != 200:
        raise aiohttp.ClientError(f"the response address answered {response.status_code}")


async def thread_messages(client: AsyncWebClient, channel: str, thread: str) -> list[dict[str, Any]]:
    """All messages of a thread, oldest first."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        response = await client.conversations_replies(channel=channel, ts=thread, limit=200, cursor=cursor)
        found += response["messages"]
        cursor = (response.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            return found


async def _persistently(call: Callable[[], Awaitable[_T]]) -> _T:
    """Tries again, a little later each time, while Slack cannot be reached or fails."""
    for attempt in range(_TRIES):
        try:
            return await call()
        except UNREACHABLE:
            if attempt == _TRIES - 1:
                raise
        except SlackApiError as error:
            if attempt == _TRIES - 1 or not _is_slacks_fault(error):
                raise
        await asyncio.sleep(0.5 * 3**attempt)
    raise AssertionError("the last attempt returns or raises")


def _is_slacks_fault(error: SlackApiError) -> bool:
    return getattr(error.response, "status_code", 200) >= 500 or code(error) in (
        "internal_error", "fatal_error", "service_unavailable", "request_timeout",
    )  # fmt: skip


def code(error: Exception) -> str:
    """What Slack calls the error, without the request, whose text is nobody's business. A gateway before Slack may
    reply with a page instead of JSON."""
    if not isinstance(error, SlackApiError):
        return type(error).__name__
    data = getattr(error.response, "data", error.response)
    return str(data["error"]) if isinstance(data, dict) and "error" in data else "no_json"

"""The life of a question in Slack: noted, placeholder, history, answer as it grows, the whole answer with its sources.

Everything is noted before Slack is told that it arrived. What a process leaves unfinished the next one takes up, and
writes into the messages that are there already.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from api.service import Service
from api.slack import blocks
from api.slack.blocks import Page, Part
from api.slack.channel import ChannelSettings, without_unknown_llm
from api.slack.delivery import Pace, Sender, code, thread_messages
from api.slack.jobs import Job, JobKind
from api.slack.memory import Exchange, Memory
from api.slack.mrkdwn import plain
from api.slack.threads import history
from api.slack.words import Words, help_in_all_languages, words_for
from rag.assistant import EXTRACTIVE
from rag.errors import WenjuError
from rag.text.language import detect_language
from rag.types import Answer, Done, Event, Filters, Question, Token, Turn, Verification

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_WORKERS = 4  # answers in the making at once; the others wait behind their placeholders
_LATER = 20.0  # seconds until a reply that Slack would not take is tried again
_GRACE = 5.0  # seconds for answers under way when the bot is told to stop
_SLACK_FAILED = (SlackApiError, aiohttp.ClientError, asyncio.TimeoutError, OSError)
# The bot may not write there, now or ever: the asker is told alone.
_CLOSED = (
    "not_in_channel", "channel_not_found", "is_archived", "restricted_action", "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel", "restricted_action_thread_locked", "no_permission", "access_denied",
)  # fmt: skip


class Answering(Protocol):
    """What the bot needs of an assistant."""

    default_llm: str

    def stream(self, question: Question) -> Iterator[Event]: ...

    def verify(self, text: str, filters: Filters = ...) -> Verification: ...


@dataclass
class _Draft:
    """An answer in the making, written by a worker thread and read by the loop."""

    text: str = ""
    stopped: bool = field(default=False)


class Bot:
    """Answers what was noted in `memory`. All methods belong to one event loop."""

    def __init__(self, service: Service, client: AsyncWebClient, memory: Memory, pace: Pace) -> None:
        self.service = service
        self.client = client
        self.memory = memory
        self.settings = service.settings
        self.assistant: Answering = service.assistant
        self.sender = Sender(client, memory, pace)
        self._pace = pace
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._errands: set[asyncio.Task[None]] = set()
        self._workers = ThreadPoolExecutor(_WORKERS, "wenju-slack")
        self._bot_user = ""

    async def start(self) -> None:
        """Learns who the bot is, and takes up what was left unfinished. Raises SlackApiError for a bad token."""
        self._bot_user = str((await self.client.auth_test())["user_id"])
        for key in self.memory.unfinished():
            self.submit(key)

    async def stop(self) -> None:
        """Gives what is under way a moment; the rest is for the next start."""
        running = {*self._tasks.values(), *self._errands}
        if running:
            _, late = await asyncio.wait(running, timeout=_GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._workers.shutdown(wait=False, cancel_futures=True)

    @property
    def bot_user(self) -> str:
        return self._bot_user

    @property
    def llms(self) -> list[str]:
        """The models that a channel may choose, the configured one first."""
        return list(dict.fromkeys([self.assistant.default_llm, EXTRACTIVE]))

    def submit(self, key: str) -> None:
        """Sees to a noted question, unless that is being done: who is at it looks again when done."""
        task = self._tasks.get(key)
        if task is None or task.done():
            self._tasks[key] = task = asyncio.create_task(_logged(self._work(key)))
            task.add_done_callback(lambda done: self._tasks.pop(key) if self._tasks.get(key) is done else None)

    def errand(self, work: Coroutine[Any, Any, None]) -> None:
        """Work that Slack need not wait for; whatever goes wrong with it is logged."""
        task = asyncio.create_task(_logged(work))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    def allows(self, team: str, channel: str) -> bool:
        """Whether the bot may answer there: a direct message counts as the channel `dm`."""
        channels, teams = self.settings.slack_channels, self.settings.slack_teams
        direct = channel.startswith("D") and "dm" in channels
        return (not teams or team in teams) and (not channels or channel in channels or direct)

    def channel(self, channel: str) -> ChannelSettings:
        return without_unknown_llm(ChannelSettings.from_json(self.memory.channel(channel)), self.llms)

    async def in_thread(self, work: Callable[..., _T], *arguments: Any) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._workers, work, *arguments)

    async def _work(self, key: str) -> None:
        while (job := self.memory.begin(key)) is not None:
            try:
                await self._reply(job)
            except _SLACK_FAILED as error:
                _log.warning("Slack did not take the reply to %s: %s", key, code(error))
                if not self.memory.may_try_again(key):
                    return
                await asyncio.sleep(_LATER)
            else:
                self.memory.finish(job)
        if channel := self.memory.deleted_in(key):
            for ts in self.memory.replies(key).values():
                await self.sender.remove(channel, ts)

    async def _reply(self, job: Job) -> None:
        text = plain(job.text, self._bot_user)
        settings = self.channel(job.channel)
        words = words_for(text, settings.answer_language)
        if not self.allows(job.team, job.channel):
            await self._deliver(job, blocks.note(job.key, words.not_here))
        elif job.kind is JobKind.CHECK:
            await self._check(job, text, settings, words)
        elif not text:
            await self._deliver(job, blocks.note(job.key, f"{words.nothing_asked}\n\n{help_in_all_languages()}"))
        else:
            await self._ask(job, text, settings, words)

    async def _ask(self, job: Job, text: str, settings: ChannelSettings, words: Words) -> None:
        head = blocks.asked(words, job.user, text) if job.kind is JobKind.COMMAND else []
        visible = await self._deliver_page(job, blocks.waiting(job.key, head, words.searching))
        turns = await self._history(job)
        question = Question(text, turns, settings.filters, llm=settings.llm, answer_language=settings.answer_language)
        pages = await self._saying_errors(job, words, self._answered(job, question, words, head if visible else None))
        await self._deliver(job, pages)

    async def _answered(self, job: Job, question: Question, words: Words, head: list[Part] | None) -> list[Page]:
        """The pages of the answer, kept for the thumbs; while it grows it is shown under `head` (None: nowhere)."""
        draft = _Draft()
        work = asyncio.ensure_future(self.in_thread(_run, self.assistant, question, draft))
        shown = ""
        try:
            while not (await asyncio.wait({work}, timeout=self._pace.draft))[0]:
                if head is not None and draft.text != shown and self.sender.has_room:
                    shown = draft.text
                    await self.sender.show_page(job, 0, blocks.draft(job.key, head, shown))
        finally:
            draft.stopped = True
        answer = work.result()
        self.memory.keep(_exchange(job.key, answer))
        asked = blocks.asked(words, job.user, question.text) if job.kind is JobKind.COMMAND else []
        return blocks.answer(job.key, asked, answer, words, self.settings.public_url)

    async def _check(self, job: Job, text: str, settings: ChannelSettings, words: Words) -> None:
        async def pages() -> list[Page]:
            verification = await self.in_thread(self.assistant.verify, text, settings.filters)
            parts = blocks.checked(verification, words, self.settings.public_url)
            if job.view is not None:
                view = blocks.modal(job.key, words.check_title, words.close, parts, words.more)
                with suppress(SlackApiError):  # closed meanwhile
                    await self.client.views_update(view_id=job.view, view=view)
                return []
            return blocks.pages(job.key, parts)

        if not text:
            said = blocks.note(job.key, words.nothing_to_check)
        else:
            said = await self._saying_errors(job, words, pages())
        if job.view is not None and said:
            view = blocks.window(words.check_title, words.close, said[0])
            await self.client.views_update(view_id=job.view, view=view)
            return
        for page in said:
            await self.sender.whisper(job, page)

    async def _saying_errors(self, job: Job, words: Words, work: Coroutine[Any, Any, list[Page]]) -> list[Page]:
        """The pages that `work` makes, or those that say what went wrong. Raises what Slack is to blame for."""
        try:
            return await work
        except WenjuError as error:
            return blocks.failure(job.key, words, str(error))
        except _SLACK_FAILED:
            raise
        except Exception:  # noqa: BLE001 - whoever asked is told, never left with a placeholder
            _log.exception("%s could not be answered", job.key)
            return blocks.note(job.key, f":warning: {words.unexpected}")

    async def _history(self, job: Job) -> tuple[Turn, ...]:
        """What was said in the thread before the question. Without leave to read it, or for its first message: none."""
        ts = job.key.partition(":")[2]
        if job.kind is not JobKind.ASK or job.thread is None or job.thread == ts:
            return ()
        try:
            messages = await thread_messages(self.client, job.channel, job.thread)
        except SlackApiError as error:
            _log.warning("the thread of %s cannot be read: %s", job.key, code(error))
            return ()
        return history(messages, ts, self._bot_user)

    async def _deliver(self, job: Job, replies: Sequence[Page]) -> None:
        try:
            await self.sender.show(job, replies)
        except SlackApiError as error:
            if code(error) not in _CLOSED:
                raise
            for page in replies[:5]:
                await self.sender.whisper(job, page)

    async def _deliver_page(self, job: Job, page: Page) -> bool:
        """Whether the placeholder can be seen."""
        try:
            await self.sender.show_page(job, 0, page)
        except SlackApiError as error:
            if code(error) not in _CLOSED:
                raise
            return False
        return True


def _run(assistant: Answering, question: Question, draft: _Draft) -> Answer:
    """The answer; its text stands in `draft` as far as it has come. Runs in a worker thread."""
    for event in assistant.stream(question):
        if isinstance(event, Token):
            draft.text += event.text
        elif isinstance(event, Done):
            return event.answer
        if draft.stopped:
            raise asyncio.CancelledError
    raise AssertionError("a stream ends with Done")


def _exchange(key: str, answer: Answer) -> Exchange:
    evidence = tuple((citation.source, citation.quote) for citation in answer.citations)
    asked = answer.searched or answer.question
    return Exchange(key, asked, detect_language(asked), answer.answer, answer.short, answer.abstained, evidence)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:  # noqa: BLE001 - in a task of its own nobody else would hear of it
        _log.exception("something for Slack went wrong")

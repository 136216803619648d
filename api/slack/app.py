"""Slack's deliveries, as slack-bolt takes them in, to the bot.

Listeners note and return; bolt confirms a delivery to Slack only then. What takes longer runs on as a task.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from api.slack import blocks
from api.slack.blocks import BAD, GOOD
from api.slack.bot import Bot
from api.slack.channel import CALLBACK, ChannelSettings, Refused, read_modal, settings_modal
from api.slack.delivery import code, respond
from api.slack.jobs import (
    Job,
    ask_job,
    check_job,
    command_job,
    is_direct,
    is_said_to_somebody_else,
    is_written_by_a_person,
    mentions,
    message_key,
)
from api.slack.memory import Vote
from api.slack.mrkdwn import escape, plain
from api.slack.words import Words, help_in_all_languages, words_for
from rag.errors import NotFound
from rag.types import Article, Filters

COMMAND = "/wenju"
CHECK = "check_claim"
_THUMBS = {"+1": 1, "thumbsup": 1, "-1": -1, "thumbsdown": -1}
_EARLY = 60.0  # seconds that a follow-up is kept for the question that it may have overtaken
_EARLY_KEPT = 200
Payload = dict[str, Any]


def bolt_app(bot: Bot, signing_secret: str = "") -> AsyncApp:
    """The app with all its listeners. `signing_secret` is needed where deliveries come over HTTP."""
    app = AsyncApp(client=bot.client, signing_secret=signing_secret, process_before_response=True, name="wenju")
    listeners = Listeners(bot)
    app.event("app_mention")(listeners.message)
    app.event("message")(listeners.message)
    app.event("reaction_added")(listeners.reaction)
    app.event("reaction_removed")(listeners.reaction)
    app.command(COMMAND)(listeners.command)
    app.shortcut(CHECK)(listeners.shortcut)
    app.action(GOOD)(listeners.thumb)
    app.action(BAD)(listeners.thumb)
    app.view(CALLBACK)(listeners.settings)
    return app


class Listeners:
    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._memory = bot.memory
        self._early: list[tuple[float, Job]] = []

    async def message(self, body: Payload, event: Payload) -> None:
        subtype = event.get("subtype")
        if subtype == "message_changed":
            self._edited(body, event)
        elif subtype == "message_deleted":
            self._deleted(body, event)
        elif is_written_by_a_person(event, self._bot.bot_user):
            self._written(body, event)

    def _written(self, body: Payload, event: Payload) -> None:
        job = ask_job(event, str(body.get("team_id", "")))
        if not self._is_for_the_bot(event):
            self._keep_for_a_moment(event, job)
        elif self._memory.accept(str(body["event_id"]), job):
            self._bot.submit(job.key)
            self._answer_overtakers(job)

    def _is_for_the_bot(self, event: Payload) -> bool:
        if is_direct(event) or mentions(event, self._bot.bot_user):
            return True
        thread = event.get("thread_ts")
        return (
            thread is not None
            and not is_said_to_somebody_else(event, self._bot.bot_user)
            and self._memory.speaks_in(str(event["channel"]), str(thread))
        )

    def _keep_for_a_moment(self, event: Payload, job: Job) -> None:
        """Slack promises no order: the question that makes this a follow-up may come after it."""
        if event.get("thread_ts") and not is_said_to_somebody_else(event, self._bot.bot_user):
            now = time.monotonic()
            recent = [(since, early) for since, early in self._early if now - since < _EARLY]
            self._early = [*recent, (now, job)][-_EARLY_KEPT:]

    def _answer_overtakers(self, question: Job) -> None:
        for _, job in self._early:
            same = (job.channel, job.thread) == (question.channel, question.thread)
            if same and _ts(job) > _ts(question) and self._memory.accept(None, job):
                self._bot.submit(job.key)

    def _edited(self, body: Payload, event: Payload) -> None:
        """A new text is a new question with the old one's reply. Links that unfold arrive as edits too; they have no
        `edited`."""
        message = {**event["message"], "channel": event["channel"], "channel_type": event.get("channel_type")}
        if not is_written_by_a_person(message, self._bot.bot_user) or "edited" not in message:
            return
        job = ask_job(message, str(body.get("team_id", "")))
        addressed = is_direct(message) or mentions(message, self._bot.bot_user)
        if (addressed or self._memory.knows(job.key)) and self._memory.revise(str(body["event_id"]), job):
            self._bot.submit(job.key)

    def _deleted(self, body: Payload, event: Payload) -> None:
        channel, ts = str(event["channel"]), str(event["deleted_ts"])
        before = {"user": "", **(event.get("previous_message") or {}), "channel": channel, "ts": ts}
        if before["user"] == self._bot.bot_user:
            self._memory.drop_reply(channel, ts)
            return
        key = message_key(channel, ts)
        job = replace(ask_job(before, str(body.get("team_id", ""))), text="")
        concerns_us = self._memory.knows(key) or self._is_for_the_bot(before)
        if concerns_us and self._memory.delete(str(body["event_id"]), job):
            self._bot.submit(key)
        self._early = [(since, early) for since, early in self._early if early.key != key]

    async def reaction(self, event: Payload) -> None:
        value = _THUMBS.get(str(event["reaction"]).partition("::")[0])
        item = event["item"]
        if value is None or item.get("type") != "message" or event["user"] == self._bot.bot_user:
            return
        if event.get("item_user") in (None, self._bot.bot_user):
            holds = event["type"] == "reaction_added"
            self._memory.vote(
                Vote(item["channel"], item["ts"], event["user"], "reaction", value, holds, float(event["event_ts"]))
            )

    async def thumb(self, ack: AsyncAck, body: Payload, action: Payload) -> BoltResponse:
        container, user = body["container"], str(body["user"]["id"])
        chosen = 1 if action["action_id"] == GOOD else -1
        channel, ts, at = str(container["channel_id"]), str(container["message_ts"]), float(action["action_ts"])
        self._memory.vote(*(Vote(channel, ts, user, "button", value, value == chosen, at) for value in (1, -1)))
        words = self._words(channel, str((body.get("message") or {}).get("text", "")))
        self._bot.errand(self._whisper(body["response_url"], words.thanks))
        return await ack()

    async def command(self, ack: AsyncAck, command: Payload) -> BoltResponse:
        text = plain(str(command.get("text") or ""))
        words = self._words(str(command["channel_id"]), text)
        allowed = self._bot.allows(str(command["team_id"]), str(command["channel_id"]))
        if text in ("", "help"):
            return await ack(help_in_all_languages())
        if text in ("sources", "settings") and not allowed:
            return await ack(words.not_here)
        job = command_job(command)
        if not self._memory.accept(job.key, None if text in ("sources", "settings") else job):
            return await ack()
        if text == "sources":
            self._bot.errand(self._list_sources(command, words))
        elif text == "settings":
            self._bot.errand(self._open_settings(command, words))
        else:
            self._bot.submit(job.key)
        return await ack()

    async def shortcut(self, ack: AsyncAck, shortcut: Payload) -> BoltResponse:
        job = check_job(shortcut)
        if self._memory.accept(None, job):
            self._bot.errand(self._start_check(job, str(shortcut["trigger_id"])))
        return await ack()

    async def _start_check(self, job: Job, trigger: str) -> None:
        """The window at once, for the leave to open one lasts three seconds; if that is over, words to the asker."""
        words = self._words(job.channel, plain(job.text))
        page = blocks.waiting(job.key, [], words.checking)
        try:
            opened = await self._bot.client.views_open(
                trigger_id=trigger, view=blocks.window(words.check_title, words.close, page)
            )
            self._memory.set_view(job.key, str(opened["view"]["id"]))
        except SlackApiError:
            await self._bot.sender.whisper(job, page)
        self._bot.submit(job.key)

    async def _list_sources(self, command: Payload, words: Words) -> None:
        filters = self._bot.channel(str(command["channel_id"])).filters
        articles = await self._bot.in_thread(self._visible, filters)
        for page in blocks.source_list(f"sources:{command['trigger_id']}", articles, words)[:5]:
            await respond(command["response_url"], page)

    def _visible(self, filters: Filters) -> list[Article]:
        try:
            return self._bot.service.catalog.articles(filters)
        except NotFound:
            return []

    async def _open_settings(self, command: Payload, words: Words) -> None:
        if not await self._is_admin(str(command["user_id"])):
            await self._whisper(command["response_url"], words.admins_only)
            return
        channel = str(command["channel_id"])
        view = settings_modal(channel, self._bot.channel(channel), self._bot.llms)
        try:
            await self._bot.client.views_open(trigger_id=command["trigger_id"], view=view)
        except SlackApiError as error:
            expired = "trigger" in code(error)
            said = words.late if expired else words.failed.format(detail=code(error))
            await self._whisper(command["response_url"], said)

    async def settings(self, ack: AsyncAck, body: Payload, view: Payload) -> BoltResponse:
        try:
            chosen = read_modal(view)
            source = chosen.filters.source
            if source is not None and not self._bot.service.catalog.knows(source):
                raise Refused({"source": "There is no such document; /wenju sources lists them."})
        except Refused as refused:
            return await ack(response_action="errors", errors=refused.errors)
        self._bot.errand(self._save_settings(str(view["private_metadata"]), str(body["user"]["id"]), chosen))
        return await ack()

    async def _save_settings(self, channel: str, user: str, chosen: ChannelSettings) -> None:
        words = self._words(channel, "")
        admin = await self._is_admin(user)
        if admin:
            self._memory.set_channel(channel, chosen.to_json())
        said = words.saved.format(settings=escape(str(chosen))) if admin else words.admins_only
        await self._bot.client.chat_postEphemeral(channel=channel, user=user, text=said)

    async def _is_admin(self, user: str) -> bool:
        profile = (await self._bot.client.users_info(user=user))["user"]
        return bool(profile.get("is_admin") or profile.get("is_owner"))

    async def _whisper(self, response_url: str, text: str) -> None:
        await respond(response_url, blocks.note("note", text)[0])

    def _words(self, channel: str, text: str) -> Words:
        return words_for(text, self._bot.channel(channel).answer_language)


def _ts(job: Job) -> float:
    return float(job.key.partition(":")[2])

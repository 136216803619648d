"""A thread as a conversation, read from Slack each time: what was edited or deleted there is so here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from api.slack.blocks import Role, said
from api.slack.jobs import is_written_by_a_person
from api.slack.mrkdwn import plain
from rag.types import Turn

_MAX_TURNS = 40


def history(messages: Sequence[dict[str, Any]], asked: str, bot_user: str) -> tuple[Turn, ...]:
    """The turns before the message `asked` (its timestamp): people's messages, and the bot's answers without their
    sources. Other bots are not heard."""
    earlier = sorted((message for message in messages if _before(message, asked)), key=lambda message: message["ts"])
    turns = [turn for message in earlier for turn in _turns(message, bot_user)]
    return tuple(turns[-_MAX_TURNS:])


def _before(message: dict[str, Any], asked: str) -> bool:
    return float(message["ts"]) < float(asked)


def _turns(message: dict[str, Any], bot_user: str) -> Iterator[Turn]:
    if message.get("user") == bot_user:
        blocks = message.get("blocks") or ()
        for role, speaker in ((Role.ASKED, "user"), (Role.ANSWER, "assistant")):
            if text := said(blocks, role):
                yield Turn(speaker, text)
    elif is_written_by_a_person(message, bot_user) and (text := plain(str(message.get("text") or ""), bot_user)):
        yield Turn("user", text)

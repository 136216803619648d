"""What Slack sends, as questions to be answered.

A question has one key however often and in however many events Slack delivers it: a mention in a channel comes both as
`app_mention` and as `message`, and again when a delivery was not confirmed in time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# Messages that a person wrote; every other subtype tells of something that happened to a channel.
_WRITTEN = (None, "thread_broadcast", "file_share", "me_message")
_MENTION_FIRST = re.compile(r"\s*<@([A-Z0-9]+)(?:\|[^>]*)?>")


class JobKind(StrEnum):
    ASK = "ask"
    COMMAND = "command"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be answered. `text` is as Slack sent it. `thread` is the thread to answer in, None for a command,
    which has no message of its own. `edited` orders the versions of one message. `view` is the modal that waits for the
    result of a check.
    """

    key: str
    kind: JobKind
    team: str
    channel: str
    user: str
    text: str
    thread: str | None = None
    edited: str = ""
    response_url: str | None = None
    view: str | None = None
    attempts: int = 0


def message_key(channel: str, ts: str) -> str:
    return f"{channel}:{ts}"


def is_written_by_a_person(event: dict[str, Any], bot_user: str) -> bool:
    return (
        event.get("subtype") in _WRITTEN
        and not event.get("bot_id")
        and not event.get("bot_profile")
        and event.get("user") not in (None, bot_user, "USLACKBOT")
    )


def is_direct(event: dict[str, Any]) -> bool:
    return event.get("channel_type") == "im" or str(event.get("channel", "")).startswith("D")


def mentions(event: dict[str, Any], user: str) -> bool:
    return re.search(rf"<@{user}(\|[^>]*)?>", str(event.get("text") or "")) is not None


def is_said_to_somebody_else(event: dict[str, Any], bot_user: str) -> bool:
    match = _MENTION_FIRST.match(str(event.get("text") or ""))
    return match is not None and match[1] != bot_user


def ask_job(event: dict[str, Any], team: str) -> Job:
    """The job of a message; `team` is that of its writer where Slack names it, since channels can be shared."""
    channel, ts = str(event["channel"]), str(event["ts"])
    return Job(
        message_key(channel, ts), JobKind.ASK, str(event.get("user_team") or event.get("team") or team), channel,
        str(event["user"]), str(event.get("text") or ""), str(event.get("thread_ts") or ts),
        str((event.get("edited") or {}).get("ts") or ""),
    )  # fmt: skip


def command_job(command: dict[str, Any]) -> Job:
    return Job(
        f"command:{command['trigger_id']}", JobKind.COMMAND, str(command["team_id"]), str(command["channel_id"]),
        str(command["user_id"]), str(command.get("text") or ""), response_url=str(command["response_url"]),
    )  # fmt: skip


def check_job(shortcut: dict[str, Any]) -> Job:
    message = shortcut["message"]
    return Job(
        f"check:{shortcut['trigger_id']}", JobKind.CHECK, str(shortcut["team"]["id"]), str(shortcut["channel"]["id"]),
        str(shortcut["user"]["id"]), str(message.get("text") or ""), str(message.get("thread_ts") or message["ts"]),
        response_url=str(shortcut["response_url"]),
    )  # fmt: skip

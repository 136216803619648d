"""Slack's published limits, as Slack applies them to a payload: a list of what is wrong with it.

https://docs.slack.dev/reference/block-kit, https://docs.slack.dev/reference/methods/chat.update
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

_TEXT = 4000
_ALL_BLOCKS = 13_000


def check_message(message: dict[str, Any]) -> list[str]:
    blocks = message.get("blocks") or []
    problems = list(_blocks(blocks, 50))
    if not message.get("text"):
        problems.append("no text for notifications")
    if _length(message.get("text") or "") > _TEXT:
        problems.append("msg_too_long")
    if len(json.dumps(blocks, ensure_ascii=False).encode()) > _ALL_BLOCKS * 1.5:
        problems.append("msg_blocks_too_long")
    return problems


def check_view(view: dict[str, Any]) -> list[str]:
    problems = list(_blocks(view["blocks"], 100))
    for name in ("title", "submit", "close"):
        if name in view and not 1 <= len(view[name]["text"]) <= 24:
            problems.append(f"{name} must have 1 to 24 characters")
    if len(view.get("private_metadata") or "") > 3000:
        problems.append("private_metadata is too long")
    return problems


def _blocks(blocks: Sequence[dict[str, Any]], most: int) -> Iterator[str]:
    if len(blocks) > most:
        yield f"{len(blocks)} blocks"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(ids)) < len(ids):
        yield "two blocks of one id"
    for block in blocks:
        parsed = Block.parse(block)
        if parsed is None:
            yield f"no such block: {block.get('type')}"
            continue
        try:
            parsed.validate_json()
        except SlackObjectFormationError as error:
            yield str(error)
        for text in _texts(block):
            if not 1 <= _length(text) <= 3000:
                yield f"a text of {_length(text)} characters"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("type") in ("mrkdwn", "plain_text"):
            yield value["text"]
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2

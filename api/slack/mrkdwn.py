"""Slack's message text: what people wrote as plain text, and any text as something that Slack shows and never obeys.

https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.text.sentences import split_long, split_sentences

_TAG = re.compile(r"<([^<>]*)>")
# `&` first when escaping and last when unescaping, or `&lt;` of a text would turn into `<`.
_ENTITIES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))


def escape(text: str) -> str:
    """`text` so that nothing in it is a mention, a channel or a link: all of these need an angle bracket."""
    for character, entity in _ENTITIES:
        text = text.replace(character, entity)
    return text


def unescape(text: str) -> str:
    for character, entity in reversed(_ENTITIES):
        text = text.replace(entity, character)
    return text


def link(url: str, label: str) -> str:
    """A link; a bar in the label would end the address."""
    return f"<{url}|{escape(label.replace('|', '｜'))}>"


def plain(text: str, bot_user: str = "") -> str:
    """What a person meant by a message: mentions of the bot left out, other tags by the name that Slack shows."""
    shown = _TAG.sub(lambda match: _shown(match[1], bot_user), text)
    return " ".join(unescape(shown).split(" ")).strip()


def _shown(tag: str, bot_user: str) -> str:
    target, _, label = tag.partition("|")
    if target.startswith("@"):
        return "" if bot_user and target == f"@{bot_user}" else f"@{label or target[1:]}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    return label or target.removeprefix("mailto:")


def size(text: str) -> int:
    """Length as Slack may count it at worst: escaped, in UTF-16 units."""
    return len(escape(text).encode("utf-16-le")) // 2


def split(text: str, limit: int) -> Iterator[str]:
    """`text` in pieces of at most `limit` (see `size`), cut between sentences, and inside one only if it alone is too
    long. The pieces are all of `text` but the white space between them.
    """
    start = end = 0
    for first, last in _short_sentences(text, limit):
        if end > start and size(text[start:last]) > limit:
            yield text[start:end]
            start = first
        elif end == start:
            start = first
        end = last
    if end > start:
        yield text[start:end]


def _short_sentences(text: str, limit: int) -> Iterator[tuple[int, int]]:
    for start, end in split_sentences(text):
        longest = limit
        pieces = split_long(text, start, end, longest)
        while any(size(text[first:last]) > limit for first, last in pieces):
            longest //= 2
            pieces = split_long(text, start, end, longest)
        yield from pieces

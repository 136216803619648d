"""Answers, refusals, checks and lists as Block Kit, in pages that Slack accepts.

https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from api.slack.mrkdwn import escape, link, size, split, unescape
from api.slack.words import Words
from rag.types import Answer, Article, Citation, Nearest, Verification

# Slack: 50 blocks a message, 100 a modal, 3,000 characters a section, 4,000 the text of an update. All blocks together
# are refused from about 13,000 characters of JSON on (msg_blocks_too_long); how they count is not published, so that
# bytes of UTF-8 are counted here.
MESSAGE_BLOCKS = 48
MODAL_BLOCKS = 98
_SECTION = 2800
_QUOTE = 2000
_PAGE = 11_000
_FALLBACK = 3900
_MARK = "wenju"
GOOD, BAD = "vote_good", "vote_bad"


class Role(StrEnum):
    """What a block is; it stands in the block's id, by which the bot knows its own messages again."""

    WAIT = "wait"
    ASKED = "asked"
    SHORT = "short"
    NEAREST = "nearest"
    ANSWER = "answer"
    SOURCE = "source"
    NOTE = "note"
    VOTE = "vote"


Part = tuple[Role, Block]


@dataclass(frozen=True, slots=True)
class Page:
    """One message: `text` is what notifications and old clients show."""

    text: str
    blocks: tuple[dict[str, Any], ...]


def mark(key: str, page: int) -> str:
    """The beginning of the ids of all blocks of one page of one job's reply."""
    return f"{_MARK}|{key}|{page}|"


def said(blocks: Iterable[dict[str, Any]], role: Role) -> str:
    """The plain text of a reply's blocks of one role, as read back from a thread; empty if it has none."""
    texts = [
        unescape(str(block["text"]["text"]))
        for block in blocks
        if str(block.get("block_id", "")).startswith(f"{_MARK}|") and block["block_id"].endswith(f"|{role}")
    ]
    return "\n".join(texts)


def pages(key: str, parts: Sequence[Part]) -> list[Page]:
    """As few messages as hold all parts in order, each within Slack's limits."""
    groups: list[list[Part]] = [[]]
    length = 0
    for part in parts:
        weight = _weight(part[1])
        if groups[-1] and (len(groups[-1]) >= MESSAGE_BLOCKS or length + weight > _PAGE):
            groups.append([])
            length = 0
        groups[-1].append(part)
        length += weight
    return [_page(key, number, group) for number, group in enumerate(groups)]


def note(key: str, text: str, role: Role = Role.NOTE) -> list[Page]:
    """A reply of a few words that are the bot's own: their markup holds."""
    return pages(key, [(role, _section(text))])


def failure(key: str, words: Words, detail: str) -> list[Page]:
    pieces = list(split(detail, _QUOTE)) or [""]
    return note(key, f":warning: {words.failed.format(detail=escape(pieces[0]))}")


def asked(words: Words, user: str, question: str) -> list[Part]:
    """Who asked what, where no message of theirs shows it."""
    pieces = list(split(question, _QUOTE))
    shown = escape(pieces[0]) + ("…" if len(pieces) > 1 else "")
    return [(Role.NOTE, _context(words.asked.format(user=f"<@{user}>"))), (Role.ASKED, _section(shown))]


def draft(key: str, head: Sequence[Part], text: str) -> Page:
    """The first page of an answer that is still being written."""
    return pages(key, [*head, *_prose(text or "…")])[0]


def waiting(key: str, head: Sequence[Part], text: str) -> Page:
    return pages(key, [*head, (Role.WAIT, _section(text))])[0]


def answer(key: str, head: Sequence[Part], reply: Answer, words: Words, public_url: str | None) -> list[Page]:
    """The whole answer: its text with its markers, why it is not more, its sources, the thumbs."""
    parts = [*head, *_short(reply), *_prose(reply.answer)]
    if reply.reason is not None:
        parts.append((Role.NOTE, _context(words.reasons[reply.reason])))
    if reply.nearest:
        parts.append((Role.NOTE, _context(f"*{words.nearest}*")))
        parts += [(Role.NEAREST, block) for _, block in _source(reply.nearest, words, public_url)]
    if reply.citations:
        parts.append((Role.NOTE, DividerBlock()))
        parts.append((Role.NOTE, _context(f"*{words.sources}*")))
        for citation in reply.citations:
            parts += _source(citation, words, public_url)
    parts.append((Role.VOTE, _thumbs(key, words)))
    return pages(key, parts)


def checked(verification: Verification, words: Words, public_url: str | None) -> list[Part]:
    """Each statement with what the articles say of it."""
    parts: list[Part] = []
    for claim in verification.claims:
        pieces = list(split(claim.text, _QUOTE))
        parts.append((Role.NOTE, _section(f"{words.verdicts[claim.verdict]}\n{escape(pieces[0] if pieces else '')}")))
        parts += [(Role.NOTE, _section(escape(piece))) for piece in pieces[1:]]
        for citation in claim.citations:
            parts += _source(citation, words, public_url)
        parts.append((Role.NOTE, DividerBlock()))
    return parts[:-1] or [(Role.NOTE, _section(words.nothing_to_check))]


def modal(key: str, title: str, close: str, parts: Sequence[Part], more: str) -> dict[str, Any]:
    """A window to be read only; what it cannot hold is counted. `more` has a place for `{count}`."""
    shown = list(parts)
    if len(shown) > MODAL_BLOCKS:
        left = len(shown) - MODAL_BLOCKS + 1
        shown = [*shown[: MODAL_BLOCKS - 1], (Role.NOTE, _context(more.format(count=left)))]
    return window(title, close, _page(key, 0, shown))


def window(title: str, close: str, page: Page) -> dict[str, Any]:
    """A page as a modal to be read only."""
    return {
        "type": "modal",
        "title": PlainTextObject(text=title).to_dict(),
        "close": PlainTextObject(text=close).to_dict(),
        "blocks": page.blocks,
    }


def source_list(key: str, articles: Sequence[Article], words: Words, limit: int = 30) -> list[Page]:
    """The documents of `articles`, with how many articles each has and of which days."""
    by_source: dict[str, list[Article]] = {}
    for article in articles:
        by_source.setdefault(article.source, []).append(article)
    if not by_source:
        return note(key, words.no_sources)
    lines = [_source_line(source, found, words) for source, found in list(by_source.items())[:limit]]
    if len(by_source) > limit:
        lines.append(escape(words.more.format(count=len(by_source) - limit)))
    return pages(key, [(Role.NOTE, _section(f"*{words.sources}*")), *((Role.NOTE, _section(line)) for line in lines)])


def _source_line(source: str, articles: Sequence[Article], words: Words) -> str:
    days = sorted(article.published for article in articles if article.published)
    span = "" if not days else f" · {days[0]}" if days[0] == days[-1] else f" · {days[0]} – {days[-1]}"
    name = next(split(source, 500), "")
    titles = [article.title for article in articles if article.title][:3]
    shown = "".join(f"\n   {escape(next(split(title, 150), ''))}" for title in titles)
    return f"• {escape(name)} · {words.articles.format(count=len(articles))}{span}{shown}"


def _short(reply: Answer) -> list[Part]:
    """The very words that answer, before the sentence that has them."""
    words = next(split(reply.short or "", _QUOTE), "")
    return [(Role.SHORT, _section(f"*{escape(words)}*"))] if words else []


def _prose(text: str) -> list[Part]:
    return [(Role.ANSWER, _section(escape(piece))) for piece in split(text, _SECTION)]


def _source(cited: Citation | Nearest, words: Words, public_url: str | None) -> Iterator[Part]:
    title = next(split(cited.title or words.untitled, 300), words.untitled)
    shown = link(article_url(public_url, cited), title) if public_url else escape(title)
    marker = f"*[{cited.marker}]* " if isinstance(cited, Citation) else ""
    about = [f"{marker}{shown}", cited.published.isoformat() if cited.published else ""]
    about.append(escape(next(split(cited.source, 300), "")))
    quotes = [escape(piece) for piece in split(cited.quote, _QUOTE)]
    head = " · ".join(part for part in about if part)
    for number, quote in enumerate(quotes or [""]):
        lines = "\n".join(f">{line}" for line in quote.splitlines() if line.strip())
        yield Role.SOURCE, _section(f"{head}\n{lines}" if number == 0 else lines)


def article_url(public_url: str, cited: Citation | Nearest) -> str:
    """The web page, opened on the cited run. Spans beyond the first twenty are left to the reader: an address is no
    place for hundreds."""
    spans = ",".join(f"{span.start}-{span.end}" for span in cited.spans[:20])
    return f"{public_url.rstrip('/')}/#article={cited.article_id}&spans={spans}"


def _thumbs(key: str, words: Words) -> ActionsBlock:
    return ActionsBlock(
        elements=[
            ButtonElement(text=words.good, action_id=GOOD, value=key),
            ButtonElement(text=words.bad, action_id=BAD, value=key),
        ]
    )


def _section(text: str) -> SectionBlock:
    # Verbatim: Slack is not to turn names and addresses in the text into links of its own accord.
    return SectionBlock(text=MarkdownTextObject(text=text, verbatim=True))


def _context(text: str) -> ContextBlock:
    return ContextBlock(elements=[MarkdownTextObject(text=text, verbatim=True)])


def _page(key: str, number: int, parts: Sequence[Part]) -> Page:
    blocks = []
    for place, (role, block) in enumerate(parts):
        blocks.append({**block.to_dict(), "block_id": f"{mark(key, number)}{place}|{role}"})
    telling = [block for block, (role, _) in zip(blocks, parts, strict=True) if role is Role.ANSWER] or blocks
    text = "\n".join(block["text"]["text"] for block in telling if "text" in block)
    return Page(_shortened(text), tuple(blocks))


def _shortened(text: str) -> str:
    """What is escaped already, cut where no entity is."""
    pieces = list(split(unescape(text), _FALLBACK)) if size(unescape(text)) > _FALLBACK else []
    return f"{escape(pieces[0])}…" if pieces else text


def _weight(block: Block) -> int:
    text = getattr(block, "text", None)
    written = str(text.text) if text is not None else ""
    return len(written.encode()) + 200  # the rest of the block's JSON

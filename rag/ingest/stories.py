"""Items to stories: which paragraphs belong together, which display lines are headings inside a story and which are
loose.

A story starts with its lead (`本报讯`), with a byline, with a headline set over its own column, or on a page of its
own; it goes on over every page break that leaves a sentence open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.ingest.items import BylineLine, Display, Head, Item, Listing, Paragraph, Table, first_line, page_of
from rag.ingest.likeness import overlap

_BULLET = re.compile(r"[●■◆◎□▲○★△◇▶►]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|关键词")
_WIDER = 1.2
_MAX_HEADING_LINES = 3
_ABSTRACT = "■"
_WIDE_ABSTRACT = 1.5
_OWN_HEADLINE = 0.55


@dataclass(slots=True, eq=False)
class Heading:
    """Display lines that head the next paragraphs of a story; `width` is the column they stand in."""

    lines: list[Display]
    width: float


Entry = Paragraph | Heading | BylineLine


@dataclass(slots=True, eq=False)
class Story:
    """The entries of one story in reading order. `boxed` for one that stands inside another."""

    entries: list[Entry] = field(default_factory=list)
    abstract: list[Paragraph] = field(default_factory=list)
    closing: BylineLine | None = None
    boxed: bool = False

    @property
    def page(self) -> int:
        return page_of(_item(self.entries[0] if self.entries else self.abstract[0]))

    @property
    def start(self) -> int:
        return first_line(_item(self.entries[0] if self.entries else self.abstract[0])).start

    def paragraphs(self) -> list[Paragraph]:
        return [entry for entry in self.entries if isinstance(entry, Paragraph)]

    def text(self, limit: int = 4000) -> str:
        parts: list[str] = []
        length = 0
        for paragraph in self.paragraphs():
            for line in paragraph.lines:
                parts.append(line.text)
                length += len(line.text)
            if length > limit:
                break
        return "".join(parts)


@dataclass(slots=True, eq=False)
class Block:
    """Display lines that stand together and belong to no story yet. `before` is the story that begins right after them;
    `inside` for lines between the parts of one story."""

    lines: list[Display]
    before: Story | None = None
    boxed: bool = False
    inside: bool = False

    @property
    def page(self) -> int:
        return self.lines[0].line.page


@dataclass(slots=True)
class Layout:
    """What a document consists of."""

    stories: list[Story] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)


def lay_out(items: Sequence[Item]) -> Layout:
    """The stories and the loose display lines of a document."""
    builder = _Builder(items)
    for index in range(len(items)):
        builder.take(index)
    builder.drop_pending(None)
    return builder.layout


def _item(entry: Entry) -> Item:
    return entry.lines[0] if isinstance(entry, Heading) else entry


@dataclass(slots=True)
class _Builder:
    items: Sequence[Item]
    layout: Layout = field(default_factory=Layout)
    story: Story | None = None
    pending: list[Display] = field(default_factory=list)
    byline: BylineLine | None = None

    def take(self, index: int) -> None:
        item = self.items[index]
        if isinstance(item, Head):
            self.layout.heads.append(item)
        elif isinstance(item, Display):
            self.pending.append(item)
        elif isinstance(item, BylineLine):
            self._take_byline(item, index)
        elif isinstance(item, Paragraph):
            self._take_paragraph(item, index)
        else:
            self.drop_pending(None)
            self.story = None
            if isinstance(item, Table):
                self.layout.tables.append(item)
            else:
                self.layout.listings.append(item)

    def drop_pending(self, before: Story | None) -> None:
        """Display lines that head nothing inside a story are loose."""
        block: list[Display] = []
        for display in self.pending:
            if block and (display.line.page != block[-1].line.page or display.boxed != block[-1].boxed):
                self.layout.blocks.append(Block(block, None, block[0].boxed, self.story is not None))
                block = []
            block.append(display)
        if block:
            beside = before is not None and before.page == block[0].line.page and not self._interrupts(block[-1])
            above = before if beside else None
            self.layout.blocks.append(Block(block, above, block[0].boxed, self.story is not None and above is None))
        self.pending = []

    def _interrupts(self, display: Display) -> bool:
        """Whether the line stands inside a paragraph of the story, as a strap line or a caption does."""
        if self.story is None:
            return False
        last = next((entry for entry in reversed(self.story.entries) if isinstance(entry, Paragraph)), None)
        return last is not None and display.line.start < last.lines[-1].start

    def _take_byline(self, item: BylineLine, index: int) -> None:
        following = next((other for other in self.items[index + 1 :] if not isinstance(other, Head)), None)
        begins = isinstance(following, Paragraph) and not following.opens_report()
        if begins:
            self.byline = item
        elif self.story is not None and self.story.closing is None:
            self.story.closing = item

    def _take_paragraph(self, paragraph: Paragraph, index: int) -> None:
        if paragraph.boxed:
            self._take_boxed(paragraph)
        elif self.story is None or self.byline is not None or self._starts(paragraph, index):
            self._begin(paragraph)
        else:
            heading = self._heading(paragraph)
            if heading:
                self.pending = [display for display in self.pending if display not in heading.lines]
            self.drop_pending(None)
            if heading:
                self.story.entries.append(heading)
            self.story.entries.append(paragraph)

    def _begin(self, paragraph: Paragraph) -> None:
        story = Story()
        if self.byline is not None:
            self._take_abstract(story)
            story.entries.append(self.byline)
            self.byline = None
        story.entries.append(paragraph)
        self.drop_pending(story)
        self.layout.stories.append(story)
        self.story = story

    def _take_abstract(self, story: Story) -> None:
        """An abstract printed above the byline was taken for a story; it belongs to the one that begins now."""
        assert self.byline is not None
        previous = self.story
        if previous is None or previous.page != self.byline.line.page:
            return
        if all(isinstance(entry, Paragraph) and entry.lines[0].text[0] == _ABSTRACT for entry in previous.entries):
            story.abstract = previous.paragraphs()
            self.layout.stories.remove(previous)

    def _take_boxed(self, paragraph: Paragraph) -> None:
        last = self.layout.stories[-1] if self.layout.stories else None
        if last is not None and last.boxed and last.page == page_of(paragraph):
            last.entries.append(paragraph)
        else:
            self.layout.stories.append(Story([paragraph], boxed=True))

    def _starts(self, paragraph: Paragraph, index: int) -> bool:
        """Whether a paragraph without a byline begins another story."""
        assert self.story is not None
        if paragraph.opens_report():
            return True
        last = next(entry for entry in reversed(self.story.entries) if isinstance(entry, Paragraph))
        marked = last.lines[0].text[0] == _ABSTRACT
        if last.is_open() and not marked:
            return False
        page, last_page = page_of(paragraph), last.lines[-1].page
        if page != last_page and self._opens_page(paragraph, index, last):
            return True
        return self._has_own_headline(paragraph, index)

    def _opens_page(self, paragraph: Paragraph, index: int, last: Paragraph) -> bool:
        """A page begins a story when its own headline stands at its head or its foot."""
        if paragraph.lines[0].text[0] == _ABSTRACT and paragraph.width > _WIDE_ABSTRACT * last.width:
            return True
        page = page_of(paragraph)
        head = [display for display in self.pending if display.line.page == page]
        if any(display.twice or display.line.width > paragraph.width + _WIDER for display in head):
            return not any(_BULLET.match(display.line.text) for display in head)
        return self._foot_is_headline(index, page, paragraph.width)

    def _foot_is_headline(self, index: int, page: int, width: float) -> bool:
        foot: list[Display] = []
        for item in self.items[index + 1 :]:
            if page_of(item) != page or isinstance(item, BylineLine | Table | Listing):
                break
            if isinstance(item, Paragraph):
                if item.opens_report():
                    return False
                foot = []
            elif isinstance(item, Display):
                foot.append(item)
        plain = [display for display in foot if not display.twice and not display.line.text.startswith("——")]
        return any(display.line.width > width + _WIDER for display in plain)

    def _has_own_headline(self, paragraph: Paragraph, index: int) -> bool:
        """Display lines wider than the column that say what the following paragraphs say."""
        lines = [display.line for display in self.pending if display.line.page == page_of(paragraph)]
        if not lines or not any(line.width > paragraph.width + _WIDER for line in lines):
            return False
        following: list[str] = []
        for item in self.items[index : index + 6]:
            if not isinstance(item, Paragraph) or (following and item.opens_report()):
                break
            following.append(item.text())
        return overlap("".join(line.text for line in lines), "".join(following)) >= _OWN_HEADLINE

    def _heading(self, paragraph: Paragraph) -> Heading | None:
        """The pending lines, when they are set like a heading over the next paragraph."""
        page = page_of(paragraph)
        lines = [
            display
            for display in self.pending
            if display.line.page == page and not display.boxed and not self._interrupts(display)
        ]
        if not lines or len(lines) > _MAX_HEADING_LINES:
            return None
        if any(display.twice or display.line.width > paragraph.width + _WIDER for display in lines):
            return None
        return Heading(lines, paragraph.width)

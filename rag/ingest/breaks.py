"""Second thoughts at page breaks, where a headline as wide as the column stands between the halves of a sentence.

Width alone cannot tell such a line from body text. Three things can: a contents page that lists it, the first line of
the next page (a full line without an indent goes on with something), and which of two seams the rest of the document
speaks for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.ingest.items import Display, Head, Item, Paragraph, first_line, page_of
from rag.ingest.likeness import letters
from rag.ingest.lines import Line
from rag.ingest.straps import DASHES

_INDENT = (1.0, 3.6)
_NEAR = 1.2
_MARK = re.compile(r"[，。；：、！？]")
_PHRASES = re.compile(r"^[^\s]{3,}[ \u3000][^\s]{3,}$")
_BULLETS = "●■◆◎□▲○★"
# Seams are looked up in this much text around the page break, to stay linear in long documents.
_WINDOW = 20_000


def mend(items: Sequence[Item], source: str, titles: frozenset[str]) -> list[Item]:
    """The items with paragraphs that are no prose turned into display lines, and headlines taken out of sentences."""
    mended = [piece for item in items for piece in _without_prose(item)]
    for index, item in enumerate(mended):
        if isinstance(item, Paragraph) and (item.lines[0].page != item.lines[-1].page or _has_dash(item)):
            for dropped in _drop_headline(item, source, titles):
                mended.insert(_place_of(dropped, mended, index + 1), dropped)
    return _rejoin(mended, titles)


def _place_of(display: Display, items: Sequence[Item], at: int) -> int:
    """Where a display line stands among the items that follow its paragraph."""
    while at < len(items) and first_line(items[at]).start < display.line.start:
        at += 1
    return at


def _without_prose(item: Item) -> Sequence[Item]:
    """A paragraph without a single mark is a list or a headline set to the width of a column."""
    if not isinstance(item, Paragraph) or not item.is_open() or any(_MARK.search(line.text) for line in item.lines):
        return (item,)
    return [Display(line) for line in item.lines]


def _has_dash(paragraph: Paragraph) -> bool:
    return any(line.text[0] in DASHES for line in paragraph.lines)


def _drop_headline(paragraph: Paragraph, source: str, titles: frozenset[str]) -> list[Display]:
    """Takes the last line before a page break out of the paragraph when it is a headline, a line led by a dash
    wherever it is a strap, and gives them as display lines."""
    dropped: list[Display] = []
    lines = paragraph.lines
    for at in range(len(lines) - 2, 0, -1):
        before, line, after = lines[at - 1], lines[at], lines[at + 1]
        if _MARK.search(line.text):
            continue
        if line.text[0] in DASHES:
            if _seam(before, after, source) > _seam(line, after, source):
                del lines[at]
                dropped.insert(0, Display(line))
            continue
        if line.page == after.page or before.page != line.page or not _has_company(line, after):
            continue
        known = letters(line.text) in titles
        keep, skip = _seam(line, after, source), _seam(before, after, source)
        if known or skip > keep or (skip == keep and _PHRASES.match(line.text)):
            del lines[at]
            dropped.insert(0, Display(line))
    return dropped


def _has_company(line: Line, after: Line) -> bool:
    """Whether other lines of the page stand between the line and its continuation."""
    return after.start - line.end > 4


def _seam(left: Line, right: Line, source: str) -> int:
    """How many of the strings across a seam the document has elsewhere, in one line."""
    around = source[max(0, right.start - _WINDOW) : right.start + _WINDOW]
    strings = {left.text[-i:] + right.text[:j] for i in (1, 2) for j in (1, 2)}
    return sum(string in around for string in strings)


def _rejoin(items: list[Item], titles: frozenset[str]) -> list[Item]:
    """Gives a page that begins in the middle of a sentence its beginning, when that passed for a headline."""
    for index, item in enumerate(items):
        if not isinstance(item, Paragraph) or not _begins_inside(item):
            continue
        start = _opening(items, index, item, titles)
        if start is not None:
            opening = items[start]
            assert isinstance(opening, Display)
            items[start] = Paragraph([opening.line, *item.lines], item.width)
            items[index] = Head(opening.line)
    return [item for index, item in enumerate(items) if not _is_leftover(items, index)]


def _is_leftover(items: Sequence[Item], index: int) -> bool:
    item = items[index]
    return isinstance(item, Head) and any(
        isinstance(other, Paragraph) and other.lines[0] is item.line for other in items[max(0, index - 12) : index]
    )


def _begins_inside(paragraph: Paragraph) -> bool:
    """Whether the first line is full, where the first line of a paragraph is indented."""
    first = paragraph.lines[0]
    return (
        first.width > paragraph.width - _INDENT[0] and len(paragraph.lines) > 1 and first.text[0] not in "“‘《（(■●—【"
    )


def _opening(items: Sequence[Item], index: int, paragraph: Paragraph, titles: frozenset[str]) -> int | None:
    """The place of the display line that opens the paragraph on the page before."""
    page = page_of(paragraph)
    at = index - 1
    while at >= 0 and not isinstance(items[at], Paragraph) and index - at < 10:
        at -= 1
    if at < 0 or at + 1 == index or page_of(items[index - 1]) > page or not isinstance(items[at], Paragraph):
        return None
    for place in range(at + 1, index):
        candidate = items[place]
        if not isinstance(candidate, Display) or candidate.twice or candidate.line.page != page - 1:
            return None
        line = candidate.line
        indented = _INDENT[0] - 0.5 <= paragraph.width - line.width <= _INDENT[1]
        if indented and letters(line.text) not in titles and not line.ends_sentence() and line.text[0] not in _BULLETS:
            return place
    return None

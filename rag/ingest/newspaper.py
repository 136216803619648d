"""A page set in columns to its articles: lines, paragraphs, stories, headlines, and what is left over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from rag.ingest import articles, headlines
from rag.ingest.breaks import mend
from rag.ingest.columns import take_apart
from rag.ingest.contents import find_contents
from rag.ingest.furniture import find_furniture
from rag.ingest.items import Item, Listing
from rag.ingest.lines import Line
from rag.ingest.stories import lay_out
from rag.ingest.tables import find_tables
from rag.types import Draft

_MIN_LINES = 8
_MAX_COLUMN = 60.0
# In a column nearly every line breaks off between marks; in verse, and in prose printed a paragraph a line, few do.
_MIN_BROKEN = 0.6
_MARKS = "，。、；：！？…”’」』）)》】,.;:!?"
_SAMPLE = 1000
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_INNER_MARK = re.compile(r"[，。；：、]")


def is_set_in_columns(lines: Sequence[Line]) -> bool:
    """Whether the lines of a document are lines of Chinese type, broken by the width of a column."""
    sample = lines[:_SAMPLE]
    if len(sample) < _MIN_LINES:
        return False
    text = "".join(line.text for line in sample)
    if len("".join(_HAN.findall(text))) < 0.5 * len(text):
        return False
    long = [line for line in sample if line.width > 3]
    if not long or median(line.width for line in long) > _MAX_COLUMN:
        return False
    if sum(line.width for line in long if line.width > _MAX_COLUMN) > 0.5 * sum(line.width for line in long):
        return False  # paragraphs, a line each, among short ones
    broken = sum(line.text[-1] not in _MARKS for line in long) / len(long)
    return broken >= _MIN_BROKEN and _keeps_width(long)


def _keeps_width(lines: Sequence[Line]) -> bool:
    """Whether most lines are as wide as a neighbour; verse and lists are not, or end their lines with marks."""
    widths = [line.width for line in lines]
    like = 0
    for line, before, width, after in zip(lines[1:], widths, widths[1:], widths[2:], strict=False):
        near = 1.0 + line.slack
        like += -near <= width - before <= near or -near <= width - after <= near
    marked = sum([_INNER_MARK.search(line.text) is not None for line in lines])
    return like >= 0.5 * (len(lines) - 2) and marked >= 0.3 * len(lines)


def read(source: str, lines: Sequence[Line]) -> list[Draft]:
    """The articles of a page set in columns."""
    furniture = find_furniture(lines)
    blocks: dict[int, tuple[int, Item]] = {start: (end, table) for start, (end, table) in find_tables(lines).items()}
    contents = find_contents(lines)
    for listed in contents:
        blocks[listed.start] = (listed.end, Listing(list(lines[listed.start : listed.end])))
    titles = frozenset(title for listed in contents for title in listed.titles)
    layout = lay_out(mend(take_apart(source, lines, furniture, blocks), source, titles))
    matched = headlines.match(layout.blocks, layout.stories, titles)
    return articles.write(source, layout, matched)

"""Tables that the text layer gives column by column: a header, k short names, another header, k cells.

Row i is name i with cell i. Names of long cells are recognised by their likeness (`市委第一巡察组`, `市委第二巡察组`
…), the cells by their number: there must be exactly as many as names, each ending a sentence. Columns of figures are
recognised by themselves: under one header or several stand equally many, and as many names before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.ingest.items import Table
from rag.ingest.lines import Line

_MAX_NAME = 12.0
_MAX_HEADER = 10.0
_MIN_ROWS = 3
_MAX_ROWS = 60
_MAX_CELL_LINES = 12
_SHOWN = re.compile(r"^[^，。；！？]{4,24}(?:表|一览|统计|情况|对比|排名|排行榜|名单)$")
_SOURCE = re.compile(r"[（(]?(?:资料|数据)来源|[（(]?单位[：:]")


def find_tables(lines: Sequence[Line]) -> dict[int, tuple[int, Table]]:
    """Tables by the index of their first line, with the index after their last."""
    found: dict[int, tuple[int, Table]] = {}
    found |= {start: (end, table) for start, end, table in _tables_of_figures(lines)}
    at = 0
    while at < len(lines):
        if at in found:
            at = found[at][0]
            continue
        may = lines[at].width <= _MAX_HEADER and at + 1 < len(lines) and lines[at + 1].width <= _MAX_NAME
        table = _table_at(lines, at) if may else None
        if table:
            found[at] = table
            at = table[0]
        else:
            at += 1
    return found


def _table_at(lines: Sequence[Line], at: int) -> tuple[int, Table] | None:
    header, first = lines[at], lines[at + 1]
    if header.ends_sentence() or len(first.text) < 3 or first.is_closed():
        return None
    end = at + 2
    while end < len(lines) and end - at <= _MAX_ROWS and _is_name(lines[end], first):
        end += 1
    names = lines[at + 1 : end]
    if len(names) < _MIN_ROWS or end >= len(lines) or lines[end].width > _MAX_HEADER or lines[end].is_closed():
        return None
    cells = _cells(lines, end + 1, len(names))
    if not cells:
        return None
    rows = [(name, [cell]) for name, cell in zip(names, cells, strict=True)]
    return end + 1 + sum(len(cell) for cell in cells), Table([header, lines[end]], rows)


def _tables_of_figures(lines: Sequence[Line]) -> Iterator[tuple[int, int, Table]]:
    """With the places of their first line and after their last."""
    figures = [line.is_figure() for line in lines]
    before = 0
    at = 1
    while at < len(lines):
        count = next((n for n in range(_MAX_ROWS) if at + n >= len(lines) or not figures[at + n]), _MAX_ROWS)
        first = at - count - 2  # the name of the names' column, they, and that of the first figures'
        if not _MIN_ROWS <= count < _MAX_ROWS or first < before or not all(map(_is_short, lines[first:at])):
            at += count + 1
            continue
        end = at + count
        while _is_column(lines[end : end + count + 1], figures[end : end + count + 1], count):
            end += count + 1
        names = lines[first + 1 : at - 1]
        heads = range(at - 1, end, count + 1)
        rows = [(name, [[lines[head + 1 + row]] for head in heads]) for row, name in enumerate(names)]
        start, last = _with_notes(lines, first, end, before)
        notes = [*lines[start:first], *lines[end:last]]
        yield start, last, Table([lines[first], *(lines[head] for head in heads)], rows, notes)
        before = at = last


def _is_column(lines: Sequence[Line], figures: Sequence[bool], count: int) -> bool:
    return len(lines) > count and _is_short(lines[0]) and not figures[0] and all(figures[1:])


def _is_short(line: Line) -> bool:
    return line.width <= _MAX_NAME and not line.ends_sentence() and not line.is_figure()


def _with_notes(lines: Sequence[Line], first: int, end: int, before: int) -> tuple[int, int]:
    """Where a table with what it shows, over it or under it, and where its figures are from begins and ends."""
    if first > before and _SHOWN.search(lines[first - 1].text):
        first -= 1
    elif end < len(lines) and _SHOWN.search(lines[end].text):
        end += 1
    if end < len(lines) and _SOURCE.match(lines[end].text):
        end += 1
    return first, end


def _is_name(line: Line, first: Line) -> bool:
    """Whether the line is a short name like the first one: as long, and half of it the same characters."""
    if line.width > _MAX_NAME or len(line.text) < 3 or line.is_closed() or abs(line.width - first.width) > 1.5:
        return False
    return 2 * sum(char in first.text for char in line.text) >= len(line.text)


def _cells(lines: Sequence[Line], start: int, count: int) -> list[list[Line]] | None:
    cells: list[list[Line]] = [[]]
    for line in lines[start : start + count * _MAX_CELL_LINES]:
        cells[-1].append(line)
        if line.ends_sentence():
            if len(cells) == count:
                return cells if min(cell[0].width for cell in cells) > _MAX_HEADER else None
            cells.append([])
    return None

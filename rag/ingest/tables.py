"""Tables that the text layer gives column by column: a header, k short names, another header, k long cells.

Row i is name i with cell i. Names are recognised by their likeness (`市委第一巡察组`, `市委第二巡察组` …), cells by
their number: there must be exactly as many as names, each ending a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from rag.ingest.items import Table
from rag.ingest.lines import Line

_MAX_NAME = 12.0
_MAX_HEADER = 10.0
_MIN_ROWS = 3
_MAX_ROWS = 60
_MAX_CELL_LINES = 12


def find_tables(lines: Sequence[Line]) -> dict[int, tuple[int, Table]]:
    """Tables by the index of their first line, with the index after their last."""
    found: dict[int, tuple[int, Table]] = {}
    at = 0
    while at < len(lines):
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
    rows = list(zip(names, cells, strict=True))
    return end + 1 + sum(len(cell) for cell in cells), Table([header, lines[end]], rows)


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

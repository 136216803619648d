"""Rows of a table, read out under the names of their columns: "Year: 2023; Budget: 335,500 EUR".

A row says nothing by itself: what its cells are stands above it, perhaps a page before. Read out, it is a statement
like any other, for the embedder, the reader and the check of claims; what is quoted stays the row as it is printed. A
table is what `rag.ingest` makes of Markdown's, HTML's and DOCX's: a row a line, its cells parted by bars or tabs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rag.text.numbers import YEAR

_PARTING = re.compile(r"[ \t]*\|[ \t]*|[ ]*\t[ ]*")
_LONGEST_CELL = 300  # characters
_UNIT = re.compile(r"[(（]([^()（）\d]{1,8})[)）]$")
_BARE_NUMBER = re.compile(r"[-+−]?\d[\d,.\s]*")
_SPACED = (": ", "; ")
_WIDE = ("：", "；")


@dataclass(frozen=True, slots=True)
class Row:
    """What a row says; `cells` are (start in `said`, start in the row, length). `names`: it only names the columns."""

    said: str
    cells: tuple[tuple[int, int, int], ...]
    names: bool = False

    def printed(self, start: int, end: int) -> tuple[int, int] | None:
        """Where of the row as printed `[start, end)` of `said` stands; None where no cell has it."""
        for said, row, length in self.cells:
            low, high = max(start, said), min(end, said + length)
            if low < high:
                return row + low - said, row + high - said
        return None


def cells(line: str) -> list[tuple[int, int]]:
    """Bounds of the cells of a line, without the space around them; none where it is no row."""
    bounds: list[tuple[int, int]] = []
    at = 0
    for parting in _PARTING.finditer(line):
        bounds.append((at, parting.start()))
        at = parting.end()
    bounds.append((at, len(line)))
    return bounds if len(bounds) > 1 and all(end - start <= _LONGEST_CELL for start, end in bounds) else []


def tables(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """`[first, last)` of lines that are rows of equally many cells, two or more of them."""
    at = 0
    for columns, group in groupby(len(cells(line)) for line in lines):
        first, at = at, at + len(list(group))
        if columns and at - first > 1:
            yield first, at


def read_out(lines: Sequence[str], above: str) -> list[Row | None]:
    """The row that each line is, if any. `above`: what the lines stand under, the names of the columns perhaps."""
    rows: list[Row | None] = [None] * len(lines)
    if not any("|" in line or "\t" in line for line in lines):
        return rows
    first = 0
    if names := cells(above):
        while first < len(lines) and len(cells(lines[first])) == len(names):
            rows[first] = _row(lines[first], above)
            first += 1
    for begin, end in tables(lines[first:]):
        group = lines[first + begin : first + end]
        named = _has_names(group)
        for place, line in enumerate(group):
            if not named:
                rows[first + begin + place] = _pair(line)
            elif place:
                rows[first + begin + place] = _row(line, group[0])
            else:
                rows[first + begin] = Row(line, ((0, 0, len(line)),), names=True)
    return rows


def _has_names(lines: Sequence[str]) -> bool:
    """Whether the first row names the columns: it has no number that is no year and, of two columns, the second has
    numbers or units below.
    """
    texts = [[line[start:end] for start, end in cells(line)] for line in lines]
    if any(_BARE_NUMBER.fullmatch(cell) and not YEAR.fullmatch(cell) for cell in texts[0]):
        return False
    numbers = sum(any(map(str.isdigit, row[1])) for row in texts[1:])
    return len(texts[0]) > 2 or (not any(map(str.isdigit, texts[0][1])) and 2 * numbers > len(texts) - 1)


def _row(line: str, above: str) -> Row:
    names = [above[start:end] for start, end in cells(above)]
    return _joined(line, [(names[place], *bounds) for place, bounds in enumerate(cells(line))])


def _pair(line: str) -> Row | None:
    """A row of two cells of which the first names the second."""
    bounds = cells(line)
    if len(bounds) != 2:
        return None
    (start, end), value = bounds
    return _joined(line, [(line[start:end], *value)])


def _joined(line: str, named: Sequence[tuple[str, int, int]]) -> Row:
    colon, semicolon = _WIDE if any(char >= "\u2e80" for name, _, _ in named for char in name + line) else _SPACED
    said = ""
    places = []
    for name, start, end in named:
        if start == end:
            continue
        unit = _UNIT.search(name) if _BARE_NUMBER.fullmatch(line[start:end]) else None
        if unit:
            name = name[: unit.start()].rstrip()
        said += f"{semicolon if said else ''}{name}{colon if name else ''}"
        places.append((len(said), start, end - start))
        said += line[start:end]
        if unit:
            said += unit[1] if unit[1][0] >= "\u2e80" or unit[1] == "%" else f" {unit[1]}"
    if not places:
        return Row(line, ((0, 0, len(line)),))
    stop = "" if said[-1] in "。.！!？?" else "。" if colon in _WIDE else "."
    return Row(said + stop, tuple(places))

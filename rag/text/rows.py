"""Rows of a table, read out under the names of their columns: "Year: 2023; Budget: 335,500 EUR".

A row says nothing by itself: what its cells are stands above it, perhaps a page before. Read out, it is a statement
like any other, for the embedder, the reader and the check of claims; what is quoted stays the row as it is printed. A
table is what `rag.ingest` makes of Markdown's, HTML's and DOCX's: a row a line, its cells parted by bars or tabs.

A question or a claim about a row is about some of its columns: those that it names, by name or by year. What the others
hold is no answer to it and no evidence for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.text.folding import fold
from rag.text.numbers import YEAR

_PARTING = re.compile(r"[ \t]*(?<!\\)\|[ \t]*|[ ]*\t[ ]*")
_LONGEST_CELL = 300  # characters
_UNIT = re.compile(r"[(（]([^()（）\d]{1,8})[)）]$")
_UNIT_ABOVE = re.compile(r"单位[：:]\s*([^\s()（），。；、\d]{1,6})")
_BARE_NUMBER = re.compile(r"[-+−]?\d[\d,.\s]*")
_YES = re.compile("(?i)是|√|✓|✔|yes|oui|sí|ja|да|sim|sì|はい|예|نعم")
_NO = re.compile("(?i)否|×|✗|✘|no|non|nein|нет|não|いいえ|아니오|لا")
_NOTHING = re.compile(r"[-—–/\s]*")
_LATIN_WORD = re.compile(r"[^\W\d_]{4,}")
_SPACED = (": ", "; ", ".")
_WIDE = ("：", "；", "。")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row: the `name` of its column, its bounds in the row, and the unit that its column gives it."""

    name: str
    start: int
    end: int
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `names`: it only names the columns, or the table. `others`: what the other rows are about."""

    line: str
    cells: tuple[Cell, ...]
    names: bool = False
    others: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """The row read out."""
        return self._read_out(self.cells)[0]

    @property
    def stated(self) -> str:
        """The row read out, with what it answers with yes or no as a statement: 不周末开放 for 周末开放：否."""
        said = self.said
        wide = any(char >= "\u2e80" for char in said)
        colon = (_WIDE if wide else _SPACED)[0]
        for cell in filter(lambda cell: cell.name, self.cells):
            told = self._text(cell)
            if _YES.fullmatch(told):
                said = said.replace(f"{cell.name}{colon}{told}", cell.name, 1)
            elif _NO.fullmatch(told):
                said = said.replace(f"{cell.name}{colon}{told}", f"{'不' if wide else told + ' '}{cell.name}", 1)
        return said

    def about(self, text: str) -> Row | None:
        """The row as far as it speaks to a question or claim; None where that is about another row, or about a column
        in which this one has nothing.
        """
        if self.names or len(self.cells) < 2:
            return self
        asked = fold(text)
        if not self._concerns(asked):
            return None
        kept = _of_the_years(self.cells, asked)
        degrees = [_named(cell.name, asked) for cell in kept[1:]]
        named = [cell for cell, degree in zip(kept[1:], degrees, strict=True) if degree and degree == max(degrees)]
        filled = [cell for cell in named if not _NOTHING.fullmatch(self._text(cell))]
        if (named and not filled) or len(kept) < 2:
            return None
        if filled:
            also = [
                cell
                for cell in kept[1:]
                if cell not in filled and len(own := fold(self._text(cell))) > 1 and own in asked
            ]
            kept = [cell for cell in kept if cell is kept[0] or cell in filled or cell in also]
        return Row(self.line, tuple(kept), self.names, self.others)

    def cell_at(self, start: int, end: int) -> tuple[str, int, int] | None:
        """The answer that `[start, end)` of `said` is, with its unit, and where of the row as printed it stands; None
        where it lies in no cell: the names of columns answer nothing.
        """
        _, places = self._read_out(self.cells)
        for cell, place in zip(self.cells, places, strict=True):
            low, high = max(start, place), min(end, place + cell.end - cell.start)
            if place >= 0 and low < high:
                first, last = cell.start + low - place, cell.start + high - place
                return self.line[first:last] + (_with_space(cell.unit) if last == cell.end else ""), first, last
        return None

    def _concerns(self, asked: str) -> bool:
        own = fold(self._text(self.cells[0]))
        return own in asked or not any(len(other) > 1 and fold(other) in asked for other in self.others)

    def _text(self, cell: Cell) -> str:
        return self.line[cell.start : cell.end]

    def _read_out(self, cells: Sequence[Cell]) -> tuple[str, list[int]]:
        """What is said, and where each cell stands in it; -1 for one that is left out."""
        wide = any(char >= "\u2e80" for char in self.line + "".join(cell.name for cell in cells))
        colon, semicolon, stop = _WIDE if wide else _SPACED
        said, places = "", []
        for cell in cells:
            if cell.start == cell.end:
                places.append(-1)
                continue
            said += f"{semicolon if said else ''}{cell.name}{colon if cell.name else ''}"
            places.append(len(said))
            said += self._text(cell) + _with_space(cell.unit)
        return (said if not said or said[-1] in "。.！!？?" else said + stop), places


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
    """`[first, last)` of lines that are rows of one table, two or more of them, none with more cells than the first."""
    counts = [len(cells(line)) for line in lines]
    first = 0
    while first < len(lines):
        last = first + 1
        while counts[first] and last < len(lines) and 2 <= counts[last] <= counts[first]:
            last += 1
        if last - first > 1:
            yield first, last
        first = last


def columns_of(lines: Sequence[str]) -> str:
    """The line of a table's that names its columns: the first one that is no caption."""
    return next((line for line in lines if not _is_caption(line)), lines[0])


def read_out(lines: Sequence[str], above: str) -> list[Row | None]:
    """The row that each line is, if any. `above`: what the lines stand under, the names of the columns perhaps."""
    rows: list[Row | None] = [None] * len(lines)
    if not any("|" in line or "\t" in line for line in lines):
        return rows
    first = 0
    if names := cells(above):
        while first < len(lines) and 2 <= len(cells(lines[first])) <= len(names):
            first += 1
        _fill(rows, lines, 0, first, above, "")
    for begin, end in tables(lines[first:]):
        begin, end = first + begin, first + end
        while _is_caption(lines[begin]) and end - begin > 1:
            rows[begin] = _naming(lines[begin])
            begin += 1
        unit = _UNIT_ABOVE.search("\n".join((above, *lines[max(0, begin - 2) : begin])))
        if _has_names(lines[begin:end]):
            rows[begin] = _naming(lines[begin])
            _fill(rows, lines, begin + 1, end, lines[begin], unit[1] if unit else "")
        else:
            rows[begin:end] = [_pair(line) for line in lines[begin:end]]
    return rows


def _naming(line: str) -> Row:
    return Row(line, (Cell("", 0, len(line)),), names=True)


def _fill(rows: list[Row | None], lines: Sequence[str], begin: int, end: int, above: str, unit: str) -> None:
    keys = tuple(line[slice(*cells(line)[0])] for line in lines[begin:end])
    names = [above[start:last] for start, last in cells(above)]
    for place in range(begin, end):
        own = [
            _cell(lines[place], number, *one, unit)
            for number, one in enumerate(zip(names, cells(lines[place]), strict=False))
        ]
        rows[place] = Row(lines[place], tuple(own), others=keys[: place - begin] + keys[place - begin + 1 :])


def _cell(line: str, number: int, name: str, bounds: tuple[int, int], unit: str) -> Cell:
    text = line[slice(*bounds)]
    if not _BARE_NUMBER.fullmatch(text):
        return Cell(name, *bounds)
    if own := _UNIT.search(name):
        return Cell(name[: own.start()].rstrip(), *bounds, own[1])
    return Cell(name, *bounds, unit if number else "")


def _pair(line: str) -> Row | None:
    """A row of two cells of which the first names the second."""
    bounds = cells(line)
    if len(bounds) != 2:
        return None
    (start, end), value = bounds
    return Row(line, (Cell(line[start:end], *value),))


def _has_names(lines: Sequence[str]) -> bool:
    """Whether the first row names the columns: it has no number that is no year, nothing that differs from the next row
    in its number alone, and, of two columns, the second has numbers or units below.
    """
    texts = [[line[start:end] for start, end in cells(line)] for line in lines]
    if any(_BARE_NUMBER.fullmatch(cell) and not YEAR.fullmatch(cell) for cell in texts[0]):
        return False
    if len(texts) > 1 and any(_differ_in_number(*pair) for pair in zip(texts[0], texts[1], strict=False)):
        return False
    numbers = sum(any(map(str.isdigit, row[1])) for row in texts[1:])
    return len(texts[0]) > 2 or (not any(map(str.isdigit, texts[0][1])) and 2 * numbers > len(texts) - 1)


def _differ_in_number(one: str, other: str) -> bool:
    bare, same = re.sub(r"\d+", "", one).strip(), re.sub(r"\d+", "", other).strip()
    return bool(bare) and bare == same and one != bare


def _is_caption(line: str) -> bool:
    """A row of which only one cell says anything."""
    return sum(start < end for start, end in cells(line)) == 1


def _of_the_years(found: Sequence[Cell], asked: str) -> list[Cell]:
    """Without the columns of other years than those that are asked for."""
    years = set(YEAR.findall(asked))
    dated = [cell for cell in found[1:] if YEAR.search(cell.name)]
    if not years or len(dated) < 2:
        return list(found)
    return [cell for cell in found if cell not in dated or years & set(YEAR.findall(cell.name))]


def _named(name: str, asked: str) -> int:
    """How far a text names a column: 2 for all of its name, 1 for one of its longer words, else 0."""
    bare = fold(_UNIT.sub("", name)).strip()
    if len(bare) > 1 and bare in asked:
        return 2
    return int(any(word in asked for word in _LATIN_WORD.findall(bare) if word[0] < "\u2e80"))


def _with_space(unit: str) -> str:
    return unit if not unit or unit[0] >= "\u2e80" or unit == "%" else f" {unit}"

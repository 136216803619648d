"""What a page consists of, line by line: paragraphs, display lines, bylines, heads, tables and lists."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.ingest import bylines
from rag.ingest.lines import Line

# In a narrow column the lead of a report takes several lines.
LEAD_LINES = 4


@dataclass(slots=True, eq=False)
class Paragraph:
    """Lines that read on, in a column of `width` em; they need not be neighbours on the page. `boxed` for one that
    stands in a box inside another story."""

    lines: list[Line]
    width: float
    boxed: bool = False

    def is_open(self) -> bool:
        """Whether the text breaks off in the middle of a sentence."""
        return not self.lines[-1].ends_sentence()

    def text(self) -> str:
        return "".join(line.text for line in self.lines)

    def opens_report(self) -> bool:
        """Whether it begins with the lead of a news report."""
        first = self.lines[0].text
        return bylines.may_start_story(first) and bylines.starts_story(
            "".join(line.text for line in self.lines[:LEAD_LINES])
        )


@dataclass(slots=True, eq=False)
class Display:
    """A line that stands outside running text; `twice` for one that was printed twice."""

    line: Line
    twice: bool = False
    boxed: bool = False


@dataclass(slots=True, eq=False)
class BylineLine:
    """The line that names the author of a story."""

    line: Line
    byline: bylines.Byline


@dataclass(slots=True, eq=False)
class Head:
    """A running head, an ornament or a page number."""

    line: Line


@dataclass(slots=True, eq=False)
class Table:
    """Rows of a table, each a name and the lines of its cells; `header` are the lines above its columns, `notes` those
    beside it that are part of it, what it shows first.
    """

    header: list[Line]
    rows: list[tuple[Line, list[list[Line]]]]
    notes: list[Line] = field(default_factory=list)

    @property
    def is_of_figures(self) -> bool:
        """Whether every cell is a figure in a line of its own."""
        return all(len(cell) == 1 and cell[0].is_figure() for _, cells in self.rows for cell in cells)

    def lines(self) -> list[list[Line]]:
        """Those of the header and of each row."""
        return [self.header, *([name, *(line for cell in cells for line in cell)] for name, cells in self.rows)]


@dataclass(slots=True, eq=False)
class Listing:
    """Lines that are a list: a table of contents, sponsors, the people who made the page."""

    lines: list[Line]


Item = Table | Listing | Paragraph | Display | BylineLine | Head


def first_line(item: Item) -> Line:
    """The line with which an item begins."""
    if isinstance(item, Table):
        return item.header[0]
    return item.lines[0] if isinstance(item, Paragraph | Listing) else item.line


def page_of(item: Item) -> int:
    """The page on which an item begins."""
    return first_line(item).page

"""Lines to paragraphs and display lines, by the width of the columns they are printed in.

Inside a paragraph every line is as wide as its column, the first is shorter by the two characters of an indent, the
last ends a sentence. What breaks this rule in the middle of a sentence - too short without an end, too wide without
company - is not body text: a headline, a caption, a head. The sentence goes on after it. The width is taken per run of
lines, since a story changes columns without notice."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.ingest import bylines, straps
from rag.ingest.items import LEAD_LINES, BylineLine, Display, Head, Item, Paragraph
from rag.ingest.lines import Line, ink_width
from rag.ingest.overprint import MAX_LINE, printed_once

# Tolerances in em: a line as wide as its column, one shorter by an indent, one that could not be filled.
_NEAR = 1.2
_INDENT = 3.6
_LOOSE = 2.7
# Columns whose widths differ by less are one column, measured on different lines.
_SAME = 1.9
_MIN_COLUMN = 4.5
# Beyond this a next line is surely the first of a paragraph; below it, the words at the seam decide.
_SURELY_SHORT = 2.2
_HALF = 0.5
# Full lines of a column differ by less than this.
_ALIKE = 0.6
_SEAM_WINDOW = 30_000
_AHEAD = 8
_MIN_RUN = 3
# How fast the known width of a column follows the lines that are read.
_LEARN = 0.1
# How far a box that was set into a story may reach before the story's own column comes back.
_BOX_LINES = 60
_MARK = re.compile(
    r"[●■◆◎□▲○★△◇▶►•·]|——|[（(][一二三四五六七八九十百]{1,3}[）)]|[一二三四五六七八九十]{1,3}、|\d{1,2}[.．、] ?[^\d\s]"
)
_LIST_MARKS = "■●◆□▲○★◇▶►•"
_DOUBLED = re.compile(r"(.{3,}) ?\1|摄\s*摄$")
_CREDIT_ENDS = "摄图影）)"
_CREDIT = re.compile(
    r"(?:[。 \u3000（(／/]|记者|通讯员)[ \u3000]*[\u4e00-\u9fff]{2,3}(?:[ \u3000、][\u4e00-\u9fff]{2,3})*"
    r"[ \u3000]*(?:摄|摄影|供图|文/图|图/文|摄影报道)[）)]?$"
)
_INNER_MARK = re.compile(r"[，。；：、]")
_MARKED = re.compile(r"[，、；：”》].*[。！？”]$|。$")
_INTRODUCES = "：；:;"
_SENTENCE_BEFORE_CAPTION = re.compile(r"[。！？][”’」』）]*")


def take_apart(
    source: str, lines: Sequence[Line], furniture: Mapping[int, str], blocks: Mapping[int, tuple[int, Item]]
) -> list[Item]:
    """The items of a document in the order of the page. `blocks` are items that were recognised before, by the index of
    their first line, with the index after their last."""
    taken = {index for start, (end, _) in blocks.items() for index in range(start, end)}
    scanner = _Scanner(
        source, lines, [index for index in range(len(lines)) if index not in furniture and index not in taken]
    )
    place = 0
    for index, line in enumerate(lines):
        if index in blocks:
            scanner.interrupt(blocks[index][1])
        elif index in taken:
            continue
        elif index in furniture:
            scanner.items.append(Head(line))
        else:
            ends = line.text[-1] in "）)" or line.text[0] in "（("
            scanner.take(_without_jump(line) if ends else line, place)
            place += 1
    return scanner.items


@dataclass(slots=True)
class _Scanner:
    """`current` is the paragraph being read; `waiting` is one that a box of another width interrupted."""

    source: str
    lines: Sequence[Line]
    body: Sequence[int]
    items: list[Item] = field(default_factory=list)
    width: float = 0.0
    current: Paragraph | None = None
    ended: bool = True
    waiting: Paragraph | None = None
    patience: int = 0
    columns: dict[int, float] = field(default_factory=dict)

    def take(self, line: Line, place: int) -> None:
        text, width = line.text, line.width
        if text[0] in bylines.LEAD_BEGINS and self._leads(place):
            self.waiting = None
            self._start(line, self._column(place) or width)
        elif not self.ended and _fits(line, self.width) and not _is_twice(line):
            if (text[0] in straps.BEGINS or " " in text) and self._is_strap(line, place):
                self._display(line)
            else:
                self._append(line)
        else:
            for part in _without_caption(line, self.width):
                self._take_other(part, place)

    def _leads(self, place: int) -> bool:
        """Whether a news report opens here; in a narrow column its lead takes several lines."""
        if not bylines.may_start_story(self.lines[self.body[place]].text):
            return False
        ahead = self.body[place : place + LEAD_LINES]
        return bylines.starts_story("".join(self.lines[index].text for index in ahead))

    def interrupt(self, item: Item) -> None:
        """Takes an item that ends whatever was being read."""
        self.items.append(item)
        self.current, self.waiting, self.ended, self.width = None, None, True, 0.0

    def _take_other(self, line: Line, place: int) -> None:
        """A line that does not simply go on with the paragraph."""
        byline = bylines.line(line.text)
        if byline and (self.ended or self._after_break(line)):
            self.items.append(BylineLine(line, byline))
            self.current, self.ended = None, True
        elif _is_twice(line):
            self._display(line)
        elif self.waiting is not None and self._after_break(line) and self._resumes(line, place):
            self._append(line)
        elif self.ended or (_MARK.match(line.text) and self._last_was_short()):
            self._between(line, place)
        else:
            self._against_the_rule(line, place)

    def _between(self, line: Line, place: int) -> None:
        """A line after the end of a sentence, or after display lines."""
        if self.current is not None and self._goes_on(line, place):
            self._append(line)
        elif self._starts_paragraph(line, place):
            known = self.width if _opens(line, self.width) and self.current is not None else 0.0
            self._start(line, known or self._column_or_known(place) or self._short_paragraph(place) or self.width)
        else:
            self._display(line)

    def _against_the_rule(self, line: Line, place: int) -> None:
        """A line in the middle of a sentence that is not as wide as its column."""
        if self._is_strap(line, place):
            self._display(line)
            return
        column = self._column(place)
        if line.width < self.width and (line.is_closed() or self._ends_listed(line, place)):
            self._append(line)
            self.ended = self.ended or not line.is_closed()
        elif column and abs(column - self.width) > _NEAR and _opens(line, column):
            if not _fits(line, column) and self._returns(place):
                self.waiting, self.patience = self.current, place + _BOX_LINES
                self._start(line, column)
            else:
                self.width = column
                self._append(line)
        elif self.width - _LOOSE - line.unfilled <= line.width <= self.width + self._excess(line, place) + line.slack:
            self._append(line)
        else:
            self._display(line)

    def _is_strap(self, line: Line, place: int) -> bool:
        """Whether a line that stands in the middle of a sentence was set across it."""
        if self.current is None:
            return False
        after = self.lines[self.body[place + 1]] if place + 1 < len(self.body) else None
        return straps.interrupts(self.current.lines[-1], line, after, self.width)

    def _excess(self, line: Line, place: int) -> float:
        """How much wider than its column a line of the paragraph may be: more where it has a mark, or the next line
        goes on in the column, since numbers and words are not broken."""
        following = self.lines[self.body[place + 1]] if place + 1 < len(self.body) else None
        goes_on = following is not None and following.page == line.page and _fits(following, self.width)
        return _LOOSE if goes_on or _INNER_MARK.search(line.text) else _NEAR

    def _ends_listed(self, line: Line, place: int) -> bool:
        """Whether the paragraphs are marked (`■`) and end where the next mark stands, with or without a full stop."""
        assert self.current is not None
        mark = self.current.lines[0].text[0]
        following = self.lines[self.body[place + 1]] if place + 1 < len(self.body) else None
        return mark in _LIST_MARKS and (following is None or following.text[0] == mark or following.page != line.page)

    def _after_break(self, line: Line) -> bool:
        """Whether display lines or a page break stand before the line."""
        last = self.items[-1] if self.items else None
        return not isinstance(last, Paragraph) or last.lines[-1].page != line.page

    def _last_was_short(self) -> bool:
        return self.current is None or self.current.lines[-1].width < self.width - _NEAR

    def _goes_on(self, line: Line, place: int) -> bool:
        """Whether a paragraph goes on after a full line that happened to end a sentence."""
        assert self.current is not None
        last = self.current.lines[-1]
        if last.width < self.width - _NEAR or _MARK.match(line.text) or self._is_headline_run(place):
            return False
        if _fits(line, self.width):
            return not _is_indented(line, self.width)
        column = self._column(place)
        if column > self.width + _NEAR and _fits(line, column) and not _is_indented(line, column):
            self.width = column
            return True
        return line.width < self.width - _INDENT and line.ends_sentence()

    def _starts_paragraph(self, line: Line, place: int) -> bool:
        column = self._column_or_known(place)
        if line.text.endswith("——") and line.width < max(column, self.width) - 1.0:
            return False
        if self._is_heading(line, place, column or self.width):
            return False
        if (column and _opens(line, column)) or _opens(line, self.width):
            return not self._is_headline_run(place)
        if self._short_paragraph(place):
            return True
        introduces = line.width <= self.width and line.text[-1] in _INTRODUCES
        return self.width > 0 and (introduces or (line.ends_sentence() and _MARKED.search(line.text) is not None))

    def _short_paragraph(self, place: int) -> float:
        """The column of a paragraph too short to show it by three full lines, 0 when there is none: a first line with a
        comma in it, full lines if any, a shorter line that ends the sentence."""
        lines = [self.lines[index] for index in self.body[place : place + _AHEAD]]
        if not _INNER_MARK.search(lines[0].text) or lines[0].is_closed():
            return 0.0
        for count, line in enumerate(lines[1:], start=1):
            inner = lines[1:count]
            width = max((other.width for other in inner), default=lines[0].width + 2.0)
            if (
                line.page != lines[0].page
                or line.width > width + _NEAR
                or any(not _fits(other, width) for other in inner)
            ):
                return 0.0
            if line.ends_sentence():
                return width if width >= _MIN_COLUMN and _opens(lines[0], width) else 0.0
        return 0.0

    def _is_heading(self, line: Line, place: int, width: float) -> bool:
        """A line whose next line is no full one cannot be the first of a paragraph."""
        if place + 1 >= len(self.body) or line.text[-1] in _INTRODUCES or line.ends_sentence():
            return False
        following = self.lines[self.body[place + 1]]
        if following.page != line.page or _is_twice(following) or following.is_closed():
            return False
        short = width - following.width - following.slack - following.unfilled
        if line.text[0] in _LIST_MARKS and not _INNER_MARK.search(line.text):
            return short > (_HALF if line.width < width else _NEAR)
        if _INNER_MARK.search(line.text):
            return short > _LOOSE
        return short > _SURELY_SHORT or (short > _NEAR and not self._is_seam(line, following))

    def _is_seam(self, line: Line, following: Line) -> bool:
        """Whether the document has elsewhere, unbroken, what the end of one line and the start of the next make."""
        around = self.source[max(0, line.start - _SEAM_WINDOW) : line.start + _SEAM_WINDOW]
        return line.text[-1] + following.text[0] in around

    def _resumes(self, line: Line, place: int) -> bool:
        """Whether the story that a box interrupted goes on with this line."""
        waiting = self.waiting
        assert waiting is not None
        if place > self.patience:
            self.waiting = None
            return False
        column = self._column(place + 1) or self._column(place)
        if abs(column - waiting.width) > _NEAR or not (_fits(line, waiting.width) or line.ends_sentence()):
            return False
        self.current, self.width, self.waiting = waiting, waiting.width, None
        return True

    def _returns(self, place: int) -> bool:
        """Whether the present column comes back within the length of a box."""
        ahead = self.body[place : place + _BOX_LINES]
        for start in range(1, len(ahead) - _MIN_RUN):
            if self._leads(place + start):
                return False
            if all(_fits(self.lines[index], self.width) for index in ahead[start : start + _MIN_RUN]):
                return True
        return False

    def _column(self, place: int) -> float:
        """The width that most of the next lines have, 0 when they have none in common."""
        if place not in self.columns:
            ahead = [self.lines[index] for index in self.body[place : place + _AHEAD]]
            same_page = [line for line in ahead if line.page == ahead[0].page]
            self.columns[place] = _common_width(same_page if len(same_page) > _MIN_RUN else ahead)
        return self.columns[place]

    def _column_or_known(self, place: int) -> float:
        column = self._column(place)
        return self.width if column and abs(column - self.width) < _SAME else column

    def _is_headline_run(self, place: int) -> bool:
        """Whether no sentence ends from here to the next start of a story or the end of the page."""
        marks = False
        ahead = self.body[place : place + _AHEAD]
        for offset, index in enumerate(ahead):
            line = self.lines[index]
            if self._leads(place + offset) or bylines.line(line.text):
                return True
            if line.page != self.lines[ahead[0]].page:
                return not marks
            if line.ends_sentence() or "。" in line.text:
                return False
            marks = marks or (_INNER_MARK.search(line.text) is not None and not _is_twice(line))
        return not marks or len(ahead) < _AHEAD

    def _start(self, line: Line, width: float) -> None:
        self.current = Paragraph([line], width, boxed=self.waiting is not None)
        self.items.append(self.current)
        self.width = width
        self._note_end(line)

    def _append(self, line: Line) -> None:
        assert self.current is not None
        self.current.lines.append(line)
        wider = line.width - self.width
        if -_NEAR < wider < _NEAR:
            self.width += _LEARN * wider / (1 + line.slack)
        self._note_end(line)

    def _note_end(self, line: Line) -> None:
        introduces = line.text[-1] in _INTRODUCES and line.width < self.width - _LOOSE
        self.ended = introduces or line.ends_sentence()

    def _display(self, line: Line) -> None:
        self.items.append(Display(line, _is_twice(line), boxed=self.waiting is not None))
        if self.ended:
            self.current = None


def _common_width(lines: Sequence[Line]) -> float:
    """The width that at least three lines have, the best supported, else 0; squeezed marks count the less."""
    measured = [(line.width, _ALIKE + line.slack, 1.0 / (1.0 + line.slack)) for line in lines]
    best: list[tuple[float, float]] = []
    common = 0.0
    for width in dict.fromkeys([line.width for line in lines]):
        near = [(other, weight) for other, alike, weight in measured if -alike <= other - width <= alike]
        if len(near) >= _MIN_RUN and (len(near), width) > (len(best) + 1, common):
            best, common = near, width
            if len(near) == len(measured):
                break
    if not best:
        return 0.0
    column = sum([width * weight for width, weight in best]) / sum([weight for _, weight in best])
    return column if column >= _MIN_COLUMN else 0.0


def _fits(line: Line, width: float) -> bool:
    near = _NEAR + line.slack
    return -near - line.unfilled <= line.width - width <= near


def _is_indented(line: Line, width: float) -> bool:
    """Whether the line is nearer to a paragraph's first, two characters short, than to a full one."""
    return line.width < width - 1.0


def _opens(line: Line, width: float) -> bool:
    """Whether the line may be the first of a paragraph in a column of this width."""
    return width - _INDENT - line.unfilled <= line.width <= width + _NEAR + line.slack


def _without_caption(line: Line, width: float) -> tuple[Line, ...]:
    """The line, or the end of a sentence and the caption that was set beside it."""
    if line.width <= width + _NEAR or len(line.text) > MAX_LINE or not _DOUBLED.search(line.text):
        return (line,)
    for match in _SENTENCE_BEFORE_CAPTION.finditer(line.text):
        at = match.end()
        if at <= width + 2 and printed_once(line.text[at:].strip() or " ") is not None:
            return (_part(line, 0, at), _part(line, at, len(line.text)))
    return (line,)


def _without_jump(line: Line) -> Line:
    """The line without the page number at which its story goes on or began."""
    start, end = straps.without_jump(line.text)
    return line if end - start == len(line.text) else _part(line, start, end)


def _part(line: Line, start: int, end: int) -> Line:
    text = line.text[start:end]
    start += len(text) - len(text.lstrip())
    return line._replace(text=text.strip(), start=line.start + start, width=ink_width(text), slack=0.5)


def _is_twice(line: Line) -> bool:
    """Whether the line cannot be running text: bold type printed twice, or a caption with the name of its
    photographer."""
    text = line.text
    last = text[-1]
    if last in _CREDIT_ENDS and _CREDIT.search(text[-MAX_LINE:]):
        return True
    # The ends of a line tell of nearly all lines at once that nothing is said twice in a row.
    if not (text[-3:] in text[:-3] or text[:3] in text[3:] or last == "摄") or len(text) > MAX_LINE:
        return False
    return _DOUBLED.search(text) is not None and printed_once(text) is not None

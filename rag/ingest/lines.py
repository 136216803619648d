"""The lines of a page with their geometry: where they stand, how wide they are printed, which page they belong to."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

# A page of the text layer begins with a line that is indented by one space, after a form feed, or after many blank
# lines.
_BLANKS_OF_A_PAGE_BREAK = 3
_ENDS_SENTENCE = frozenset("。！？!?…")
_CLOSES = '”’」』）)》"'
_TERMINAL = frozenset('。！？!?…；;：:」』）)】》”’"')
# Marks that a line of type may squeeze to half their width, or not.
_SQUEEZED = re.compile(r"[，。、；：？！“”‘’（）〔〕《》〈〉【】「」『』]")
_ONE_MARK = "，"
_SQUEEZE = 0.25
# Text wrapped by a number of characters is told by this many lines that are as long as the last and not as wide, and by
# that they are not many fewer than those that are as wide and not as long; in print they are half as many at most.
_MIN_LONG = 4
_AS_MANY = 0.7
_HALF = 0.5
_FIGURE = re.compile(r"[-+−]?\d[\d,.]*\s?(?:[%％‰℃]|[\u4e00-\u9fff]{1,4}(?:/[\u4e00-\u9fff]{1,3})?)?|[-—–]{1,3}")
_YEAR = re.compile(r"(?:19|20)\d{2}\s?(?:年.*)?")
_WORD_BEGINS = frozenset(string.ascii_letters + string.digits)
_WORD = re.compile(r"[!-~]+")
_LONGEST_WORD = 4.0


class Line(NamedTuple):
    """A line that is not blank, without the white space around it. `start` is its offset in the source, `width` its ink
    in em (a Chinese character is 1, a Latin letter one half, spaces nothing), give or take `slack` for squeezed marks;
    `blanks` is the number of blank lines before it. `unfilled` is how much of its column it may have left empty, since
    the number or word that the next line begins with is not broken."""

    text: str
    start: int
    width: float
    slack: float
    page: int
    blanks: int
    unfilled: float = 0.0

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def ends_sentence(self) -> bool:
        last = self.text[-1]
        return last in _ENDS_SENTENCE or (last in _CLOSES and self.text.rstrip(_CLOSES)[-1:] in _ENDS_SENTENCE)

    def is_figure(self) -> bool:
        """Whether the line is a cell of a table that holds a figure and its unit, or a dash for none; a year is not."""
        return bool(_FIGURE.fullmatch(self.text)) and not _YEAR.fullmatch(self.text)

    def is_closed(self) -> bool:
        """Whether the line may be the last of its paragraph as far as its last mark says."""
        return self.text[-1] in _TERMINAL


def parse(source: str) -> list[Line]:
    """The lines of a document, pages counted from 0."""
    lines: list[Line] = []
    raws = source.split("\n")
    # Widths and marks of all lines at once: no character of GB 18030 has the byte of a line feed inside.
    widths = map(len, source.encode("gb18030", "replace").split(b"\n"))
    marked = _SQUEEZED.sub(_ONE_MARK, source).split("\n")
    offset = page = blanks = 0
    indented = False
    for raw, size, marks in zip(raws, widths, marked, strict=True):
        text = raw.strip()
        if text:
            plain = text == raw
            indent = 0 if plain else len(raw) - len(raw.lstrip())
            if lines and (blanks or indent) and _starts_page(raw, indent, blanks) and not (indented and blanks == 0):
                page += 1
            indented = indent == 1
            slack = marks.count(_ONE_MARK) * _SQUEEZE
            width = size / 2 if plain and " " not in text and text.isprintable() else ink_width(text)
            if lines and text[0] in _WORD_BEGINS and lines[-1].page == page:
                _leave_room(lines, text)
            lines.append(tuple.__new__(Line, (text, offset + indent, width - slack, slack, page, blanks, 0.0)))
            blanks = 0
        else:
            blanks += 1
        offset += len(raw) + 1
    return _counted(lines) if _wrapped_by_count(lines) else lines


def _counted(lines: Sequence[Line]) -> list[Line]:
    return [line._replace(width=_length(line), slack=0.0, unfilled=2 * line.unfilled) for line in lines]


def _length(line: Line) -> float:
    return float(len(line.text) - sum(map(line.text.count, " \t\u3000")))


def _wrapped_by_count(lines: Sequence[Line]) -> bool:
    """Whether the lines are as long as their neighbours by the number of their characters, as a program wraps them,
    where by printed width they are not: a figure is half as wide as a character.
    """
    wide = long = 0
    measured = [(line.ends_sentence(), _length(line), line.width + line.slack) for line in lines]
    for (ended, length, width), (ends, other_length, other_width) in pairwise(measured):
        if ended or ends:
            continue
        longer, wider = abs(other_length - length), abs(other_width - width)
        long += longer == 0 and wider >= 1
        wide += longer > 0 and wider <= _HALF
    return long >= _MIN_LONG and long > _AS_MANY * wide


def _leave_room(lines: list[Line], following: str) -> None:
    last = lines[-1]
    word = _WORD.match(following)
    if word and not last.is_closed():
        lines[-1] = last._replace(unfilled=min(len(word[0]) / 2, _LONGEST_WORD))


def _starts_page(raw: str, indent: int, blanks: int) -> bool:
    if blanks >= _BLANKS_OF_A_PAGE_BREAK:
        return True
    return indent > 0 and ("\f" in raw[:indent] or (blanks == 0 and indent == 1 and raw[0] == " "))


def ink_width(text: str) -> float:
    """Printed width in em. GB 18030 spends one byte on a narrow character and two on a wide one (four on a rare
    one)."""
    width = len(text.encode("gb18030", "replace")) / 2
    if " " in text or "\t" in text or "\u3000" in text:
        width -= (text.count(" ") + text.count("\t")) / 2 + text.count("\u3000")
    return width

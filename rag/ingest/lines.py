"""The lines of a page with their geometry: where they stand, how wide they are printed, which page they belong to."""

from __future__ import annotations

import re
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


class Line(NamedTuple):
    """A line that is not blank, without the white space around it. `start` is its offset in the source, `width` its ink
    in em (a Chinese character is 1, a Latin letter one half, spaces nothing), give or take `slack` for squeezed marks;
    `blanks` is the number of blank lines before it."""

    text: str
    start: int
    width: float
    slack: float
    page: int
    blanks: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def ends_sentence(self) -> bool:
        last = self.text[-1]
        return last in _ENDS_SENTENCE or (last in _CLOSES and self.text.rstrip(_CLOSES)[-1:] in _ENDS_SENTENCE)

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
            lines.append(tuple.__new__(Line, (text, offset + indent, width - slack, slack, page, blanks)))
            blanks = 0
        else:
            blanks += 1
        offset += len(raw) + 1
    return lines


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

"""What a page prints around its stories: running heads, page numbers, ornaments of one character a line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.ingest.joining import tight
from rag.ingest.lines import Line
from rag.ingest.straps import JUMP_BEGINS, is_jump

_EDGE = 3
_MAX_HEAD_WIDTH = 14.0
_MIN_ORNAMENT = 3
_FOLIO = re.compile(r"[-—–·.\s]*(?:第\s*)?\d{1,4}(?:\s*[版页])?[-—–·.\s]*$")
_STRAY_MARKS = re.compile(r"[？?！!*·•＊]{2,}$")
_ENDS_SENTENCE = re.compile(r"[。！？；，、：]$")


def find_furniture(lines: Sequence[Line]) -> dict[int, str]:
    """The indices of lines that belong to the page rather than to a story, each with what it reads."""
    edges = _edges(lines)
    seen = Counter(tight(lines[index].text) for index in edges if _may_be_head(lines[index]))
    found = {index: tight(lines[index].text) for index in edges if seen[tight(lines[index].text)] > 1}
    found |= {index: lines[index].text for index in edges if _FOLIO.match(lines[index].text)}
    found |= {index: lines[index].text for index in edges if _is_icon(lines, index)}
    for index, line in enumerate(lines):
        first = line.text[0]
        if not (first.isalnum() and first not in JUMP_BEGINS) and (_STRAY_MARKS.match(line.text) or is_jump(line.text)):
            found[index] = line.text
    for start, end in _ornaments(lines):
        found |= {index: lines[index].text for index in range(start, end)}
    return found


def _edges(lines: Sequence[Line]) -> list[int]:
    """Lines near the top or the foot of a page, in a document that has more than one."""
    breaks = [index for index in range(1, len(lines)) if lines[index].page != lines[index - 1].page]
    near = {index for at in breaks for index in range(at - _EDGE, at + _EDGE)}
    return sorted(index for index in near if 0 <= index < len(lines))


def _may_be_head(line: Line) -> bool:
    return line.width <= _MAX_HEAD_WIDTH and not _ENDS_SENTENCE.search(line.text)


def _is_icon(lines: Sequence[Line], index: int) -> bool:
    """One character alone beside a page break; a character that a column cut off ends a sentence."""
    line = lines[index]
    beside = {lines[near].page for near in (index - 1, index + 1) if 0 <= near < len(lines)}
    return len(line.text) == 1 and line.text.isalnum() and beside != {line.page}


def _ornaments(lines: Sequence[Line]) -> list[tuple[int, int]]:
    found = []
    start = end = 0
    for index in [index for index, line in enumerate(lines) if len(line.text) == 1 and line.text.isalpha()]:
        if index != end:
            start = index
        end = index + 1
        if end - start == _MIN_ORNAMENT:
            found.append((start, end))
        elif end - start > _MIN_ORNAMENT:
            found[-1] = (start, end)
    return found

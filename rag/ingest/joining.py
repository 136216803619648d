"""Wrapped lines to running text: no space where the column broke a word, none that only justified a line.

Every character keeps its place in the source; a space that justification put between two characters is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import Enum
from functools import lru_cache

from rag.ingest.lines import Line
from rag.text.spans import Run, TracedText

_GAP = re.compile(r"[ \t\u3000\u00a0]+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u052f]")
_AFTER_LATIN = "\u0530"
_WIDE_MARK = re.compile(r"[\u2014\u2018-\u201d\u2026\u3001-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]")
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7ff]")  # whose words are set apart by spaces
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
# A line is letter-spaced throughout when more than this share of its stretches are single characters.
_DENSE = 0.6

# Half a page is runs: made without the call that names their fields.
_run = tuple.__new__


class _Char(Enum):
    NARROW, WIDE, MARK, HANGUL = range(4)


def join_lines(lines: Iterable[Line]) -> TracedText:
    """One paragraph out of the lines that a column broke it into."""
    text: list[str] = []
    runs: list[Run] = []
    at = 0
    last = ""
    for line in lines:
        printed = line.text
        if last < _AFTER_LATIN and printed[0] < _AFTER_LATIN and _LATIN.match(last) and _LATIN.match(printed):
            text.append(" ")
            at += 1
        if " " not in printed and printed.isprintable():
            runs.append(_run(Run, (at, line.start, len(printed))))
            text.append(printed)
            at += len(printed)
        else:
            for start, end in tight_pieces(printed):
                runs.append(_run(Run, (at, line.start + start, end - start)))
                text.append(printed[start:end])
                at += end - start
        last = printed[-1]
    return TracedText("".join(text), tuple(runs))


def join_paragraphs(paragraphs: Sequence[TracedText]) -> TracedText:
    """A body: its paragraphs with a newline between them."""
    runs: list[Run] = []
    at = 0
    for paragraph in paragraphs:
        for run in paragraph.runs:
            last = runs[-1] if runs else None
            if last and last.at + last.length == at + run.at and last.source + last.length == run.source:
                runs[-1] = Run(last.at, last.source, last.length + run.length)
            else:
                runs.append(_run(Run, (at + run.at, run.source, run.length)))
        at += len(paragraph.text) + 1
    return TracedText("\n".join([paragraph.text for paragraph in paragraphs]), tuple(runs))


def tight(text: str) -> str:
    """`text` without the spaces of justification."""
    return "".join(text[start:end] for start, end in tight_pieces(text))


def tight_pieces(text: str) -> list[tuple[int, int]]:
    """The ranges of `text` that remain when the spaces of justification are left out; a space that remains is one
    space."""
    if not _has_gap(text):
        return [(0, len(text))]
    gaps = list(_GAP.finditer(text))
    dense = len(gaps) > 2 and sum(len(part) == 1 for part in text.split()) > _DENSE * (len(gaps) + 1)
    pieces: list[tuple[int, int]] = []
    begin = 0
    for index, gap in enumerate(gaps):
        before = gaps[index - 1].end() if index else 0
        after = gaps[index + 1].start() if index + 1 < len(gaps) else len(text)
        left, right = text[before : gap.start()], text[gap.end() : after]
        keep = 1 if _is_real(left, right, dense) else 0
        pieces.append((begin, gap.start() + keep))
        begin = gap.end()
    pieces.append((begin, len(text)))
    return pieces


def _has_gap(text: str) -> bool:
    return " " in text or "\u3000" in text or "\t" in text or "\u00a0" in text


def _is_real(left: str, right: str, dense: bool) -> bool:
    """Whether the gap between two stretches of a line separates words, names or phrases."""
    if not left or not right:
        return False
    kinds = _kind(left[-1]), _kind(right[0])
    if _Char.HANGUL in kinds:
        return not (dense and len(left) == len(right) == 1)
    if kinds == (_Char.NARROW, _Char.NARROW):
        return True
    if kinds != (_Char.WIDE, _Char.WIDE) or dense:
        return False
    return not (len(left) == len(right) == 1)


@lru_cache(maxsize=1 << 14)
def _kind(char: str) -> _Char:
    if _WIDE_MARK.match(char):
        return _Char.MARK
    if _HANGUL.match(char):
        return _Char.HANGUL
    return _Char.WIDE if _WIDE.match(char) else _Char.NARROW


def trace_pieces(source_start: int, text: str, ranges: Sequence[tuple[int, int]]) -> TracedText:
    """The given ranges of a line that stands at `source_start`, without the spaces of justification."""
    kept = "".join(text[start:end] for start, end in ranges)
    whole = TracedText.join(TracedText(text[a:b], (Run(0, source_start + a, b - a),)) for a, b in ranges)
    pieces = tight_pieces(kept)
    return whole if pieces == [(0, len(kept))] else TracedText.join(whole.slice(start, end) for start, end in pieces)

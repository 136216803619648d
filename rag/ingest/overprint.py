"""Bold type that a page prints twice, and a text layer therefore says twice.

A line is taken apart into pieces that are said once and pieces that are said twice in a row. It counts as over-printed
only when what is doubled cannot be ordinary reduplication (`天天`, `一步一步`): a long piece that makes up much of the
line. Only display lines are asked; running text is never over-printed."""

from __future__ import annotations

import re

MAX_LINE = 160
_MIN_PIECE = 3
_MIN_SHARE = 0.35
# A piece said twice with a mark inside is a list (`国家实验室、省实验室、省…`); bold type doubles marks by themselves.
_MARK = re.compile(r"[，。、；：]")
_CREDIT = re.compile(r"摄\s*摄$")

Ranges = list[tuple[int, int]]


def printed_once(text: str) -> Ranges | None:
    """The ranges of `text` that remain when second copies are skipped; None for a line that is not over-printed."""
    if len(text) > MAX_LINE:
        return None
    pieces = _pieces(text)
    doubled = [(start, length) for start, length, twice in pieces if twice]
    share = sum(2 * length for _, length in doubled) / len(text)
    longest = max((length for _, length in doubled), default=0)
    if not ((longest >= _MIN_PIECE and share >= _MIN_SHARE) or (longest and _CREDIT.search(text))):
        return None
    return _merge([(start, start + length) for start, length, _ in pieces])


def undouble(text: str) -> str:
    """`text` as it reads on paper."""
    ranges = printed_once(text)
    return text if ranges is None else "".join(text[start:end] for start, end in ranges)


def _pieces(text: str) -> list[tuple[int, int, bool]]:
    """Start, length and whether said twice, longest doubled piece first at each place."""
    pieces: list[tuple[int, int, bool]] = []
    at = 0
    while at < len(text):
        length = _doubled_at(text, at)
        if length > 1 or (length == 1 and _may_double_one(text, at, pieces)):
            pieces.append((at, length, True))
            at += 2 * length
        else:
            pieces.append((at, 1, False))
            at += 1
    return pieces


def _doubled_at(text: str, at: int) -> int:
    for length in range((len(text) - at) // 2, 0, -1):
        piece = text[at : at + length]
        if (
            text.startswith(piece, at + length)
            and not piece.isspace()
            and (length == 1 or 2 * length == len(text) or not _MARK.search(piece))
        ):
            return length
    return 0


def _may_double_one(text: str, at: int, pieces: list[tuple[int, int, bool]]) -> bool:
    """A single doubled character is over-print at an end of the line, beside a space, and for a mark; elsewhere a
    word."""
    alone = at == 0 or text[at - 1].isspace() or at + 2 == len(text) or not text[at].isalnum()
    return alone or bool(pieces and pieces[-1][2])


def _merge(ranges: Ranges) -> Ranges:
    merged: Ranges = []
    for start, end in ranges:
        if merged and merged[-1][1] == start:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged

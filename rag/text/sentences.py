"""Sentence boundaries in any of the scripts that newspapers are printed in.

A sentence ends after a terminator and the closing marks that follow it, or at a line break. Full-width terminators end
a sentence wherever they stand; `.`, `!`, `?` only before white space, and `.` not after an abbreviation, an initial or
a list number. Nothing is ever lost: the ranges cover all text but white space.
"""

from __future__ import annotations

import re

from rag.text.calendar import MONTH

CLOSERS = "”’」』﹂﹄》〉）】〕\"')]}»"
_WIDE = "。！？｡‼⁇⁈⁉।॥؟۔።"
_NARROW = ".!?…⋯"
_END = re.compile(
    rf"(?P<line>\n+)|(?P<wide>[{_WIDE}][{_WIDE}!?…⋯]*)[{re.escape(CLOSERS)}]*|(?P<narrow>[{_NARROW}]+)[{re.escape(CLOSERS)}]*"
)
_GOES_ON = re.compile(r"[ \t]*[，、；：,;:）)]")
_ABBREVIATION = re.compile(
    r"(?<![^\W\d_])(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|Sr|Sra|Jr|No|Nr|vs|etc|e\.g|i\.e|approx|Inc|Ltd|Co|Corp|Gen|Col|Gov|Rep"
    r"|Sen|Rev|Hon|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|z\.B|bzw|Hr|Hrn|Fr|Str|Abs|ca|usw|Nr|Bd|pp?|vol|Fig|art|n|núm|pág|тыс|млн"
    r"|млрд|г|гг|им|ул|см|т\.е)$",
    re.IGNORECASE,
)
# Ordinals of German and its neighbours: "seit dem 1. Juni", "der 3. Platz".
_DAY = re.compile(r"(?<!\d)\d{1,2}$")
_MONTH = re.compile(rf"[ \t]+(?:{MONTH})\b", re.IGNORECASE)
_DETERMINER = re.compile(
    r"\b(?:am|vom|zum|zur|dem|den|der|des|die|das|beim|im|ab|bis|seit)[ \t]+\d{1,2}$", re.IGNORECASE
)
_CLAUSE = re.compile(r"[；;，,、：:](?=\D|$)|\s")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Ranges `[start, end)` of the sentences of `text`, in order, without white space at their ends."""
    ranges: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if match["line"] is None and not _ends_here(text, start, match):
            continue
        _append(ranges, text, start, match.end())
        start = match.end()
    _append(ranges, text, start, len(text))
    return ranges


def split_long(text: str, start: int, end: int, limit: int) -> list[tuple[int, int]]:
    """`[start, end)` cut into pieces of at most `limit` characters, after a clause mark or white space where there is
    one in the second half of the piece. `limit` is at least 1.
    """
    pieces: list[tuple[int, int]] = []
    while end - start > limit:
        cut = start + limit
        marks = [match.end() for match in _CLAUSE.finditer(text, start + limit // 2, cut)]
        cut = marks[-1] if marks else cut
        _append(pieces, text, start, cut)
        start = cut
    _append(pieces, text, start, end)
    return pieces


def _ends_here(text: str, start: int, match: re.Match[str]) -> bool:
    end = match.end()
    if end == len(text) or text[end] == "\n":
        return True
    if match["wide"] is not None:
        return text[end] not in "，、；：）" and not (_closed(text, end) and _quotes_a_part(text, start, match))
    if not text[end].isspace() and not _is_cjk(text[end]):
        return False
    if text[end : end + 8].lstrip()[:1].islower() or _GOES_ON.match(text, end):
        return False
    if match["narrow"][0] in "…⋯":
        return _closed(text, end) or text[end].isspace()
    return match["narrow"] != "." or _full_stop(text, match.start())


def _closed(text: str, end: int) -> bool:
    return text[end - 1] in CLOSERS


def _quotes_a_part(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the quotation that closes here is part of its sentence (回答“为什么？”的问题), not said by someone."""
    opening = text.rfind("“", start, match.start())
    return opening > start and text[opening - 1] not in "：:，,。！？”" and match["wide"][0] != "。"


def _full_stop(text: str, dot: int) -> bool:
    before = text[max(0, dot - 12) : dot]
    if _ABBREVIATION.search(before) or not before.strip():
        return False
    if _DAY.search(before) and (_MONTH.match(text, dot + 1) or _DETERMINER.search(before)):
        return False
    line = text.rfind("\n", 0, dot) + 1
    return not text[line:dot].strip().isdigit()  # a list number: "3. Next"


def _is_cjk(character: str) -> bool:
    return "\u2e80" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7af" or "\uf900" <= character <= "\uffef"


def _append(ranges: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        ranges.append((start, end))

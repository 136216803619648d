"""Page text to articles."""

from __future__ import annotations

import re

from rag.text.language import detect_language
from rag.text.spans import TracedText
from rag.types import Draft, Kind, Page

_ENDS = re.compile(r"[。！？!?…”’」』）)》]$")
_START = re.compile(r"^\s*(本报讯|■)")


def reconstruct(page: Page) -> list[Draft]:
    """The articles of a page, in the order of the page."""
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\n]*\S[^\n]*", page.text)]
    if page.format == "article" or not _wrapped(page, lines):
        body = TracedText.of(page.text).strip()
        return [Draft(body, Kind.ARTICLE, detect_language(page.text), page.metadata.title)] if body.text else []
    groups: list[list[TracedText]] = [[]]
    open_paragraph = False
    for start, end in lines:
        piece = TracedText.of(page.text, start, end).strip()
        if _START.match(piece.text):
            groups.append([])
            open_paragraph = False
        if groups[-1] and not open_paragraph:
            groups[-1].append(TracedText.space("\n"))
        groups[-1].append(piece)
        open_paragraph = not (_ENDS.search(piece.text) and len(piece) < 12) and not _ENDS.search(piece.text)
    return [Draft(TracedText.join(group), Kind.ARTICLE, "zh") for group in groups if group]


def _wrapped(page: Page, lines: list[tuple[int, int]]) -> bool:
    if detect_language(page.text) != "zh" or len(lines) < 8 or page.format not in ("txt", "pdf"):
        return False
    cut = sum(not _ENDS.search(page.text[start:end].strip()) for start, end in lines)
    return cut > 0.5 * len(lines)

"""Prose, Markdown, verse, code: one article, its paragraphs as they stand."""

from __future__ import annotations

from collections.abc import Sequence

from rag.ingest.lines import Line
from rag.text.language import detect_language
from rag.text.spans import TracedText
from rag.types import Draft, Kind


def read(source: str, lines: Sequence[Line]) -> list[Draft]:
    """One draft for the document."""
    parts = [part for line in lines for part in (TracedText.space("\n"), TracedText.of(source, line.start, line.end))]
    body = TracedText.join(parts[1:])
    return [Draft(body, Kind.ARTICLE, detect_language(body.text))]

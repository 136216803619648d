"""A paragraph of a document that is not set in columns."""

from __future__ import annotations

from dataclasses import dataclass

from rag.text.spans import TracedText


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`level` is 1 to 6 for a heading and 0 for text."""

    text: TracedText
    level: int

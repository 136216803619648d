"""One form of what is written in several: width, case, digit grouping, traditional and simplified Chinese."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

_GROUPED = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")


@cache
def _simplified() -> dict[int, int]:
    """Two lines of the same length in the file: characters, and what each is in simplified Chinese."""
    traditional, simplified = (files(__package__) / "traditional.txt").read_text("utf-8").split()
    return dict(zip(map(ord, traditional), map(ord, simplified), strict=True))


def fold(text: str) -> str:
    """`text` in the form in which full-width and half-width, capital and small letters, traditional and simplified
    characters compare equal. May change its length.
    """
    return _GROUPED.sub("", unicodedata.normalize("NFKC", text).casefold()).translate(_simplified())

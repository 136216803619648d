"""One form of what is written in several: width, case, digit grouping, traditional and simplified Chinese."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

_SENTENCE = 600  # characters: what is no longer comes again, with every question that finds it
_GROUPED = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")


def simplified(text: str) -> str:
    """Traditional Chinese in simplified characters, one for one, so the length stays."""
    return text.translate(_simplified_characters())


@cache
def _simplified_characters() -> dict[int, int]:
    """Two lines of the same length in the file: characters, and what each is in simplified Chinese."""
    traditional, simplified = (files(__package__) / "traditional.txt").read_text("utf-8").split()
    return dict(zip(map(ord, traditional), map(ord, simplified), strict=True))


def fold(text: str) -> str:
    """`text` in the form in which full-width and half-width, capital and small letters, traditional and simplified
    characters compare equal. May change its length.
    """
    return unify(text).casefold()


def unify(text: str) -> str:
    """As `fold`, with capitals as they are."""
    return _unified(text) if len(text) <= _SENTENCE else _unified.__wrapped__(text)


@lru_cache(maxsize=8192)
def _unified(text: str) -> str:
    return simplified(_GROUPED.sub("", unicodedata.normalize("NFKC", text)))


def word_for_word(claim: str, quote: str) -> bool:
    """Whether a claim, its last stop aside, stands in a quote as it is; white space does not count."""
    return _closed_up(claim).rstrip("。.！!；;") in _closed_up(quote)


def _closed_up(text: str) -> str:
    return "".join(fold(text).split())

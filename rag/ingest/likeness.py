"""How much of a headline a text says: the share of the headline's character pairs that the text has."""

from __future__ import annotations

import re
from itertools import pairwise

_LETTERS = re.compile(r"\w+")


def pairs(text: str) -> set[str]:
    """The pairs of neighbouring letters, marks and spaces skipped."""
    letters = "".join(_LETTERS.findall(text))
    return set(map("".join, pairwise(letters)))


def overlap(headline: str, text: str) -> float:
    """0 to 1: the share of the headline's pairs that the text has."""
    wanted = pairs(headline)
    return len(wanted & pairs(text)) / len(wanted) if wanted else 0.0

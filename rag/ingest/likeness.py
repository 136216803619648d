"""How much of a headline a text says: the share of the headline's character pairs that the text has."""

from __future__ import annotations

import re

_LETTERS = re.compile(r"\w+")


def letters(text: str) -> str:
    """`text` without marks and spaces: the form in which a headline and what repeats it compare equal."""
    return "".join(_LETTERS.findall(text))


def pairs(text: str) -> set[int]:
    """The pairs of neighbouring letters, marks and spaces skipped."""
    return pairs_of_letters(letters(text))


def pairs_of_letters(spelled: str) -> set[int]:
    """The pairs of neighbours in a text that is letters only, each as one number of two UTF-32 units."""
    units = memoryview(spelled.encode("utf-32-le", "surrogatepass"))
    even, odd = len(spelled) // 2 * 8, max(0, len(spelled) - 1) // 2 * 8
    return {*units[:even].cast("Q").tolist(), *units[4 : 4 + odd].cast("Q").tolist()}


def overlap(headline: str, text: str) -> float:
    """0 to 1: the share of the headline's pairs that the text has."""
    return share_of(headline, pairs(text))


def share_of(headline: str, known: set[int]) -> float:
    """The same for a text whose pairs are known."""
    wanted = pairs(headline)
    return len(wanted & known) / len(wanted) if wanted else 0.0

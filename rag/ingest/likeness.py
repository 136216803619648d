"""How much of a headline a text says: the share of the headline's character pairs that the text has."""

from __future__ import annotations

import re
from operator import add

_LETTERS = re.compile(r"\w+")


def letters(text: str) -> str:
    """`text` without marks and spaces: the form in which a headline and what repeats it compare equal."""
    return "".join(_LETTERS.findall(text))


def pairs(text: str) -> set[str]:
    """The pairs of neighbouring letters, marks and spaces skipped."""
    return pairs_of_letters(letters(text))


def pairs_of_letters(spelled: str) -> set[str]:
    """The pairs of neighbours in a text that is letters only."""
    return set(map(add, spelled, spelled[1:]))


def overlap(headline: str, text: str) -> float:
    """0 to 1: the share of the headline's pairs that the text has."""
    wanted, spelled = pairs(headline), letters(text)
    return sum([pair in spelled for pair in wanted]) / len(wanted) if wanted else 0.0


def share_of(headline: str, known: set[str]) -> float:
    """The same for a text whose pairs are known."""
    wanted = pairs(headline)
    return len(wanted & known) / len(wanted) if wanted else 0.0

"""What a question takes for granted, held against what a sentence is about: the right figure of another year, or of
another line, is no answer.
"""

from __future__ import annotations

import re

from rag.answer.signals import Around, Text
from rag.text.numbers import YEAR, Quantity, dated, quantities, unmatched

_NUMBERED = re.compile(r"([^\W\d_]{2,})\s+(\d+)(?![\d.,]*\d|[%‰])")


def other_value(question: Text, run: Text, around: Around) -> float:
    """1 where a sentence `run` has another figure of a kind that the question names (2024 for 2023, the seventh round
    for the sixth, line 7 for line 9), half where its passage has the right one too, else 0.
    """
    here = f"{around.title}\n{run.raw}"
    if not _differs(question.raw, here, around):
        return 0.0
    return 1.0 if _differs(question.raw, f"{here}\n{around.text.raw}", around) else 0.5


def _differs(question: str, here: str, around: Around) -> bool:
    """Whether `here` lacks a figure of the question and has another one of its kind."""
    kinds = {_kind(quantity) for quantity in quantities(here)} - {""}
    if any(_kind(missing) in kinds for missing in unmatched(question, here, dated(around.published, here))):
        return True
    numbers: dict[str, set[str]] = {}
    for word, number in _NUMBERED.findall(here):
        numbers.setdefault(word.casefold(), set()).add(number)
    asked = ((word.casefold(), number) for word, number in _NUMBERED.findall(question))
    return any(word in numbers and number not in numbers[word] for word, number in asked)


def _kind(quantity: Quantity) -> str:
    """The unit; of what is a year by its size, that of years."""
    value, unit = quantity
    return "年" if not unit and YEAR.fullmatch(f"{value:g}") else unit

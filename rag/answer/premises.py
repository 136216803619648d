"""What a question takes for granted, held against what a sentence is about: the right figure of another year, or of
another line, is no answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.answer.signals import Around, Text, stands
from rag.text.numbers import Quantity, dated, quantities, unmatched
from rag.text.words import Sort

_MOST = 2
_FIRST_YEAR, _LAST_YEAR = 1500, 2099
_NUMBERED = re.compile(r"([^\W\d_]{2,})\s+(\d+)(?![\d.,]*\d|[%‰])")


@dataclass(frozen=True, slots=True)
class Premises:
    """`absent_names`: names of the question that neither passage nor headline has, 0..2; 0 where passage and question
    differ in language. `other_value`: 1 where the sentence has another figure of a kind that the question names (2024
    for 2023, the seventh round for the sixth, line 7 for line 9), half where its passage has the right one too.
    """

    absent_names: float
    other_value: float


def premises(question: Text, run: Text, around: Around) -> Premises:
    """Of a question against a sentence `run`."""
    names: set[str] = set()
    if question.language == run.language:
        title = Text.of(around.title, run.language)
        names = {
            word.text
            for word in question.words
            if word.sort is Sort.NAME and not any(stands(word, text) for text in (run, around.text, title))
        }
    here = f"{around.title}\n{run.raw}"
    other = _differs(question.raw, here, around)
    met = other and not _differs(question.raw, f"{here}\n{around.text.raw}", around)
    return Premises(float(min(_MOST, len(names))), 0.5 if met else float(other))


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
    year = _FIRST_YEAR <= value <= _LAST_YEAR and value == int(value) and unit == ""
    return "年" if year else unit

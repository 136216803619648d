"""Citations by ALCE's rules (Gao et al., 2023), whatever the judge.

A statement is recalled if all that it cites, taken together, supports it. A citation of a recalled statement is precise
if it supports the statement alone, or if the others do not without it. ALCE's judge is an entailment model; whoever
shows these figures has to name the judge that was used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Supports = Callable[[str, Sequence[str]], bool]


@dataclass(frozen=True, slots=True)
class Cited:
    """A statement and the quotes that it cites."""

    statement: str
    quotes: tuple[str, ...]


def citation_recall(statements: Sequence[Cited], supports: Supports) -> float:
    """Share of the statements that their citations support, 0..1; 0 where nothing was said."""
    if not statements:
        return 0.0
    return sum(bool(one.quotes) and supports(one.statement, one.quotes) for one in statements) / len(statements)


def citation_precision(statements: Sequence[Cited], supports: Supports) -> float:
    """Share of the citations that are precise, 0..1; 0 where nothing was cited."""
    total = sum(len(one.quotes) for one in statements)
    precise = 0
    for one in statements:
        if not one.quotes or not supports(one.statement, one.quotes):
            continue
        for place, quote in enumerate(one.quotes):
            others = one.quotes[:place] + one.quotes[place + 1 :]
            precise += supports(one.statement, (quote,)) or not (others and supports(one.statement, others))
    return precise / total if total else 0.0

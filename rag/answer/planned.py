"""What is planned, told as done: "the works will begin in May" does not carry "the works have begun". Chinese only,
where a word says each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.text.words import words

_CLAUSE = re.compile("[，,；;。！!？?\n]")
_SENTENCE = re.compile("[；;。！!？?\n]")
_PLANNED = re.compile("将(?![近军士领])|计划|(?<![模虚比])拟(?!人)|预计|有望|力争|打算|准备|争取|规划")
_DONE = re.compile("已(?!知)|(?<![除为])了(?![解得不])")


def told_as_done(claim: str, run: str) -> bool:
    """Whether a clause of the claim says that something has been done, and the run only that it will be, where it has
    most of the clause's words and the last of them that it has at all.
    """
    parts = [part for sentence in _SENTENCE.split(run) for part in _with_plans(_CLAUSE.split(sentence))]
    for clause in _CLAUSE.split(claim):
        if not _DONE.search(clause) or _PLANNED.search(clause):
            continue
        told = [word.text for word in words(clause, "zh") if word.tells]
        last = next((word for word in reversed(told) if any(word in part for part, _ in parts)), None)
        shared = [(sum(word in part for word in told), planned) for part, planned in parts if last and last in part]
        if shared and all(planned for count, planned in shared if count == max(shared)[0]):
            return True
    return False


def _with_plans(clauses: Sequence[str]) -> list[tuple[str, bool]]:
    """Each clause of a sentence with whether it is planned: what follows a plan is, until something has been done."""
    found: list[tuple[str, bool]] = []
    planned = False
    for clause in clauses:
        planned = not _DONE.search(clause) and (planned or bool(_PLANNED.search(clause)))
        found.append((clause, planned))
    return found

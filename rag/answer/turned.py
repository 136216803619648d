"""Claims that turn round what a run says: denied, in the opposite direction, or with another word of a few that exclude
each other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from rag.answer.reckoned import by_for_to
from rag.answer.swaps import Swap
from rag.answer.texts import Around, Text
from rag.text.numbers import quantities, unmatched
from rag.text.polarity import NOBODY, chosen_otherwise, compared, poles, turned
from rag.text.words import Sort, Word, words

_CLAUSE = re.compile(r"[，,；;。！!]")


def denials(found: Sequence[Word]) -> int:
    """How many of the words deny."""
    return sum(word.sort is Sort.DENIAL for word in found)


def denied(claim: Text, run: Text) -> bool:
    """Whether one of the two denies and the other does not, in a clause of the claim and the one of the run that has
    the last of its words that the run has: what is said or denied of the rest comes before it.
    """
    if denials(claim.words) == 0 and denials(run.words) == 0:
        return False
    if claim.language != "zh" and _turned_between(claim, run):
        return True
    theirs = [({word.text for word in part}, denials(part) % 2) for part in _clauses(run.raw, run.language)]
    for part in _clauses(claim.raw, claim.language):
        mine = [word.text for word in part if word.tells]
        last = next((word for word in reversed(mine) if any(word in own for own, _ in theirs)), None)
        alike = [(len(own & set(mine)), denied) for own, denied in theirs if last in own]
        if alike and {denied for shared, denied in alike if shared == max(alike)[0]} == {1 - _denied_of(part, run) % 2}:
            return True
    return False


def _denied_of(part: Sequence[Word], run: Text) -> int:
    """How many of a clause's denials are of something that the run speaks of: 没有下滑 does not deny 持平."""
    told = poles(word.text for word in run.words)
    count = 0
    for at, word in enumerate(part):
        if word.sort is Sort.DENIAL:
            of = next((other for other in part[at + 1 :] if other.tells), None)
            count += of is None or of.text in run.folded or bool(poles([of.text]) & told)
    return count


def _turned_between(claim: Text, run: Text) -> bool:
    """Whether the two differ in denial over all that the run has from the first of the claim's words to the last: where
    stops part clauses seldom, as in European languages.
    """
    ours, theirs = [word.text for word in claim.words], [word.text for word in run.words]
    blocks = [
        block for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks() if block.size
    ]
    if not blocks:
        return False
    first, last = blocks[0].b, blocks[-1].b + blocks[-1].size
    none = next((at for at in range(first) if theirs[at] in NOBODY), first - 1)
    return denials(claim.words) % 2 != denials(run.words[max(0, min(none, first - 1)) : last]) % 2


@lru_cache(maxsize=512)
def _clauses(raw: str, language: str) -> tuple[tuple[Word, ...], ...]:
    """The words of each clause; kept, as a claim is held against many runs."""
    return tuple(tuple(own) for part in _CLAUSE.split(raw) if (own := words(part, language)))


def directed_otherwise(claim: Text, run: Text) -> bool:
    """Whether the claim names a direction of which the run has only the opposite."""
    return turned(_told(claim), _told(run))


def _told(text: Text) -> list[str]:
    return [*(word.text for word in text.words), *(compared(text.folded) if text.language == "zh" else ())]


def turned_round(claim: Text, run: Text, swaps: Sequence[Swap]) -> bool:
    """Whether the claim names a direction of which the run has only the opposite, or has it in the opposite's place; or
    one of several things of which the run has only another.
    """
    if chosen_otherwise(claim.folded, run.folded) or by_for_to(claim.raw, run.raw):
        return True
    if directed_otherwise(claim, run):
        return True
    return any(
        (axis, 1 - side) in poles(word.text for word in its) for mine, its in swaps
        for axis, side in poles(word.text for word in mine)
    )  # fmt: skip


def under_headline(claim: Text, run: Text, around: Around) -> Text:
    """The run, with the headline before it where that has a figure of the claim's that the run lacks."""
    headed = f"{around.title}\n{run.raw}"
    if not quantities(around.title) or unmatched(claim.raw, run.raw) == unmatched(claim.raw, headed):
        return run
    return Text(headed, run.language)

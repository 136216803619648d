"""What a claim says where a run says something else: both laid side by side (Ratcliff and Obershelp, 1988), and word by
word what stands between the same neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby, pairwise

from rag.answer.texts import Text
from rag.text.numbers import quantities
from rag.text.words import Sort, Word

Swap = tuple[Sequence[Word], Sequence[Word]]
"""A stretch of the claim, and what the run has in its place."""


def swaps_of(claim: Text, run: Text) -> list[Swap]:
    """Both ways to find them."""
    return [*_aligned(claim, run), *_in_place_of(claim, run)]


def _aligned(claim: Text, run: Text) -> list[Swap]:
    """Short stretches of the claim with what the run has in their place, between words that both have."""
    ours, theirs = [word.text for word in claim.words], [word.text for word in run.words]
    return [
        (claim.words[a:b], run.words[c:d])
        for tag, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
        if tag == "replace" and b - a <= 3 and d - c <= 3
    ]


def _in_place_of(claim: Text, run: Text) -> list[Swap]:
    """Words of the claim with what stands in the run before or after the same word: names and directions by one
    neighbour, figures by both, since units and small words stand beside many.
    """
    theirs = list(run.words)
    by_next: dict[str, list[Word]] = {}
    by_previous: dict[str, list[Word]] = {}
    for first, second in pairwise(theirs):
        by_next.setdefault(second.text, []).append(first)
        by_previous.setdefault(first.text, []).append(second)
    found: list[Swap] = []
    edge = Word("", Sort.FUNCTION)
    framed = [edge, *claim.words, edge]
    lists = _name_lists(theirs)
    for previous, word, following in zip(framed, framed[1:], framed[2:], strict=False):
        before, after = by_previous.get(previous.text, []), by_next.get(following.text, [])
        if word.sort is Sort.FIGURE:
            others = [other for other in before if other in after]
        else:
            others = [*(before if _telling(previous) else []), *(after if _telling(following) else [])]
        if others and word not in others:
            found += [((word,), (other,)) for other in others if not _side_by_side(word, other, lists)]
    return found


def _side_by_side(word: Word, other: Word, lists: Sequence[frozenset[str]]) -> bool:
    """Whether both stand in one list of names: what is said of the last is said of each."""
    return any(word.text in names and other.text in names for names in lists)


def _name_lists(found: Sequence[Word]) -> list[frozenset[str]]:
    """The names that follow each other with nothing but small words between."""
    lists: list[frozenset[str]] = []
    for names, own in groupby((word for word in found if word.sort is not Sort.FUNCTION), _is_name):
        if names and len(listed := frozenset(word.text for word in own)) > 1:
            lists.append(listed)
    return lists


def _is_name(word: Word) -> bool:
    return word.sort is Sort.NAME


def _telling(word: Word) -> bool:
    return word.tells and len(word.text) > 1


def differ(ours: Sequence[Word], theirs: Sequence[Word], sort: Sort) -> bool:
    """Whether each side has something of the sort, and neither has the other's."""
    mine = [word.text for word in ours if word.sort is sort]
    its = [word.text for word in theirs if word.sort is sort]
    if sort is Sort.FIGURE:
        values_mine, values_its = (quantities(" ".join(word.text for word in side)) for side in (ours, theirs))
        return bool(values_mine) and bool(values_its) and not {v for v, _ in values_mine} & {v for v, _ in values_its}
    return bool(mine) and bool(its) and not any(a in b or b in a for a in mine for b in its)

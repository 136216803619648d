"""Retrieval, by trec_eval's own code through ir-measures.

What is to be found are the passages that carry the evidence. A passage that carries some evidence that none before it
carried is relevant; evidence that no passage of the list carries is a relevant passage that was not found. So recall is
the share of what there was to find, and all evidence is found where recall is 1. A later copy of the same evidence
counts neither way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.errors import MissingExtra

CUTOFFS = (1, 3, 5, 10, 20)
EXTRA = "eval"
_MISSING = "not-found-"


@dataclass(frozen=True, slots=True)
class Ranked:
    """The passages found for a question, best first: `carried[i]` are the numbers of the evidence that `passages[i]`
    carries, of `evidence` in all.
    """

    passages: tuple[str, ...]
    carried: tuple[tuple[int, ...], ...]
    evidence: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """`recall` by cutoff, all 0..1."""

    recall: Mapping[int, float]
    reciprocal_rank: float
    ndcg_10: float


def relevant(ranked: Ranked) -> list[str]:
    """The passages that count as relevant, those that were not found among them."""
    found: set[int] = set()
    names: list[str] = []
    for passage, carried in zip(ranked.passages, ranked.carried, strict=True):
        if set(carried) - found:
            names.append(passage)
            found.update(carried)
    return names + [f"{_MISSING}{number}" for number in range(ranked.evidence) if number not in found]


def judge_rankings(rankings: Mapping[str, Ranked]) -> dict[str, Ranking]:
    """Each question's own measures. Questions for which nothing was found count 0; those without evidence are left
    out. Raises MissingExtra.
    """
    measures = _measures()
    known = {name: ranked for name, ranked in rankings.items() if ranked.evidence}
    if not known:
        return {}
    values: dict[str, dict[str, float]] = {name: {} for name in known}
    for result in measures.iter_calc(
        [measures.nDCG @ 10, measures.RR, *(measures.R @ cutoff for cutoff in CUTOFFS)],
        list(_qrels(measures, known)),
        list(_run(measures, known)),
    ):
        values[result.query_id][str(result.measure)] = float(result.value)
    return {
        name: Ranking({cutoff: row[f"R@{cutoff}"] for cutoff in CUTOFFS}, row["RR"], row["nDCG@10"])
        for name, row in values.items()
    }


def trec_files(rankings: Mapping[str, Ranked]) -> tuple[str, str]:
    """The same as the texts of TREC's qrels and run files, for any other tool to measure."""
    known = {name: ranked for name, ranked in rankings.items() if ranked.evidence}
    qrels = [f"{_token(name)} 0 {passage} 1" for name, ranked in known.items() for passage in relevant(ranked)]
    run = [
        f"{_token(name)} Q0 {passage} {rank} {len(ranked.passages) - rank + 1} wenju"
        for name, ranked in known.items()
        for rank, passage in enumerate(ranked.passages, 1)
    ]
    return "\n".join([*qrels, ""]), "\n".join([*run, ""])


def _token(name: str) -> str:
    return "_".join(name.split())


def _measures() -> Any:
    try:
        import ir_measures
    except ImportError as error:
        raise MissingExtra("measuring retrieval", EXTRA) from error
    return ir_measures


def _qrels(measures: Any, rankings: Mapping[str, Ranked]) -> Iterator[Any]:
    return (measures.Qrel(name, passage, 1) for name, ranked in rankings.items() for passage in relevant(ranked))


def _run(measures: Any, rankings: Mapping[str, Ranked]) -> Iterator[Any]:
    for name, ranked in rankings.items():
        for rank, passage in enumerate(ranked.passages):
            yield measures.ScoredDoc(name, passage, float(len(ranked.passages) - rank))


def carries(text: str, quote: str, share: float) -> bool:
    """Whether the longest run that `text` and `quote` have in common is at least `share` of the quote; both without
    white space.
    """
    return quote in text or _common_run(text, quote) >= share * len(quote)


def touches(quote: str, gold: str, share: float) -> bool:
    """Whether a citation and the gold evidence are the same run, or most of one stands in the other; both without
    white space.
    """
    shorter = min(len(quote), len(gold))
    return bool(shorter) and (gold in quote or _common_run(quote, gold) >= share * shorter)


def _common_run(one: str, other: Sequence[str]) -> int:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size

"""Several scores of the same passages made into one order.

What words have to say is weighed by the evidence of the question itself: `Known` in 0..1. A question
in a language that the articles are not in has almost none, and word overlap is then noise; a question in theirs has
nearly all.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.text.terms import script

Scores = Mapping[int, float]
Evidence = Sequence[tuple[Scores, float]]
"""Scores by which a passage may be known besides its meaning, with their weights."""
Vector = NDArray[np.float32]

_WORDS = 0.5  # weight of BM25 when all words are known
_DICTIONARY = 0.45  # weight of what the dictionary finds when none is
_MEANING = 0.5  # weight of the cosines beside the closer look
ITS_LANGUAGE = 0.5
"""Overall share from which on the articles are in the question's language, so that a dictionary says nothing."""
_NUMBERS = "DIGIT"  # see `rag.text.terms.script`
_COPY = 0.985  # cosine of two passages that say the same in the same words


@dataclass(frozen=True, slots=True)
class Known:
    """The share of a question's idf weight that occurs in the articles, 0..1: over all its terms (`overall`), or over
    those of one script where that is more (`share`), and what each term weighs then: in another language than theirs
    those of other scripts less.

    A Russian question that quotes a name in Chinese has few words that Chinese articles could have, and has all of
    those. A script counts in full from the weight `rare` of one rare term on, so that a stray letter decides nothing;
    bare numbers, which all languages write alike, are no script.
    """

    share: float
    overall: float
    weights: Mapping[str, float]

    @property
    def untold(self) -> float:
        """How much is left for a dictionary to tell, 0..1: half of what else a question says that quotes a name."""
        return max(1 - self.share, (1 - self.overall) / 2)

    @classmethod
    def of(cls, weights: Mapping[str, float], occurring: Container[str], rare: float) -> Known:
        by_script: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for term, weight in weights.items():
            by_script[script(term)][term] = weight
        overall, _ = _share(weights, occurring)
        best = cls(overall, overall, weights)
        for name, own in by_script.items():
            share, weight = _share(own, occurring)
            counts = min(1.0, weight / rare)
            if name != _NUMBERS and share * counts > best.share:
                left = 1 - counts if overall < ITS_LANGUAGE else 1.0
                others = {term: left * each for term, each in weights.items() if script(term) != _NUMBERS}
                best = cls(share * counts, overall, {**weights, **others, **own})
        return best


def _share(weights: Mapping[str, float], occurring: Container[str]) -> tuple[float, float]:
    total = sum(weights.values())
    weight = sum(weight for term, weight in weights.items() if term in occurring)
    return (weight / total if total else 0.0), weight


def lexical_evidence(by_words: Scores, by_dictionary: Scores, known: Known) -> Evidence:
    """What words have to say: the question's own as far as they are `known`, and what they are in the other language as
    far as they are not.
    """
    return (by_words, _WORDS * known.share), (by_dictionary, _DICTIONARY * known.untold)


def evidence_fusion(meaning: Scores, evidence: Evidence) -> dict[int, float]:
    """Convex combination of the scores, each scaled to its spread over the candidates (Bruch et al., 2023,
    arXiv:2210.11934). Best first, 0..1.
    """
    parts = [(_scaled({chunk: own.get(chunk, 0.0) for chunk in meaning}), weight) for own, weight in evidence if own]
    dense, left = _scaled(meaning), 1 - sum(weight for _, weight in evidence)
    return _ordered(
        {chunk: left * dense[chunk] + sum(weight * part[chunk] for part, weight in parts) for chunk in meaning}
    )


def reranked(fused: Scores, closer: Scores, meaning: Scores, evidence: Evidence) -> dict[int, float]:
    """The passages that were looked at more closely in a new order, before all others, which keep theirs.

    The closer look leads; cosine and words have a say beside it, each in standard deviations over these passages.
    """
    if len(closer) < 2:
        return dict(fused)
    parts = [(_standard({chunk: own.get(chunk, 0.0) for chunk in closer}), weight) for own, weight in evidence if own]
    parts += [(_standard({chunk: meaning[chunk] for chunk in closer}), _MEANING), (_standard(closer), 1.0)]
    order = _scaled({chunk: sum(weight * part[chunk] for part, weight in parts) for chunk in closer})
    return _ordered({chunk: (1 + order[chunk]) / 2 if chunk in order else fused[chunk] / 2 for chunk in fused})


def spread_out(
    order: Sequence[int], vectors: Mapping[int, Vector], articles: Mapping[int, str], limit: int
) -> list[int]:
    """The same passages with those moved to the end that near-copy an earlier one, or that would give one article more
    than its share of the first `limit`: all of them but two, so that it does not hide the others.
    """
    if not order:
        return []
    share = max(limit - 2, math.ceil(limit / 2))
    rows = np.stack([vectors[chunk] for chunk in order])
    alike = rows @ rows.T > _COPY
    kept: list[int] = []  # places in the order
    moved: list[int] = []
    taken: Counter[str] = Counter()
    for place, chunk in enumerate(order):
        article = articles.get(chunk, "")
        if alike[place, kept].any() or taken[article] >= share:
            moved.append(place)
        else:
            kept.append(place)
            taken[article] += 1
    return [order[place] for place in kept + moved]


def _scaled(scores: Scores) -> dict[int, float]:
    low, high = min(scores.values(), default=0.0), max(scores.values(), default=0.0)
    width = (high - low) or 1.0
    return {chunk: (score - low) / width for chunk, score in scores.items()}


def _standard(scores: Scores) -> dict[int, float]:
    values = np.array(list(scores.values()))
    return dict(zip(scores, ((values - values.mean()) / (values.std() or 1.0)).tolist(), strict=True))


def _ordered(scores: Scores) -> dict[int, float]:
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))

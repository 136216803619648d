"""Claim to evidence: the sentence of the passages that carries what a model said, and how well it does.

Support, 0..1, within one language is the mean of two readings: the share of the claim's words that the sentence and the
one before it have, and the cosine of claim and sentence. Across languages words cannot agree, and it is the cosine
alone. It is next to nothing when a number of the claim stands neither in that very sentence nor in the title; the
question licenses none, as it may be wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.answer.claims import Evidence
from rag.index.catalog import StoredPassage
from rag.text.language import detect_language
from rag.text.numbers import quantities, unmatched
from rag.text.terms import terms

SUPPORTED = 0.5
_WRONG_NUMBER = 0.1
# Cosines of e5 for unrelated and for synonymous sentences of one language, and of two: where a cosine says anything.
_WITHIN = (0.84, 0.96)
_ACROSS = (0.76, 0.90)


def best_evidence(
    claim: str,
    vector: NDArray[np.float32],
    passages: Sequence[StoredPassage],
    vectors: Mapping[int, NDArray[np.float32]],
) -> Evidence | None:
    """The sentence that supports `claim` best, None when there is none at all. `vector` (d,) is the claim's, `vectors`
    are those of the sentences by id.
    """
    best: Evidence | None = None
    language = detect_language(claim)
    figures = bool(quantities(claim))  # a figure and what it is a figure of must stand in one sentence
    for passage in passages:
        for place, sentence in enumerate(passage.sentences):
            similarity = float(vectors[sentence.id] @ vector) if sentence.id in vectors else 0.0
            near = sentence.text if figures else _neighbourhood(passage, place)
            if passage.language == language:
                words = _shared(claim, near)
                support = (words + _scaled(similarity, *_WITHIN)) / 2
            else:
                support = _scaled(similarity, *_ACROSS)
            if unmatched(claim, f"{passage.hit.title or ''}\n{sentence.text}"):
                support = min(support, _WRONG_NUMBER)
            if best is None or support > best.support:
                best = Evidence(passage.hit, sentence.text, sentence.spans, round(support, 4))
    return best


def _shared(claim: str, text: str) -> float:
    """Share of the claim's terms that `text` has, 0..1."""
    said = terms(claim)
    present = set(terms(text))
    return sum(term in present for term in said) / len(said) if said else 0.0


def _scaled(cosine: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (cosine - low) / (high - low)))


def _neighbourhood(passage: StoredPassage, place: int) -> str:
    """The sentence with the one before it, to which it often leaves its subject, and the title."""
    near = passage.sentences[max(0, place - 1) : place + 1]
    return "\n".join((passage.hit.title or "", *(sentence.text for sentence in near)))

"""Whether the articles answer a question: whether they are about it at all, and whether one of the sentences that come
first says what is asked.

Relevance (see `rag.retrieve.background`) is in standard deviations of what unrelated questions of the same language
reach. Measured on the five seeds, questions in the articles' language: 1.5 refuses 98 of 100 of CMRC's and XQuAD's
questions and none of 60 answerable ones. In other languages cosines lie closer together: 1.0 refuses 96, 89 and 81 of
100 in English, Spanish and Arabic, and 4 of 100 answerable ones.

That does not tell a near miss from an answer. For this the best sentences are weighed by a logistic model: how sure the
reader is of a phrase there, and whether the names, figures and words of the question stand in the sentence and around
it, so that the right figure of another year or city is not taken. `training/refusal.py` fits the weights and the bound,
and writes with them in `abstain.json` what they were fitted on and which share of answerable questions they refuse.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from rag.answer.signals import Signals, Within
from rag.retrieve.search import Found
from rag.text.language import detect_language
from rag.types import Reason

_SAME_LANGUAGE = 1.5
_OTHER_LANGUAGE = 1.0
_FEWEST_TERMS = 2
WITHIN = (
    "reader", "relevance", "similarity", "covered", "covered_near", "longest_new", "new_names", "new_rare",
    "far_names", "new_figures", "far_figures",
)  # fmt: skip
"""The signals of a sentence in the question's language; see `rag.answer.signals.Within` for the last ones."""
ACROSS = ("reader", "relevance", "similarity", "new_figures", "far_figures")
"""Those of a sentence in another language."""
_CLEAR_SCORE, _CLEAR_RELEVANCE = 10.0, 6.0  # what is clearer than that is as good


@dataclass(frozen=True, slots=True)
class Look:
    """A sentence looked at for what is asked; `values` in the order of WITHIN or ACROSS."""

    within: bool
    values: tuple[float, ...]


def unanswerable(question: str, found: Found) -> Reason | None:
    """Why nothing is answered: nothing passed the filters, it is no question at all (a greeting, one word), or nothing
    found is nearer than chance. None when it is worth trying.
    """
    if not found.passages:
        return Reason.NO_EVIDENCE
    if len(found.words.weights) < _FEWEST_TERMS:
        return Reason.OFF_TOPIC
    bound = _SAME_LANGUAGE if same_language(question, found) else _OTHER_LANGUAGE
    return Reason.OFF_TOPIC if found.relevance < bound else None


def look(signals: Signals, score: float, similarity: float, relevance: float) -> Look:
    """The question's signals against a sentence, with the reader's score of the best phrase there, the cosine of the
    two, and `Found.relevance`.
    """
    within = isinstance(signals, Within)
    known = {
        "reader": max(-_CLEAR_SCORE, min(_CLEAR_SCORE, score)) / _CLEAR_SCORE,
        "relevance": max(0.0, min(_CLEAR_RELEVANCE, relevance)) / _CLEAR_RELEVANCE,
        "similarity": similarity,
    }
    return Look(
        within,
        tuple(
            known[name] if name in known else float(getattr(signals, name)) for name in (WITHIN if within else ACROSS)
        ),
    )


def answered(looks: Sequence[Look]) -> bool:
    """Whether one of the sentences may answer; true where none was looked at."""
    return not looks or max(map(answering, looks)) >= float(_model()["bound"])


def answering(seen: Look) -> float:
    """How likely the sentence answers, 0..1."""
    model = _model()["within" if seen.within else "across"]
    logit = float(model["bias"]) + sum(w * v for w, v in zip(model["weights"].values(), seen.values, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@lru_cache(maxsize=1)
def _model() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((files(__package__) / "abstain.json").read_text("utf-8"))
    return found


def same_language(question: str, found: Found) -> bool:
    """Whether the question is in the language of the best passage, of which there must be one."""
    return found.passages[0].language == detect_language(question)

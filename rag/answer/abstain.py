"""Whether the articles answer a question: whether they are about it at all, and whether one of the sentences that come
first says what is asked.

Relevance (see `rag.retrieve.background`) is in standard deviations of what unrelated questions of the same language
reach. In the articles' language it tells most questions that are about something else; across languages cosines lie
so close together that it tells few, and in a large collection none.

So the best sentences are weighed by a logistic model: how sure the reader is that the answer stands there, relevance,
and whether the names, figures and words of the question stand in the sentence and around it. `training/refusal.py` fits
the weights and the bounds, and writes with them in `abstain.json` what they were fitted on and which shares of it they
refuse. Where there is no reader, relevance alone refuses what is clearly about something else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.answer.logistic import probability, read_models
from rag.answer.signals import Signals, Within
from rag.retrieve.search import Found
from rag.text.language import detect_language
from rag.types import Reason

# Relevance from which a question counts as being about the articles, in their language and in another. Over the seeds
# nearly all questions about other things are below, over XQuAD's 240 passages also most of the right ones from other
# languages: so below it a sentence must be likelier to answer, and only without a reader does relevance alone refuse.
_RELEVANT, _RELEVANT_ACROSS = 1.5, 1.0
_CLEARLY_OFF, _CLEARLY_OFF_ACROSS = 0.5, -1.0
_FEWEST_TERMS = 2
WITHIN = (
    "reader", "relevance", "similarity", "covered", "covered_near", "longest_new", "new_names", "new_rare",
    "far_names", "new_figures", "far_figures",
)  # fmt: skip
"""The signals of a sentence in the question's language; see `rag.answer.signals.Within` for the last ones."""
ACROSS = ("reader", "relevance", "similarity", "new_figures", "far_figures")
"""Those of a sentence in another language."""
_CLEAR = 10.0  # the score from which a phrase is as sure as can be
_CLEARLY_RELEVANT = 6.0


@dataclass(frozen=True, slots=True)
class Look:
    """A sentence looked at for what is asked; `values` in the order of WITHIN or ACROSS."""

    within: bool
    values: tuple[float, ...]


def unanswerable(found: Found) -> Reason | None:
    """Why nothing can be answered: nothing passed the filters, or it is no question at all (a greeting, one word). None
    when it is worth trying.
    """
    if not found.passages:
        return Reason.NO_EVIDENCE
    return Reason.OFF_TOPIC if len(found.words.weights) < _FEWEST_TERMS else None


def is_relevant(question: str, found: Found) -> bool:
    """Whether what is found is nearer than chance; there must be something."""
    return found.relevance >= (_RELEVANT if same_language(question, found) else _RELEVANT_ACROSS)


def off_topic(question: str, found: Found) -> bool:
    """Whether the question is clearly about something else, as far as relevance alone can tell."""
    return found.relevance < (_CLEARLY_OFF if same_language(question, found) else _CLEARLY_OFF_ACROSS)


def look(signals: Signals, score: float, similarity: float, relevance: float) -> Look:
    """The question's signals against a sentence, with the reader's score of the best phrase there, the cosine of the
    two, and `Found.relevance`.
    """
    within = isinstance(signals, Within)
    known = {
        "reader": max(-_CLEAR, min(_CLEAR, score)) / _CLEAR,
        "relevance": max(0.0, min(_CLEARLY_RELEVANT, relevance)) / _CLEARLY_RELEVANT,
        "similarity": similarity,
    }
    return Look(
        within,
        tuple(
            known[name] if name in known else float(getattr(signals, name)) for name in (WITHIN if within else ACROSS)
        ),
    )


def answered(looks: Sequence[Look], *, relevant: bool) -> bool:
    """Whether one of the sentences may answer; more is asked of them where retrieval found nothing `relevant`."""
    return any(answering(seen) >= float(_part(seen)["bound" if relevant else "bound_irrelevant"]) for seen in looks)


def answering(seen: Look) -> float:
    """How likely the sentence answers, 0..1."""
    return probability(_part(seen), seen.values)


def _part(seen: Look) -> Mapping[str, Any]:
    part: Mapping[str, Any] = read_models("abstain.json")["within" if seen.within else "across"]
    return part


def same_language(question: str, found: Found) -> bool:
    """Whether the question is in the language of the best passage, of which there must be one."""
    return found.passages[0].language == detect_language(question)

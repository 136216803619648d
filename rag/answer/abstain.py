"""Whether a question is about the articles at all.

Relevance (see `rag.retrieve.background`) is in standard deviations of what unrelated questions of the same language
reach. Measured on the five seeds, questions in the articles' language: 1.5 refuses 98 of 100 of CMRC's and XQuAD's
questions and none of 60 answerable ones. In other languages cosines lie closer together: 1.0 refuses 96, 89 and 81 of
100 in English, Spanish and Arabic, and 4 of 100 answerable ones. This does not tell a near miss from an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.answer.reader import Phrase, best_score
from rag.retrieve.search import Found
from rag.text.language import detect_language
from rag.types import Reason

_SAME_LANGUAGE = 1.5
_OTHER_LANGUAGE = 1.0
_FEWEST_TERMS = 2
# The reader's best score below which nothing that it was shown answers. It is a weak witness and has little say: on
# Chinese news that it was not trained on, -6 would refuse 15 of 100 questions whose article was taken away, and 3 of
# 100 others; -10 refuses 2 and none.
_READ_SAME_LANGUAGE = -10.0
_READ_OTHER_LANGUAGE = -12.0


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


def unread(question: str, found: Found, phrases: Mapping[int, Sequence[Phrase]]) -> bool:
    """Whether the reader found no phrase that could answer."""
    bound = _READ_SAME_LANGUAGE if same_language(question, found) else _READ_OTHER_LANGUAGE
    return best_score(phrases) < bound


def same_language(question: str, found: Found) -> bool:
    """Whether the question is in the language of the best passage, of which there must be one."""
    return found.passages[0].language == detect_language(question)

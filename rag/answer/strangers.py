"""Documents that a question is not about, as none of the names in it that the articles have stands there: the firm, the
person or the village that it names is spoken of in others.
"""

from __future__ import annotations

from rag.answer.follow_ups import names
from rag.answer.texts import Text
from rag.index.catalog import StoredPassage
from rag.retrieve.dictionary import Dictionary
from rag.text.divisions import is_division
from rag.text.places import bare
from rag.text.words import is_known

_NO_NAMES = ("de", "ja", "ko")  # whose names are not told from other words
_LATIN = ("en", "es", "fr", "de", "pt", "it", "nl", "pl", "vi", "id", "tr", "cs", "sv", "da", "no", "fi", "ro", "hu")
_CYRILLIC = ("ru", "uk", "bg", "sr")
_SHORTEST = 2
Group = tuple[str, ...]
"""The forms of one name, folded."""


class Named:
    """The names of a question, and where they stand. Divisions are none of them: see `whereabouts`."""

    def __init__(self, question: Text, dictionary: Dictionary | None) -> None:
        self._language = question.language
        self._dictionary = dictionary
        self._standing: dict[str, list[frozenset[str] | None]] = {}
        self._written = _written(question)
        read = dictionary.named(question.raw, question.language) if dictionary else []
        self._read = [found.others for found in read if not any(map(is_division, found.others))]

    def stranger(self, passage: StoredPassage) -> bool:
        """Whether the passage's document has none of the names, though others have one."""
        if self._dictionary is None:
            return False
        if passage.language not in self._standing:  # the same for every sentence of a language
            judged = self._judged(passage.language)
            self._standing[passage.language] = [self._dictionary.sources(group) for group in judged]
        standing = self._standing[passage.language]
        return any(standing) and all(found is not None and passage.hit.source not in found for found in standing)

    def _judged(self, language: str) -> list[Group]:
        """The names that would stand in a text of a language, were it about them."""
        if self._language == "zh":
            told = language != "zh" and any(is_known(name) for group in self._written for name in group)
            return [] if told else self._written  # another language has its own word for what is known
        same = language == self._language or any({language, self._language} <= {*each} for each in (_LATIN, _CYRILLIC))
        return [*self._read, *self._written] if same else self._read


def _written(question: Text) -> list[Group]:
    if question.language in _NO_NAMES:
        return []
    found = (name for name in names(question.raw, question.language) if len(name) >= _SHORTEST)
    return [(name,) for name in found if not (question.language == "zh" and is_division(bare(name)))]

"""The training set: true windows, and windows that look like answering and do not."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from rag.text.terms import terms
from training.corruptions import exchanged, pools
from training.glosses import Dictionary, gloss
from training.passages import Asked, Example, Passage, cut_window

_CHARACTERS = {"zh": (60, 240), "ja": (60, 260)}
_CHARACTERS_OF_LETTERS = (150, 600)
_NEIGHBOURS = 8
_COMMON = 0.02  # terms in more than this share of the passages tell nothing


@dataclass(frozen=True)
class Mix:
    """Shares of the questions: with a negative beside the true window, asked in another language where the set has it,
    and with words of another language where it has not.
    """

    negatives: float = 0.75
    translated: float = 0.6
    glossed: float = 0.4


class Builder:
    """Draws examples from questions; the same seed gives the same set."""

    def __init__(
        self, asked: Sequence[Asked], dictionaries: Mapping[str, Sequence[Dictionary]], mix: Mix, seed: int
    ) -> None:
        self._asked = asked
        self._dictionaries = dictionaries
        self._mix = mix
        self._rng = random.Random(seed)
        self._passages = list({one.passage: None for one in asked})
        self._by_article: dict[str, list[Passage]] = defaultdict(list)
        for passage in self._passages:
            self._by_article[passage.article].append(passage)
        self._neighbours = Neighbours(self._passages)
        by_language: dict[str, list[str]] = defaultdict(list)
        for one in asked:
            by_language[one.passage.language].append(one.question)
        self._names = {language: pools(questions, language) for language, questions in by_language.items()}

    def examples(self) -> Iterator[Example]:
        """One true window a question and, for a share of them, one that does not answer; in the order of the
        questions.
        """
        for one in self._asked:
            question = self._question(one)
            yield self._window(question, one, one.start, one.end)
            if one.end > one.start and self._rng.random() < self._mix.negatives:
                yield self._negative(question, one)

    def _question(self, one: Asked) -> str:
        if one.translations and self._rng.random() < self._mix.translated:
            return self._rng.choice(one.translations)
        dictionaries = self._dictionaries.get(one.passage.language)
        if not dictionaries or self._rng.random() >= self._mix.glossed:
            return one.question
        return gloss(one.question, self._rng.choice(dictionaries), self._rng.choice((0.4, 0.7, 1.0)), self._rng)

    def _window(self, question: str, one: Asked, start: int, end: int) -> Example:
        passage = one.passage
        limit = self._rng.randint(*_characters(passage.language))
        around = (start, end) if end > start else (self._rng.randrange(max(1, len(passage.text))),) * 2
        window, begin = cut_window(passage.text, *around, limit, self._rng)
        inside = end > start and begin <= start and end <= begin + len(window)
        bounds = (start - begin, end - begin) if inside else (0, 0)
        return Example(question, window, *bounds, passage.language)

    def _negative(self, question: str, one: Asked) -> Example:
        answer = one.passage.text[one.start : one.end]
        kind = self._rng.random()
        if kind < 0.35 and (asked := self._exchanged(one)):
            return asked
        siblings = self._by_article[one.passage.article]
        pool = siblings if kind < 0.7 and len(siblings) > 1 else self._neighbours.of(one)
        wrong = [passage for passage in pool if passage != one.passage and answer not in passage.text]
        if not wrong:
            return self._elsewhere(question, one)
        return self._window(question, replace(one, passage=self._rng.choice(wrong)), 0, 0)

    def _elsewhere(self, question: str, one: Asked) -> Example:
        """A window of the same passage that stops short of the answer, or else any passage of the language."""
        before = one.passage.text[: one.start]
        if len(before) > _characters(one.passage.language)[0]:
            return self._window(question, replace(one, passage=replace(one.passage, text=before)), 0, 0)
        other = self._rng.choice([p for p in self._passages if p.language == one.passage.language])
        answer = one.passage.text[one.start : one.end]
        text = other.text.replace(answer, "")
        return self._window(question, replace(one, passage=replace(other, text=text)), 0, 0)

    def _exchanged(self, one: Asked) -> Example | None:
        """The true window, asked with another figure, year, place or person than it has: that is not said there."""
        changed = exchanged(one.question, one.passage.language, self._names[one.passage.language], self._rng)
        if changed is None:
            return None
        window = self._window(self._question(replace(one, question=changed, translations=())), one, one.start, one.end)
        return replace(window, start=0, end=0) if _new(one.question, changed) not in window.window else None


def _new(old: str, changed: str) -> str:
    """What stands in `changed` instead of something in `old`."""
    before = _alike(old, changed)
    after = _alike(old[before:][::-1], changed[before:][::-1])
    return changed[before : len(changed) - after]


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _characters(language: str) -> tuple[int, int]:
    """The shortest and the longest limit of a window."""
    return _CHARACTERS.get(language, _CHARACTERS_OF_LETTERS)


class Neighbours:
    """The passages of the same language that share the rarest terms with a question: BM25's numerator is enough."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._postings: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, passage in enumerate(passages):
            for term in dict.fromkeys(terms(passage.text)):  # in an order that does not change from run to run
                self._postings[passage.language, term].append(number)

    def of(self, one: Asked) -> list[Passage]:
        scores: Counter[int] = Counter()
        for term in dict.fromkeys(terms(one.question)):
            found = self._postings.get((one.passage.language, term), ())
            if 0 < len(found) <= max(5, _COMMON * len(self._passages)):
                for number in found:
                    scores[number] += math.log(len(self._passages) / len(found))  # type: ignore[assignment]
        return [self._passages[number] for number, _ in scores.most_common(_NEIGHBOURS)]

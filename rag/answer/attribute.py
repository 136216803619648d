"""Claim to evidence: the smallest run of source text that carries a claim, and how well it does.

A run is a sentence of a passage or, where that alone does not carry the claim, two that follow each other. The few
runs nearest by meaning and words are looked at closely (`rag.answer.signals`) and weighed (`rag.answer.support`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from rag.answer.across import Across, Meant
from rag.answer.asked_back import Heard
from rag.answer.claims import Evidence
from rag.answer.compare import Signals, compare
from rag.answer.premises import of_another_time, of_no_such_figure, other_value
from rag.answer.reader import Reader
from rag.answer.reckoned import as_printed, workable
from rag.answer.runs import Run, only, pairs, speaks_to
from rag.answer.signals import Within, stands
from rag.answer.strangers import Named
from rag.answer.support import SUPPORTED, read_on, support
from rag.answer.texts import Around, Text
from rag.answer.wanted import of_one_place
from rag.answer.weighed import NEARLY_ALL, Weighed, chosen
from rag.answer.whereabouts import ELSEWHERE, Places, elsewhere, of_a_part_of_home, places_asked, said_elsewhere
from rag.index.catalog import StoredPassage, StoredSentence
from rag.retrieve.dictionary import Dictionary
from rag.retrieve.search import Found
from rag.text.coined import coined
from rag.text.folding import fold, word_for_word
from rag.text.language import detect_language
from rag.text.numbers import quantities
from rag.text.respectively import one_by_one
from rag.text.terms import terms
from rag.text.words import Sort

Vector = NDArray[np.float32]
_CLOSELY = 6  # sentences looked at closely
_FOREIGN = 3  # of other languages than the claim's, which share no words with it and mean less alike
_WORDS = 0.4  # of the sum by which they are chosen; meaning tells synonyms, words tell names and figures
_PAIRS = 2  # of them, also with the sentence before and after
# Support of a run that answers a claim's questions otherwise, that answers none of them, and of one that only does not
# seem to say the same.
_OTHERWISE, _UNANSWERED, _SAME = 0.1, 0.3, 0.7
_ASKED_BACK = 2  # runs whose answers are heard for a claim


class Weigher:
    """Weighs claims against the sentences of some passages, each of which is taken apart once.

    `vectors` are those of the sentences, float32 (d,), by id; one that is missing counts as unrelated.
    """

    def __init__(
        self,
        passages: Sequence[StoredPassage],
        vectors: Mapping[int, Vector],
        dictionary: Dictionary | None = None,
        reader: Reader | None = None,
    ) -> None:
        self._passages = passages
        self._vectors = vectors
        self._dictionary = dictionary
        self._reader = reader
        self._meant: dict[str, Meant] = {}
        self._asked: dict[str, Places] = {}
        self._named: dict[str, Named] = {}
        self._texts: dict[tuple[int, int, int], Text] = {}
        self._around: dict[tuple[int, bool], Around] = {}
        self._terms: dict[int, frozenset[str]] = {}

    @classmethod
    def over(
        cls, found: Found, passages: Sequence[StoredPassage] | None = None, reader: Reader | None = None
    ) -> Weigher:
        """Over what a search found, or some of its passages; with a `reader`, claims are asked back."""
        return cls(found.passages if passages is None else passages, found.vectors, found.dictionary, reader)

    @classmethod
    def over_all(cls, searches: Sequence[Found], reader: Reader | None = None) -> Weigher:
        """Over what several searches found, so that a passage of many claims is taken apart once."""
        passages = {passage.id: passage for found in searches for passage in found.passages}
        vectors = {key: vector for found in searches for key, vector in found.vectors.items()}
        return cls(list(passages.values()), vectors, searches[0].dictionary if searches else None, reader)

    def best(self, claim: str, vector: Vector, only: Sequence[StoredPassage] | None = None) -> Weighed | None:
        """The run that carries `claim` best, in all passages or `only` some of them; None when there is none at all.
        `vector` float32 (d,) is the claim's.
        """
        said = Text(claim, detect_language(claim))
        looked = self._looked_at(said, vector, self._nearest(said, vector, self._passages if only is None else only))
        best, unheard = chosen(looked), 0.0
        if best and self._reader and isinstance(best.signals, Across):
            return _read_on(self._reader, said.raw, best, best.signals)
        for _ in range(_ASKED_BACK):
            heard = self._heard(said, best) if best else Heard.UNSURE
            if best and heard is Heard.UNSURE and best.nearness <= unheard:
                heard = Heard.NOTHING
            if best is None or heard is Heard.UNSURE:
                break
            unheard = best.nearness if heard is Heard.NOTHING else unheard
            if heard is Heard.SAME:
                return replace(best, evidence=replace(best.evidence, support=_SAME))
            left = _OTHERWISE if heard is Heard.OTHERWISE else _UNANSWERED
            refuted = replace(
                best, evidence=replace(best.evidence, support=left), answers_otherwise=heard is Heard.OTHERWISE
            )
            run = next(run for run, weighed in looked if weighed is best)
            looked = [(run, refuted), *(each for each in looked if not each[0].has(run))]
            best = chosen(looked)
        return best

    def _looked_at(self, said: Text, vector: Vector, near: Sequence[Run]) -> list[tuple[Run, Weighed]]:
        """The nearest runs up to one that carries the claim word for word, and while nothing carries it the first of
        them with their neighbours.
        """
        looked: list[tuple[Run, Weighed]] = []
        for rank, run in enumerate(near):
            looked.append((run, weighed := self._weighed(said, vector, run)))
            if weighed.evidence.support >= SUPPORTED and word_for_word(said.raw, weighed.evidence.quote):
                break
            if rank < _PAIRS and all(weighed.evidence.support < SUPPORTED for _, weighed in looked):
                looked += [(pair, self._weighed(said, vector, pair)) for pair in pairs(run)]
        return looked

    def _heard(self, said: Text, weighed: Weighed) -> Heard:
        """What the reader hears when the claim's questions are asked of the run: where it seems to carry the claim,
        another answer or, as it has not nearly all of the claim's words, none at all; or the claim's own where it only
        seems to say it of another one.
        """
        carried = weighed.evidence.support >= SUPPORTED
        if self._reader is None or not isinstance(weighed.signals, Within):
            return Heard.UNSURE
        if weighed.answers_otherwise or not (carried or weighed.signals.only_moved):
            return Heard.UNSURE
        heard = self._reader.asked_back(said.raw, weighed.evidence.quote, said.language)
        if heard is Heard.NOTHING:
            return heard if carried and weighed.nearness < NEARLY_ALL else Heard.UNSURE
        return heard if heard is (Heard.OTHERWISE if carried else Heard.SAME) else Heard.UNSURE

    def candidates(self, claim: str, vector: Vector) -> Iterator[Weighed]:
        """All runs that are looked at closely, for those who fit the weights."""
        said = Text(claim, detect_language(claim))
        for rank, run in enumerate(self._nearest(said, vector, self._passages)):
            for each in (run, *(pairs(run) if rank < _PAIRS else ())):
                yield self._weighed(said, vector, each)

    def signals(self, text: Text, passage: StoredPassage, sentence: StoredSentence, cosine: float) -> Signals:
        """The signals of any text, be it a question, against a sentence."""
        run = only(passage, sentence)
        return self._compared(text, self._text(run, text.raw), self._around_of(run), cosine)

    def other_value(self, question: Text, passage: StoredPassage, sentence: StoredSentence) -> float:
        """Whether a sentence has another figure than the question takes for granted, or speaks of another place; see
        `premises` and `whereabouts`.
        """
        run = only(passage, sentence)
        text, around = self._text(run, question.raw), self._around_of(run)
        return max(other_value(question, text, around), self.elsewhere(question, passage, sentence))

    def named(self, question: Text, passage: StoredPassage, sentence: StoredSentence) -> bool:
        """Whether a place that a question names is one of a sentence's article or stands in its passage, or another
        name where it names no place, be it one that no dictionary has.
        """
        run, places = only(passage, sentence), self._asked_places(question)
        around = self._around_of(run)
        here = f"{fold(around.title)} {around.text.folded} {fold(sentence.text)}"
        if places:
            return bool(places & {*around.places}) or any(place in here for place in places)
        if question.language == passage.language:
            known = any(word.sort is Sort.NAME and stands(word, around.text) for word in question.words)
            return known or (question.language == "zh" and any(pair in here for pair in coined(question.folded)))
        return passage.language == "zh" and any(name.stands_in(here) for name in self._meant_by(question).chinese)

    def elsewhere(self, question: Text, passage: StoredPassage, sentence: StoredSentence) -> float:
        """Whether a sentence speaks of another place than the question, or its document of none that it names; see
        `whereabouts` and `strangers`.
        """
        if self._named_by(question).stranger(passage):
            return ELSEWHERE
        if not (asked := self._asked_places(question)):
            return 0.0
        run = only(passage, sentence)
        told = self._text(run, question.raw).raw
        return elsewhere(asked, told, self._around_of(run), whole=of_one_place(question.raw))

    def said_elsewhere(self, question: Text, passage: StoredPassage, sentence: StoredSentence, before: str) -> bool:
        """Whether a phrase of a sentence, `before` which something stands, is said of another place than the question's
        or of a part of it only.
        """
        if not (asked := self._asked_places(question)):
            return False
        run = only(passage, sentence)
        around, told = self._around_of(run), self._text(run, question.raw).raw
        part = of_one_place(question.raw) and of_a_part_of_home(asked, told, around)
        return part or said_elsewhere(asked, before, around)

    def _named_by(self, question: Text) -> Named:
        if question.raw not in self._named:
            self._named[question.raw] = Named(question, self._dictionary)
        return self._named[question.raw]

    def _asked_places(self, question: Text) -> Places:
        if question.raw not in self._asked:
            self._asked[question.raw] = places_asked(question.raw, question.language, self._dictionary)
        return self._asked[question.raw]

    def _nearest(self, claim: Text, vector: Vector, passages: Sequence[StoredPassage]) -> list[Run]:
        said = frozenset(terms(claim.raw))
        scored = []
        for order, passage in enumerate(passages):
            for place, sentence in enumerate(passage.sentences):
                shared = len(said & self._terms_of(sentence.id, sentence.said)) / len(said) if said else 0.0
                scored.append((-(self._cosine(sentence.id, vector) + _WORDS * shared), order, place, passage))
        scored.sort(key=lambda item: item[:3])
        runs = [Run(passage, place, place) for _, _, place, passage in scored]
        foreign = (run for run in runs if run.passage.language != claim.language)
        nearest = list(islice((run for run in runs if speaks_to(run, claim.raw)), _CLOSELY))
        others = islice((run for run in foreign if speaks_to(run, claim.raw)), _FOREIGN)
        return nearest + [run for run in others if run not in nearest]

    def _weighed(self, said: Text, vector: Vector, run: Run) -> Weighed:
        passage, sentences = run.passage, run.passage.sentences[run.first : run.last + 1]
        cosine = max(self._cosine(sentence.id, vector) for sentence in sentences)
        text, around = self._text(run, said.raw), self._around_of(run)
        if (printed := as_printed(said.raw, text.raw)) != said.raw:
            said = Text(printed, said.language)
        signals = self._compared(said, text, around, cosine)
        evidence = Evidence(
            passage.hit,
            passage.hit.text[sentences[0].start : sentences[-1].end],
            tuple(span for sentence in sentences for span in sentence.spans),
            round(support(signals), 4) if self._comparable(said, text) else 0.0,
        )
        if not signals.conflict or evidence.support >= SUPPORTED:
            return Weighed(evidence, signals)
        silent = signals.only_new_figures and of_no_such_figure(said, text, around)
        silent = silent or of_another_time(said, text, around) or workable(said.raw, text.raw)
        return Weighed(evidence, signals, silent)

    def _comparable(self, said: Text, run: Text) -> bool:
        """Whether a claim says anything that a run can be held against: made of unknown words it agrees with all."""
        if said.language == run.language:
            told = any(word.tells or word.sort is Sort.FIGURE for word in said.words)
        else:
            meant = self._meant_by(said)
            told = bool(meant.words or meant.names or meant.chinese or quantities(said.raw))
        return told or word_for_word(said.raw, run.raw)

    def _compared(self, said: Text, run: Text, around: Around, cosine: float) -> Signals:
        meant = self._meant_by(said) if said.language != run.language else Meant()
        return compare(said, run, around, cosine, meant)

    def _meant_by(self, said: Text) -> Meant:
        if self._dictionary is None:
            return Meant()
        if said.raw not in self._meant:
            self._meant[said.raw] = Meant.of(said, self._dictionary, self._asked_places(said))
        return self._meant[said.raw]

    def _cosine(self, sentence: int, vector: Vector) -> float:
        return float(self._vectors[sentence] @ vector) if sentence in self._vectors else 0.0

    def _terms_of(self, key: int, text: str) -> frozenset[str]:
        if key not in self._terms:
            self._terms[key] = frozenset(terms(text))
        return self._terms[key]

    def _text(self, run: Run, told: str) -> Text:
        """The run; of a row as much as speaks to what it is `told` with, the claim or question."""
        passage, sentences = run.passage, run.passage.sentences
        if run.row:
            return Text((run.row.about(told) or run.row).stated, passage.language)
        key = (passage.id, run.first, run.last)
        if key not in self._texts:
            raw = passage.hit.text[sentences[run.first].start : sentences[run.last].end]
            self._texts[key] = Text(one_by_one(_joined(raw)), passage.language)
        return self._texts[key]

    def _beside(self, passage: StoredPassage, text: Callable[[StoredPassage], str]) -> str:
        others = (other for other in self._passages if other.hit.source == passage.hit.source)
        return fold(" ".join(f"{other.hit.title or ''} {text(other)}" for other in others))

    def _around_of(self, run: Run) -> Around:
        """What stands around a run; around a row no other row: their figures are of something else."""
        passage, key = run.passage, (run.passage.id, run.row is not None)
        if key not in self._around:
            title = " ".join(part for part in (passage.hit.title, *passage.hit.heading_path) if part)
            raw = _prose(passage) if run.row else _joined(passage.hit.text)
            beside = self._beside(passage, _prose if run.row else lambda other: other.hit.text)
            text = Text(raw, passage.language)
            self._around[key] = Around(text, title, passage.day, beside, passage.places)
        return self._around[key]


def best_evidence(
    claim: str,
    vector: Vector,
    passages: Sequence[StoredPassage],
    vectors: Mapping[int, Vector],
    dictionary: Dictionary | None = None,
) -> Evidence | None:
    """The evidence of `Weigher.best`, for a single claim."""
    weighed = Weigher(passages, vectors, dictionary).best(claim, vector)
    return weighed.evidence if weighed else None


def _read_on(reader: Reader, claim: str, weighed: Weighed, signals: Across) -> Weighed:
    """A run in another language, with what the reader makes of it, which makes up for no disagreement."""
    evidence = weighed.evidence
    if not evidence.support:
        return weighed
    read = round(read_on(evidence.support, reader.spoken_to(claim, evidence.quote)), 4)
    if signals.says_otherwise:
        read = min(read, evidence.support)
    return replace(weighed, evidence=replace(evidence, support=read))


def _prose(passage: StoredPassage) -> str:
    """A passage without its tables."""
    return " ".join(sentence.text for sentence in passage.sentences if not sentence.row)


def _joined(text: str) -> str:
    """Without the line breaks between paragraphs, at which a word could seem to end."""
    return " ".join(text.split("\n"))

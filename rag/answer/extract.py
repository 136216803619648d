"""The default answerer: no model writes anything, the sentences that answer are quoted.

A sentence is scored by meaning (its cosine to the question), by words (share of the question's idf weight that it
covers, counted as far as the question's words occur in the articles at all), by its passage, and by the reader: how
sure it is of a phrase in it. The best one comes first, and what comes close to it is said too, at most three sentences
in all, the others in reading order.
"""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from rag.answer.abstain import Look, Subject, look, silent, unanswerable, why_refused
from rag.answer.attribute import Weigher
from rag.answer.bindings import only_studied, phrase_of_another
from rag.answer.claims import Claim, Claims, Evidence, Outcome
from rag.answer.orders import is_order
from rag.answer.premises import phrase_of_another_number, phrase_of_another_year, ranks
from rag.answer.reader import Phrase, Reader, wants_phrase
from rag.answer.reasons import asks_why, reason_of
from rag.answer.siblings import of_a_sibling
from rag.answer.texts import Text
from rag.answer.wanted import how_many, lacks, of_other_kind
from rag.answer.whereabouts import ELSEWHERE
from rag.errors import NotFound
from rag.index.catalog import Catalog, StoredPassage, StoredSentence
from rag.retrieve.search import Found, Words
from rag.text.calendar import day_line, is_dateline, months
from rag.text.folding import fold
from rag.text.language import detect_language
from rag.text.numbers import years
from rag.text.respectively import own_value
from rag.text.spans import Span, keeps_promise, narrowed, strip_space
from rag.text.terms import terms
from rag.types import Question, Reason

_MOST = 3
_WORDS, _DICTIONARY = 0.3, 0.1
_PASSAGE = 0.2
_REPLIES = 0.3  # to a question of the text that has the words of the one asked
_LACKING, _ELSEWHERE, _ANOTHER_TIME = 0.05, 0.1, 0.1
# Of the distance between the best score and the median one: what comes so close to the best is said too. In the
# articles' language less where the reader's phrase in the best scores `_TOLD` or more, as that then answers nearly
# always; across languages the second best is seldom right.
_CLOSE, _CLOSE_UNTOLD, _CLOSE_ACROSS = 0.3, 0.5, 0.05
_TOLD = 6.0
_SHORTEST = 8  # characters: less is no statement
# A salutation, a heading that leads on, a half sentence; the names under a story.
_FRAGMENT = re.compile(r"[：:,，、；;—－-]$|^\s*[■□◎]\s*[\u4e00-\u9fff·\s]{2,24}$")
_ASKS_WHO_TOLD = re.compile(
    r"记者|記者|作者|通讯员|撰|谁写|谁报道|来源|기자|كاتب|كتب|автор|журналист|корреспондент"
    r"|\b(?:wr[io]t\w*|author\w*|report\w*|journalist\w*|by ?line|autor\w*|periodista\w*|escrib\w*|auteur\w*|écri\w*"
    r"|journaliste\w*|verfass\w*|geschrieben|schrieb\w*|reporter\w*|giornalist\w*|scri\w*|jornalista\w*)\b",
    re.IGNORECASE,
)
# Sentences that the reader may look at, with their neighbours, unless a phrase in the first of them is good `_ENOUGH`;
# and those that decide whether to answer: across languages the right one comes later, and is not found by reading on.
_READ, _READ_ACROSS = 8, 5
_ENOUGH, _ENOUGH_ACROSS = 1.0, -3.0
_LOOKED, _LOOKED_ACROSS = 3, 5
# For a question in the articles' language, and in another: what the reader's word counts, and the score from which a
# phrase is given as the short answer: on the development questions five in six such phrases are right.
_BY_READER, _BY_READER_ACROSS = 0.6, 0.3
_SURE, _SURE_ACROSS = 0.0, -3.0
_EVEN = 4.0  # of the reader's score: what the logistic takes for a clear yes

Phrases = Mapping[int, Sequence[Phrase]]


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence of a passage; `words`, `translated`: the share of the question's words that it has, as they are and in
    the other language; `lacks`: see `rag.answer.wanted`; `elsewhere`: it speaks of another place than the question.
    """

    score: float
    passage: StoredPassage
    sentence: StoredSentence
    words: float = 0.0
    translated: float = 0.0
    lacks: bool = False
    elsewhere: bool = False

    @property
    def place(self) -> tuple[int, int, int]:
        """Orders by rank of the first passage of the article, then as the text runs."""
        return self.passage.hit.rank, self.passage.id, self.sentence.start


@dataclass(frozen=True, slots=True)
class _Read:
    """What was found as the reader sees it: all sentences, best first, and the phrases in those that it read."""

    subject: Subject
    ranked: Sequence[Scored]
    phrases: Phrases
    asked: Text
    weigher: Weigher

    @property
    def close(self) -> float:
        """What `choose` takes."""
        if not self.subject.within:
            return _CLOSE_ACROSS
        own = self.phrases.get(self.ranked[0].sentence.id) if self.ranked else None
        return _CLOSE if own and own[0].score >= _TOLD else _CLOSE_UNTOLD


class Extractive:
    """Quotes; see the module. Without a reader it names no phrase, and refuses by retrieval alone."""

    def __init__(self, catalog: Catalog, reader: Reader | None) -> None:
        self._catalog = catalog
        self._reader = reader

    def answer(self, question: Question, found: Found) -> Claims:
        if reason := unanswerable(question.text, found):
            return Outcome(reason)
        read = self._read(question.text, found)
        looks = _looks(found, read) if self._reader else []
        if reason := self._refused(read, looks):
            return Outcome(reason, nearest=self._nearest(read) if reason is Reason.NO_EVIDENCE else None)
        chosen = choose(read.ranked, read.close, _those(read, looks, lambda seen: seen.astray))
        if asks_why(question.text):
            chosen = _with_reason(chosen, read.ranked)
        if _beside_the_point(question.text, chosen, read, looks):
            return Outcome(Reason.NO_EVIDENCE, nearest=self._nearest(read))
        sure = _sure(read, looks) if wants_phrase(question.text) else {}
        short = _short(read.ranked, chosen, sure)
        for one in chosen:
            yield Claim(
                " ".join(one.sentence.said.split("\n")),
                (self._evidence(one, sure.get(one.sentence.id) if short else None),),
            )
        return Outcome(None, short=short)

    def looks(self, question: str, found: Found) -> list[Look]:
        """How the best sentences look to the decision whether to answer."""
        return _looks(found, self._read(question, found))

    def _refused(self, read: _Read, looks: Sequence[Look]) -> Reason | None:
        if self._reader is None:
            return Reason.OFF_TOPIC if read.subject.off else None
        if reason := why_refused(looks):
            return reason
        return Reason.NO_EVIDENCE if wants_phrase(read.asked.raw) and silent(looks) else None

    def _read(self, question: str, found: Found) -> _Read:
        """What the reader finds in the best sentences, and all of them in the order that it leads to."""
        subject = Subject.of(question, found)
        asked, weigher = Text(question, detect_language(question)), Weigher.over(found)
        scored = _in_place_and_time(asked, _scored(question, found), weigher)
        most, enough = (_READ, _ENOUGH) if subject.within else (_READ_ACROSS, _ENOUGH_ACROSS)
        best = sorted(scored, key=lambda item: -item.score)[:most]
        phrases: Phrases = {}
        if self._reader is not None:
            phrases = self._reader.phrases(question, [(item.passage, item.sentence) for item in best], enough)
        by_reader = _BY_READER if subject.within else _BY_READER_ACROSS
        return _Read(subject, _ranked(scored, phrases, by_reader), phrases, asked, weigher)

    def _nearest(self, read: _Read) -> Evidence | None:
        """What is said of the subject: of another place only if nothing else is."""
        told = [item for item in read.ranked if not is_order(item.sentence.text)]
        best = next((item for item in told if not item.elsewhere), told[0] if told else None)
        return self._evidence(best, None) if best else None

    def _evidence(self, one: Scored, phrase: Phrase | None) -> Evidence:
        support = round(min(1.0, max(0.0, one.score)), 4)
        highlight = None if phrase is None else self._highlight(one, phrase)
        return Evidence(one.passage.hit, one.sentence.text, one.sentence.spans, support, highlight)

    def _highlight(self, one: Scored, phrase: Phrase) -> tuple[Span, ...] | None:
        try:
            source = self._catalog.source_text(one.passage.hit.source)
        except NotFound:  # deleted since it was found
            return None
        if not keeps_promise(one.sentence.text, one.sentence.spans, source):  # or changed
            return None
        before, own = one.sentence.text[: phrase.start], one.sentence.text[phrase.start : phrase.end]
        return narrowed(one.sentence.spans, source, len(strip_space(before)), len(strip_space(own))) or None


def _ranked(scored: Sequence[Scored], phrases: Phrases, by_reader: float) -> list[Scored]:
    """Best first; `by_reader` is what the reader's word adds at most."""
    read = [replace(item, score=item.score + by_reader * _sureness(phrases, item)) for item in scored]
    return sorted(read, key=lambda item: -item.score)


def choose(ranked: Sequence[Scored], close: float, astray: frozenset[int] = frozenset()) -> list[Scored]:
    """The sentences that answer best, the best one and then the others in reading order, without those that speak to a
    language model; none when nothing was found. `close`: the share of the distance between the best score and the
    median one that another may be away. What speaks of another place is not said; nor, where the best is `astray` (by
    the ids of sentences), what is. What falls far behind them answers no better.
    """
    said = (item for item in ranked if not is_order(item.sentence.text))
    if (best := next(said, None)) is None:
        return []
    bound = best.score - close * (best.score - statistics.median(other.score for other in ranked))
    barred = astray if best.sentence.id in astray else frozenset[int]()
    chosen: list[Scored] = []
    for item in chain((best,), said):
        if item.score < bound or len(chosen) == _MOST:
            break
        if item.elsewhere or item.sentence.id in barred:
            continue
        if not any(item.sentence.said == other.sentence.said or _lesser_row(item, other) for other in chosen):
            chosen.append(item)
    return [*chosen[:1], *sorted(chosen[1:], key=lambda item: item.place)]


def _with_reason(chosen: list[Scored], ranked: Sequence[Scored]) -> list[Scored]:
    """The sentences with the one that says why the first of them is so, in its place among them, unless it speaks to a
    language model.
    """
    reason = reason_of(chosen[0].passage, chosen[0].sentence) if chosen else None
    told = next((item for item in ranked if reason and item.sentence.id == reason.id), None)
    if told is None or is_order(told.sentence.text) or any(one.sentence.id == told.sentence.id for one in chosen):
        return chosen
    return [chosen[0], *sorted([told, *chosen[1 : _MOST - 1]], key=lambda item: item.place)]


def _beside_the_point(question: str, chosen: Sequence[Scored], read: _Read, looks: Sequence[Look]) -> bool:
    """Whether none of the sentences can answer: there is none, all lack what is asked for, or all are rows by
    themselves where rows are to be compared.
    """
    lacking = _those(read, looks, lambda seen: seen.lacks)
    if all(one.sentence.id in lacking for one in chosen):
        return True
    return ranks(question) and all(_is_plain_row(one.sentence) for one in chosen)


def _is_plain_row(sentence: StoredSentence) -> bool:
    return sentence.row is not None and not ranks(sentence.said)


def _lesser_row(item: Scored, other: Scored) -> bool:
    """Whether it is a row of a table of which another one has more of what is asked: the year, the district."""
    return item.sentence.row is not None and other.sentence.row is not None and item.words < other.words


def _those(read: _Read, looks: Sequence[Look], so: Callable[[Look], bool]) -> frozenset[int]:
    """The ids of the sentences that look so."""
    return frozenset(item.sentence.id for item, seen in zip(read.ranked, looks, strict=False) if so(seen))


def _looks(found: Found, read: _Read) -> list[Look]:
    """Of the best sentences, in their order."""
    looks = []
    for item in read.ranked[: _LOOKED if read.subject.within else _LOOKED_ACROSS]:
        own = read.phrases.get(item.sentence.id)
        cosine = found.similarity[item.sentence.id]
        known = {
            "similarity": cosine,
            "translated": item.translated,
            "translated_near": found.words.translated(item.passage.hit.text),
            "other_value": read.weigher.other_value(read.asked, item.passage, item.sentence),
        }
        signals = read.weigher.signals(read.asked, item.passage, item.sentence, cosine)
        seen = look(read.subject, signals, item.passage.id, own[0].score if own else -math.inf, known)
        other_count = bool(signals.direction) and how_many(read.asked.raw)  # of the injured for the dead
        named = read.weigher.named(read.asked, item.passage, item.sentence)
        looks.append(replace(seen, lacks=item.lacks or other_count, named=named))
    return looks


def _sureness(phrases: Phrases, item: Scored) -> float:
    """0..1."""
    own = phrases.get(item.sentence.id)
    return 1 / (1 + math.exp(-own[0].score / _EVEN)) if own else 0.0


def _sure(read: _Read, looks: Sequence[Look]) -> dict[int, Phrase]:
    """The best phrase of each sentence that has a good one and speaks of no other place, year, round or holder."""
    bound = _SURE if read.subject.within else _SURE_ACROSS
    doubtful = _those(read, looks, lambda seen: seen.doubtful)
    sure: dict[int, Phrase] = {}
    for item in read.ranked:
        if item.sentence.id in doubtful:
            continue
        good = [phrase for phrase in read.phrases.get(item.sentence.id, ()) if phrase.score >= bound]
        best = next((phrase for phrase in good if not _set_elsewhere(read, item, phrase)), None)
        if good and (own := own_value(read.asked.raw, item.sentence.text, (good[0].start, good[0].end))):
            best = replace(good[0], start=own[0], end=own[1])
        if best and not _of_another(read.asked, item, best):
            sure[item.sentence.id] = best
    return sure


def _set_elsewhere(read: _Read, item: Scored, phrase: Phrase) -> bool:
    """Whether the sentence says the phrase of another place or year or of another one in a row than the question's."""
    question, text = read.asked.raw, item.sentence.text
    before, after = text[: phrase.start], text[phrase.end :]
    if not item.sentence.row and (
        phrase_of_another_year(question, before, after) or phrase_of_another_number(question, before)
    ):
        return True
    return read.weigher.said_elsewhere(read.asked, item.passage, item.sentence, before)


def _of_another(asked: Text, item: Scored, phrase: Phrase) -> bool:
    """Whether the phrase is of another kind than what is asked for, or the sentence says it of another holder."""
    text, language = item.sentence.text, item.passage.language
    if item.sentence.row:
        return False
    before, said, after = text[: phrase.start], text[phrase.start : phrase.end], text[phrase.end :]
    if language == "zh" and only_studied(asked.raw, before, after):
        return True
    if of_other_kind(asked.raw, f"{before[-1:]}{said}{after[:2]}", language):  # with the sign of a currency
        return True
    question, named = asked.raw, f"{item.passage.hit.title or ''} {text}"
    if asked.language != language:
        return False
    if how_many(question) and of_a_sibling(asked, text, phrase.start, phrase.end):
        return True
    return phrase_of_another(question, before, said, named, language)


def _short(ranked: Sequence[Scored], chosen: Sequence[Scored], sure: Mapping[int, Phrase]) -> str | None:
    """The phrase in the best of the sentences that are quoted, where the reader is sure of it; what only a lesser one
    says is no answer to be put first.
    """
    quoted = {item.sentence.id for item in chosen}
    best = next((item for item in ranked if item.sentence.id in quoted), None)
    phrase = sure.get(best.sentence.id) if best else None
    if not best or not phrase:
        return None
    return phrase.said or " ".join(best.sentence.text[phrase.start : phrase.end].split("\n"))


def _scored(question: str, found: Found) -> list[Scored]:
    told_by = _ASKS_WHO_TOLD.search(question) is not None
    return [
        _weighed(
            question,
            found,
            passage,
            sentence,
            before if before and passage.asks(before) else None,
        )
        for passage in found.passages
        for before, sentence in zip((None, *passage.sentences), passage.sentences, strict=False)
        if _states(passage, sentence, told_by=told_by)
    ]


def _states(passage: StoredPassage, sentence: StoredSentence, *, told_by: bool) -> bool:
    """Whether it can answer anything: a whole statement, no question, not the names of columns, no dateline; and one
    that says by whom only to those who ask who tells it, `told_by`.
    """
    said = sentence.said
    whole = len(said) >= _SHORTEST and not _FRAGMENT.search(said) and not passage.asks(sentence)
    if not whole or (sentence.row and sentence.row.names):
        return False
    return not is_dateline(said) if told_by else day_line(said) is None


def _in_place_and_time(asked: Text, scored: Sequence[Scored], weigher: Weigher) -> list[Scored]:
    """What speaks of another place than the question comes later, and what is of another month or year."""
    passages = {item.passage.id: item.passage for item in scored}
    others = {key for key, passage in passages.items() if _of_another_time(asked, passage)}
    placed = []
    for item in scored:
        far = weigher.elsewhere(asked, item.passage, item.sentence)
        score = item.score - _ELSEWHERE * far - _ANOTHER_TIME * (item.passage.id in others)
        placed.append(replace(item, score=score, elsewhere=far == ELSEWHERE))
    return placed


def _of_another_time(asked: Text, passage: StoredPassage) -> bool:
    """Whether a question names a month, and a passage with the beginning of its article only others; or a year, and
    it is known that the article is of another one.
    """
    told = fold(f"{passage.lead}\n{passage.hit.text}")
    other_month = (wanted := months(asked.folded)) and (found := months(told)) and not wanted & found
    if passage.day is None:
        return bool(other_month)
    wanted = years(asked.folded)
    return bool(other_month or (wanted and not wanted & years(f"{told} {passage.day.year}")))


def _weighed(
    question: str, found: Found, passage: StoredPassage, sentence: StoredSentence, asked: StoredSentence | None
) -> Scored:
    """`asked`: the sentence before, where it is a question, as in an interview: what comes after says what it asks."""
    words, translated = _coverage(found.words, sentence.said), found.words.translated(sentence.said)
    score = found.similarity[sentence.id] + _PASSAGE * passage.hit.score
    if asked:
        its_words, its_meaning = _coverage(found.words, asked.said), found.words.translated(asked.said)
        score = max(score, found.similarity[asked.id] + _PASSAGE * passage.hit.score) + _REPLIES * its_words
        words, translated = max(words, its_words), max(translated, its_meaning)
    known = found.words.known
    score += _WORDS * known.share * words + _DICTIONARY * known.untold * translated
    row = sentence.row.about(question) if sentence.row else None
    told = row.said if row else sentence.said
    lacking = (sentence.row is not None and row is None) or lacks(question, told, passage.language)
    return Scored(score - _LACKING * lacking, passage, sentence, words, translated, lacking)


def _coverage(words: Words, text: str) -> float:
    """Share of the known terms' weight that stands in `text`, 0..1."""
    weights = words.known.weights
    total = sum(weights.values())
    if not total:
        return 0.0
    present = set(terms(text))
    return sum(weight for term, weight in weights.items() if term in present) / total

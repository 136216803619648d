"""A claim's own question, asked of its quote: its subject, a name or a figure of it gives way to the question's word,
and what a span reader finds there is held against it (question answering as a check of claims: Wang, Cho and Lewis,
2020, arXiv:2004.04228).

Words and figures of a claim may all stand in a quote that says them of somebody else: "A leads the round, B and C
follow" has every word of "B leads the round". A reader asked "who leads the round" finds A.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice

from embeddings.base import SpanReader
from rag.answer.bindings import in_place
from rag.answer.meant import at_home
from rag.text.folding import fold, word_for_word
from rag.text.language import function_words
from rag.text.numbers import YEAR
from rag.text.places import is_place, places
from rag.text.words import Sort, is_known, tagged, words

_ASKED = 2  # questions a claim, each of which takes as long as reading a window
# The reader's scores: from which on it is sure of another answer, up to which it sees nothing in the claim's own, and
# up to which it does not see it at all. A figure of one unit is one: there a better one says enough.
_SURE, _LOST, _UNSEEN = 6.0, 0.0, -5.0
_SURER, _AHEAD = 8.0, 3.0
_WORST = -20.0
_QUESTION_WORDS = {
    "zh": ("多少", "谁", "什么"), "en": ("how many", "who", "what"), "es": ("cuántos", "quién", "qué"),
}  # fmt: skip
"""For a figure, for a person or subject, for another name; languages that are not here are not asked in."""
_WHERE = "哪里"  # for a place in Chinese: 谁 finds the one who speaks of it
_NUMERAL = re.compile(r"\d|[零一二两三四五六七八九十百千万亿]")
_UNIT = re.compile(r"[^\d.,，\s零一二两三四五六七八九十百千万亿]*$")
_STOPS = " \n。．.，,；;！!"
_LONGEST_SUBJECT = 16
_CLAUSE = re.compile("[，,；;。：:]")
_TITLE = re.compile("《[^》]*》")  # what a book or a law is called is one name
# The other words of a name that has several: Walter | Briggs, Dunmore & | Vale.
_LONGEST_WORD = 40
_CAPITAL = "[A-ZÀ-ÖØ-Þ][\\w’'-]*"
_BEFORE_NAME, _AFTER_NAME = re.compile(rf"({_CAPITAL}) (?:& )?$"), re.compile(rf" (?:& )?{_CAPITAL}")
_HEAD = re.compile("^|(?<=[，,；;])由?|由(?!于)")
_MADE = re.compile("改[建造编为成]|组成|构成|变[成为]|转[为变]|发展|引[起发]|造成|导致")  # 由 what, not by whom
_NOMINAL = ("n", "j", "eng")
# What bodies and people are called in the end.
_BODY = re.compile(
    "(?:[局委部厅院校社会队组办庭站所企行员人长师工]|公司|集团|政府|中心|基金|专家|代表|群众|[村居市]民)$"
)
_BEFORE_NOMINAL = (*_NOMINAL, "a", "b", "m", "q")
_DAY = "t"  # also the second half of a name that the dictionary does not know: 方国庆
_LONGEST_NAME = 3


@dataclass(frozen=True, slots=True)
class _Item:
    """`[start, end)` of a text: a figure with its unit or a name."""

    start: int
    end: int
    figure: bool
    person: bool = False


class _Kind(Enum):
    """What a question asks for."""

    FIGURE = "figure"
    PLACE = "place"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked, what the claim says there, and what is asked for."""

    text: str
    said: str
    kind: _Kind


class Heard(Enum):
    """What a quote says to a claim's questions: the same to all, something else to one, nothing that is sure, or
    nothing to any of them.
    """

    SAME = "same"
    OTHERWISE = "otherwise"
    UNSURE = "unsure"
    NOTHING = "nothing"


def asked_back(reader: SpanReader, claim: str, quote: str, language: str) -> Heard:
    """Asks the quote what the claim says. Nothing is asked where the claim stands there word for word, and in languages
    whose question words are not known.
    """
    if language not in _QUESTION_WORDS or word_for_word(claim, quote):
        return Heard.UNSURE
    if language == "zh":
        claim = at_home(claim, sorted(set(places(claim)), key=len, reverse=True), quote)
    figures = 0
    answers: set[Heard] = set()
    for question in islice(_questions(claim, quote, language), _ASKED):
        heard = _heard(reader, question, quote)
        figure = question.kind is _Kind.FIGURE
        if heard is Heard.OTHERWISE and not (figure and in_place(question.said, claim, quote, language)):
            return Heard.OTHERWISE
        figures += figure
        answers.add(Heard.UNSURE if heard is Heard.OTHERWISE else heard)
    if answers == {Heard.SAME} and not _all_asked(claim, language, figures):
        return Heard.UNSURE
    return answers.pop() if len(answers) == 1 else Heard.UNSURE


def _all_asked(claim: str, language: str, figures: int) -> bool:
    """Whether the claim is one clause with no figure but the one that was asked, if any."""
    own = sum(item.figure for item in _items(claim, language))
    return own == figures <= 1 and not _CLAUSE.search(claim.rstrip(_STOPS))


def _heard(reader: SpanReader, question: _Question, quote: str) -> Heard:
    own = [match.span() for match in re.finditer(re.escape(question.said), quote, re.IGNORECASE)]
    if not own:  # it stands there in another form
        return Heard.UNSURE
    (spans,) = reader.read(question.text, [quote])
    scores = {True: _WORST, False: _WORST}
    for span in spans:
        meant = any(span.start <= end and start <= span.end for start, end in own)
        if meant or _answers(quote[span.start : span.end], question.kind):
            scores[meant] = max(scores[meant], span.score)
    if scores[True] <= _LOST and scores[False] >= _SURE:
        return Heard.OTHERWISE
    if question.kind is _Kind.FIGURE and scores[False] >= max(_SURER, scores[True] + _AHEAD):
        return Heard.OTHERWISE
    if scores[True] <= _UNSEEN and question.kind is not _Kind.PLACE:  # which an article names once
        return Heard.NOTHING
    return Heard.SAME if scores[True] >= max(_SURE, scores[False] + _AHEAD) else Heard.UNSURE


def _answers(phrase: str, kind: _Kind) -> bool:
    """Whether a phrase is of the kind that is asked for."""
    if kind is _Kind.FIGURE:
        return bool(_NUMERAL.search(phrase))
    return kind is _Kind.OTHER or is_place(phrase) or bool(places(phrase))


def _questions(claim: str, quote: str, language: str) -> Iterator[_Question]:
    """Only of what the quote has, and where it has another one that could be meant."""
    how_many, who, what = _QUESTION_WORDS[language]
    told = fold(quote)
    doers = list(_doers(claim)) if language == "zh" else []
    for start, end in doers:
        if (said := claim[start:end]) in quote:
            low, high = _clause_around(claim, start, end)
            topic = claim[: claim.index("由")] if claim[low : low + 1] == "由" else ""
            moved = len(topic) - low
            word, kind = (_WHERE, _Kind.PLACE) if is_place(said) else (who if _acts(said) else what, _Kind.OTHER)
            asked = _asking(topic + claim[low:high], start + moved, end + moved, word, language)
            yield _Question(asked, said, kind)
    there = list(_items(quote, language))
    for item in _items(claim, language):
        said = claim[item.start : item.end]
        if fold(said) not in told or any(start <= item.start < end for start, end in doers):
            continue
        if any(title.start() < item.start < title.end() for title in _TITLE.finditer(claim)):
            continue
        if any(_could_be(quote[other.start : other.end], other, said, item, claim) for other in there):
            word, kind = who if item.person else what, _Kind.OTHER
            if item.figure:
                word, kind = how_many + _unit(said), _Kind.FIGURE
            elif language == "zh" and is_place(said):
                word, kind = _WHERE, _Kind.PLACE
            yield _Question(_asking(claim, item.start, item.end, word, language), said, kind)


def _acts(said: str) -> bool:
    """Whether it is somebody, so that it is asked for with 谁: not the price, nor the bridge."""
    return bool(_BODY.search(said)) or any(tag.startswith("nr") or not is_known(word) for word, tag in tagged(said))


def _asking(claim: str, start: int, end: int, word: str, language: str) -> str:
    mark = "？" if language == "zh" else "?"
    return f"{claim[:start]}{word}{claim[end:].rstrip(_STOPS)}{mark}"


def _could_be(other: str, its: _Item, said: str, item: _Item, claim: str) -> bool:
    """Whether another item of a quote could stand in the place of the claim's, which does not have it."""
    if its.figure != item.figure or fold(other) in fold(claim) or fold(said) in fold(other):
        return False
    return not item.figure or _unit(other) == _unit(said)


def _unit(figure: str) -> str:
    found = _UNIT.search(figure)
    return found[0] if found else ""


def _clause_around(claim: str, start: int, end: int) -> tuple[int, int]:
    """The clause of a range: what another one claims, wrongly perhaps, is not to be taken for granted."""
    stops = [match.start() for match in _CLAUSE.finditer(claim)]
    low = max((stop + 1 for stop in stops if stop < start), default=0)
    return low, min((stop for stop in stops if stop >= end), default=len(claim))


def _doers(claim: str) -> Iterator[tuple[int, int]]:
    """Where a Chinese claim names who does something: at the head of a clause, up to its verb, or after 由."""
    for match in _HEAD.finditer(claim):
        end, last = match.end(), ""
        for word, tag in tagged(_CLAUSE.split(claim[match.end() :])[0]):
            inside = match.end() < end < match.end() + _LONGEST_NAME
            if not tag.startswith(_BEFORE_NOMINAL) and not (tag == _DAY and inside):
                break
            end, last = end + len(word), tag
        length = end - match.end()
        fits = last.startswith(_NOMINAL) or (last == _DAY and length <= _LONGEST_NAME)
        if fits and 1 < length <= _LONGEST_SUBJECT and not (match[0] == "由" and _MADE.match(claim, end)):
            yield match.end(), end


def _items(text: str, language: str) -> Iterator[_Item]:
    """Figures and names, those that touch as one; years are no figures, for they tell when."""
    open_: _Item | None = None
    at, lowered = 0, text.lower()
    for word in words(text, language):
        start = lowered.find(word.text.lower(), at)
        if start < 0:
            continue
        at = start + len(word.text)
        figure = word.sort is Sort.FIGURE and not YEAR.fullmatch(word.text)
        if not figure and word.sort not in (Sort.NAME, Sort.RARE):
            continue
        between = text[open_.end : start].strip(" .," if figure else " ") if open_ else ""
        if open_ and not between and open_.figure is figure:
            open_ = _Item(open_.start, at, figure, open_.person or word.person)
            continue
        yield from _whole(text, open_, language)
        open_ = _Item(start, at, figure, word.person)
    yield from _whole(text, open_, language)


def _whole(text: str, item: _Item | None, language: str) -> Iterator[_Item]:
    """The item, a name with all its words, unless it is a measure word without a number."""
    if item and not item.figure:
        start, end = item.start, item.end
        while (other := _BEFORE_NAME.search(text, max(0, start - _LONGEST_WORD), start)) and other[
            1
        ].lower() not in function_words(language):
            start = other.start()
        while other := _AFTER_NAME.match(text, end):
            end = other.end()
        yield replace(item, start=start, end=end)
    elif item and _NUMERAL.search(text[item.start : item.end]):
        yield item

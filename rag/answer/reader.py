"""Reading for the exact words: the sentences that retrieval puts first, with the one before each and the headline, go
through a span reader (see `embeddings.reader`), and every phrase it finds is tied to the sentence that it stands in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from embeddings.base import ReadSpan, SpanReader
from rag.answer.asked_back import Heard, asked_back
from rag.answer.extent import whole
from rag.answer.meant import as_written, at_home
from rag.index.catalog import StoredPassage, StoredSentence
from rag.text.places import bare, places
from rag.text.rows import Row

# Bytes of a window, about four to a token in any script: what the reader takes in at one go beside the question. Longer
# sentences are read alone.
_WINDOW = 450
# A score after which no further window is read: as good, and half the time in the articles' language. Once `_FIRST`
# windows have been read, what `phrases` is told is enough.
_ENOUGH = 6.0
_FIRST = 3
_SILENT = -20.0  # of a quote without any span
_DOUBTFUL = -3.0  # below, it is not asked again what was meant
# Asked for a reason, a manner or an account: sentences answer these, no phrase does.
_WANTS_SENTENCES = re.compile(
    r"为什么|为何|为啥|何以|原因|如何|怎么(?!称)|怎样|(?:^|请)(?:介绍|说明|评价|概括|总结|概述|简述)"
    r"|なぜ|どうして|どのように|왜|어떻게|لماذا|كيف|क्यों|कैसे|ทำไม|อย่างไร|tại sao|vì sao|như thế nào"
    r"|\b(?:why|explain|describe|summari[sz]e|outline|pourquoi|warum|wieso|weshalb|почему|зачем|neden|niçin|nasıl)\b"
    r"|\bpor qu[eé]\b|\bc[oó]mo\b|^comment\b|\bperch[eé]\b|^come\b|^как\b"
    r"|\bhow\b(?!\s+(?:many|much|long|old|far|often|big|large|high|tall|fast|deep|wide|heavy|soon|late|early|young|few))"
    r"|\bwie\b(?!\s+(?:viel|lang|alt|oft|hoch|gro|weit|schnell|tief|breit|schwer|heiß))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """`[start, end)` of a sentence's text, and its score; see `embeddings.base.ReadSpan`. `said` where it is said
    otherwise than printed: a table's figure with the unit of its column.
    """

    start: int
    end: int
    score: float
    said: str = ""


@dataclass(frozen=True, slots=True)
class _Window:
    """Sentences `first` to `last` of a passage, or one row of a table, under the headline of its article."""

    passage: StoredPassage
    first: int
    last: int

    @property
    def sentences(self) -> Sequence[StoredSentence]:
        return self.passage.sentences[self.first : self.last + 1]

    @property
    def head(self) -> str:
        return f"{self.passage.hit.title}\n" if self.passage.hit.title else ""

    @property
    def begin(self) -> int:
        return self.passage.sentences[self.first].start

    @property
    def text(self) -> str:
        return self.head + self.passage.hit.text[self.begin : self.passage.sentences[self.last].end]


class Reader:
    """Reads with any span reader."""

    def __init__(self, spans: SpanReader) -> None:
        self._spans = spans

    def phrases(
        self, question: str, candidates: Sequence[tuple[StoredPassage, StoredSentence]], enough: float = _ENOUGH
    ) -> dict[int, tuple[Phrase, ...]]:
        """By sentence id the phrases that answer, best first; sentences without any are left out. `candidates` come
        best first: what stands behind a phrase that is sure is not read, nor, behind the first few, what stands behind
        one whose score is `enough`.
        """
        found: dict[int, list[Phrase]] = {}
        named = sorted(set(places(question)), key=len, reverse=True)
        best = -math.inf
        for number, window in enumerate(_windows(candidates)):
            if best >= (_ENOUGH if number < _FIRST else enough):
                break
            if (row := window.sentences[0].row) and not row.names:
                if not (about := row.about(question)):
                    continue
                (spans,) = self._spans.read(question, [window.head + about.said])
                found[window.sentences[0].id] = _in_cells(about, len(window.head), spans)
                continue
            spans = self._read(question, named, window)
            for sentence in window.sentences:
                offset = len(window.head) + sentence.start - window.begin
                own = whole(question, sentence.text, _inside(sentence, offset, spans))
                found.setdefault(sentence.id, []).extend(Phrase(one.start, one.end, one.score) for one in own)
            best = max([best, *(span.score for span in spans)])
        return {
            sentence: tuple(sorted(own, key=lambda phrase: (-phrase.score, phrase.start)))
            for sentence, own in found.items()
            if own
        }

    def asked_back(self, claim: str, quote: str, language: str) -> Heard:
        """See `rag.answer.asked_back`."""
        return asked_back(self._spans, claim, quote, language)

    def spoken_to(self, claim: str, quote: str) -> float:
        """The score of the best span for a claim that is put to its quote as if it were a question: how far the quote
        speaks of what the claim says, in any language.
        """
        (spans,) = self._spans.read(claim, [quote])
        return max((span.score for span in spans), default=_SILENT)

    def _read(self, question: str, named: Sequence[str], window: _Window) -> Sequence[ReadSpan]:
        """The spans for the question as it is meant `at_home`. Where it was asked otherwise, and it is not known where
        the article is from, the best score is the mean of both, and the others are as much lower: another city's
        figure, too, is "ours" in an article.
        """
        text = window.text
        asked = as_written(question, text)
        meant = at_home(asked, named, text)
        (spans,) = self._spans.read(meant, [text])
        at_its_own = all(bare(place) in window.passage.places for place in named if bare(place) not in text)
        if meant == asked or at_its_own or not spans or spans[0].score < _DOUBTFUL:
            return spans
        (literal,) = self._spans.read(asked, [text])
        lost = max(0.0, spans[0].score - literal[0].score) if literal else 0.0
        return [replace(span, score=span.score - lost / 2) for span in spans]

    def warm(self) -> None:
        """Has the model loaded, so that the first question does not wait for it."""
        self._spans.warm()


def wants_phrase(question: str) -> bool:
    """Whether a phrase can answer; false for why, how, and what is to be told at length."""
    return not _WANTS_SENTENCES.search(question)


def _windows(candidates: Sequence[tuple[StoredPassage, StoredSentence]]) -> list[_Window]:
    """Each candidate with its neighbours, in the order of the candidates; windows of a passage that meet become one."""
    ranks = {sentence.id: rank for rank, (_, sentence) in enumerate(candidates)}
    wanted: dict[int, tuple[StoredPassage, set[int]]] = {}
    for passage, sentence in candidates:
        wanted.setdefault(passage.id, (passage, set()))[1].add(passage.sentences.index(sentence))
    windows: list[_Window] = []
    for passage, at in wanted.values():
        own: list[_Window] = []
        for place in sorted(at):
            window = _around(passage, place)
            if own and own[-1].last >= window.first and _fits(joined := _Window(passage, own[-1].first, window.last)):
                own[-1] = joined
            else:
                own.append(window)
        windows += own
    return sorted(windows, key=lambda one: min(ranks.get(sentence.id, len(ranks)) for sentence in one.sentences))


def _around(passage: StoredPassage, place: int) -> _Window:
    """A sentence and, if they fit, the one before, which names what is spoken of. What comes after lends the reader
    other figures and names to answer with.
    """
    window = _Window(passage, place, place)
    if passage.sentences[place].row:
        return window
    wider = _Window(passage, max(0, place - 1), place)
    return wider if _fits(wider) else window


def _fits(window: _Window) -> bool:
    rows = len(window.sentences) > 1 and any(sentence.row for sentence in window.sentences)
    return not rows and len(window.text.encode()) <= _WINDOW


def _in_cells(row: Row, offset: int, spans: Sequence[ReadSpan]) -> list[Phrase]:
    """The cells that the spans lie in; `offset` is where the row begins in the text read."""
    found = ((span, row.cell_at(span.start - offset, span.end - offset)) for span in spans)
    return [Phrase(place[1], place[2], span.score, place[0]) for span, place in found if place]


def _inside(sentence: StoredSentence, offset: int, spans: Sequence[ReadSpan]) -> list[ReadSpan]:
    """The spans that lie in the sentence, which stands at `offset` of the text read, without the punctuation and the
    space around them.
    """
    kept: list[ReadSpan] = []
    for span in spans:
        start, end = span.start - offset, span.end - offset
        if not 0 <= start < end <= len(sentence.text):
            continue
        start, end = trimmed(sentence.text, start, end)
        if start < end:
            kept.append(ReadSpan(start, end, span.score))
    return kept


_AROUND = " \t\n\r\u3000，,،。.；;؛：:、！!？?؟।…—*_`#|\\"
_PAIRS = {"“": "”", "‘": "’", "《": "》", "（": "）", "(": ")", "「": "」", "『": "』", '"': '"', "【": "】", "[": "]"}


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """`[start, end)` without space and stops at its ends, and without a bracket or quotation mark whose partner is
    outside.
    """
    while start < end and (text[start] in _AROUND or _lonely(text, start, end, start)):
        start += 1
    while start < end and (text[end - 1] in _AROUND or _lonely(text, start, end, end - 1)):
        end -= 1
    return start, end


def _lonely(text: str, start: int, end: int, at: int) -> bool:
    inside, mark = text[start:end], text[at]
    if mark in _PAIRS and _PAIRS[mark] not in inside[at - start + 1 :] and not (_PAIRS[mark] == mark and at > start):
        return True
    openers = [opener for opener, closer in _PAIRS.items() if closer == mark]
    return bool(openers) and not any(opener in inside[: at - start] for opener in openers) and mark not in _PAIRS

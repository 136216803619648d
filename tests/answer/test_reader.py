"""From spans of windows to phrases of sentences; what asks for a phrase and what does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from embeddings.base import ReadSpan
from rag.answer.reader import Reader, trimmed, wants_phrase
from rag.index.catalog import StoredPassage, StoredSentence
from rag.types import Hit, Kind

_TEXT = "甲在北方。乙在南方，“丙”也在。丁不知。戊走了。己来了。庚没来。"


class _Finds:
    """Finds the given words, with scores that fall in their order."""

    def __init__(self, *words: str) -> None:
        self._words = words
        self.texts: list[str] = []

    def warm(self) -> None:
        """There is nothing to load."""

    def read(self, _question: str, texts: Sequence[str]) -> list[list[ReadSpan]]:
        self.texts = list(texts)
        return [
            [
                ReadSpan(text.index(word), text.index(word) + len(word), -float(n))
                for n, word in enumerate(self._words)
                if word in text
            ]
            for text in texts
        ]


def _passage(title: str | None = "标题") -> StoredPassage:
    sentences, at = [], 0
    for number, part in enumerate(_TEXT.split("。")[:-1]):
        end = at + len(part) + 1
        sentences.append(StoredSentence(number, _TEXT[at:end], (), at, end))
        at = end
    hit = Hit(1, 1.0, "a", "s", title, None, "a-0", _TEXT, (), ())
    return StoredPassage(7, hit, tuple(sentences), Kind.ARTICLE, "zh")


def test_a_phrase_is_found_in_the_sentence_that_has_it() -> None:
    passage = _passage()
    finds = _Finds("南方", "北方")
    found = Reader(finds).phrases("?", [(passage, passage.sentences[1])])
    assert finds.texts == ["标题\n甲在北方。乙在南方，“丙”也在。"]
    own = found[1][0]
    assert passage.sentences[1].text[own.start : own.end] == "南方"
    assert found[0][0].score < own.score
    assert 2 not in found


def test_windows_that_meet_are_read_once() -> None:
    passage = _passage(title=None)
    finds = _Finds("丁")
    Reader(finds).phrases("?", [(passage, passage.sentences[at]) for at in (2, 0, 1)])
    assert finds.texts == ["甲在北方。乙在南方，“丙”也在。丁不知。"]


def test_neighbours_that_do_not_fit_are_not_read() -> None:
    long = "很" * 200 + "。"
    text = f"甲在北方。乙在南方。{long}丁在东方。"
    bounds = [(0, 5), (5, 10), (10, 211), (211, 216)]
    sentences = tuple(StoredSentence(at, text[a:b], (), a, b) for at, (a, b) in enumerate(bounds))
    passage = StoredPassage(7, Hit(1, 1.0, "a", "s", None, None, "a-0", text, (), ()), sentences, Kind.ARTICLE, "zh")
    finds = _Finds("北方")
    Reader(finds).phrases("?", [(passage, sentences[1])])
    assert finds.texts == ["甲在北方。乙在南方。"]
    Reader(finds).phrases("?", [(passage, sentences[2])])
    assert finds.texts == [long]


def test_a_phrase_of_the_headline_or_of_two_sentences_is_none() -> None:
    passage = _passage()
    assert Reader(_Finds("标题", "北方。乙")).phrases("?", [(passage, passage.sentences[1])]) == {}


@pytest.mark.parametrize(
    ("phrase", "kept"),
    [("，“丙”", "“丙”"), ("“丙", "丙"), ("丙”也", "丙”也"), ("南方，", "南方"), ("。", "")],
)
def test_stops_and_lonely_quotation_marks_are_left_out(phrase: str, kept: str) -> None:
    start = _TEXT.index(phrase)
    low, high = trimmed(_TEXT, start, start + len(phrase))
    assert _TEXT[low:high] == kept


@pytest.mark.parametrize(
    "question",
    ["大桥全长多少米？", "How many bridges?", "Where did they come from?", "Who made the comment?", "怎么称呼这座桥？"],
)
def test_questions_that_a_phrase_answers(question: str) -> None:
    assert wants_phrase(question)


@pytest.mark.parametrize(
    "question",
    [
        "为什么停工？",
        "如何申请？",
        "Why was it closed?",
        "How was it built?",
        "¿Por qué se cerró?",
        "لماذا أغلق؟",
        "なぜですか",
    ],
)
def test_questions_that_sentences_answer(question: str) -> None:
    assert not wants_phrase(question)


class _FindsAtHome(_Finds):
    """Sure of its word where the question names no place, and the less so by `doubt` where it does."""

    def __init__(self, word: str, doubt: float) -> None:
        super().__init__(word)
        self._doubt = doubt

    def read(self, question: str, texts: Sequence[str]) -> list[list[ReadSpan]]:
        lost = self._doubt if "温州" in question else 0.0
        return [[replace(span, score=9.0 - lost) for span in own] for own in super().read(question, texts)]


@pytest.mark.parametrize(("doubt", "score"), [(4.0, 7.0), (0.0, 9.0), (-2.0, 9.0)])
def test_what_the_named_place_takes_from_the_score_counts_half(doubt: float, score: float) -> None:
    text = "我市项目共有19个。"
    hit = Hit(1, 1.0, "a", "s", None, None, "a-0", text, (), ())
    sentence = StoredSentence(0, text, (), 0, len(text))
    passage = StoredPassage(7, hit, (sentence,), Kind.ARTICLE, "zh")
    found = Reader(_FindsAtHome("19个", doubt)).phrases("温州的项目有多少？", [(passage, sentence)])
    assert found[0][0].score == score

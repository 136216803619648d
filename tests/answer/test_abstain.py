"""Whether to answer: each signal pulls its way, and a question of another language has a fair chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.answer.abstain import ACROSS, WITHIN, Look, Subject, answering, silent, why_refused
from rag.settings import Settings
from rag.types import Page, Question, Reason
from rag.wiring import Service, build

_FOR = {"reader", "closeness", "apart", "similarity", "covered", "covered_near", "translated", "translated_near"}
# Passages of many subjects with a question on each, in the manner of an encyclopaedia.
_ASKED = [
    ("青石桥位于白河上游，一九八七年建成，全长三百二十米，是当地最长的石拱桥。", "How long is the Qingshi Bridge?"),
    (
        "牛顿在一六八七年出版《自然哲学的数学原理》，提出万有引力定律。",
        "In which year did Newton publish the Principia?",
    ),
    (
        "蜂鸟每秒振翅可达八十次，是唯一能够倒着飞行的鸟类。",
        "How many times per second can a hummingbird beat its wings?",
    ),
    ("该国首都人口约二百四十万，官方语言为葡萄牙语。", "What is the official language of the country?"),
    ("氧气约占地球大气体积的百分之二十一，由植物的光合作用产生。", "What share of the atmosphere is oxygen?"),
    (
        "球队在二〇一五年的决赛中以二十四比十获胜，四分卫被评为最有价值球员。",
        "What was the score of the final in 2015?",
    ),
    ("这座图书馆藏书六百万册，每周一闭馆。", "On which day is the library closed?"),
    ("蒸汽机由瓦特改良，推动了工业革命的发展。", "Who improved the steam engine?"),
]


@pytest.fixture(scope="module")
def many_subjects(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder: Path = tmp_path_factory.mktemp("subjects")
    service = build(Settings(data=folder), create=True)
    service.library.ingest_pages([Page(f"{at}.txt", text, "article") for at, (text, _) in enumerate(_ASKED)])
    yield service
    service.close()


@pytest.mark.parametrize(("within", "names"), [(True, WITHIN), (False, ACROSS)])
def test_every_signal_pulls_its_way(within: bool, names: tuple[str, ...]) -> None:
    middle = tuple(0.5 for _ in names)
    for at, name in enumerate(names):
        more = Look(within, (*middle[:at], 1.0, *middle[at + 1 :]))
        change = answering(more) - answering(Look(within, middle))
        assert change >= 0 if name in _FOR else change <= 0
        assert change > 0 or name not in ("reader", "closeness")


def test_sentences_without_a_phrase_and_far_from_the_question_say_nothing() -> None:
    def seen(reader: float, similarity: float, within: bool = True) -> Look:
        known = {"reader": reader, "similarity": similarity}
        return Look(within, tuple(known.get(name, 0.0) for name in (WITHIN if within else ACROSS)))

    assert silent([seen(-1.0, 0.7), seen(-0.9, 0.6)])
    assert not silent([seen(-1.0, 0.7), seen(-0.5, 0.6)])
    assert not silent([seen(-1.0, 0.8)])
    assert not silent([seen(-1.0, 0.7, within=False)])


def test_one_likely_sentence_is_enough() -> None:
    unlikely, likely = (Look(True, tuple(value if name in _FOR else 0.0 for name in WITHIN)) for value in (0.0, 1.0))
    assert why_refused([]) is Reason.OFF_TOPIC
    assert why_refused([unlikely]) is Reason.OFF_TOPIC
    assert why_refused([unlikely, likely]) is None


def test_a_name_tells_what_a_question_is_about() -> None:
    far, across = (
        Look(within, tuple({"closeness": 0.6, "reader": -0.3}.get(name, 0.0) for name in names))
        for within, names in ((True, WITHIN), (False, ACROSS))
    )
    for seen in (far, across):
        assert why_refused([seen]) is Reason.OFF_TOPIC
        assert why_refused([replace(seen, named=True)]) is not Reason.OFF_TOPIC


def test_what_is_near_and_does_not_say_it_is_no_evidence() -> None:
    near = {"closeness": 1.0, "similarity": 0.9, "covered": 1.0, "covered_near": 1.0, "reader": -1.0, "new_names": 2.0}
    assert why_refused([Look(True, tuple(near.get(name, 0.0) for name in WITHIN))]) is Reason.NO_EVIDENCE


def test_without_token_vectors_relevance_tells_the_subject() -> None:
    for within in (True, False):
        about, off = (Subject(within, {}, relevance) for relevance in (4.0, -3.0))
        assert (about.off, off.off) == (False, True)
        assert about.signals(1) > off.signals(1)


def test_the_closest_passage_stands_apart() -> None:
    subject = Subject(True, {1: 0.6, 2: 0.4, 3: 0.41}, 0.0)
    assert not subject.off
    assert subject.signals(1) > subject.signals(3) > subject.signals(2)
    assert subject.signals(9) == (0.0, 0.0)


def test_a_question_in_another_language_is_tried(many_subjects: Service) -> None:
    answers = [many_subjects.assistant.ask(Question(question)) for _, question in _ASKED]
    assert sum(answer.abstained for answer in answers) <= 2
    cited = [answer.citations[0].source == f"{at}.txt" for at, answer in enumerate(answers) if answer.citations]
    assert sum(cited) >= 5


def test_a_question_about_something_else_is_refused(many_subjects: Service) -> None:
    questions = (
        "怎么给婴儿洗澡？",
        "今晚的电视节目有哪些？",
        "How do I renew my passport?",
        "Which wine goes well with fish?",
    )
    assert sum(many_subjects.assistant.ask(Question(question)).abstained for question in questions) >= 3


def test_a_sentence_of_another_year_does_not_answer_however_sure_the_reader_is() -> None:
    sure = dict.fromkeys(_FOR, 1.0)
    same, another = (
        Look(True, tuple(sure.get(name, value if name == "other_value" else 0.0) for name in WITHIN))
        for value in (0.0, 1.0)
    )
    assert why_refused([another]) is Reason.NO_EVIDENCE
    assert why_refused([another, same]) is None


def test_a_place_that_no_article_names_is_no_subject_of_theirs(tmp_path: Path) -> None:
    service = build(Settings(data=tmp_path), create=True)
    text = "杭州亚运会上，浙江体育健儿夺得了五十一枚金牌，均居全国首位。"
    service.library.ingest_pages(
        [Page("a.txt", text, "article"), Page("b.txt", "Paris hosted the games in 2024.", "article")]
    )
    asked = {place: Question(f"{place}奥运会上，浙江体育健儿夺得了多少枚金牌？") for place in ("巴黎", "杭州")}
    answers = {place: service.assistant.ask(question) for place, question in asked.items()}
    assert answers["巴黎"].reason is Reason.NO_EVIDENCE
    assert not answers["杭州"].abstained
    service.close()


def test_a_phrase_of_another_year_is_no_short_answer(tmp_path: Path) -> None:
    service = build(Settings(data=tmp_path), create=True)
    text = "2024年全市共有19个项目列入省重点工程。\n项目列入省重点工程，要经过市里申报、省里审核。"
    service.library.ingest_pages([Page("a.txt", text, "article")])
    shorts = [
        service.assistant.ask(Question(f"{year}年全市有多少个项目列入省重点工程？")).short for year in (2024, 2023)
    ]
    assert shorts[0] is not None
    assert shorts[1] is None
    service.close()

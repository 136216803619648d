"""Questions of two steps: what is described is found first, what is known already is no answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answer.steps import Bridge, besides
from rag.types import Done, Question
from rag.wiring import Service
from tests.conftest import service_over

ARTICLES = {
    "plan.txt": "海洋塑料治理\n"
    "青屿市今年出台了“净滩行动”海洋塑料治理方案，要求渔船把塑料带回港口。方案由市环保局负责实施。\n",
    "nursery.txt": "托育工作总结\n"
    "青屿市去年建成托育机构37家，新增托位1200个。白石市去年建成托育机构52家，新增托位2100个。\n",
    "meetings.txt": "领导活动\n"
    "5月6日，市委书记周海平主持召开市委教育工作领导小组会议，研究校园安全问题。\n"
    "5月6日，市委书记周海平主持召开市委军民融合委员会会议，听取港口建设情况汇报。\n",
    "library.txt": "图书馆新馆开放\n市图书馆新馆上周对读者开放，馆内设有儿童阅览室，周末开放到晚上九点。\n",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return service_over(ARTICLES, tmp_path_factory.mktemp("steps"))


def test_the_described_city_is_found_first_and_both_steps_are_cited(service: Service) -> None:
    answer = service.assistant.ask(Question("出台“净滩行动”海洋塑料治理方案的那座城市，去年建成了多少家托育机构？"))
    assert answer.short == "37家"
    assert {Path(citation.source).name for citation in answer.citations} == {"plan.txt", "nursery.txt"}
    assert "青屿市" in answer.sentences[0].text
    assert len(answer.sentences) <= 3


def test_a_description_of_nothing_leaves_the_question_whole(service: Service) -> None:
    asked = "发明了永动机的那位教授，去年建成了多少家托育机构？"
    answer = service.assistant.ask(Question(asked))
    assert answer.question == asked
    assert not any("教授" in sentence.text for sentence in answer.sentences)


def test_what_is_excepted_is_no_answer(service: Service) -> None:
    answer = service.assistant.ask(
        Question("5月6日，周海平除了主持市委教育工作领导小组会议，还主持了市委哪个委员会的会议？")
    )
    assert answer.short is not None
    assert "军民融合委员会" in answer.short


def test_plain_and_streamed_are_the_same(service: Service) -> None:
    question = Question("出台“净滩行动”海洋塑料治理方案的那座城市，去年建成了多少家托育机构？")
    *_, done = service.assistant.stream(question)
    plain = service.assistant.ask(question)
    assert isinstance(done, Done)
    assert (done.answer.answer, done.answer.citations) == (plain.answer, plain.citations)


@pytest.mark.parametrize(
    ("question", "first", "then"),
    [
        ("承办过运动会的那座城市，人口有多少？", "哪座城市承办过运动会？", "人口有多少？"),
        ("去年获奖的这家食品企业在哪个县？", "哪家食品企业去年获奖？", "在哪个县？"),
    ],
)
def test_a_description_becomes_a_question(question: str, first: str, then: str) -> None:
    assert Bridge.of(question) == Bridge(first, then)


@pytest.mark.parametrize(
    "question",
    [
        "这座城市有多少人口？",
        "谁是出台方案的那位市长？",
        "哪一年建成的那座桥有多长？",
        "出台方案的那座城市很大。",
        "How many people live in that city?",
        "的那座" * 2000,
    ],
)
def test_other_questions_are_asked_at_one_go(question: str) -> None:
    assert Bridge.of(question) is None


@pytest.mark.parametrize(
    ("question", "known", "rest"),
    [
        ("除了渔船之外，还有谁要把塑料带回港口？", "渔船", "还有谁要把塑料带回港口？"),
        ("Besides the harbour, what else did they build?", "the harbour", "what else did they build?"),
        ("Além do porto, o que construíram?", None, None),
        ("除尘设备有多少台？", None, None),
    ],
)
def test_what_is_excepted_is_cut(question: str, known: str | None, rest: str | None) -> None:
    assert besides(question) == (None if known is None else (known, rest))

"""What is asked with why is answered with the sentence that says why, though it names nothing itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.answer.reasons import asks_why
from rag.types import Question
from rag.wiring import Service
from tests.conftest import service_over

ARTICLES = {
    "county.txt": (
        "# 全县旅游情况\n\n全县去年接待游客一百二十万人次，比上年增长一成。白榉镇是唯一下滑的乡镇，只来了二十八万人次。"
        "原因是通往梯田的盘山公路从四月封闭到七月，错过了插秧季。县里今年要再办三场山货集市。"
    ),
    "lamps.txt": (
        "# Second phase\n\nThe first batteries stood in boxes on poles, where the summer heat ruined many. "
        "Therefore the batteries of the second phase lie underground. The work ends in May."
    ),
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = service_over(ARTICLES, tmp_path_factory.mktemp("reasons"))
    yield made
    made.close()


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("白榉镇的游客为什么下滑了？", "盘山公路"),
        ("Why do the batteries of the second phase lie underground?", "summer heat"),
    ],
)
def test_the_reason_is_quoted_with_what_it_is_the_reason_of(service: Service, question: str, reason: str) -> None:
    assert any(reason in citation.quote for citation in service.assistant.ask(Question(question)).citations)


@pytest.mark.parametrize("question", ["白榉镇为啥游客少了？", "Warum liegen sie unten?", "¿Por qué se retrasó?", "왜?"])
def test_why_is_asked_in_many_ways(question: str) -> None:
    assert asks_why(question)
    assert not asks_why("白榉镇来了多少游客？")

"""A list of questions and answers, and an interview: what is asked states nothing, what comes after it answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.types import Filters, Question
from rag.wiring import Service
from tests.conftest import service_over

FAQ = """# 居住证办理问答

1. 居住证多久能办好？

自受理之日起十五个工作日内发放，紧急情况可当日办结。

2. 居住证到哪里去申领？

到居住地派出所或者便民服务中心窗口，也可以在网上提交材料。

问：居住证可以请快递代领吗？答：不行，要本人到窗口领取。

有人说办证只要一天，这怎么可能？
"""


@pytest.fixture(scope="module")
def faq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = service_over({"faq.md": FAQ}, tmp_path_factory.mktemp("faq"))
    yield service
    service.close()


def test_the_answer_is_what_comes_after_the_question(faq: Service) -> None:
    answer = faq.assistant.ask(Question("居住证多久能办好？"))
    assert answer.citations[0].quote.startswith("自受理之日起十五个工作日内")
    assert not any(citation.quote.endswith("？") for citation in answer.citations)


def test_a_question_carries_no_statement(faq: Service) -> None:
    (claim,) = faq.assistant.verify("居住证可以请快递代领。", Filters()).claims
    assert claim.verdict.value != "supported"

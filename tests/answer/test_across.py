"""Claims in another language than the articles: names, figures and directions are held against theirs."""

from __future__ import annotations

import pytest

from rag.types import Verdict
from rag.wiring import Service
from tests.conftest import service_over, verdict

PAGES = {
    "hospital.txt": "市第三人民医院新院区启用\n\n院长黄伟民介绍，医院新院区设有800张床位。\n",
    "airport.txt": "机场年旅客吞吐量创新高\n\n温州机场去年的旅客吞吐量比前年增长了12%。\n",
    "library.txt": "New library opens\n\nThe mayor, Anna Keller, said that library visits increased last year.\n",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return service_over(PAGES, tmp_path_factory.mktemp("pages"))


@pytest.mark.parametrize(
    "claim",
    [
        "The director, Huang Weimin, said that the new hospital has 800 beds.",
        "El director Huang Weimin dijo que el nuevo hospital tiene 800 camas.",
        "Passenger traffic at Wenzhou airport grew by 12% last year.",
        "去年图书馆的参观人数增加了。",
    ],
)
def test_what_is_said_is_supported(service: Service, claim: str) -> None:
    assert verdict(service, claim) is Verdict.SUPPORTED


@pytest.mark.parametrize(
    "claim",
    [
        "The director, Zhang Zhiqiang, said that the new hospital has 800 beds.",
        "El director Zhang Zhiqiang dijo que el nuevo hospital tiene 800 camas.",
        "The director, Huang Weimin, said that the new hospital has 600 beds.",
        "Passenger traffic at Hangzhou airport grew by 12% last year.",
        "Passenger traffic at Wenzhou airport fell by 12% last year.",
        "去年图书馆的参观人数减少了。",
    ],
)
def test_another_name_figure_or_direction_is_not(service: Service, claim: str) -> None:
    assert verdict(service, claim) is not Verdict.SUPPORTED

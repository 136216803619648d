"""Claims in another language than the articles: names, figures and directions are held against theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answer.support import read_on
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


BRIDGES = (
    "The bridge over the {river} had an overhaul, the council of the town said on Monday. "
    "The bridge over the {river} is the last one above the ferry. "
    "The last major works on the bridge had been delayed by high water."
)
MANY = {f"{river}.txt": f"Bridge news\n\n{BRIDGES.format(river=river)}\n" for river in ("Wend", "Tarn", "Loden", "Isk")}


def test_many_articles_in_the_claims_language_do_not_hide_the_one_that_carries_it(tmp_path: Path) -> None:
    text = "Специалисты говорят, что последний капитальный ремонт моста через реку Тулва проводился в 1987 году."
    mixed = service_over({**MANY, "bridge.txt": f"Мост через Тулву закрыли\n\n{text}\n"}, tmp_path)
    said = mixed.assistant.verify("The bridge over the Tulva had its last major overhaul in 1987.").claims[0]
    assert said.verdict is Verdict.SUPPORTED
    assert said.citations[0].source == "bridge.txt"


def test_the_more_the_reader_hears_the_better_is_it_carried() -> None:
    assert read_on(0.4, -8.0) < read_on(0.4, 0.0) < read_on(0.4, 8.0)
    assert read_on(0.1, 0.0) < read_on(0.9, 0.0)
    assert 0.0 <= read_on(0.0, -20.0) < read_on(1.0, 20.0) <= 1.0


def test_no_reading_makes_up_for_another_figure(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    assert service.reader is not None
    monkeypatch.setattr(type(service.reader), "spoken_to", lambda *_: 30.0)
    for claim in (
        "The director, Huang Weimin, said that the new hospital has 600 beds.",
        "Passenger traffic at Wenzhou airport fell by 12% last year.",
    ):
        assert verdict(service, claim) is not Verdict.SUPPORTED

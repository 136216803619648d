"""Somebody else's text against the articles: what they say, what they say otherwise, and what they do not say."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answer.verify import MAX_TEXT, statements_of
from rag.errors import BadRequest
from rag.text.spans import keeps_promise
from rag.types import Filters, Verdict
from rag.wiring import Service
from tests.conftest import service_over, verdict

TRUE = "2024年瑞安共有19个项目列入省“千项万亿”工程。"
OTHER_FIGURE = "2024年瑞安共有27个项目列入省“千项万亿”工程。"
UNHEARD = "贝多芬一生写了九部交响曲。"


def verdicts(service: Service, text: str) -> list[Verdict]:
    return [claim.verdict for claim in service.assistant.verify(text).claims]


def test_three_verdicts(seeds_service: Service) -> None:
    text = f"{TRUE}{OTHER_FIGURE}{UNHEARD}"
    result = seeds_service.assistant.verify(text)
    assert result.text == text
    assert [claim.verdict for claim in result.claims] == [Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.NOT_FOUND]
    for claim in result.claims:
        assert text[claim.start : claim.end] == claim.text
        assert bool(claim.citations) == (claim.verdict is not Verdict.NOT_FOUND)
        assert (claim.support >= 0.5) == (claim.verdict is Verdict.SUPPORTED)
        for citation in claim.citations:
            assert keeps_promise(citation.quote, citation.spans, seeds_service.catalog.source_text(citation.source))
    assert set(result.timings_ms) == {"embed", "search", "verify", "total"}


def test_a_statement_is_judged_in_a_text_as_it_is_alone(seeds_service: Service) -> None:
    statements = (TRUE, UNHEARD, OTHER_FIGURE, "瑞祥新区将增添君子石小学。", "瑞祥新区将增添飞云小学。")
    together = seeds_service.assistant.verify("".join(statements)).claims
    alone = [claim for each in statements for claim in seeds_service.assistant.verify(each).claims]
    assert [(one.verdict, one.support) for one in together] == [(one.verdict, one.support) for one in alone]
    quotes = [[citation.quote for citation in one.citations] for one in together]
    assert quotes == [[citation.quote for citation in one.citations] for one in alone]


def test_what_is_said_of_another_year_says_nothing_of_this_one(seeds_service: Service) -> None:
    assert verdicts(seeds_service, "2019年瑞安共有27个项目列入省“千项万亿”工程。") == [Verdict.NOT_FOUND]


@pytest.mark.parametrize(
    "changed",
    [
        "2023年瑞安共有19个项目列入省“千项万亿”工程。",
        "2024年瑞安没有19个项目列入省“千项万亿”工程。",
        "丽水市社会福利中心护理科副科长王丽丽说，专区按照1∶5配备护理人员。",
        "截至2023年底，“质量标准贷”累计授信388亿元，发放贷款216亿元。",
        "市委书记秦肖主持召开市政府专题会议。",
        "应希克是市长。",
        "秦肖出席市委党建工作领导小组会议。",
        "浙江体育健儿夺得51枚亚残运金牌和53枚亚运金牌。",
    ],
    ids=["year", "denial", "place", "figure", "office", "office said", "person", "figures swapped"],
)
def test_one_thing_changed_is_not_supported(seeds_service: Service, changed: str) -> None:
    assert Verdict.SUPPORTED not in verdicts(seeds_service, changed)


@pytest.mark.parametrize(
    "true",
    [
        "秦肖主持召开市政府专题会议。",
        "应希克是市人大常委会主任。",
        "李坚出席市委党建工作领导小组会议。",
        "浙江体育健儿夺得51枚亚运金牌和53枚亚残运金牌。",
        "第七轮巡察为期3个月。",
    ],
)
def test_what_is_said_in_fewer_words_is_supported(seeds_service: Service, true: str) -> None:
    assert verdicts(seeds_service, true) == [Verdict.SUPPORTED]


def test_filters_narrow_what_it_is_checked_against(seeds_service: Service) -> None:
    result = seeds_service.assistant.verify(TRUE, Filters(source="none"))
    assert [claim.verdict for claim in result.claims] == [Verdict.NOT_FOUND]


def test_only_statements_are_claims() -> None:
    text = "  是吗？\nIs it?  \n**The bridge** opened in 2021.[1] \n\n---\nOK\n它长300米。"
    found = statements_of(text)
    assert [each.said for each in found] == ["The bridge opened in 2021.", "它长300米。"]
    assert [text[each.start : each.end] for each in found] == ["**The bridge** opened in 2021.[1]", "它长300米。"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("x" * (MAX_TEXT + 1), "20001 characters"),
        ("a\0b", "binary"),
        ("\x01\x02\x03\x04 abc", "binary"),
        ("\ufffd" * 50 + "abc", "binary"),
        ("一二三四五。" * 300, "300 statements"),
        ("🌉🎉 —— ！", "no words"),
    ],
)
def test_what_is_no_text_is_refused(text: str, message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        statements_of(text)


def test_a_text_that_states_nothing_has_no_claims(seeds_service: Service) -> None:
    assert seeds_service.assistant.verify("为什么？").claims == ()


@pytest.mark.parametrize(
    "nonsense",
    ["Asdf qwer zxcv tyui.", "喵喵喵喵喵喵喵喵。", "Аоаоао Бвбвбв Гдгдгд Жзжзжз Клклкл.", "Kiki Bouba Takete Maluma."],
)
def test_what_is_made_of_unknown_words_agrees_with_nothing(seeds_service: Service, nonsense: str) -> None:
    (claim,) = seeds_service.assistant.verify(nonsense, Filters()).claims
    assert claim.verdict is not Verdict.SUPPORTED


def test_the_city_may_be_named_in_the_headline_only(tmp_path: Path) -> None:
    page = "澄湖市中小学午餐每份涨1.5元\n2025年2月18日\n\n2024年全市共检查学校食堂和配餐企业412家次，发现问题187个。\n"
    own = service_over({"a.txt": page}, tmp_path)
    claims = (
        "2024年澄湖市共检查学校食堂和配餐企业412家次，发现问题187个。",
        "2024年澄江市共检查学校食堂和配餐企业412家次。",
    )
    assert verdict(own, claims[0]) is Verdict.SUPPORTED
    assert verdict(own, claims[1]) is not Verdict.SUPPORTED

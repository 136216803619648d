"""What a question takes for granted: another year or number than the sentence's."""

from __future__ import annotations

from datetime import date

import pytest

from rag.answer.premises import (
    DOUBTFUL,
    of_another_time,
    of_no_such_figure,
    other_value,
    phrase_of_another_number,
    phrase_of_another_year,
)
from rag.answer.texts import Around, Text


def _other(question: str, sentence: str, *, language: str, passage: str = "") -> float:
    around = Around(Text(f"{passage}{sentence}", language), "", date(2024, 12, 24))
    return other_value(Text(question, language), Text(sentence, language), around)


@pytest.mark.parametrize(
    ("question", "sentence", "language"),
    [
        ("2023年共有多少个项目？", "2024年全市共有19个项目。", "zh"),
        ("第六轮巡察进驻哪些镇街？", "第七轮巡察将进驻5个镇街。", "zh"),
        ("Wann fährt die Linie 9?", "Seit Montag fährt die Linie 7 alle zehn Minuten.", "de"),
        ("How many oaks were planted in 2023?", "In 2024 the town planted 1,200 oaks.", "en"),
        ("¿Cuántos robles se plantaron en 2023?", "En 2024 se plantaron 1200 robles.", "es"),
        ("地铁2月日均客流是多少？", "3月，地铁日均客流112.6万人次，比2月增长8.4%。", "zh"),
        ("What was the ridership in February?", "In March ridership was 1.1 million, more than in February.", "en"),
        ("第三污水处理厂投资多少？", "公司承接了第一污水处理厂的项目，投资2亿元。", "zh"),
        ("灵犀2的售价是多少？", "“灵犀3”售价为980万元。", "zh"),
        ("第二代产品什么时候发布？", "第三代机器人于3月3日发布。", "zh"),
    ],
)
def test_another_figure_of_the_same_kind_is_noticed(question: str, sentence: str, language: str) -> None:
    assert _other(question, sentence, language=language) == 1.0


@pytest.mark.parametrize(
    ("question", "sentence", "language"),
    [
        ("2024年共有多少个项目？", "2024年全市共有19个项目。", "zh"),
        ("2024年共有多少个项目？", "全市共有19个项目。", "zh"),  # of an article of that year
        ("到2024年3月化解了多少个问题？", "自2022年11月以来，共化解85个问题。", "zh"),
        ("How many oaks were planted by 2024?", "The town has planted 1,200 oaks since 2021.", "en"),
        ("第七轮巡察进驻几个镇街？", "第七轮巡察将进驻5个镇街。", "zh"),
        ("Wann fährt die Linie 7?", "Seit Montag fährt die Linie 7 alle zehn Minuten.", "de"),
        ("地铁3月日均客流是多少？", "3月，地铁日均客流112.6万人次，比2月增长8.4%。", "zh"),
        ("What was the ridership in March?", "In March ridership was 1.1 million, more than in February.", "en"),
        ("近三年增收多少？", "2024年增收410万元。", "zh"),  # a span is no year
        ("第三污水处理厂投资多少？", "公司承接了第3污水处理厂的项目，投资2亿元。", "zh"),
        ("How many oaks were planted?", "In 2024 the town planted 1,200 oaks.", "en"),
    ],
)
def test_the_same_figure_or_none_is_no_difference(question: str, sentence: str, language: str) -> None:
    assert _other(question, sentence, language=language) == 0.0


def test_a_figure_that_the_passage_has_elsewhere_leaves_a_doubt() -> None:
    passage = "2023年的项目已经完工。"
    assert _other("2023年共有多少个项目？", "2024年全市共有19个项目。", language="zh", passage=passage) == DOUBTFUL


def test_an_article_of_another_year_is_of_another_one_where_no_year_is_named() -> None:
    assert _other("2022年共有多少个项目？", "全市共有19个项目。", language="zh") == 1.0
    passage = "2022年已经完工。"
    assert _other("2022年共有多少个项目？", "全市共有19个项目。", language="zh", passage=passage) == DOUBTFUL
    assert _other("2024年共有多少个项目？", "全市共有19个项目。", language="zh") == 0.0
    assert _other("2023年共有多少个项目？", "去年全市共有19个项目。", language="zh") == 0.0


def test_one_of_the_figures_asked_about_is_enough() -> None:
    assert _other("2024年要在2023年的基础上再增加多少？", "2023年覆盖率超75%。", language="zh") == 0.0


def test_another_count_of_things_counts_half() -> None:
    assert _other("第一家机构叫什么名字？", "全市共有19家机构。", language="zh") <= 0.5
    assert _other("1002家工坊新增多少岗位？", "共富工坊有800家，新增岗位1.2万个。", language="zh") == 0.5


@pytest.mark.parametrize(
    ("claim", "sentence", "other"),
    [
        ("2025年全市生产总值增长6.5%。", "2024年全市生产总值增长6%。", True),
        ("1-9月进出口增长5.5%。", "1-6月，全市进出口增长5.2%。", True),
        ("第六轮巡察发现问题120个。", "第七轮巡察发现问题85个。", True),
        ("2024年全市生产总值增长6.5%。", "2024年全市生产总值增长6%。", False),  # that year, another figure
        ("全市生产总值增长6.5%。", "2024年全市生产总值增长6%。", False),
        ("2023年全市共有19个项目。", "2024年全市共有19个项目。", False),  # that figure, another year
        ("In 2025 the budget was 400,000 EUR.", "In 2023 the budget was 335,500 EUR.", True),
    ],
)
def test_another_time_is_another_year_and_other_figures(claim: str, sentence: str, other: bool) -> None:
    language = "en" if claim.isascii() else "zh"
    run = Text(sentence, language)
    assert of_another_time(Text(claim, language), run, Around(run, "", date(2024, 12, 24))) is other


@pytest.mark.parametrize(
    ("sentence", "silent"),
    [("亚运会筹备阶段，全省开展城市治理行动。", True), ("亚运会组建了66个党支部。", False), ("夺得51枚金牌。", False)],
)
def test_a_sentence_without_a_figure_of_the_kind_says_nothing_of_it(sentence: str, silent: bool) -> None:
    claim = Text("浙江在亚运会上拿了53枚金牌。", "zh")
    assert of_no_such_figure(claim, Text(sentence, "zh"), Around(Text(sentence, "zh"), "", None)) is silent


@pytest.mark.parametrize(
    ("question", "before", "of_another"),
    [
        ("2024年底有多少机架？", "截至2025年底，规模达到", True),
        ("2025年底有多少机架？", "截至2025年底，规模达到", False),
        ("2025年底有多少机架？", "比2024年底增加", False),
        ("去年一季度吞吐量是多少？", "今年一季度完成", True),
        ("今年一季度吞吐量是多少？", "今年一季度完成", False),
        ("How many were stolen in 2024?", "In 2025 thieves took", True),
        ("吞吐量是多少？", "2025年完成", False),
        ("2022年有多少件？", "馆藏由2022年的860件增加到", True),
        ("2024年有多少件？", "馆藏由2022年的860件增加到", False),
        ("How many pieces in 2022?", "It grew from 860 pieces in 2022 to ", True),
    ],
)
def test_a_phrase_of_another_year(question: str, before: str, of_another: bool) -> None:
    assert phrase_of_another_year(question, before, "") is of_another


@pytest.mark.parametrize(
    ("question", "before", "of_another"),
    [
        ("第二批什么时候交付？", "第一批已于", True),
        ("第二批什么时候交付？", "第一批已于3月交付，第二批计划", False),
        ("第二批什么时候交付？", "第一小学的", False),
        ("第一批和第二批有多少？", "第三批有", False),
        ("第二期工事では何を整備した？", "第一期工事では", True),
        ("What did the second phase cost?", "The first phase cost ", True),
        ("¿Cuánto costó la segunda fase?", "La primera fase costó ", True),
        ("What did the phase cost?", "The first phase cost ", False),
    ],
)
def test_a_phrase_of_another_one_in_a_row(question: str, before: str, of_another: bool) -> None:
    assert phrase_of_another_number(question, before) is of_another


@pytest.mark.parametrize(("year", "doubt"), [(2024, DOUBTFUL), (2025, 0.0)])
def test_a_sentence_is_of_the_year_of_those_before_it(year: int, doubt: float) -> None:
    run = Text("5月1日单日客流最高，为126.5万人次。", "zh")
    passage = Text(f"2024年5月，地铁新开一条线。2025年5月，地铁日均客流98.7万人次。{run.raw}", "zh")
    assert other_value(Text(f"{year}年5月单日客流最高是多少？", "zh"), run, Around(passage, "", None)) == doubt

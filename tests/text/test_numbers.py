from __future__ import annotations

from datetime import date

import pytest

from rag.text.numbers import dated, quantities, unmatched


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("为期三个月", [(3, "个月")]),
        ("第七轮巡察", [(7, "轮")]),
        ("二〇二四年", [(2024, "年")]),
        ("百分之二十", [(20, "%")]),
        ("三百二十五人", [(325, "#")]),
        ("一百二十三万元", [(1_230_000, "元")]),
        ("3千万元", [(30_000_000, "元")]),
        ("one of two weeks", [(2, "~m7")]),
        ("20 per cent", [(20, "%")]),
        ("35 años", [(35, "~m5")]),
        ("工资占三分之二", [(66.6667, "%")]),
        ("四分之一的茶园", [(25, "%")]),
        ("十分之三", [(30, "%")]),
        ("千分之五", [(0.5, "%")]),
        ("百分之五", [(5, "%")]),
        ("Two thirds of them left", [(66.6667, "%")]),
        ("three-quarters", [(75, "%")]),
        ("行驶了千万公里", [(10_000_000, "公")]),
        ("百万亿次计算", [(1e14, "#")]),
        ("El distrito invirtió 3.150 millones de yuanes", [(3_150_000_000, "")]),
        ("The city has 3.150 million inhabitants", [(3_150_000, "")]),
    ],
)
def test_numbers_in_words_and_units(text: str, expected: list[tuple[float, str]]) -> None:
    assert quantities(text) == expected


@pytest.mark.parametrize(
    "text",
    ["一个", "四五个", "十四五规划", "统一", "三明市", "进一步", "千万不要", "数百万元", "百家争鸣", "二" + "亿" * 600],
)
def test_what_only_looks_like_a_numeral(text: str) -> None:
    assert quantities(text) == []


@pytest.mark.timeout(20)
@pytest.mark.parametrize("unit", ["9", "九", "十", "亿", "百", "百分之", "1.", "二〇", "٣"])
def test_a_hundred_thousand_characters_of_numerals_are_read_in_time(unit: str) -> None:
    text = "二" + unit * (100_000 // len(unit)) + "年，为期三个月"
    assert quantities(text)[-1] == (3, "个月")


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [("20 km", "20 miles"), ("8亿美元", "8亿元"), ("3 years", "3 months"), ("五批", "六批"), ("5个月", "5个组")],
)
def test_units_must_agree(claim: str, evidence: str) -> None:
    assert unmatched(claim, evidence)


@pytest.mark.parametrize(
    ("claim", "evidence"), [("3 months", "三个月"), ("twelve years", "12年"), ("20%", "百分之二十")]
)
def test_units_of_two_scripts_do(claim: str, evidence: str) -> None:
    assert not unmatched(claim, evidence)


def test_the_day_of_an_article_may_be_left_unsaid_unless_it_says_it() -> None:
    day = date(2024, 12, 23)
    assert not unmatched("2024年12月22日", "会议昨日召开", dated(day, "会议昨日召开"))
    assert not unmatched("2023年增长5%", "去年增长5%", dated(day, "去年增长5%"))
    assert unmatched("2024年增长5%", "2021年增长5%", dated(day, "2021年增长5%"))
    assert unmatched("2024年", "", dated(None, ""))
    assert not unmatched("1月1日", "", dated(date.min, ""))
    assert not unmatched("12月30日", "", dated(date.max, "明年"))


def test_currencies_are_units() -> None:
    assert not unmatched("300 рублей", "Она заплатила 300 рублей.")
    assert unmatched("300 euros", "Она заплатила 300 рублей.")
    assert unmatched("300 dollars", "300 euros were paid.")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("图书馆每周一闭馆", [(1.0, "weekday")]),
        ("星期天开放", [(7.0, "weekday")]),
        ("水曜日", [(3.0, "weekday")]),
        ("closed on Tuesdays", [(2.0, "weekday")]),
        ("El museo cierra los sábados.", [(6.0, "weekday")]),
        ("Marco Polo", []),
        ("两周三次", [(2.0, "周"), (3.0, "#")]),
        ("2024临江马拉松", [(2024.0, "年")]),
        ("2000米", [(2000.0, "米")]),
        ("一期45亿元", [(1.0, "期"), (4.5e9, "元")]),
        ("fourteen minutes, ninety days", [(14.0, "~m10"), (90.0, "~m8")]),
    ],
)
def test_days_of_the_week_years_of_headlines_and_phases(text: str, found: list[tuple[float, str]]) -> None:
    assert quantities(text) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("全长二十七点六公里", "全长27.6公里"),
        ("下降百分之四点八", "下降4.8%"),
        ("四十三点二万吨", "43.2万吨"),
        ("三十一亿五千万元", "31.5亿元"),
        ("一万二千亿元", "12000亿元"),
        ("零点五米", "0.5米"),
        ("cayeron un 11,2 %", "下降11.2%"),
        ("3,15 milliards de yuans", "31.5亿元"),
    ],
)
def test_decimals_and_large_sums_however_they_are_written(one: str, other: str) -> None:
    assert not unmatched(one, other)
    assert not unmatched(other, one)


def test_hours_and_lists_are_no_decimals() -> None:
    assert (30.0, "分") in quantities("上午八点三十分")
    assert [value for value, _ in quantities("items 1,2,3")] == [1, 2, 3]
    assert [value for value, _ in quantities("1,234 people")] == [1234]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("离职率接近三成", "离职率近30%"),
        ("占六成五", "占65%"),
        ("Dieciocho obras se representaron", "18 obras"),
        ("Once concejales de la oposición votaron en contra", "los 11 concejales"),
        ("twenty-five people", "25 people"),
        ("treinta y dos trenes", "32 trenes"),
    ],
)
def test_tenths_and_number_words_are_the_figures_that_they_name(one: str, other: str) -> None:
    assert unmatched(one, other) == []
    assert quantities(one)


@pytest.mark.parametrize("text", ["一成不变的做法", "The shop opens once a year.", "他们已成为朋友"])
def test_words_that_only_look_like_numbers_are_none(text: str) -> None:
    assert quantities(text) == []

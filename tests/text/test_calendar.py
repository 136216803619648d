"""The same day and the same sum, however written."""

from __future__ import annotations

from datetime import date

import pytest

from rag.text.calendar import dateline, day_line, is_dateline, months, reported_day
from rag.text.terms import terms


@pytest.mark.parametrize(
    "text",
    [
        "12月23日",
        "2024年12月23日",
        "12月23号",
        "On December 23, 2024",
        "Dec. 23rd",
        "el 23 de diciembre",
        "am 23. Dezember",
        "23 декабря",
        "23 ديسمبر",
        "ngày 23 tháng 12",
        "2024-12-23",
        "2024/12/23",
        "12-23",
    ],
)
def test_a_day_is_one_term_in_any_writing(text: str) -> None:
    assert "day12.23" in terms(text)


@pytest.mark.parametrize("text", ["13月45日", "比分 3-2", "in May 2024", "电话 0577-12-2345", "12-23-99", "1.12-23.5"])
def test_what_is_no_day_gives_none(text: str) -> None:
    assert not any(term.startswith("day") for term in terms(text))


@pytest.mark.parametrize("text", ["122.8亿元", "12.28 billion yuan", "12280000000", "12,280,000,000", "１２２.８亿"])
def test_a_sum_is_one_term_in_any_writing(text: str) -> None:
    assert "sum12280000000" in terms(text)


def test_years_and_small_numbers_are_no_sums() -> None:
    assert not any(term.startswith("sum") for term in terms("2024年有85个问题"))


@pytest.mark.parametrize(
    "text",
    [
        "Montreval-sur-Ouche, le 14 mars 2024. Après les travaux, elle a ouvert.",
        "Lindenfurt, 14. März 2024. Der Stadtrat hat beschlossen.",
        "LONDON (AP) — March 14, 2024 — The council said so.",
        "Белоомутск, 14 марта 2024 года. Мост закрыт.",
        "14 de março de 2024",
        "Lisboa, 14.03.2024 – O porto",
    ],
)
def test_a_report_begins_with_where_and_when(text: str) -> None:
    found = dateline(text)
    assert found is not None
    assert f"{found[1]}" == "2024-03-14"
    assert is_dateline(text[: found[0]])


@pytest.mark.parametrize(
    "text",
    [
        "Le musée a ouvert le 14 mars 2024.",
        "The war began on 14 March 1914.",
        "March 2024.",
        "Am 31.02.2024.",
        "Am-" * 9000,
    ],
)
def test_what_is_no_dateline(text: str) -> None:
    assert dateline(text) is None


def test_a_dateline_with_its_author_says_something() -> None:
    assert not is_dateline("By Ann Lee, 14 March 2024")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("2024年12月23日下午", {12}),
        ("十二月以来", {12}),
        ("1月至11月", {1, 11}),
        ("为期3个月，3月间", set()),
        ("in march 2024, and by may", {3, 5}),
        ("it may rain when they march on", set()),
        ("en mayo de 2024", {5}),
        ("в июле 2023 года мать", {7}),
        ("tháng 12 năm 2024", {12}),
        ("in december", {12}),
    ],
)
def test_months_are_known_in_any_writing(text: str, named: set[int]) -> None:
    assert months(text) == named


@pytest.mark.parametrize(
    ("lead", "day"),
    [
        ("本报讯（记者 李敏）2018年6月8日上午，文化节开幕。", date(2018, 6, 8)),
        ("本报讯（记者 李敏 通讯员 莫俊）昨日，2018年6月8日，文化节开幕。", None),
        ("新华社北京2024年1月5日电 会议召开。", None),  # its dateline: see `rag.ingest.dates`
        ("本报讯（记者 李敏）6月8日上午，文化节开幕。", None),
        ("1949年10月1日，新中国成立。", None),
        ("本报讯 2018年13月40日，文化节开幕。", None),
    ],
)
def test_the_day_that_a_report_begins_with(lead: str, day: date | None) -> None:
    assert reported_day(lead) == day


@pytest.mark.parametrize(
    ("line", "rest", "day"),
    [
        ("2024年5月21日  01版  记者 陶景行", "01版  记者 陶景行", date(2024, 5, 21)),
        ("《江城周报》记者 陶景行 2024年5月21日", "《江城周报》记者 陶景行", date(2024, 5, 21)),
        ("江城日报 2024年5月21日 星期二 第03版", "第03版", date(2024, 5, 21)),
        ("2024年5月21日（火）", "", date(2024, 5, 21)),
        ("2024년 5월 21일 화요일", "", date(2024, 5, 21)),
        ("2024-05-21 10:30", "10:30", date(2024, 5, 21)),
        ("jueves 14 de noviembre de 2024", "", date(2024, 11, 14)),
        ("Port-Kervran (Finistère), 17 février 2020, par Anne Le Goff", "par Anne Le Goff", date(2020, 2, 17)),
    ],
)
def test_a_line_that_says_when(line: str, rest: str, day: date) -> None:
    assert day_line(line) == (rest, day)


@pytest.mark.parametrize(
    "line",
    [
        "自2024年5月21日起施行",
        "2024年5月21日，全市召开动员大会",
        "2024年5月21日召开",
        "记者 陶景行 2024年5月21日报道",
        "2024年5月21日 全市最高气温35度",
        "2024-05-21 张三 报销 300元",
        "2024年5月21日 停业",
        "16 January 2025 was a day",
        "2024年13月40日",
        "2024年5月21日 " + "很长的一行" * 40,
    ],
)
def test_a_line_that_says_more_than_when(line: str) -> None:
    assert day_line(line) is None

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.rows import cells, read_out

TABLE = ["年份 | 费用（万元） | 单位", "2023 | 1,512 | 东海公司", "2024 |  | 北辰公司"]


def test_a_row_is_read_out_under_the_names_of_its_columns() -> None:
    names, first, second = read_out(TABLE, "")
    assert names is not None
    assert names.names
    assert names.said == TABLE[0]
    assert first is not None
    assert first.said == "年份：2023；费用：1,512万元；单位：东海公司。"
    assert second is not None
    assert second.said == "年份：2024；单位：北辰公司。"


def test_a_passage_that_begins_inside_a_table_reads_under_what_it_stands_under() -> None:
    (row,) = read_out(["2025\t9"], "Year\tBudget (EUR)")
    assert row is not None
    assert row.said == "Year: 2025; Budget: 9 EUR."
    assert read_out(["2025\t9"], "Year\tBudget (EUR)\tSeats") == [None]


def test_two_columns_without_names_are_read_as_name_and_value() -> None:
    rows = read_out(["负责人 | 张三", "电话 | 0577", "地址 | 望江路"], "")
    assert [row.said if row else None for row in rows] == ["负责人：张三。", "电话：0577。", "地址：望江路。"]


def test_two_columns_with_numbers_below_their_names_are_a_table() -> None:
    rows = read_out(["Route | Fare (EUR)", "Nordby | 12.50", "Sandholm | 18.00"], "")
    assert [row.said if row else None for row in rows][1:] == [
        "Route: Nordby; Fare: 12.50 EUR.",
        "Route: Sandholm; Fare: 18.00 EUR.",
    ]


def test_years_may_name_columns_and_other_numbers_may_not() -> None:
    years = read_out(["Item | 2022 | 2023", "Income | 12 | 13"], "")
    assert years[1] is not None
    assert years[1].said == "Item: Income; 2022: 12; 2023: 13."
    assert read_out(["a | 7 | 8", "b | 9 | 10"], "") == [None, None]


@pytest.mark.parametrize("line", ["一句话，没有表格。", "A single line", "", f"short | {'long ' * 80}"])
def test_prose_is_no_row(line: str) -> None:
    assert cells(line) == []


@given(st.lists(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), max_size=40), max_size=6))
def test_what_is_read_out_knows_where_it_is_printed(lines: list[str]) -> None:
    for line, row in zip(lines, read_out(lines, "a | b"), strict=True):
        for said, printed, length in row.cells if row else ():
            assert row is not None
            assert row.said[said : said + length] == line[printed : printed + length]
            if length:
                assert row.printed(said, said + length) == (printed, printed + length)

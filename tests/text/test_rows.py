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
    assert TABLE[0] in names.said
    assert first is not None
    assert first.said == "年份：2023；费用：1,512万元；单位：东海公司。"
    assert second is not None
    assert second.said == "年份：2024；单位：北辰公司。"


def test_a_passage_that_begins_inside_a_table_reads_under_what_it_stands_under() -> None:
    (row,) = read_out(["2025\t9"], "Year\tBudget (EUR)")
    assert row is not None
    assert row.said == "Year: 2025; Budget: 9 EUR."
    assert read_out(["2025\t9\t3"], "Year\tBudget (EUR)") == [None]


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


def test_a_row_is_read_as_far_as_it_speaks_to_a_question() -> None:
    lines = ["项目 | 2022年 | 2023年", "教育 | 1,315 | 1,402", "卫生 | 902 | -"]
    rows = read_out(lines, "")
    assert rows[1] is not None
    assert rows[2] is not None
    about = rows[1].about("2023年教育花了多少？")
    assert about is not None
    assert about.said == "项目：教育；2023年：1,402。"
    assert rows[1].about("2023年卫生花了多少？") is None
    assert rows[2].about("2023年卫生花了多少？") is None
    assert rows[1].about("2019年教育花了多少？") is None


def test_a_caption_is_no_row_of_names_and_a_unit_above_counts() -> None:
    rows = read_out(["单位：万元", "各项投入 |  | ", "项目 | 投入 | 年份", "教育 | 1,315 | 始于1998"], "")
    assert [row.names if row else None for row in rows] == [None, True, True, False]
    assert rows[3] is not None
    assert rows[3].said == "项目：教育；投入：1,315万元；年份：始于1998。"


def test_a_table_without_names_gets_none() -> None:
    assert read_out(["Puesto 1 | Lola | desde 1974", "Puesto 2 | Marín | desde 1989"], "") == [None, None]


def test_a_shorter_row_does_not_end_a_table() -> None:
    rows = read_out(["Shop | Rent | Since", "Butcher | 720", "Florist | 700 | 2015"], "")
    assert [row.said if row else None for row in rows][1:] == [
        "Shop: Butcher; Rent: 720.",
        "Shop: Florist; Rent: 700; Since: 2015.",
    ]


def test_an_answer_is_a_cell_with_its_unit_and_no_name_of_a_column() -> None:
    (row,) = read_out(["2025\t9"], "Year\tBudget (EUR)")
    assert row is not None
    said = row.said
    assert row.cell_at(said.index("Budget"), len(said)) == ("9 EUR", 5, 6)
    assert row.cell_at(said.index("Budget"), said.index("Budget") + 6) is None


@given(st.lists(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), max_size=40), max_size=6))
def test_what_is_read_out_knows_where_it_is_printed(lines: list[str]) -> None:
    for line, row in zip(lines, read_out(lines, "a | b"), strict=True):
        for cell in row.cells if row else ():
            assert row is not None
            start = row.said.find(line[cell.start : cell.end])
            assert start >= 0
            assert row.cell_at(0, len(row.said)) is None or cell.end <= len(line)

"""Questions and claims about tables: the row that is asked for, with the names of its columns, and no other."""

from __future__ import annotations

import pathlib

import pytest

from rag.types import Question, Verdict
from rag.wiring import Service
from tests.conftest import service_over, verdict

TABLES = {
    "cables.md": """# 港区电缆工程年报

本报告汇总了港区电缆更换工程的年度数据。

## 年度费用

| 年份 | 电缆费用（万元） | 更换长度（公里） | 承包单位 |
| --- | --- | --- | --- |
| 2021 | 1,240 | 36.5 | 东海电力安装公司 |
| 2022 | 1,385 | 41.2 | 华光线缆集团 |
| 2023 | 1,512 | 47.9 | 东海电力安装公司 |

## 各区故障

| 城区 | 故障次数 | 平均修复时间 |
| --- | --- | --- |
| 江南区 | 17次 | 3.2小时 |
| 江北区 | 24次 | 4.1小时 |
""",
    "libraries.md": """# 县图书馆年报

全县图书馆2025年共举办讲座312场，各分馆情况如下。

| 图书馆 | 馆长 | 周末开放 |
| --- | --- | --- |
| 竹口分馆 | 何大勇 | 否 |
| 城南分馆 | 唐秋月 | 是 |
""",
    "ferry.html": """<html lang="en"><head><title>Ferry fares</title></head><body><main><h1>Ferry fares</h1>
<p>The ferry company published new fares for the coming summer season, valid from June to September, on its island
routes.</p><table><tr><th>Route</th><th>Adult fare (EUR)</th><th>Duration</th></tr>
<tr><td>Nordby</td><td>12.50</td><td>35 min</td></tr><tr><td>Sandholm</td><td>18.00</td><td>70 min</td></tr></table>
<p>Children under six travel free of charge when accompanied by an adult passenger on all of the routes.</p></main>
</body></html>""",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return service_over(TABLES, tmp_path_factory.mktemp("tables"))


@pytest.mark.parametrize(
    ("question", "short", "quote"),
    [
        ("2023年电缆费用是多少？", "1,512万元", "2023 | 1,512 | 47.9 | 东海电力安装公司"),
        ("2022年更换了多少公里电缆？", "41.2公里", "2022 | 1,385 | 41.2 | 华光线缆集团"),
        ("江北区的平均修复时间是多少？", "4.1小时", "江北区 | 24次 | 4.1小时"),
        ("How much is the adult fare to Sandholm?", "18.00 EUR", "Sandholm | 18.00 | 70 min"),
    ],
)
def test_the_row_that_is_asked_for_answers(service: Service, question: str, short: str, quote: str) -> None:
    answer = service.assistant.ask(Question(question))
    assert answer.short == short
    (citation,) = answer.citations
    assert citation.quote == quote
    source = service.catalog.source_text(citation.source)
    assert citation.highlight is not None
    assert "".join(source[span.start : span.end] for span in citation.highlight) in short


@pytest.mark.parametrize("question", ["2019年电缆费用是多少？", "哪一年的电缆费用最高？"])
def test_what_no_row_says_is_not_answered(service: Service, question: str) -> None:
    assert service.assistant.ask(Question(question)).abstained


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("2023年电缆费用为1512万元。", Verdict.SUPPORTED),
        ("2022年电缆费用为1512万元。", Verdict.CONTRADICTED),
        ("江北区的平均修复时间为4.1小时。", Verdict.SUPPORTED),
        ("江北区的平均修复时间为3.2小时。", Verdict.CONTRADICTED),
    ],
)
def test_claims_are_held_against_rows(service: Service, claim: str, verdict: Verdict) -> None:
    (checked,) = service.assistant.verify(claim).claims
    assert checked.verdict is verdict


def test_a_long_table_keeps_the_names_of_its_columns_in_every_passage(tmp_path: pathlib.Path) -> None:
    rows = "\n".join(f"| 第{number}小学 | {number * 37} | {number + 11} |" for number in range(1, 60))
    table = f"# 各校概况\n\n| 学校 | 学生（人） | 教师（人） |\n| --- | --- | --- |\n{rows}\n"
    made = service_over({"schools.md": table}, tmp_path)
    answer = made.assistant.ask(Question("第53小学有多少教师？"))
    assert answer.citations[0].quote == "第53小学 | 1961 | 64"
    assert "教师：64人" in answer.answer


YEARS = """# 青石县统计公报

## 历年投入（单位：万元）

| 项目 | 2021年 | 2022年 | 2023年 |
|---|---|---|---|
| 教育支出 | 12,300 | 13,150 | 14,020 |
| 农林水支出 | 6,700 | 6,900 | - |

## 学校

| 学校 | 学生数（人） | 教师（人） | 校长 |
|---|---|---|---|
| 青石一中 | 2,310 | 187 | 张明远 |
| 南山职校 | 1,560 |  | 李秋实 |
"""


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return service_over({"years.md": YEARS}, tmp_path_factory.mktemp("years"))


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("2022年教育支出是多少？", "13,150万元"),
        ("2023年教育支出是多少？", "14,020万元"),
        ("2023年农林水支出是多少？", None),
        ("青石一中有多少名教师？", "187人"),
        ("南山职校有多少名教师？", None),
        ("南山职校的校长是谁？", "李秋实"),
    ],
)
def test_the_column_that_is_asked_for_answers_and_an_empty_cell_does_not(
    years: Service, question: str, short: str | None
) -> None:
    assert years.assistant.ask(Question(question)).short == short


@pytest.mark.parametrize(
    ("claim", "supported"),
    [
        ("2023年教育支出为14,020万元。", True),
        ("2022年教育支出为14,020万元。", False),
        ("南山职校有教师1,560人。", False),
        ("青石一中有教师187人。", True),
    ],
)
def test_claims_are_held_against_columns(years: Service, claim: str, supported: bool) -> None:
    (checked,) = years.assistant.verify(claim).claims
    assert (checked.verdict is Verdict.SUPPORTED) is supported


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("竹口分馆周末开放。", Verdict.CONTRADICTED),
        ("竹口分馆周末不开放。", Verdict.SUPPORTED),
        ("城南分馆周末开放。", Verdict.SUPPORTED),
        ("城南分馆周末不开放。", Verdict.CONTRADICTED),
    ],
)
def test_yes_and_no_in_a_cell_affirm_and_deny_its_column(service: Service, claim: str, expected: Verdict) -> None:
    assert verdict(service, claim) is expected

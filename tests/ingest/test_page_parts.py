"""Tables of figures, headlines far from their stories and the names of those who made a page, on pages in columns."""

from __future__ import annotations

from rag.ingest.pages import reconstruct
from rag.text.rows import read_out
from rag.types import Draft, Kind, Metadata, Page

_TABLE = (
    "乡镇\n东溪镇\n南坪乡\n北桥镇\n\n2021年产量\n5200吨\n1830吨\n950吨\n\n2022年产量\n6100吨\n—\n1240吨\n"
    "全县各乡镇茶叶产量一览\n（资料来源：县农业局）\n"
)
_TEA = (
    "本报讯（记者 林一禾）清明未到，山上的茶园已经热闹起来。县农业局昨天说，今年全县采茶面积有三万二千亩，"
    "比去年多出两千亩，采茶工人紧缺，每天的工钱涨到一百八十元。茶商从外省赶来，在茶市上排队等候新茶下山，"
    "最早的一批已经卖到省城。农技人员提醒，夜里仍有霜冻，低处的茶园要早做准备，遮盖和熏烟都不能少。"
)
_BUS = (
    "本报讯（记者 陈小舟）城南客运站下月搬迁，新站设在环城路与解放路的交叉口，占地六十亩，有二十四个发车位。"
    "客运公司介绍，搬迁期间班车照常开行，市民可在网上购票，到站后凭证件上车。老站的地块将改建为停车场，"
    "计划明年春天完工，届时可停车三百余辆，周边道路的拥堵有望缓解，沿街商户对此表示欢迎。"
)


def _wrapped(text: str, width: int) -> str:
    return "\n\n".join(text[at : at + width] for at in range(0, len(text), width)) + "\n"


def _drafts(text: str) -> list[Draft]:
    drafts = reconstruct(Page("page.txt", text, "txt", Metadata()))
    for draft in drafts:
        for run in draft.body.runs:
            assert draft.body.text[run.at : run.at + run.length] == text[run.source : run.source + run.length]
    return drafts


def _titles(text: str) -> dict[str, str | None]:
    """The titles of the stories, by their reporters."""
    return {draft.reporters[0]: draft.title for draft in _drafts(text) if draft.kind is Kind.ARTICLE}


def test_columns_of_figures_are_rows_under_the_names_of_the_columns() -> None:
    drafts = _drafts(_TABLE + _wrapped(_TEA, 12))
    (table,) = [draft for draft in drafts if draft.kind is Kind.TABLE]
    assert table.title == "全县各乡镇茶叶产量一览"
    lines = table.body.text.split("\n")
    assert "南坪乡\t1830吨\t—" in lines
    rows = dict(zip(lines, read_out(lines, ""), strict=True))
    row = rows["北桥镇\t950吨\t1240吨"]
    assert row
    assert row.said == "乡镇：北桥镇；2021年产量：950吨；2022年产量：1240吨。"
    assert "5200吨" not in "".join(draft.body.text for draft in drafts if draft is not table)


def test_a_table_at_the_end_of_a_page_and_one_of_two_columns() -> None:
    two = "姓名\n甲一\n乙二\n丙三\n用时\n12分\n13分\n15分\n"
    (table,) = [draft for draft in _drafts(_wrapped(_TEA, 12) + two) if draft.kind is Kind.TABLE]
    assert table.body.text == "姓名\t用时\n甲一\t12分\n乙二\t13分\n丙三\t15分"


def test_figures_that_do_not_match_the_names_are_no_table() -> None:
    figures = "5200吨\n1830吨\n950吨\n"
    for broken in (f"乡镇\n东溪镇\n南坪乡\n产量\n{figures}", figures, f"产量\n{figures}"):
        assert all("\t" not in draft.body.text for draft in _drafts(broken + "\n" + _wrapped(_TEA, 12)))


def test_headlines_among_other_lines_find_their_stories() -> None:
    block = "春风送暖满人间\n城南客运站下月搬迁新站设在环城路\n采茶工人紧缺 茶商赶来排队\n"
    titles = _titles(_wrapped(_TEA, 12) + _wrapped(_BUS, 16) + block)
    assert titles == {"林一禾": "采茶工人紧缺 茶商赶来排队", "陈小舟": "城南客运站下月搬迁新站设在环城路"}


def test_vertical_type_printed_twice_is_read_once() -> None:
    block = "城南客运站下月搬迁城南客运站下月搬迁\n﹃\n新站\n﹄\n设在环城路口\n"
    assert _titles(_wrapped(_TEA, 12) + _wrapped(_BUS, 16) + block)["陈小舟"] == "城南客运站下月搬迁“新站”设在环城路口"


def test_who_made_the_page_is_no_headline() -> None:
    staff = "值班主任\t林 一  责任编辑\t陈 二\n来信请寄：环城路8号客运站旁 邮编100001\n"
    drafts = _drafts(_wrapped(_BUS, 16) + staff)
    assert [draft.title for draft in drafts if draft.kind is Kind.ARTICLE] == [None]
    (credits,) = [draft for draft in drafts if draft.kind is Kind.CREDITS]
    assert "值班主任" in credits.body.text
    assert "来信请寄" in credits.body.text


def test_a_line_that_two_stories_say_belongs_to_neither() -> None:
    other = _BUS.replace("陈小舟", "周大江").replace("城南", "城北")
    titles = _titles(_wrapped(_BUS, 16) + _wrapped(other, 16) + "春风送暖满人间\n客运站搬迁不误乘客上车\n")
    assert titles == {"陈小舟": None, "周大江": None}

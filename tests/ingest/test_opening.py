"""A headline, another below it and a line with the day, each on a line of its own, above plain text."""

from __future__ import annotations

from datetime import date

import pytest

from rag.ingest.pages import reconstruct
from rag.types import Draft, Metadata, Page

BODY = (
    "本报讯 5月20日下午，青禾县召开会议，研究防汛备汛和农村公路养护等工作，县长周敏主持会议并讲话。\n\n"
    "会议听取了汇报。\n"
)
TEXT = (
    "The council voted 5-2 on Monday night to approve the plan, ending a dispute that had lasted for more than three "
    "years in the town, and sent it on to the county for a final review."
)


def _read(text: str) -> Draft:
    (draft,) = reconstruct(Page("a.txt", text, "txt", Metadata()))
    return draft


def test_headline_headline_below_and_line_of_the_day() -> None:
    head = "县政府召开第三十七次常务会议\n研究防汛备汛、农村公路养护等工作\n2024年5月21日  01版  记者 陶景行\n"
    draft = _read(f"{head}\n{BODY}")
    assert draft.title == "县政府召开第三十七次常务会议"
    assert draft.published == date(2024, 5, 21)
    assert draft.reporters == ("陶景行",)
    assert draft.body.text.startswith("研究防汛备汛、农村公路养护等工作\n2024年5月21日")


@pytest.mark.parametrize(
    ("day", "published"),
    [
        ("Thursday 16 January 2025", date(2025, 1, 16)),
        ("April 24, 2024", date(2024, 4, 24)),
        ("Valdemora del Río, jueves 14 de noviembre de 2024", date(2024, 11, 14)),
        ("Port-Kervran (Finistère), 17 février 2020, par Anne Le Goff", date(2020, 2, 17)),
        ("الأحد 13 أكتوبر 2024", date(2024, 10, 13)),
    ],
)
def test_a_day_right_below_a_headline_in_letters(day: str, published: date) -> None:
    title = "Marlow council approves 212-unit housing plan for old cannery site"
    draft = _read(f"{title}\n{day}\n\n{TEXT}\n")
    assert (draft.title, draft.published) == (title, published)
    assert draft.body.text.startswith(day)


def test_without_a_blank_line_below_the_day() -> None:
    draft = _read(f"岱宁市调整11条公交线路 谁受影响？\n2024年6月21日 星期五\n{BODY}")
    assert draft.title == "岱宁市调整11条公交线路 谁受影响？"
    assert draft.published == date(2024, 6, 21)


def test_two_headlines_above_longer_text_need_no_day() -> None:
    draft = _read(f"强寒潮今夜起影响我市\n北部山区有暴雪\n\n{BODY}")
    assert draft.title == "强寒潮今夜起影响我市"
    assert draft.published is None


@pytest.mark.parametrize(
    "text",
    [
        f"白日依山尽，\n黄河入海流。\n\n{BODY}",
        f"苹果\n香蕉\n两斤牛肉\n\n{BODY.replace('。', '')}",
        f"2024年5月21日 江城日报\n全市召开大会\n\n{BODY}",
        f"关于停水的说明如下：\n2024年5月21日\n\n{BODY}",
    ],
)
def test_what_is_no_head(text: str) -> None:
    assert _read(text).title is None


def test_days_of_a_chronicle_are_not_when_it_was_published() -> None:
    first = "青禾县大事记\n2001年3月2日\n\n县城开始修路，全线长十二公里。"
    text = f"{first}\n\n2003年5月6日\n\n新桥通车，两岸居民出行方便了许多。\n\n此后两岸的集市也并在了一起。\n"
    assert _read(text).published is None


def test_paragraphs_a_line_each_among_short_rows_are_no_columns() -> None:
    rows = "\n".join(f"{name}区  {100 + n}.6亿元  增长5.{n}%" for n, name in enumerate("河柳高青望安"))
    long = (
        "初步核算，上半年全市实现地区生产总值1187.4亿元，同比增长5.6%，增速比一季度加快0.7个百分点，"
        "其中第一产业增加值131.2亿元，增长3.9%。"
    )
    head = "青禾市上半年经济运行情况公布\n2023年7月28日  02版"
    text = f"{head}\n\n{long}\n\n各区生产总值如下：\n{rows}\n\n{long}\n\n{long}\n"
    drafts = reconstruct(Page("a.txt", text, "txt", Metadata()))
    assert len(drafts) == 1
    assert rows in drafts[0].body.text

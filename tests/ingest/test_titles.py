"""The first line of plain text as the title of its article, or as part of it."""

from __future__ import annotations

import pytest

from rag.ingest.pages import reconstruct
from rag.types import Draft, Metadata, Page

STORY = "本报讯（记者 周敏）11月10日上午，比赛在市民广场鸣枪起跑。\n\n来自23个国家和地区的2万名选手参加。\n"


def _read(text: str) -> Draft:
    (draft,) = reconstruct(Page("a.txt", text, "txt", Metadata()))
    return draft


@pytest.mark.parametrize(
    "title",
    ["2024临江马拉松圆满落幕", "市第三人民医院新院区启用", "青溪县遭遇强降雨 转移群众3246人"],
)
def test_a_line_set_apart_above_short_paragraphs_is_the_title_and_no_sentence(title: str) -> None:
    draft = _read(f"{title}\n\n{STORY}")
    assert draft.title == title
    assert title not in draft.body.text
    assert draft.title_spans


def test_a_headline_in_letters_may_be_longer() -> None:
    title = "Harwick opens new swing bridge over the river after a delay of two years"
    story = "The bridge opened to traffic on Thursday, two years later than it was planned to, at a higher cost."
    draft = _read(f"{title}\n\nBy Eleanor Marsh\n\n{story}\n")
    assert draft.title == title


@pytest.mark.parametrize(
    "text",
    [
        "比赛在市民广场鸣枪起跑。\n\n来自23个国家和地区的2万名选手参加了这一场比赛。\n",  # a sentence
        f"尊敬的读者：\n\n{STORY}",
        f"Dear Sir,\n\n{STORY}",
        f"- 第一项\n\n{STORY}",
        "购物清单\n\n苹果\n\n香蕉\n\n两斤牛肉\n",  # no sentence below
        f"临江马拉松圆满落幕\n{STORY}",  # not apart
    ],
)
def test_what_is_no_title(text: str) -> None:
    draft = _read(text)
    assert draft.title is None
    assert draft.body.text.startswith(text.split("\n")[0])


@pytest.mark.parametrize(
    "first",
    ["青禾公司发布新款农用机器人“小穗”", "2025年全市农业机械销量排行榜公布", "报告：全市农机规模持续增长 两地位居前列"],
)
def test_a_headline_above_paragraphs_of_any_length_is_the_title(first: str) -> None:
    body = (
        "4月22日，青禾公司在发布会上介绍了新款机器人，它由公司团队历时四年研发，"
        "定位精度比上一代提高了一倍，整机重量也有所下降。"
    )
    draft = _read(f"{first}\n{body}\n{body[:54]}。\n{body}")
    assert draft.title == first


def test_a_quoted_sentence_is_no_title() -> None:
    body = (
        "他在会上说了这句话，随后又介绍了项目的进展情况，并回答了记者的提问，"
        "会议持续了两个小时，直到傍晚才结束，代表们陆续离场。"
    )
    assert _read(f"他说：“我们回来了。”\n{body}\n{body}").title is None


def test_a_lead_names_the_reporter() -> None:
    draft = _read("市里召开水利会议\n\n本报讯（记者 林晓彤）3月14日下午，市里召开水利会议，研究今年的项目安排。")
    assert (draft.byline, draft.reporters) == ("本报讯（记者 林晓彤）", ("林晓彤",))


@pytest.mark.parametrize(
    "text",
    [
        "# Un pont neuf\n\nMontreval, le 14 mars 2024. Le pont a ouvert samedi.\n",
        "关于做好供暖工作的通知\n\n各区县要按时供暖，确保群众温暖过冬，不得拖延。\n\n市政府办公室\n\n2024年3月14日\n",
    ],
)
def test_prose_says_when_it_was_published(text: str) -> None:
    assert f"{_read(text).published}" == "2024-03-14"


def test_a_day_inside_prose_is_not_when_it_was_published() -> None:
    assert _read("# Un pont neuf\n\nLe pont a ouvert le 14 mars 2024. Il est long.\n").published is None


def test_the_title_of_a_notice_stands_below_its_codes_and_its_author() -> None:
    head = "证券代码：839000　　公告编号：2024-031\n\n临江科技股份有限公司\n\n"
    draft = _read(f"{head}关于签订重大合同的公告\n\n2024年5月16日，公司与市水务集团签订合同，金额为1.2亿元。\n")
    assert draft.title == "临江科技股份有限公司关于签订重大合同的公告"
    assert draft.title not in draft.body.text


def test_a_notice_begins_with_its_title() -> None:
    draft = _read(
        "关于做好2025年冬季供暖工作的通知\n各街道办事处、各供热单位：\n为保障市民温暖过冬，现将有关事项通知如下。\n"
    )
    assert draft.title == "关于做好2025年冬季供暖工作的通知"

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

"""Questions in the terms of the text that they are asked of."""

from __future__ import annotations

import pytest

from rag.answer.meant import as_written, at_home
from rag.text.places import places


@pytest.mark.parametrize(
    ("question", "text", "asked"),
    [
        ("温州的项目有多少？", "我市项目共有19个。", "项目有多少？"),
        ("浙江省生产总值是多少？", "全省生产总值首次突破8万亿元。", "生产总值是多少？"),
        ("温州的项目有多少？", "温州项目共有19个，居全省第一。", "温州的项目有多少？"),
        ("温州的项目有多少？", "该项目共有19人参加。", "温州的项目有多少？"),
        ("市政府开了什么会？", "全市会议召开。", "市政府开了什么会？"),
        ("温州人大会议哪天开？", "市人大会议3日召开。", "人大会议哪天开？"),
        ("温州人大会议哪天开？", "城市人大会议3日召开。", "温州人大会议哪天开？"),
        ("丽水市区的空气如何？", "我市空气优良。", "丽水市区的空气如何？"),
        ("温州？", "我市项目共有19个。", "温州？"),
        ("How many projects?", "我市项目共有19个。", "How many projects?"),
    ],
)
def test_the_reader_is_not_asked_for_the_place_that_a_text_calls_its_own(question: str, text: str, asked: str) -> None:
    assert at_home(question, places(question), text) == asked


@pytest.mark.parametrize(
    ("question", "text", "asked"),
    [
        ("第22次会议谁主持？", "第二十二次会议召开", "第二十二次会议谁主持？"),
        ("第二十二次会议谁主持？", "第22次会议召开", "第22次会议谁主持？"),
        ("第22次会议谁主持？", "第二十三次会议召开", "第22次会议谁主持？"),
        ("第22次会议谁主持？", "共有22人", "第22次会议谁主持？"),
        ("会议是几月几号开的？", "会议3日召开", "会议是几月几日开的？"),
        ("他啥时候来？", "他3日来", "他什么时候来？"),
        ("Who chaired the 22nd session?", "第二十二次会议", "Who chaired the 22nd session?"),
    ],
)
def test_ordinals_as_the_text_writes_them_and_spoken_words_as_written_ones(
    question: str, text: str, asked: str
) -> None:
    assert as_written(question, text) == asked

"""Names that no dictionary has."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.text.coined import coined
from rag.types import Question, Reason
from tests.conftest import service_over


@pytest.mark.parametrize(
    ("question", "pair"),
    [
        ("来沅陌玩的人骂得最多的是啥事", "沅陌"),
        ("碧荷里那边到底啥时候能弄完", "碧荷"),
        ("代云城际怎么又往后拖了", "代云"),
    ],
)
def test_pairs_of_unknown_names(question: str, pair: str) -> None:
    assert pair in coined(question)


@pytest.mark.parametrize(
    "question", ["", "几点开门", "市长今年说了什么？", "Where is it?", "最老的院子没修好", "的" * 1000, "2024年的不3%"]
)
def test_common_words_are_no_names(question: str) -> None:
    assert not coined(question)


def test_a_question_about_a_place_that_nobody_knows_is_on_the_subject(tmp_path: Path) -> None:
    page = "碧荷里小区改造完成九成\n\n碧荷里小区外墙粉刷正在收尾，八月底全部完工，居民可在九月搬回。\n"
    assistant = service_over({"a.txt": page}, tmp_path).assistant
    answer = assistant.ask(Question("碧荷里那边到底啥时候能弄完"))
    assert "八月底" in answer.answer
    assert assistant.ask(Question("青槐堡那边到底啥时候能弄完")).reason is Reason.OFF_TOPIC

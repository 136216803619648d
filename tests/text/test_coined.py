"""Names that no dictionary has."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answer.attribute import Weigher
from rag.answer.texts import Text
from rag.text.coined import coined
from rag.types import Filters
from tests.conftest import service_over


@pytest.mark.parametrize(
    ("question", "pair"),
    [
        ("来沅陌玩的人骂得最多的是啥事", "沅陌"),
        ("碧荷里那边到底啥时候能弄完", "碧荷"),
        ("槐汀要翻新几个院子", "槐汀"),
    ],
)
def test_pairs_of_unknown_names(question: str, pair: str) -> None:
    assert pair in coined(question)


@pytest.mark.parametrize(
    "question", ["", "几点开门", "市长今年说了什么？", "Where is it?", "最老的院子没修好", "的" * 1000, "2024年的不3%"]
)
def test_common_words_are_no_names(question: str) -> None:
    assert not coined(question)


def test_an_article_that_has_the_name_is_known_to_be_of_it(tmp_path: Path) -> None:
    page = "沅陌旅游统计公报\n\n沅陌全年接待游客三百万人次，收到投诉一百二十件，其中停车难占41%。\n"
    found = service_over({"a.txt": page}, tmp_path).find("沅陌的投诉", Filters(), 1)
    (passage,) = found.passages
    weigher = Weigher.over(found)

    def named(question: str) -> bool:
        return weigher.named(Text(question, "zh"), passage, passage.sentences[-1])

    assert named("来沅陌玩的人骂得最多的是啥事")
    assert not named("来槐汀玩的人骂得最多的是啥事")

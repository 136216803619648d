from __future__ import annotations

import pytest

from rag.answer.siblings import Holding, of_a_sibling
from rag.answer.texts import Text

FEES = "居民住宅热费每平方米24.5元，非居民用户每平方米36元。"
PIPES = "各区须完成管网改造86公里，其中桃坞区31公里、南屿县27公里。"
STAFF = "The clinic has 14 beds for adults, 22 beds for children."


@pytest.mark.parametrize(
    ("question", "sentence", "figure", "sibling"),
    [
        ("居民每平方米多少钱？", FEES, "36元", True),
        ("居民每平方米多少钱？", FEES, "24.5元", False),
        ("南屿县改造多少公里？", PIPES, "86公里", True),
        ("南屿县改造多少公里？", PIPES, "27公里", False),
        ("各区要完成管网改造多少公里？", PIPES, "86公里", False),
        ("How many beds for children are there?", STAFF, "14", True),
        ("How many beds for children are there?", STAFF, "22", False),
        ("How many beds are there?", STAFF, "14", False),
    ],
)
def test_a_figure_is_of_what_it_stands_with(question: str, sentence: str, figure: str, sibling: bool) -> None:
    start = sentence.index(figure)
    language = "en" if question.isascii() else "zh"
    assert of_a_sibling(Text(question, language), sentence, start, start + len(figure)) is sibling


@pytest.mark.parametrize(
    ("claim", "taken"),
    [
        ("居民住宅热费每平方米36元。", True),
        ("居民住宅热费每平方米24.5元。", False),
        ("非居民用户每平方米36元。", False),
        ("居民住宅热费每平方米24.5元，非居民用户36元。", False),
        ("居民住宅热费每平方米50元。", False),
        ("非居民用户每平方米24.5元。", True),
    ],
)
def test_a_claim_takes_the_figure_of_another(claim: str, taken: bool) -> None:
    assert Holding.of(Text(claim, "zh"), FEES).of_another is taken


@pytest.mark.parametrize(
    ("claim", "own"),
    [
        ("居民住宅每平方米24.5元。", True),
        ("非居民每平方米36元。", True),
        ("居民每平方米36元。", False),
        ("每平方米36元。", False),
    ],
)
def test_a_claim_stands_with_its_own_figure(claim: str, own: bool) -> None:
    assert Holding.of(Text(claim, "zh"), FEES).own is own


def test_a_figure_is_of_the_year_that_stands_with_it() -> None:
    sentence = "全市实现生产总值1486.3亿元；2024年同期为1402.8亿元。"
    question = Text("2024年全市的生产总值是多少？", "zh")
    assert of_a_sibling(question, sentence, sentence.index("1486"), sentence.index("；"))
    assert not of_a_sibling(question, sentence, sentence.index("1402"), sentence.index("。"))

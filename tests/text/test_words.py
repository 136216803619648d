from __future__ import annotations

import pytest

from rag.text.polarity import poles
from rag.text.words import Sort, words


@pytest.mark.parametrize(
    ("language", "text", "sort", "expected"),
    [
        ("zh", "浙江省省长王浩1月在杭州作报告", Sort.NAME, ["浙江省", "王浩", "杭州"]),
        ("zh", "产量并未增长，无人机不断增加", Sort.DENIAL, ["并未"]),
        ("zh", "1月23日共85人，占96.4%", Sort.FIGURE, ["1", "月", "23", "85", "96.4%"]),
        ("en", "The Denver Broncos beat the Panthers.", Sort.NAME, ["denver", "broncos", "panthers"]),
        ("en", "They didn't win and never will, without a doubt", Sort.DENIAL, ["didn't", "never", "without"]),
        ("es", "La ciudad no creció", Sort.DENIAL, ["no"]),
        ("de", "Das Haus ist nicht groß", Sort.NAME, []),
        ("zh", "市长张伟民主持会议，局长李西安、王浩表示", Sort.NAME, ["张伟民", "李西安", "王浩"]),
        ("zh", "会长于近日表示，代表高度评价", Sort.NAME, []),
        ("zh", "镇长陆远说，桥已通车", Sort.NAME, ["陆远"]),
        ("zh", "麗水", Sort.NAME, ["丽水"]),
        ("zh", "补助不低于200万元", Sort.DENIAL, []),
        ("zh", "他不参加会议", Sort.DENIAL, ["不"]),
    ],
)
def test_sorts(language: str, text: str, sort: Sort, expected: list[str]) -> None:
    assert [word.text for word in words(text, language) if word.sort is sort] == expected


def test_opposites_are_two_sides_of_one_axis() -> None:
    ((axis, up),) = poles(["增长"])
    ((same, down),) = poles(["下降"])
    assert axis == same
    assert {up, down} == {0, 1}
    assert poles(["桥"]) == set()


@pytest.mark.parametrize("text", ["6400多人紧急转移", "3月1日起涨价", "减到6家因温度不达标", "由10.5元涨到12元"])
def test_a_measure_behind_a_figure_is_no_part_of_a_word_that_nobody_knows(text: str) -> None:
    assert not [word for word in words(text, "zh") if word.sort is Sort.RARE]

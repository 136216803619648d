"""Which of China's divisions a text names, and which lies in which."""

from __future__ import annotations

import pytest

from rag.text.divisions import divisions, is_division, is_province, lies_in, meant, short


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("丽水市莲都区和淳安县、普陀区", ["丽水", "莲都", "淳安", "普陀"]),
        ("石家庄与义乌签约", ["石家庄", "义乌"]),  # persons and products to the dictionary of words
        ("内蒙古自治区呼和浩特市", ["内蒙古", "呼和浩特"]),
        ("恩施州与恩施土家族苗族自治州", ["恩施", "恩施"]),
        ("西双版纳有多少游客", ["西双版纳"]),
        ("推广安全生产，公开平台，论文成果", []),  # 广安, 开平, 文成 across two words
        ("和平发展，白银上涨", []),  # common words
        ("和平区与白银市", ["和平", "白银"]),
        ("王永康与市长陈建德表示", []),  # persons
        ("于杭州举行，由温州牵头", ["杭州", "温州"]),
        ("安阳街道与北京大学", []),  # a street, a university
        ("在全市各县区、城区和东区", []),
        ("the city of Wenzhou", []),
    ],
)
def test_names_are_whole_words_and_no_common_ones(text: str, named: list[str]) -> None:
    assert list(divisions(text)) == named


@pytest.mark.parametrize(
    ("inner", "outer", "inside"),
    [
        ("瑞安", "温州", True),
        ("瑞安", "浙江", True),
        ("瑞安", "瑞安", True),
        ("温州", "瑞安", False),
        ("瑞安", "丽水", False),
        ("普陀", "上海", True),  # two have the name
        ("普陀", "舟山", True),
        ("伦敦", "浙江", False),
    ],
)
def test_a_county_lies_in_its_city_and_province(inner: str, outer: str, inside: bool) -> None:
    assert lies_in(inner, outer) is inside


def test_provinces_lie_in_no_other() -> None:
    assert is_province("浙江")
    assert is_province("内蒙古")
    assert not is_province("温州")
    assert not is_province("伦敦")
    assert not is_division("伦敦")


@pytest.mark.parametrize(
    ("full", "name"),
    [("瑞安市", "瑞安"), ("易县", "易县"), ("彭水苗族土家族自治县", "彭水"), ("博尔塔拉蒙古自治州", "博尔塔拉")],
)
def test_a_short_name_keeps_two_characters(full: str, name: str) -> None:
    assert short(full) == name


def test_what_only_says_where_the_next_one_lies_is_not_meant() -> None:
    assert meant("安徽省安庆市桐城市与江苏省、昆山市") == ("桐城", "江苏", "昆山")
    assert meant("浙江运动员在杭州") == ("浙江", "杭州")

"""Answer measures against tables of what the official scripts give, and against texts in which an answer stands."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from eval.metrics.text import contained, exact_match, f1, longest_common_subsequence, parts_credit, rouge_l

# What is said, the right answers, exact match, F1: by the script of CMRC 2018 (squad-style-data, version v5).
_CMRC = [
    ("由船匠陆百川建成", ["船匠陆百川", "陆百川"], 0, 0.769231),
    ("1912年", ["1912年，"], 1, 1.0),
    ("塔高𠮷31.5米", ["31.5米"], 0, 0.333333),
    ("NBA总决赛的MVP是谁", ["NBA总决赛MVP"], 0, 0.615385),
    ("“灯塔”", ["灯塔"], 1, 1.0),
    ("门票为15元/人", ["15元"], 0, 0.5),
    ("", ["四万人"], 0, 0.0),
    ("每年约4,000人", ["4,000人"], 0, 0.571429),
    ("The Lighthouse, 1912", ["the lighthouse"], 0, 0.666667),
    ("青石镇、白沙村", ["白沙村", "青石镇"], 0, 0.666667),
    ("约３％", ["约3%"], 0, 0.4),
    ("第二次（复赛）", ["第二次复赛"], 1, 1.0),
]
# The same by SQuAD's script, version 2.0.
_SQUAD = [
    ("the Lighthouse!", ["lighthouse"], 1, 1.0),
    ("a tall tower of stone", ["tall stone tower", "tower"], 0, 0.857143),
    ("31.5 metres", ["31.5 meters", "31.5"], 0, 0.666667),
    ("an old man", ["Old Man."], 1, 1.0),
    ("nothing", ["everything"], 0, 0.0),
    ("four, four and five", ["four five four"], 0, 0.857143),
    ("el faro de Piedra", ["el faro"], 0, 0.666667),
    ("the", ["a"], 1, 1.0),
    ("в 1912 году", ["1912 год", "в 1912 году"], 1, 1.0),
    ("O'Brien's well-kept light", ["OBriens wellkept light"], 1, 1.0),
]


@pytest.mark.parametrize(("said", "answers", "exact", "overlap"), _CMRC)
def test_chinese_as_the_script_of_cmrc(said: str, answers: Sequence[str], exact: int, overlap: float) -> None:
    assert exact_match(said, answers, "zh") == exact
    assert f1(said, answers, "zh") == pytest.approx(overlap, abs=1e-6)


@pytest.mark.parametrize(("said", "answers", "exact", "overlap"), _SQUAD)
def test_languages_with_spaces_as_the_script_of_squad(
    said: str, answers: Sequence[str], exact: int, overlap: float
) -> None:
    assert exact_match(said, answers, "en") == exact
    assert f1(said, answers, "en") == pytest.approx(overlap, abs=1e-6)


def test_saying_nothing_is_right_only_where_there_is_no_answer() -> None:
    assert exact_match("", (), "zh") == f1("", (), "en") == 1.0
    assert f1("something", (), "en") == 0.0


def test_an_answer_in_chinese_characters_is_compared_in_characters_whatever_the_question_is_in() -> None:
    assert f1("绿色发展是底色", ["绿色发展", "le développement vert"], "fr") == pytest.approx(8 / 11)


def test_rouge_l_counts_the_longest_common_subsequence() -> None:
    assert rouge_l("police killed the gunman", ["police kill the gunman"], "en") == pytest.approx(2 / 3)
    assert rouge_l("灯塔一九一二年建", ["灯塔建于一九一二年"], "zh") == pytest.approx(14 / 17)
    assert longest_common_subsequence("abcbdab", "bdcaba") == 4


@pytest.mark.parametrize(
    ("text", "answer", "stands"),
    [
        ("塔高31.5米。", "31.5米", True),
        ("塔高131.5米。", "31.5米", False),
        ("共1985项", "5项", False),
        ("省长王 浩说", "王浩", True),
        ("1,234 visitors", "1234", True),
        ("於１２月開幕", "12月", True),
        ("The cart stopped", "art", False),
        ("Im Jahr 1912", "1912", True),
        ("about 3.5", "3", False),
        ("", "x", False),
    ],
)
def test_where_an_answer_stands(text: str, answer: str, stands: bool) -> None:
    assert contained(text, [answer]) is stands


def test_a_part_counts_in_any_of_its_wordings() -> None:
    assert parts_credit("设在杭州和宁波。", [["杭州", "Hangzhou"], ["Ningbo", "宁波"], ["温州"]]) == pytest.approx(
        2 / 3
    )

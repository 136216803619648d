"""The nouns that a Chinese question asks a figure, a day or a place of: 柠檬[总产量]是多少, 新建多少个[充电桩].

The last of the nouns before the verb is what is asked of the others: their yield, length, cost. A follow-up names
another such measure of the same thing, or another thing to be measured so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, takewhile

from rag.answer.follow_ups import asking
from rag.text.words import tagged

_ASKED_OF = re.compile(r"多[少长大高远久重宽快]|几|[什啥]么?时候|何时|哪[天年月里儿]|谁")
_OTHER_ASKED = re.compile(r"怎|什么|哪|为何")
_LASTS = ("为期", "历时", "共计", "耗时")
_MODAL = ("要", "将", "会", "可", "能", "需", "有", "是", "为", "达")
_COUNTS = ("多少", "几")
_FILLERS = re.compile("(?:一共|总共|共|大概|大约|到底|究竟|分别)+$")
_RANK = re.compile(r"(?P<place>[\u4e00-\u9fff]{2,4}?)(?P<kind>街道|社区|[镇乡村县区])(?P<rest>[\u4e00-\u9fff]{0,6})")
_NOUNS = re.compile(r"n(?!s|t$)|vn|an|[bjilg]$|eng|zg")
_THINGS = ("n", "vn", "j", "l", "i", "eng")
_MODIFIES = re.compile(r"v|b|a|d$")
# What ends a measure of something.
_MEASURE = re.compile(
    r"[量额率价数值费积度长宽高深重龄薪岁]$|(?:时间|日期|地点|价格|收入|投资|成本|出口|进口|目标|比例|占比|规模|补贴|补助|奖金|罚款"
    r"|工资|利润|税收|人口|增长|增速|名额|库容|里程|工期|寿命|总分|得分)$"
)
_LONGEST_MEASURE = 4  # characters: a longer one says of what it is
# What is aimed at stays an aim, whatever it is the aim of.
_AIMED = ("增长", "下降", "目标", "增速", "增幅", "计划", "任务")

Tags = Sequence[tuple[str, str]]


def of_other_nouns(fragment: str, before: str) -> str | None:
    """The question `before` with other nouns for those that it asks of."""
    asked = _ASKED_OF.search(before)
    if not asked:
        return None
    if asked[0] not in _COUNTS and _is_measure(fragment) and (held := holder(before)):
        return f"{held}{fragment}多少？"
    tags = tagged(before)
    at = _tokens_before(tags, asked.start())
    counted = _nouns_after(tags, at) if asked[0] in _COUNTS else None
    found = _of_kind(tags, fragment) or counted or _part_before(tags, at, fragment)
    if not found:
        return None
    first, last = found
    if found is counted and asked[0] == _COUNTS[0]:
        first = at + 1  # without the measure word, which is of the other nouns
    said = [word for word, _ in tags]
    return "".join((*said[:first], fragment, *said[last:]))


def of_other_modifier(fragment: str, before: str) -> str | None:
    """工业的 after 居民水价会涨吗: the same thing of other ones."""
    tags = tagged(before)
    for at in range(1, len(tags)):
        if tags[at - 1][1] == tags[at][1] == "n":
            return "".join((*(word for word, _ in tags[: at - 1]), fragment[:-1], *(word for word, _ in tags[at:])))
    return None


def counted(question: str) -> str:
    """What a question counts, empty where it is not known: 旅游投诉 of 收到多少旅游投诉."""
    asked = _ASKED_OF.search(question)
    if not asked or asked[0] not in _COUNTS:
        return ""
    tags = tagged(question)
    first, last = _nouns_after(tags, _tokens_before(tags, asked.start())) or (0, 0)
    last += last == len(tags) - 1 > first and tags[last][1] == "v"  # 旅游|投诉
    return "".join(word for word, _ in tags[first:last])


def names_subject(question: str) -> bool:
    """Whether nouns stand before what is asked that are more than a measure: 铁路什么时候通车, not 学费多少."""
    asked = _ASKED_OF.search(question) or _OTHER_ASKED.search(question)
    if not asked:
        return False
    tags = tagged(question)
    found = _nouns_before(tags, _tokens_before(tags, asked.start()))
    return found is not None and not _is_measure(tags[found[1] - 1][0])


def has_noun(question: str) -> bool:
    """Whether it has a noun besides the one that is counted or asked for: not 一天能出多少水, nor 打算怎么解决."""
    tags = tagged(asking().sub("？", question))
    for at, (_, tag) in enumerate(tags):
        before = "".join(other[0] for _, other in tags[max(0, at - 2) : at])
        if tag.startswith(_THINGS) and not before.endswith(("x", "xq", "xm")):
            return True
    return False


def of_same_rank(fragment: str, before: str) -> str | None:
    """石羊镇 for 龙台镇, wherever that stands: another place or body of one kind."""
    if not (new := _RANK.fullmatch(fragment)):
        return None
    tags = tagged(before)
    for at, (word, _) in enumerate(tags):
        if not word.endswith(new["kind"]) or (word == new["kind"] and not at):
            continue
        start = at - (word == new["kind"])
        behind = "".join(other for other, _ in tags[at + 1 :])
        if behind.startswith(new["rest"]):
            return "".join(other for other, _ in tags[:start]) + new["place"] + new["kind"] + behind
    return None


def holder(question: str) -> str:
    """What a figure, a day or a place is asked of, without the measure and without the verb; empty where it is not
    known.
    """
    asked = _ASKED_OF.search(question)
    if not asked or asked[0] == "谁":
        return ""
    tags = tagged(question)
    last = _tokens_before(tags, asked.start())
    # Before a day or a place a verb is what is spoken of: 巡察|什么时候|开始; before a figure it is what is asked.
    verbs = 1 if asked[0][0] in "多几" else 0
    while last > 0 and not _is_noun(tags, last - 1) and tags[last - 1][1][0] not in "tmnsq":
        word, tag = tags[last - 1]
        acts = word in _LASTS or (tag == "v" and word not in _MODAL)
        if acts > verbs:
            break
        verbs -= acts
        last -= 1
    if last and _is_measure(tags[last - 1][0]):
        last = _measure_start(tags, last)
    return _FILLERS.sub("", "".join(word for word, _ in tags[:last])).rstrip("的，,")


def _tokens_before(tags: Tags, offset: int) -> int:
    ends = accumulate(len(word) for word, _ in tags)
    return sum(1 for _ in takewhile(lambda end: end <= offset, ends))


def _part_before(tags: Tags, at: int, fragment: str) -> tuple[int, int] | None:
    """Of the nouns before the verb the measure, where the fragment is one too; what has the measure, where it is none;
    or all.
    """
    if not (found := _nouns_before(tags, at)):
        return None
    first, last = found
    while last > first + 1 and tags[last - 1][0] in _AIMED and not fragment.endswith(_AIMED):
        last -= 1
    start = _measure_start(tags, last) if _is_measure(tags[last - 1][0]) else last
    if _is_measure(fragment):
        return (max(first, start), last) if start < last and len(fragment) <= _LONGEST_MEASURE else (first, last)
    return (first, start) if first < start < last else (first, last)


def _is_measure(word: str) -> bool:
    return _MEASURE.search(word) is not None


def _measure_start(tags: Tags, last: int) -> int:
    """With what modifies it: 总|投资, 发案|数."""
    first = last - 1
    while first > 0 and _MODIFIES.match(tags[first - 1][1]):
        first -= 1
    return first


def _of_kind(tags: Tags, fragment: str) -> tuple[int, int] | None:
    """The nouns that end as the fragment does: 残运会 for 亚运会."""
    if len(fragment) < 3 or _is_measure(fragment):
        return None
    ends = (at + 1 for at, (word, _) in enumerate(tags) if len(word) > 1 and word[-2:] == fragment[-2:])
    return next((found for end in ends if (found := _nouns_before(tags, end))), None)


def _nouns_after(tags: Tags, at: int) -> tuple[int, int] | None:
    """From the first noun behind the figure and its measure word on; a verb with one character behind it is part of a
    noun (充电桩).
    """
    first = at
    while first < len(tags) and (tags[first][1][0] in "mqr" or first == at):
        first += 1
    last = first
    while last < len(tags) and (_is_noun(tags, last) or (tags[last][1] == "v" and _is_head(tags, last + 1))):
        last += 2 if tags[last][1] == "v" else 1
    return (first, last) if last > first and len(tags[first][0]) > 1 else None


def _nouns_before(tags: Tags, at: int) -> tuple[int, int] | None:
    """The last nouns before the verb; a verb between nouns is part of them (发案数)."""
    last = at
    while last > 0 and not _is_noun(tags, last - 1):
        if tags[last - 1][1][0] in "xmt" or tags[last - 1][1] == "ns":
            return None
        last -= 1
    first = last
    while first > 0 and (_is_noun(tags, first - 1) or _is_between(tags, first - 1)):
        first -= 1
    return (first, last) if last > first else None


def _is_noun(tags: Tags, at: int) -> bool:
    return _NOUNS.match(tags[at][1]) is not None


def _is_between(tags: Tags, at: int) -> bool:
    return at > 0 and tags[at][1] == "v" and _is_noun(tags, at - 1)


def _is_head(tags: Tags, at: int) -> bool:
    return at < len(tags) and len(tags[at][0]) == 1 and tags[at][1][0] in "nq"

"""A question with one thing exchanged for what a fragment names: a year or number, a place, what is counted.

`那第二批呢？` after `第一批有多少家？` asks the same of something else of the kind: of another time or number of a row,
or of another name; in Chinese of other nouns than those that a figure is asked of, and in languages with prepositions
of what stands behind the one that the fragment begins with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from rag.answer.follow_ups import UNSPACED, asking, names, question_words, telling
from rag.answer.wanted import how_many
from rag.text.language import detect_language
from rag.text.words import Sort, tagged, words

_PERIODS = (
    re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)年?"),
    re.compile(r"\d{1,2}\s?月(?:\s?\d{1,2}\s?[日号])?"),
    re.compile(r"(?<!\d)\d{1,2}\s?[日号]"),
    re.compile(r"[上下]半年|[一二三四]季度|[今去前明]年|[上下本]个?月|[昨今明前]天|[首末]批"),
    re.compile(
        r"(?i)\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
        r"(?: \d{1,2}\b)?"
        r"|\b(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b"
    ),
    re.compile(r"(?i)\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|next|\d+(?:st|nd|rd|th))\b"),
)  # fmt: skip
_NUMBERED = re.compile(r"第([一二三四五六七八九十百\d]+)")
_OTHER_NUMBER = re.compile(r"第?([一二三四五六七八九十百\d]+)(?![年月日号天])(?:个)?([\u4e00-\u9fff]{0,4})")
_TOPIC = re.compile(r"([^、。？]{1,20}?)(?:は|が)")
# `celle de Corbessac`, `die in Lindenfurt`: what stands for the thing, and how it is tied to the name.
_LEADING = re.compile(
    r"^(?:(?:the one|that|celle|celui|el|la|lo|los|las|aquella?|die|der|das|den|o|a|il|quell[ao])\s+)?"
    r"(?:in|en|à|au|em|für|von|at|from|на|в|во|у|在|于|the|of|for|de|del|della|du|des|da|do|d[’'])?\s*",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"(?:for|at|from|with|by|on|para|por|con|pour|avec|chez|für|bei|mit|per|com|для|с|со|при)\b", re.IGNORECASE
)
# What a Chinese figure is asked of ends in one of these and what it is the figure of stands before.
_AIMED = ("增长", "下降", "目标", "增速", "增幅", "计划", "任务")
_NOUNS = re.compile(r"n(?![rst])|vn|an|[bjilg]$|eng|zg")
_ASKED_OF = re.compile(r"多少|几|什么时候|何时|哪里|哪儿|谁")
_COUNTS = ("多少", "几")
_QUANTITY = re.compile(
    r"^[¿¡]?\s*(?:(?:by|in|on|at|to|for|of|de|en|a|à|um|zu|in|на|по|в)\s+)?(?P<word>\w+)"
    r"(?:\s+(?:many|much|percent(?:age)?|viele?|процентов|porcentaje|pourcentage|prozent))?",
    re.IGNORECASE,
)


def exchanged(fragment: str, before: str) -> str | None:
    """The question `before` with one thing exchanged, where all of the fragment is of one kind with a part of it."""
    if numbered := _other_number(fragment, before) or _other_period(fragment, before):
        return numbered
    language = detect_language(before)
    if language == "ja":
        return _other_topic(fragment, before)
    if behind := _behind_preposition(fragment, before):
        return behind
    if named := _other_name(fragment, before, language):
        return named
    if asking().search(fragment) or not telling(fragment, language):
        return None
    if language == "zh":
        return _other_thing(fragment, before)
    return None if language in UNSPACED else _asked_of(fragment, before, language)


def is_period(text: str) -> bool:
    """Whether it names a time or a number of a row."""
    return any(kind.search(text) for kind in (*_PERIODS, _NUMBERED))


def _other_number(fragment: str, before: str) -> str | None:
    """`第二` and `二组` for `第一巡察组`: another number of what is numbered there."""
    new, old = _OTHER_NUMBER.fullmatch(fragment), _NUMBERED.search(before)
    if not new or not old:
        return None
    kind, thing = new[2], before[old.end() :]
    if not kind and not fragment.startswith("第"):
        return None
    if kind and not thing.startswith(kind) and kind[-1] not in thing[:4]:
        return None
    return f"{before[: old.start(1)]}{new[1]}{thing}"


def _other_period(fragment: str, before: str) -> str | None:
    for kind in _PERIODS:
        new, old = kind.search(fragment), kind.search(before)
        if not new or not old or len(fragment) - len(new[0]) > 4:
            continue
        if not any(word.sort is Sort.NAME for word in words(fragment.replace(new[0], " "), "zh")):
            return before[: old.start()] + _like(new[0], old[0]) + before[old.end() :]
    return None


def _like(new: str, old: str) -> str:
    """`2025` for `2024年` is `2025年`."""
    if old.endswith("年") and new.isdigit():
        return new + "年"
    if not old.endswith("年") and new.endswith("年") and new[:-1].isdigit() and old.isdigit():
        return new[:-1]
    return new


def _behind_preposition(fragment: str, before: str) -> str | None:
    """`for children` for `for adults`, where both name something or neither does."""
    if not (tie := _PREPOSITION.match(fragment)):
        return None
    language = detect_language(before)
    places = list(re.finditer(rf"(?i)\b{tie[0]}\b", before))
    if not places:
        return None
    old = before[places[-1].start() :]
    if bool(names(old, language)) is not bool(names(fragment, language)):
        return None
    return f"{before[: places[-1].start()]}{fragment}?"


def _other_name(fragment: str, before: str, language: str) -> str | None:
    new, old = names(fragment, language), names(before, language)
    bare = _LEADING.sub("", fragment)
    if not new or not old or len(bare) > len("".join(new)) + 3 * len(new):
        return None
    first = old[-1] if language == "de" and len(new) == 1 else old[0]
    return _replaced(before, first, bare, old[-1] if len(new) == len(old) else first)


def _replaced(before: str, first: str, new: str, last: str) -> str | None:
    """With what stands from the `first` to the `last` of its names replaced."""
    begin, end = (re.search(re.escape(name), before, re.IGNORECASE) for name in (first, last))
    return before[: begin.start()] + new + before[end.end() :] if begin and end else None


def _other_topic(fragment: str, before: str) -> str | None:
    """社長は？ after 工場長は誰ですか: of one kind by their last character; what has the topic stays."""
    new, old = _TOPIC.fullmatch(fragment), _TOPIC.match(before)
    if not new or not old or new[1][-1] != old[1][-1]:
        return None
    owner = "" if "の" in new[1] else "".join(old[1].rpartition("の")[:2])
    return f"{owner}{new[1]}{before[old.end(1) :]}"


def _other_thing(fragment: str, before: str) -> str | None:
    """In Chinese: other nouns for those that a figure, a day or a place is asked of, which stand behind 多少个, or else
    before the verb: 丽水[信访总量]下降了多少 for 丽水[刑事案件发案数]下降了多少. What is aimed at stays an aim.
    """
    asked = _ASKED_OF.search(before)
    if not asked or names(fragment, "zh"):
        return None
    tags = tagged(before)
    at = len(list(takewhile(lambda end: end <= asked.start(), _ends(tags))))
    counted = _nouns_after(tags, at) if asked[0] in _COUNTS else None
    found = _nouns_of_kind(tags, fragment) or counted or _nouns_before(tags, at)
    if not found:
        return None
    first, last = found
    while last > first + 1 and tags[last - 1][0] in _AIMED and not fragment.endswith(_AIMED):
        last -= 1
    said = [word for word, _ in tags]
    return "".join((*said[:first], fragment, *said[last:]))


def _ends(tags: Sequence[tuple[str, str]]) -> list[int]:
    ends, at = [], 0
    for word, _ in tags:
        at += len(word)
        ends.append(at)
    return ends


def _nouns_of_kind(tags: Sequence[tuple[str, str]], fragment: str) -> tuple[int, int] | None:
    """The nouns that end as the fragment does: 残运会 for 亚运会."""
    ends = (at + 1 for at, (word, _) in enumerate(tags) if len(word) > 1 and word[-2:] == fragment[-2:])
    return next((found for end in ends if (found := _nouns_before(tags, end))), None)


def _nouns_after(tags: Sequence[tuple[str, str]], at: int) -> tuple[int, int] | None:
    """From the first noun behind the figure and its measure on; a verb with one character behind it is part of a noun
    (充电桩).
    """
    first = at
    while first < len(tags) and (tags[first][1][0] in "mqr" or first == at):
        first += 1
    last = first
    while last < len(tags) and (_is_noun(tags, last) or (tags[last][1] == "v" and _is_head(tags, last + 1))):
        last += 2 if tags[last][1] == "v" else 1
    return (first, last) if last > first else None


def _nouns_before(tags: Sequence[tuple[str, str]], at: int) -> tuple[int, int] | None:
    """The last nouns before the verb; a verb between nouns is part of them (发案数)."""
    last = at
    while last > 0 and not _is_noun(tags, last - 1):
        if tags[last - 1][1][0] in "xmt" or tags[last - 1][1] == "ns":
            return None
        last -= 1
    first = last
    while first > 0 and (
        _is_noun(tags, first - 1) or (first > 1 and tags[first - 1][1] == "v" and _is_noun(tags, first - 2))
    ):
        first -= 1
    return (first, last) if last > first else None


def _is_noun(tags: Sequence[tuple[str, str]], at: int) -> bool:
    return _NOUNS.match(tags[at][1]) is not None


def _is_head(tags: Sequence[tuple[str, str]], at: int) -> bool:
    return at < len(tags) and len(tags[at][0]) == 1 and tags[at][1][0] in "nq"


def _asked_of(fragment: str, before: str, language: str) -> str | None:
    """In languages with spaces: how many of the fragment, with the names of the question before."""
    quantity = _QUANTITY.match(before) if how_many(before) else None
    if not quantity or quantity["word"].casefold() not in question_words() or not (known := names(before, language)):
        return None
    spelt = (re.search(re.escape(name), before, re.IGNORECASE) for name in dict.fromkeys(known))
    return f"{quantity[0]} {fragment} ({' '.join(match[0] for match in spelt if match)})?"

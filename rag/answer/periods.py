"""Another time, or another one in a row, than a question names: 那2025年呢, 上一届呢, "and in March?"."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.answer.follow_ups import cue_text
from rag.text.numbers import YEAR, numeral_value
from rag.text.words import Sort, words

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
    re.compile(r"(?i)\b(?:primer[oa]?|segund[oa]|tercer[oa]?|cuart[oa]|premi(?:er|ère)|deuxième|seconde?|troisième|quatrième)\b"),
    re.compile(r"(?i)\b(?:erste|zweite|dritte|vierte)[nrsm]?\b|\b(?:перв|втор|трет|четв[её]рт)(?:ый|ой|ая|ое|ую|ого|ому|ом|ий|ья|ье|ью|ьей|ьего)\b"),
    re.compile(r"(?<=ال)(?:أولى?|ثانية?|ثالثة?|رابعة?|خامسة?)\b|(?:첫|두|세|네)\s?번째"),
)  # fmt: skip
_NUMBERED = re.compile(r"第([一二三四五六七八九十百\d]+)")
_OTHER_NUMBER = re.compile(r"第?([一二三四五六七八九十百\d]+)(?![年月日号天])个?([\u4e00-\u9fff]{0,4})")
_OF_YEAR = re.compile(r"\s*(?<!\d)(?:1[89]|20)\d\d(?!\d)(?:年[初中底末]?(?:\d{1,2}月)?)?")
_NEIGHBOUR = re.compile(r"再?(?P<way>[上前下后])一?(?P<kind>[\u4e00-\u9fff])")
_HUNDRED = 100
_DIGITS = "零一二三四五六七八九十"
_RANKED = "名"
_RANK_STANDS = re.compile("[名是的个位]|$")


def is_period(text: str) -> bool:
    """Whether it names a time or a number of a row."""
    return any(kind.search(text) for kind in (*_PERIODS, _NUMBERED, _step()))


def other_period(fragment: str, before: str) -> str | None:
    """The question `before` of another time or number, where the fragment names only that."""
    return (
        _neighbouring_year(fragment, before)
        or _neighbour(fragment, before)
        or _other_number(fragment, before)
        or _other_time(fragment, before)
    )


def _neighbouring_year(fragment: str, before: str) -> str | None:
    """The question of the year before or after the one that it names."""
    found, year = _step().fullmatch(fragment), YEAR.search(before)
    return f"{before[: year.start()]}{_stepped(found, year)}{before[year.end() :]}" if found and year else None


def with_its_year(text: str, before: str) -> str:
    """`text` with the year that it reckons from the one of `before` in figures: how many were there a year later?"""
    found, year = _step().search(text), YEAR.search(before)
    if not found or not year or YEAR.search(text):
        return text
    written = _stepped(found, year) + ("年" if text[found.start()] > "\u3000" and "年" in found[0] else "")
    return text[: found.start()] + written + text[found.end() :]


def without_year(text: str) -> str:
    """For a question that says another one."""
    return _OF_YEAR.sub("", text)


@lru_cache(maxsize=1)
def _step() -> re.Pattern[str]:
    """What tells a year by the one that was spoken of, in any language."""
    ways = (f"(?P<{way}>{cue_text(f'year_{way}')})" for way in ("before", "after"))
    return re.compile(rf"(?i)(?<![^\W\u4e00-\u9fff])(?:{'|'.join(ways)})(?:は|은|는|에는?)?(?![^\W\u3040-\u9fff])")


def _stepped(found: re.Match[str], year: re.Match[str]) -> str:
    return str(int(year[0]) + (-1 if found["before"] else 1))


def _neighbour(fragment: str, before: str) -> str | None:
    """上一届 for 第十届: the one before or after it in the row."""
    new = _NEIGHBOUR.fullmatch(fragment)
    if not new:
        return None
    for old in _NUMBERED.finditer(before):
        value = _value(old[1])
        if value is not None and before[old.end() :].startswith(new["kind"]):
            value += -1 if new["way"] in "上前" else 1
            number = str(value) if old[1].isdigit() or value >= _HUNDRED else _in_characters(value)
            return f"{before[: old.start(1)]}{number}{before[old.end() :]}" if value > 0 else None
    return None


def _value(number: str) -> int | None:
    """Of digits or of Chinese numerals, None for a mixture of both."""
    if number.isdigit():
        return int(number)
    return None if any(map(str.isdigit, number)) else numeral_value(number)


def _in_characters(value: int) -> str:
    """Below a hundred, as Chinese writes it in a row."""
    tens, ones = divmod(value, 10)
    return ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "") + (_DIGITS[ones] if ones else "")


def _other_number(fragment: str, before: str) -> str | None:
    """`第二` and `二组` for `第一巡察组`: another number of what is numbered there, the last if it says no kind."""
    new = _OTHER_NUMBER.fullmatch(fragment)
    if not new or not (new[2] or fragment.startswith("第")):
        return None
    for old in reversed(list(_NUMBERED.finditer(before))):
        thing = before[old.end() :]
        if not new[2] or thing.startswith(new[2]) or new[2][-1] in thing[:4]:
            return f"{before[: old.start(1)]}{new[1]}{thing}"
        if new[2] == _RANKED and _RANK_STANDS.match(thing):
            return f"{before[: old.start(1)]}{new[1]}{_RANKED}{thing}"
    return None


def _other_time(fragment: str, before: str) -> str | None:
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

"""How far an answer reaches. A span reader trained on short answers names one item of an enumeration, one end of a
range, one trait of a description, and may begin or end inside a word; the question and the text tell the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from embeddings.base import ReadSpan
from rag.text.particles import without_particle
from rag.text.words import is_known, segmenter, tagged

# Several things are asked for.
_SEVERAL = re.compile(
    r"哪些|有哪|哪几|哪[两二三四五六七八九十俩]|分别|包括|[两二三四五]个是|各[是为有]"
    r"|\b(?:which|what) (?:two|three|four|five|six|several|(?:\w+ )?(?:are|were)\b)|\bwho (?:are|were)\b"
    r"|\bname (?:the )?(?:two|three|four|five)\b|\bcu[aá]les\b|\bqu[eé] (?:dos|tres|cuatro|cinco)\b|\bquiénes\b"
    r"|\bquais\b|\bquels\b|\bquelles\b|\bquali\b|какие",
    re.IGNORECASE,
)
_OF_EACH = "分别"  # of those that are named, not of all that are enumerated
# What something is like: a phrase names one trait of it.
_DESCRIPTION = re.compile(
    r"(?:什么|何|啥)(?:样的?)?(?:特点|特征|特色|区别|差别|不同)|(?:特点|特征|特色|区别|外形|外观|样子)(?:是|有|如何|怎)"
)
# What stands between two items, and between the ends of a range.
_AND = re.compile(
    r"\s*(?:、|[，,;；、]?\s*(?:以及|和|与|及|或者?|跟|暨))\s*"
    r"|\s*[,;]?\s+(?:and|or|as well as|y|o|e|et|ou|und|oder|и|или)\s+"
)
_TO = re.compile(r"\s*(?:至|到|[~～—–\-]+)\s*|\s+(?:to|a|à|bis|до)\s+")
# How much less sure of a further item the reader may be.
_LESS, _LESS_OF_SEVERAL = 6.0, 9.0
_GAP = 3  # characters between two items where several are asked for
_STOP = re.compile(r"[。！？\n（(]")
_ITEM = r"[^、，。；：！？\n,:;]{1,25}"
_NEXT_ITEM = re.compile(rf"、{_ITEM}")
_ITEM_BEFORE = re.compile(r"(?:(?<=[是为有：括称叫、，。；！？\n,:;])|^)[^、，。；：！？\n,:;是为有称叫]{1,25}、$")
_STATEMENT_ENDS = "。；！？\n"
_REACH = 25  # characters around an end, where words are told apart
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_LETTER = re.compile(r"[^\W_\u3040-\u30ff\u3400-\u9fff]")
_SIGN = re.compile(r"\s?[%％‰℃]")


def whole(question: str, text: str, spans: Sequence[ReadSpan]) -> list[ReadSpan]:
    """The spans, best first, of which none overlap, the best one as long as what is asked for; those that it has grown
    over are left out.
    """
    if not spans:
        return []
    several = bool(_SEVERAL.search(question))
    start, end = _joined(text, spans, several)
    if several and _OF_EACH not in question and not _has_figure(text[start:end]):
        start, end = _enumerated(text, start, end)
    if _DESCRIPTION.search(question):
        start, end = _described(text, start, end)
    start, end = _in_words(text, start, end)
    end = _with_unit(text, _without_particle(text, start, end))
    apart = [span for span in spans[1:] if span.end <= start or span.start >= end]
    return [replace(spans[0], start=start, end=end), *apart]


def _joined(text: str, spans: Sequence[ReadSpan], several: bool) -> tuple[int, int]:
    """From the first to the last of the spans that are linked with the best one."""
    bound = spans[0].score - (_LESS_OF_SEVERAL if several else _LESS)
    start, end = spans[0].start, spans[0].end
    others = [span for span in spans[1:] if span.score >= bound]
    while near := next((one for one in others if _linked(text, start, end, one, several)), None):
        start, end = min(start, near.start), max(end, near.end)
        others.remove(near)
    return start, end


def _linked(text: str, start: int, end: int, other: ReadSpan, several: bool) -> bool:
    """Whether the span belongs with `[start, end)`. Figures side by side are of different things."""
    gap = text[end : other.start] if other.start >= end else text[other.end : start]
    if _TO.fullmatch(gap) or (several and len(gap) <= _GAP and not _STOP.search(gap)):
        return True
    return bool(_AND.fullmatch(gap)) and not _has_figure(text[start:end])


def _has_figure(said: str) -> bool:
    return any(char.isdigit() for char in said)


def _enumerated(text: str, start: int, end: int) -> tuple[int, int]:
    """With the items before and after it that the Chinese enumeration comma sets off."""
    while before := _ITEM_BEFORE.search(text, 0, start):
        start = before.start()
    while after := _NEXT_ITEM.match(text, end):
        end = after.end()
    return start, end


def _described(text: str, start: int, end: int) -> tuple[int, int]:
    """To the ends of the statement."""
    while start > 0 and text[start - 1] not in _STATEMENT_ENDS:
        start -= 1
    while end < len(text) and text[end] not in _STATEMENT_ENDS:
        end += 1
    return start, end


def _in_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Grown to the ends of the words that it begins and ends in."""
    begin = max(0, start - _REACH)
    at, first, last = begin, start, end
    for word in segmenter().cut(text[begin : end + _REACH]):
        if _HAN.fullmatch(word) and is_known(word):
            first = at if at < start < at + len(word) else first
            last = at + len(word) if at < end < at + len(word) else last
        at += len(word)
    while 0 < first < last and _LETTER.match(text[first]) and _LETTER.match(text[first - 1]):
        first -= 1
    while first < last < len(text) and _LETTER.match(text[last]) and _LETTER.match(text[last - 1]):
        last += 1
    return first, last


def _without_particle(text: str, start: int, end: int) -> int:
    said = text[start:end].rstrip()
    return start + len(without_particle(said)) if len(said) > 1 else end


def _with_unit(text: str, end: int) -> int:
    """A figure ends with what it counts or measures."""
    if not text[end - 1].isdigit():
        return end
    if sign := _SIGN.match(text, end):
        return sign.end()
    at = end + text.startswith(" ", end)
    for word, tag in tagged(text[at : at + _REACH]):
        if not _HAN.fullmatch(word) or not (tag in ("q", "m") or word[0] in "人万亿"):
            break
        end = at = at + len(word)
    return end

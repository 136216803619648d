"""A question with one thing exchanged for what a fragment names: a year or number, a place, what is counted.

`那第二批呢？` after `第一批有多少家？` asks the same of something else of the kind: of another time or number of a row,
or of another name; in Chinese of other nouns than those that a figure is asked of, and in languages with prepositions
of what stands behind the one that the fragment begins with.
"""

from __future__ import annotations

import re

from rag.answer.asked_nouns import of_other_modifier, of_other_nouns, of_same_rank
from rag.answer.follow_ups import TOPIC, UNSPACED, as_written, asking, names, question_words, telling
from rag.answer.periods import other_period
from rag.answer.wanted import how_many
from rag.text.language import detect_language
from rag.text.persons import SURNAMES

# `celle de Corbessac`, `die in Lindenfurt`: what stands for the thing, and how it is tied to the name.
_LEADING = re.compile(
    r"^(?:(?:the one|that|celle|celui|el|la|lo|los|las|aquella?|die|der|das|den|o|a|il|quell[ao])\s+)?"
    r"(?:in|en|à|au|em|für|von|at|from|на|в|во|у|在|于|the|of|for|de|del|della|du|des|da|do|d[’'])?\s*",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"(?:for|at|from|with|by|on|para|por|con|pour|avec|chez|für|bei|mit|per|com|для|с|со|при)\b", re.IGNORECASE
)
_QUANTITY = re.compile(
    r"^[¿¡]?\s*(?:(?:by|in|on|at|to|for|of|de|en|a|à|um|zu|на|по|в)\s+)?(?P<word>\w+)"
    r"(?:\s+(?:many|much|percent(?:age)?|viele?|процентов|porcentaje|pourcentage|prozent))?",
    re.IGNORECASE,
)
_PRICE = re.compile(
    r"^[¿¡]?\s*(?:how much|cu[aá]nto|quanto|combien(?!\s+d)|wie ?viel)\s+\w+"
    r"|^\s*сколько (?:стоит|стоил[аои]?|стоят|длится|весит)",
    re.IGNORECASE,
)
# Of what kind a place is, which the name in its stead says itself: 柳树巷 for 东湖|新村.
_KINDS = "(?:新村|小区|社区|街道|[巷路街村镇乡县区市苑园])"
_KIND, _KIND_ENDS = re.compile(f"^{_KINDS}"), re.compile(f"{_KINDS}$")
_OF_PLACE = re.compile(r"(?:d(?:ie|as|er|en) )?(?:in|an|am|im|auf|bei|nach|von|aus)\b", re.IGNORECASE)


def exchanged(fragment: str, before: str) -> str | None:
    """The question `before` with one thing exchanged, where all of the fragment is of one kind with a part of it."""
    if numbered := other_period(fragment, before):
        return numbered
    language = detect_language(before)
    if language == "ja":
        return _other_topic(fragment, before)
    if language == "zh" and (ranked := of_same_rank(fragment, before)):
        return ranked
    if behind := _behind_preposition(fragment, before, language):
        return behind
    if named := _other_name(fragment, before, language):
        return named
    if asking().search(fragment) or not telling(fragment, language):
        return None
    if language == "zh":
        if names(fragment, "zh") and names(before, "zh"):
            return None
        return of_other_modifier(fragment, before) if fragment.endswith("的") else of_other_nouns(fragment, before)
    return None if language in UNSPACED else _asked_of(fragment, before, language)


def _behind_preposition(fragment: str, before: str, language: str) -> str | None:
    """`for children` for `for adults`, where both name something or neither does."""
    if not (tie := _PREPOSITION.match(fragment)):
        return None
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
    tied = _OF_PLACE.match(fragment) is not None  # German writes all nouns as names: die in Bonn, die Straßenbahn
    first = old[-1] if language == "de" and tied else old[0]
    return _replaced(before, first, bare, old[-1] if len(new) == len(old) else first)


def _replaced(before: str, first: str, new: str, last: str) -> str | None:
    """With what stands from the `first` to the `last` of its names replaced; a surname alone has a name behind it."""
    begin, end = (
        re.search(re.escape(name) + (r"[\u4e00-\u9fff]{2}" if name in SURNAMES else ""), before, re.IGNORECASE)
        for name in (first, last)
    )
    if not begin or not end:
        return None
    rest = before[end.end() :]
    return before[: begin.start()] + new + (_KIND.sub("", rest) if _KIND_ENDS.search(new) else rest)


def _other_topic(fragment: str, before: str) -> str | None:
    """社長は？ after 工場長は誰ですか: of one kind by their last character; what has the topic stays."""
    new, old = TOPIC.fullmatch(fragment), TOPIC.match(before)
    if not new or not old or new[1][-1] != old[1][-1]:
        return None
    owner = "" if "の" in new[1] else "".join(old[1].rpartition("の")[:2])
    return f"{owner}{new[1]}{before[old.end(1) :]}"


def _asked_of(fragment: str, before: str, language: str) -> str | None:
    """In languages with spaces: how many of the fragment, or what it costs, with the names of the question before."""
    if not how_many(before):
        return None
    known = names(before, language)
    named = f" ({' '.join(as_written(known, before))})" if known else ""
    if price := _PRICE.match(before):
        return f"{price[0]} {fragment}{named}?"
    quantity = _QUANTITY.match(before)
    if not known or not quantity or quantity["word"].casefold() not in question_words():
        return None
    return f"{quantity[0]} {fragment}{named}?"

"""A follow-up to the question that it would be if it were asked first, by rules.

Three things make a question lean on what was said: words that point back, a fragment that changes one thing of the
question before (a year, an ordinal, a place), and a fragment that adds to it. What a rule cannot put in its place is
asked together with the question before, which names what it is about.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from rag.text.language import detect_language
from rag.text.words import Sort, segmenter, words
from rag.types import Question, Turn

_MOST_TURNS = 12  # looked back
_LONGEST_TURN = 400  # characters of a turn that a question is put together from
_SHORT = {"zh": 5, "ja": 6, "ko": 6}  # characters of a question that can hardly stand alone
_FEW_WORDS = 3
_PERIODS = (
    re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)年?"),
    re.compile(r"\d{1,2}\s?月(?:\s?\d{1,2}\s?[日号])?"),
    re.compile(r"(?<!\d)\d{1,2}\s?[日号]"),
    re.compile(r"第[一二三四五六七八九十百\d]+[\u4e00-\u9fff]?"),
    re.compile(r"[上下]半年|[一二三四]季度|[今去前明]年|[上下本]个?月|[昨今明前]天|[首末]批"),
    re.compile(
        r"(?i)\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
        r"(?: \d{1,2}\b)?"
        r"|\b(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b"
    ),
    re.compile(r"(?i)\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|next|\d+(?:st|nd|rd|th))\b"),
)  # fmt: skip
_ORDINAL = re.compile(r"第[一二三四五六七八九十百\d]+")
_TOPIC = re.compile(r"([^、。？]{1,20}?)(?:は|が)")
# `celle de Corbessac`, `die in Lindenfurt`: what stands for the thing, and how it is tied to the name.
_LEADING = re.compile(
    r"^(?:(?:the one|that|celle|celui|el|la|lo|los|las|aquella?|die|der|das|den|o|a|il|quell[ao])\s+)?"
    r"(?:in|en|à|au|em|für|von|at|from|на|в|во|у|在|于|the|of|for|de|del|della|du|des|da|do|d[’'])?\s*",
    re.IGNORECASE,
)
_ENDING = re.compile(r"[呢吗嘛啊呀吧\s?？。.!！]+$")


@dataclass(frozen=True, slots=True)
class _Cues:
    """What shows that a question of a language leans on another: words it begins with, and words that point back."""

    leads: re.Pattern[str]
    pointers: re.Pattern[str]


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((files(__package__) / "follow_ups.json").read_text("utf-8"))
    return found


@lru_cache(maxsize=1)
def _question_words() -> frozenset[str]:
    """Of languages that write a space between words."""
    return frozenset(_table()["question_words"].split())


@lru_cache(maxsize=1)
def _asking() -> re.Pattern[str]:
    """Any word by which something is asked."""
    return re.compile(rf"(?i){_table()['asking']}|\b(?:{'|'.join(sorted(_question_words()))})\b")


@lru_cache(maxsize=1)
def _cues() -> Mapping[str, _Cues]:
    return {
        language: _Cues(
            re.compile(rf"^[¿¡\s]*(?:{entry['leads']})[\s，,、:：]*", re.IGNORECASE),
            re.compile(entry["pointers"], re.IGNORECASE),
        )
        for language, entry in _table()["languages"].items()
    }


def standalone(question: Question) -> str:
    """The question as it stands without its history: itself unless it leans on that."""
    asked = ""
    for text in (*_asked_before(question.history), question.text):
        asked = _completed(text, asked) if asked and leans(text) else text
    return asked


def leans(text: str) -> bool:
    """Whether a question can only be understood from what was said before it."""
    language = detect_language(text)
    bare = _ENDING.sub("", text.strip())
    cues = _cues().get(language)
    pointer = cues.pointers.search(text) if cues else None
    if (cues and cues.leads.match(text)) or (pointer and not _names(text[: pointer.start()], language)):
        return True
    if text.strip().rstrip("？?。 ").endswith("呢"):
        return True
    short = len(bare) <= _SHORT[language] if language in _SHORT else len(bare.split()) <= _FEW_WORDS
    asks = _asking().search(bare) or any(kind.search(bare) for kind in _PERIODS)
    return short and bool(asks) and not _names(bare, language)


def _asked_before(history: Sequence[Turn]) -> list[str]:
    """The questions before, oldest first; whatever is no turn of the user's is no question."""
    asked = [turn.content for turn in history[-_MOST_TURNS:] if turn.role == "user"]
    return [text for text in (_one_line(content) for content in asked) if text]


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_TURN]


def _completed(text: str, before: str) -> str:
    """`text` with what it takes from the question before."""
    language = detect_language(text)
    cues = _cues().get(language)
    fragment = _ENDING.sub("", cues.leads.sub("", text.strip()) if cues else text.strip()).strip()
    if changed := _changed(fragment, before):
        return changed
    if cues and cues.pointers.search(text) and (named := _pointed(text, before, cues)):
        return named
    if _asking().search(fragment) and _telling(fragment, language) and (about := _about(before)):
        return f"{about}: {text.strip()}"
    return f"{before} {text.strip()}"


def _about(before: str) -> str:
    """What the question before is about, without what it asks: its names or, where it has none or they are parts of
    longer words, all its telling words. A follow-up that asks something itself must not be answered with what was
    asked before.
    """
    language = detect_language(before)
    if language == "ja" and (topic := _TOPIC.match(before)) and "の" in topic[1]:
        return topic[1].rpartition("の")[0]
    told = ([] if language in _SHORT else _names(before, language)) or _telling(before, language)
    spelt = (re.search(re.escape(word), before, re.IGNORECASE) for word in dict.fromkeys(told))
    joint = "" if language in _SHORT else " "
    return joint.join(match[0] for match in spelt if match)


def _telling(text: str, language: str) -> list[str]:
    """Folded: the words that are about something, those that ask aside."""
    bare = _asking().sub(" ", text)
    return [word.text for word in words(bare, language) if word.sort not in (Sort.FUNCTION, Sort.DENIAL)]


def _changed(fragment: str, before: str) -> str | None:
    """The question before with one thing changed, where all of the fragment is of one kind with a part of it."""
    for kind in _PERIODS:
        new, old = kind.search(fragment), kind.search(before)
        rest = len(fragment) - len(new[0]) if new else 0
        if (
            new
            and old
            and rest <= 4
            and not any(word.sort is Sort.NAME for word in words(fragment.replace(new[0], " "), "zh"))
        ):
            return before[: old.start()] + _like(new[0], old[0]) + before[old.end() :]
    language = detect_language(before)
    names = _names(fragment, language)
    old_names = _names(before, language)
    if language == "ja":
        return _other_topic(fragment, before)
    bare = _LEADING.sub("", fragment)
    if names and old_names and len(bare) <= len("".join(names)) + 3 * len(names):
        first = old_names[-1] if language == "de" and len(names) == 1 else old_names[0]
        return _replaced(before, first, bare, old_names[-1] if len(names) == len(old_names) else first)
    return None


def _other_topic(fragment: str, before: str) -> str | None:
    """社長は？ after 工場長は誰ですか: of one kind by their last character; what has the topic stays."""
    new, old = _TOPIC.fullmatch(fragment), _TOPIC.match(before)
    if not new or not old or new[1][-1] != old[1][-1]:
        return None
    owner = "" if "の" in new[1] else "".join(old[1].rpartition("の")[:2])
    return f"{owner}{new[1]}{before[old.end(1) :]}"


def _like(new: str, old: str) -> str:
    """`2025` for `2024年` is `2025年`, and `第二` for `第一批` is `第二批`."""
    if old.endswith("年") and new.isdigit():
        return new + "年"
    if not old.endswith("年") and new.endswith("年") and new[:-1].isdigit() and old.isdigit():
        return new[:-1]
    if (ordinal := _ORDINAL.fullmatch(new)) and _ORDINAL.match(old):
        return ordinal[0] + _ORDINAL.sub("", old)
    return new


def _replaced(before: str, first: str, new: str, last: str) -> str | None:
    """With what stands from the `first` to the `last` of its names replaced."""
    begin, end = (re.search(re.escape(name), before, re.IGNORECASE) for name in (first, last))
    return before[: begin.start()] + new + before[end.end() :] if begin and end else None


def _pointed(text: str, before: str, cues: _Cues) -> str | None:
    """A Chinese question with `他` or `她` replaced by the one person whom the question before names."""
    persons = {word for word, tag in segmenter().tag(before) if tag == "nr" and len(word) > 1}
    pointer = cues.pointers.search(text)
    if pointer is None or pointer[0] not in ("他", "她", "他的", "她的") or len(persons) != 1:
        return None
    owner = "的" if pointer[0].endswith("的") else ""
    rest = cues.leads.sub("", text[: pointer.start()])
    return f"{rest}{persons.pop()}{owner}{text[pointer.end() :]}"


def _names(text: str, language: str) -> list[str]:
    """The names in a text, folded; its first word counts if it is capitalised and asks nothing."""
    if language == "de":  # writes all nouns so; what a question is about stands with its nouns
        found = [word.casefold() for word in re.findall(r"(?<=[\s(„\"])[A-ZÄÖÜ][\w-]+", f" {text}")]
    else:
        found = [word.text for word in words(f"x {text}", language) if word.sort is Sort.NAME]
    return [name for name in found if name not in _question_words()]

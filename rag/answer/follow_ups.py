"""What a question of any language has that tells whether it can stand alone: the words that ask, those that point back,
and the names and telling words that say what it is about.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from rag.text.language import function_words
from rag.text.words import Sort, words

UNSPACED = ("zh", "ja", "ko")
_JOINED = (*UNSPACED, "ar")  # languages whose words may begin with one of those that lead on
_LEFT = 2  # times as long as the courtesy
TOPIC = re.compile(r"([^、。？]{1,20}?)(?:は|が)")
"""Of a question in Japanese."""
ENDING = re.compile(r"[呢吗嘛啊呀吧\s?？。.!！]+$")


@dataclass(frozen=True, slots=True)
class Cues:
    """What shows that a question of a language leans on another: words it begins with, and words that point back."""

    leads: re.Pattern[str]
    pointers: re.Pattern[str]


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((files(__package__) / "follow_ups.json").read_text("utf-8"))
    return found


def cue_text(name: str) -> str:
    """A pattern of the table, as it is written there."""
    return str(_table()[name])


@lru_cache(maxsize=1)
def question_words() -> frozenset[str]:
    """Of languages that write a space between words."""
    return frozenset(_table()["question_words"].split())


@lru_cache(maxsize=1)
def asking() -> re.Pattern[str]:
    """Any word by which something is asked."""
    return re.compile(rf"(?i){_table()['asking']}|\b(?:{'|'.join(sorted(question_words()))})\b")


@lru_cache(maxsize=1)
def cues() -> Mapping[str, Cues]:
    """By language."""
    found = {}
    for language, entry in _table()["languages"].items():
        ends = "" if language in _JOINED else r"(?!\w)"
        leads = re.compile(rf"^[¿¡\s]*(?:{entry['leads']}){ends}[\s，,、:：]*", re.IGNORECASE)
        found[language] = Cues(leads, re.compile(entry["pointers"], re.IGNORECASE))
    return found


@lru_cache(maxsize=1)
def _courtesies() -> re.Pattern[str]:
    return re.compile(rf"(?i)(?<![a-zà-ÿа-я])(?:{_table()['courtesies']})(?![a-zа-я])")


def is_courtesy(text: str) -> bool:
    """Whether it only thanks or agrees: it asks nothing, and next to nothing else is left of it."""
    asks = asking().search(text) or text.rstrip("？?。 ").endswith("呢")
    if asks or not (found := _courtesies().search(text)):
        return False
    left = re.sub(r"\W+", "", _courtesies().sub("", text))
    return len(left) <= _LEFT * len(found[0]) + 2


def without_courtesy(text: str) -> str:
    """Without the thanks that a question begins with: 好的谢谢。水费给减吗."""
    found = _thanked().match(text)
    return text[found.end() :] if found and found.end() < len(text) else text


@lru_cache(maxsize=1)
def _thanked() -> re.Pattern[str]:
    courtesy = rf"(?>{_table()['courtesies']})(?![a-zà-ÿа-я])"  # atomic: 嗯嗯嗯… can be read in one way only
    return re.compile(rf"(?i)^\W*+(?:{courtesy}[^\w¿¡]*+)+(?<=\W)")


def names(text: str, language: str) -> list[str]:
    """The names in a text, folded; its first word counts if it asks nothing and is not short: А, На."""
    if language == "de":  # writes all nouns so; what a question is about stands with its nouns
        found = [word.casefold() for word in re.findall(r"(?<=[\s(„\"])[A-ZÄÖÜ][\w-]+", f" {text}")]
    else:
        found = [word.text for word in words(f"x {text}", language) if word.sort is Sort.NAME]
    first = re.match(r"\W*(\w{1,2})\b", text) if language not in UNSPACED else None
    no_names = {*question_words(), *function_words(language), *([first[1].casefold()] if first else ())}
    return [name for name in found if name not in no_names]


def telling(text: str, language: str) -> list[str]:
    """Folded: the words that are about something, those that ask aside."""
    bare = asking().sub(" ", text)
    return [word.text for word in words(bare, language) if word.sort not in (Sort.FUNCTION, Sort.DENIAL)]


def as_written(folded: Iterable[str], text: str) -> list[str]:
    """Words as a text writes them, each once; those that it does not have as they are are left out."""
    found = (re.search(re.escape(word), text, re.IGNORECASE) for word in dict.fromkeys(folded))
    return [match[0] for match in found if match]

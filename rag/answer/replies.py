"""A model's reply, as it streams in, to sentences with the passage numbers that it put to them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from rag.answer.orders import HIDDEN
from rag.text.sentences import split_sentences

_MARKER = re.compile(r"\s*(?:[\[［【]\s*\d{1,3}(?:\s*[,，、]\s*\d{1,3})*\s*[\]］】])")
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)
_BULLET = re.compile(r"^\s*(?:(?:[-*•·▪>]|#{1,6}|\d{1,2}[.)、])\s+|\|\s*)+")
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_LINK = re.compile(r"!?\[([^\]\n]{0,300})\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
_TAG = re.compile(r"<(?:!--.*?(?:-->|\Z)|/?[A-Za-z][^<>]{0,500}>|\|[^|<>]{0,40}\|>)", re.DOTALL)
_EMPHASIS = re.compile(r"\*\*|__|`+|~~|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_CELLS = re.compile(r"\s*\|\s*")


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence without its markers, and the numbers in them, in order, each once."""

    text: str
    numbers: tuple[int, ...]


class Reply:
    """Grows by pieces; `take` gives the sentences that are complete. Markers after the full stop belong to the
    sentence.
    """

    def __init__(self) -> None:
        self._text = ""
        self._given = 0

    def add(self, piece: str) -> None:
        self._text += piece

    @property
    def visible(self) -> str:
        """What has been said, less what the model was only thinking."""
        return _THOUGHT.sub("", self._text).strip()

    def take(self, *, final: bool = False) -> list[Said]:
        """Sentences not given yet; without `final` the last one is held back, since it may go on."""
        sentences = _sentences(self.visible)
        ready = sentences if final else sentences[:-1]
        new = ready[self._given :]
        self._given = max(self._given, len(ready))
        return [said for said in map(_said, new) if any(character.isalnum() for character in said.text)]


def cleaned(text: str) -> str:
    """One line without markers, markup, escape sequences, and characters that control or that nobody sees."""
    plain = _CONTROL.sub(" ", HIDDEN.sub("", _ESCAPE.sub("", text)))
    plain = _TAG.sub("", html.unescape(_TAG.sub("", _LINK.sub(r"\1", _MARKER.sub("", plain)))))
    plain = _CELLS.sub(" ", _EMPHASIS.sub("", _BULLET.sub("", plain)))
    return " ".join(plain.split())


def _sentences(text: str) -> list[str]:
    parts: list[str] = []
    for start, end in split_sentences(text):
        part = text[start:end]
        leading = re.match(rf"(?:{_MARKER.pattern})+", part)
        if leading and parts:
            parts[-1] += leading[0]
            part = part[leading.end() :].strip()
        if part:
            parts.append(part)
    return parts


def _said(sentence: str) -> Said:
    numbers = [int(number) for marker in _MARKER.findall(sentence) for number in re.findall(r"\d+", marker)]
    return Said(cleaned(sentence), tuple(dict.fromkeys(numbers)))

"""A model's reply, as it streams in, to sentences with the passage numbers that it put to them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.text.sentences import split_sentences

_MARKER = re.compile(r"\s*(?:[\[［【]\s*\d{1,3}(?:\s*[,，、]\s*\d{1,3})*\s*[\]］】])")
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_BULLET = re.compile(r"^\s*(?:[-*•]|#{1,6})\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_EMPHASIS = re.compile(r"\*\*|__|`")


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

    def __len__(self) -> int:
        return len(self._text)

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
        return [said for said in map(_said, new) if said.text]


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
    bare = _EMPHASIS.sub("", _BULLET.sub("", _CONTROL.sub("", _MARKER.sub("", sentence)))).strip()
    return Said(bare, tuple(dict.fromkeys(numbers)))

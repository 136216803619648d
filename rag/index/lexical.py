"""BM25 over the chunks: an SQLite FTS5 index in the store's own file, changed in the transaction that changes a chunk.

So it is persistent, incremental and never behind the store. Scoring is FTS5's Okapi BM25 (k1 1.2, b 0.75; Robertson and
Zaragoza, 2009) with idf floored above zero. The analysis is `rag.text.terms`: FTS5 only splits at the blanks put there.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Collection, Mapping, Sequence

from rag.text.terms import terms

# Raised whenever `indexed_text` changes what it makes of a text: postings must be taken out as they were put in.
ANALYSIS = "2"
SHORTEST_STEM = 4
"""Letters of a word that others may begin with."""
# Terms beyond this many add time, not evidence: the rarest are kept.
_MAX_QUERY_TERMS = 64
_MOST_SPELLED = 200


def indexed_text(title: str | None, heading_path: Sequence[str], text: str) -> str:
    """What a chunk is found by: its own terms, and those of the title and headings that it stands under."""
    return " ".join(terms("\n".join((title or "", *heading_path, text))))


def add(connection: sqlite3.Connection, chunk_id: int, indexed: str) -> None:
    connection.execute("INSERT INTO lexicon(rowid, terms) VALUES (?, ?)", (chunk_id, indexed))


def remove(connection: sqlite3.Connection, chunk_id: int, indexed: str) -> None:
    """A contentless index must be told exactly what to take out: `indexed` is what was added for this chunk."""
    connection.execute("INSERT INTO lexicon(lexicon, rowid, terms) VALUES ('delete', ?, ?)", (chunk_id, indexed))


def clear(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO lexicon(lexicon) VALUES ('delete-all')")


def document_frequencies(connection: sqlite3.Connection, words: Collection[str]) -> dict[str, int]:
    """In how many chunks each word occurs; words that occur nowhere are left out."""
    rows = connection.execute(
        "SELECT term, doc FROM vocabulary WHERE term IN (SELECT value FROM json_each(?))", (json.dumps(sorted(words)),)
    )
    return {str(term): int(count) for term, count in rows}


def search(
    connection: sqlite3.Connection, frequencies: Mapping[str, int], limit: int, allowed: Collection[int] | None = None
) -> list[tuple[int, float]]:
    """Chunk ids and BM25 scores (higher is better, above 0) for the question's words, given with their
    `document_frequencies`; best first, ties by id, so that the order is repeatable.
    """
    rarest = sorted(frequencies, key=lambda word: (frequencies[word], word))[:_MAX_QUERY_TERMS]
    if not rarest or (allowed is not None and not allowed):
        return []
    match = " OR ".join(map(_quoted, rarest))
    restriction, values = "", []
    if allowed is not None:
        # The plus keeps SQLite from asking the whole question anew for each rowid, which takes seconds for thousands.
        restriction = " AND +rowid IN (SELECT value FROM json_each(?))"
        values = [json.dumps(sorted(allowed))]
    rows = connection.execute(
        f"SELECT rowid, -bm25(lexicon) AS score FROM lexicon WHERE lexicon MATCH ?{restriction}"
        " ORDER BY score DESC, rowid LIMIT ?",
        (match, *values, limit),
    )
    return [(int(chunk_id), float(score)) for chunk_id, score in rows]


def having(connection: sqlite3.Connection, others: Sequence[str], most: int) -> list[int] | None:
    """Ids of the chunks that have any of `others`: a Chinese word, or the beginnings of some Latin words, all of them.
    None where more than `most` chunks do.
    """
    match = " OR ".join(filter(None, map(_phrase, others)))
    if not match:
        return []
    rows = connection.execute("SELECT rowid FROM lexicon WHERE lexicon MATCH ? LIMIT ?", (match, most + 1)).fetchall()
    return None if len(rows) > most else [int(chunk_id) for (chunk_id,) in rows]


def spelled(connection: sqlite3.Connection, way: Sequence[str], after: str = "") -> list[str]:
    """Words of the articles with one of the characters of `way` at each place, two at least, and one of those of
    `after` behind them, where it is given; none where so many may be that it is chance.
    """
    found: dict[str, list[str]] = {character: [character] for character in way[0]}  # by their last character
    for characters in filter(None, (*way[1:], after)):
        pairs = {last + character for last in found for character in characters}
        known = document_frequencies(connection, pairs)
        longer: dict[str, list[str]] = {}
        for pair in known:
            longer.setdefault(pair[1], []).extend(word + pair[1] for word in found[pair[0]])
        found = longer
    words = sorted(word for ending in found.values() for word in ending)
    if len(words) > _MOST_SPELLED:
        return []
    whole = [word for word in words if len(word) == 2 or having(connection, [word], 0) is None]
    return list(dict.fromkeys(word[: len(way)] for word in whole))


def _phrase(other: str) -> str:
    """Empty where nothing of it could be in the index. A short word is no beginning of others."""
    if not other.isascii():
        return _quoted(" ".join(terms(other)))
    parts = [_quoted(word) + " *" * (len(word) >= SHORTEST_STEM) for word in other.split() if terms(word)]
    return f"({' AND '.join(parts)})" if parts else ""


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def idf(frequency: int, size: int) -> float:
    """Inverse document frequency of a term that `frequency` of `size` chunks have, above 0 (Lucene's form of
    BM25's).
    """
    return math.log(1 + (size - frequency + 0.5) / (frequency + 0.5))

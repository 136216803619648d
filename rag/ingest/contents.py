"""Tables of contents: lines of `page number, title / author`. They say which lines elsewhere are headlines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.ingest.likeness import letters
from rag.ingest.lines import Line

_ENTRY = re.compile(r"(\d{1,3})[ \t\u3000]+([^\d\s].{2,})$")
_TRAILING = re.compile(r"(\S.{2,}?)(?:[ \t\u3000]+|[.…·]{3,})(\d{1,3})$")
_CLAUSE_MARK = re.compile(r"[，。；]")
_MIN_ENTRIES = 4
# Between two entries of a contents page stand at most a subtitle, an author and two headings.
_MAX_GAP = 6


@dataclass(frozen=True, slots=True)
class Contents:
    """A table of contents: the half-open range of its lines, and its titles as letters only."""

    start: int
    end: int
    titles: frozenset[str]


def find_contents(lines: Sequence[Line]) -> list[Contents]:
    """Runs of entries whose page numbers never fall."""
    found = []
    run: list[tuple[int, int, str]] = []
    for index, line in enumerate(lines):
        entry = _entry(line.text)
        if not entry:
            continue
        number, title = entry
        if run and (index - run[-1][0] > _MAX_GAP or number < run[-1][1] or line.page != lines[run[-1][0]].page):
            found.append(run)
            run = []
        run.append((index, number, title))
    found.append(run)
    return [_contents(run) for run in found if len(run) >= _MIN_ENTRIES]


def _entry(text: str) -> tuple[int, str] | None:
    if not (text[0].isdigit() or text[-1].isdigit()) or text[-1] in "。，；：、":
        return None
    match = _ENTRY.match(text)
    if match and not _CLAUSE_MARK.search(match[2]):
        return int(match[1]), match[2]
    match = _TRAILING.match(text)
    return (int(match[2]), match[1]) if match and not _CLAUSE_MARK.search(match[1]) else None


def _contents(run: Sequence[tuple[int, int, str]]) -> Contents:
    titles = set()
    for _, _, entry in run:
        title = re.split(r"[/／]", entry)[0]
        titles |= {letters(title), letters(re.split(r"[：:]", title, maxsplit=1)[-1])}
    return Contents(run[0][0], run[-1][0] + 1, frozenset(title for title in titles if len(title) > 3))

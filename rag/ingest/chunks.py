"""An article cut into passages on sentence boundaries, each with the heading path it stands under.

Passages do not overlap: a sentence belongs to one passage, is found by its own vector too, and context comes from the
place, the title and the heading path that are embedded with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from rag.text.questions import asks
from rag.text.rows import columns_of, tables
from rag.text.sentences import split_long, split_sentences
from rag.text.tokens import count_tokens
from rag.types import Draft, Heading

_LINE = re.compile(r"\S(?:.*\S)?")
_LONG_SENTENCE = 600  # characters; longer ones (a table row, text without full stops) are cut at clause marks


@dataclass(frozen=True, slots=True)
class Passage:
    """`[start, end)` of an article's text; `sentences` are ranges of the same text that cover it but for white
    space. A passage that begins inside a table stands under the row that names its columns.
    """

    start: int
    end: int
    heading_path: tuple[str, ...]
    tokens: int
    sentences: tuple[tuple[int, int], ...]


def chunk(draft: Draft, max_tokens: int) -> list[Passage]:
    """The passages of an article, in order, each of at most `max_tokens` cl100k tokens unless one piece is larger.

    A passage ends where the next sentence would not fit, and before a heading; a question stays with its answer.
    """
    text = draft.body.text
    headings = {heading.start: heading for heading in draft.headings}
    passages: list[Passage] = []
    path: list[Heading] = []
    held: list[tuple[int, int]] = []
    tokens = 0

    def close() -> None:
        nonlocal held, tokens
        if held:
            names = tuple(" ".join(text[h.start : h.end].split()) for h in path)
            names += (columns[held[0][0]],) if held[0][0] in columns else ()
            passages.append(Passage(held[0][0], held[-1][1], names, tokens, tuple(held)))
        held, tokens = [], 0

    ranges = _sentences(text, draft.headings)
    columns = dict(_under_columns(text, ranges))
    for start, end in ranges:
        if heading := headings.get(start):
            if any(s not in headings for s, _ in held):
                close()
            path = [above for above in path if above.level < heading.level] + [heading]
        size = count_tokens(text[start:end])
        if held and tokens + size > max_tokens:
            asked = _left_asking(text, held, max_tokens - size)
            del held[len(held) - len(asked) :]
            close()
            held, tokens = asked, sum(count_tokens(text[a:b]) for a, b in asked)
        held.append((start, end))
        tokens += size
    close()
    return passages


def _left_asking(text: str, held: Sequence[tuple[int, int]], room: int) -> list[tuple[int, int]]:
    """The questions at the end of a passage, each a paragraph, to be put before their answers, in so many tokens; none
    where there is nothing else.
    """
    asked = list(takewhile(lambda each: asks(text, *each, alone=True), reversed(held)))
    fits = len(asked) < len(held) and sum(count_tokens(text[a:b]) for a, b in asked) <= room
    return asked[::-1] if fits else []


def _sentences(text: str, headings: Sequence[Heading]) -> list[tuple[int, int]]:
    """Sentence ranges, with every heading a sentence of its own, and none longer than `_LONG_SENTENCE`."""
    ranges: list[tuple[int, int]] = []
    position = 0
    for heading in (*headings, Heading(len(text), len(text), 0)):
        for start, end in _lines_or_sentences(text[position : heading.start]):
            ranges.extend(split_long(text, position + start, position + end, _LONG_SENTENCE))
        if heading.start < heading.end:
            ranges.append((heading.start, heading.end))
        position = heading.end
    return ranges


def _lines_or_sentences(text: str) -> list[tuple[int, int]]:
    """Sentence ranges, a row of a table being one whatever stops it has."""
    ranges = split_sentences(text)
    if "|" not in text and "\t" not in text:
        return ranges
    lines = [match.span() for match in _LINE.finditer(text)]
    rows = [lines[place] for first, last in tables([text[a:b] for a, b in lines]) for place in range(first, last)]
    return sorted([*rows, *(each for each in ranges if not any(a <= each[0] < b for a, b in rows))])


def _under_columns(text: str, ranges: Sequence[tuple[int, int]]) -> Iterator[tuple[int, str]]:
    """Where each row of a table starts, below its first one, and that first one."""
    for first, last in tables([text[start:end] for start, end in ranges]):
        names = columns_of([text[start:end] for start, end in ranges[first:last]])
        yield from ((start, names) for start, _ in ranges[first + 1 : last])


def embedded_text(context: Sequence[str | None], text: str) -> str:
    """What is embedded for a passage: what it stands under and does not say itself - place, title, headings - then its
    text.
    """
    return "\n".join((*(part for part in context if part and part not in text), text))

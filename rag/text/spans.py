"""Text that remembers where each of its characters came from.

A page is taken apart and put together again, but a citation must point into the text as it was ingested. `TracedText`
is the reconstructed text with the runs of source text that it is made of; whatever is not covered by a run is white
space that reconstruction inserted. All offsets count Unicode code points.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# Gaps made only of these may be bridged by one span: every definition of white space (Unicode, Python, ECMAScript)
# has them.
_BRIDGED = " \t\n\r\u3000\u00a0"


class Span(NamedTuple):
    """Half-open range `[start, end)` of offsets into a document's source text."""

    start: int
    end: int


class Run(NamedTuple):
    """`length` characters of reconstructed text at offset `at`, the same characters as the source has at offset
    `source`.
    """

    at: int
    source: int
    length: int


@dataclass(frozen=True, slots=True)
class TracedText:
    """Reconstructed text and its runs, in text order, never overlapping; uncovered characters are inserted white
    space.
    """

    text: str
    runs: tuple[Run, ...]

    @classmethod
    def of(cls, source: str, start: int = 0, end: int | None = None) -> TracedText:
        """The characters `[start, end)` of the source, as they stand."""
        stop = len(source) if end is None else end
        text = source[start:stop]
        return cls(text, (Run(0, start, len(text)),) if text else ())

    @classmethod
    def space(cls, text: str) -> TracedText:
        """Inserted white space. Raises ValueError for anything else, since all other text must have a source."""
        if text.strip():
            raise ValueError("only white space may be inserted into reconstructed text")
        return cls(text, ())

    @classmethod
    def join(cls, parts: Iterable[TracedText]) -> TracedText:
        """The parts one after the other; runs that continue each other in text and source become one."""
        texts: list[str] = []
        runs: list[Run] = []
        length = 0
        for part in parts:
            for run in part.runs:
                moved = Run(run.at + length, run.source, run.length)
                if runs and _continues(runs[-1], moved):
                    runs[-1] = Run(runs[-1].at, runs[-1].source, runs[-1].length + moved.length)
                else:
                    runs.append(moved)
            texts.append(part.text)
            length += len(part.text)
        return cls("".join(texts), tuple(runs))

    def __len__(self) -> int:
        return len(self.text)

    def slice(self, start: int, end: int) -> TracedText:
        """The characters `[start, end)` of this text, still knowing their source."""
        runs = []
        first = bisect_right(self.runs, start, key=lambda run: run.at) - 1
        for run in self.runs[max(0, first) : bisect_left(self.runs, end, key=lambda run: run.at)]:
            low, high = max(start, run.at), min(end, run.at + run.length)
            if low < high:
                runs.append(Run(low - start, run.source + low - run.at, high - low))
        return TracedText(self.text[start:end], tuple(runs))

    def strip(self) -> TracedText:
        """Without white space at both ends."""
        left = len(self.text) - len(self.text.lstrip())
        return self.slice(left, max(left, len(self.text.rstrip())))

    def spans(self, source: str) -> tuple[Span, ...]:
        """Where this text stands in `source`, in reading order, white space at the ends left out.

        Keeps the span promise: the joined source ranges equal this text once all white space is removed from both.
        Ranges between which the source has only white space are given as one.
        """
        spans: list[Span] = []
        for run in self.runs:
            piece = self.text[run.at : run.at + run.length]
            start = run.source + len(piece) - len(piece.lstrip())
            end = run.source + len(piece.rstrip())
            if start >= end:
                continue
            if spans and spans[-1].end <= start and not source[spans[-1].end : start].strip(_BRIDGED):
                spans[-1] = Span(spans[-1].start, end)
            else:
                spans.append(Span(start, end))
        return tuple(spans)


def _continues(first: Run, second: Run) -> bool:
    return first.at + first.length == second.at and first.source + first.length == second.source


def narrowed(spans: Sequence[Span], source: str, skip: int, take: int) -> tuple[Span, ...]:
    """The part of `spans` that carries `take` characters after the first `skip`, white space not counted."""
    found: list[Span] = []
    seen = 0
    for span in spans:
        places = [at for at in range(span.start, span.end) if not source[at].isspace()]
        own = places[max(0, skip - seen) : max(0, skip + take - seen)]
        if own:
            found.append(Span(own[0], own[-1] + 1))
        seen += len(places)
    return tuple(found)


def strip_space(text: str) -> str:
    """`text` without any Unicode white space: the form in which quotes and their sources compare equal."""
    return "".join(text.split())


def keeps_promise(quote: str, spans: Sequence[Span], source: str) -> bool:
    """Whether the spans carry the quote, white space aside."""
    return strip_space("".join(source[span.start : span.end] for span in spans)) == strip_space(quote)

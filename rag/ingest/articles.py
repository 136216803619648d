"""Stories, tables and leftovers of a newspaper page to drafts: clean text that knows its source."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rag.ingest import bylines
from rag.ingest.dates import masthead_date, printed_date
from rag.ingest.displays import DisplayText
from rag.ingest.headlines import Headline, Matched
from rag.ingest.items import BylineLine, Paragraph, Table
from rag.ingest.joining import join_lines, join_paragraphs, tight, trace_pieces
from rag.ingest.likeness import letters, pairs, share_of
from rag.ingest.lines import Line
from rag.ingest.overprint import printed_once
from rag.ingest.stories import Heading as HeadingEntry
from rag.ingest.stories import Layout, Story
from rag.text.language import detect_language
from rag.text.spans import TracedText
from rag.types import Draft, Heading, Kind

_NOTICE = re.compile(r"公示|公告|启事|声明|通告|更正|致歉|讣告|遗失|招聘|征稿|通知$")
_TEASER_BOX = re.compile(r"导读|今日导读|要闻导读|内容提要|提要|今日看点|目录")
_CLAUSE = re.compile(r"[，。；、：！？“”‘’《》（）■\s]+")
_RUN_IN = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)][^，。；！？]{4,40}。")
_LEVELS = (
    (re.compile(r"[一二三四五六七八九十]{1,3}、|●|■|◆"), 2),
    (re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]"), 3),
)
_PRINTED_AGAIN = 0.75
_MIN_LIST = 5
_MIN_BRIEF = 5
_NEARBY = 6
_MIN_SECTION, _MAX_SECTION = 2, 8
_ABSTRACT = "■"
_ABSTRACT_WIDTH = 1.5
_FULL_HEADING_LINE = 4.0
_REST = 4.0
_LANGUAGE_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class _Body:
    text: TracedText
    headings: tuple[Heading, ...]


def write(source: str, layout: Layout, matched: Matched) -> list[Draft]:
    """The drafts of a page in the order of the page."""
    starts = [story.start for story in layout.stories]
    writer = _Writer(source, layout, matched, masthead_date(source[:3000]), _sections(layout), starts)
    drafts = [draft for place in range(len(layout.stories)) for draft in writer.story(place)]
    drafts += [writer.table(table) for table in layout.tables]
    drafts += [_small(Kind.CREDITS, _as_printed(source, listing.lines)) for listing in layout.listings]
    drafts += writer.leftovers()
    return sorted((draft for draft in drafts if draft.body.runs), key=lambda draft: draft.body.runs[0].source)


@dataclass(slots=True)
class _Writer:
    source: str
    layout: Layout
    matched: Matched
    published: date | None
    sections: dict[int, str]
    starts: list[int]

    def story(self, place: int) -> Iterator[Draft]:
        story = self.layout.stories[place]
        headline = self.matched.headlines.get(place, Headline())
        abstract = [*story.abstract, *_abstracts(story)]
        story.entries = [entry for entry in story.entries if entry not in abstract]
        body = _body(story)
        title = _title(headline)
        extra = [join_lines(paragraph.lines) for paragraph in abstract]
        again = [text for text in extra if _is_said(text.text, body.text.text)]
        rest = [text for text in extra if text not in again]
        byline = _byline(story)
        yield Draft(
            body.text,
            _kind(story, title),
            _language(body.text.text),
            title=title,
            kicker=headline.kicker,
            subhead=headline.subhead,
            byline=byline.text if byline else headline.speaker,
            reporters=byline.reporters if byline else (),
            published=self._published(byline, headline),
            section=self._section(place),
            headings=body.headings,
            title_spans=tuple(span for line in headline.lines for span in trace(line).spans(self.source)),
            also_at=tuple(span for text in again for span in text.spans(self.source)),
        )
        if rest:
            yield _small(Kind.BRIEF, join_paragraphs(rest), title)
        if headline.speaker or headline.dateline:
            yield _small(Kind.BRIEF, join_paragraphs([trace(line) for line in headline.block]), title)

    def table(self, table: Table) -> Draft:
        """Each row a paragraph of its name and its cells. Over figures stand the names of their columns, cell by cell;
        over long cells those and all names of rows.
        """
        if table.is_of_figures:
            body = join_paragraphs([*map(_line, table.notes), *map(_in_cells, table.lines())])
            return _small(Kind.TABLE, body, table.notes[0].text if table.notes else self._title_like(table, body.text))
        names = TracedText.join(
            _spaced([_line(table.header[0]), *(_line(name) for name, _ in table.rows), _line(table.header[1])])
        )
        rows = [TracedText.join(_spaced([_line(name), *map(join_lines, cells)])) for name, cells in table.rows]
        body = join_paragraphs([names, *rows])
        return _small(Kind.TABLE, body, self._title_like(table, body.text))

    def leftovers(self) -> Iterator[Draft]:
        """Captions together, and who made the page; lists and teasers each on their own."""
        captions: list[DisplayText] = []
        staff: list[DisplayText] = []
        heads = set(self.sections.values())
        for run in self.matched.loose:
            captions += [line for line in run if line.is_loose_caption()]
            others = [line for line in run if not line.is_loose_caption()]
            staff += [line for line in others if line.is_staff()]
            lines = [line for line in others if not line.is_staff()]
            for group in _teasers(lines):
                text = join_paragraphs([trace(line) for line in group])
                if len(letters(text.text)) < _MIN_BRIEF or text.text in heads:
                    continue
                yield _small(Kind.CREDITS if _is_list(group) else Kind.BRIEF, text, _teaser_title(group))
        for credits in filter(None, (captions, staff)):
            credits.sort(key=lambda line: line.start)
            yield _small(Kind.CREDITS, join_paragraphs([trace(line) for line in credits]))

    def _published(self, byline: bylines.Byline | None, headline: Headline) -> date | None:
        stated = printed_date(byline.text) if byline else None
        return stated or (printed_date(headline.dateline) if headline.dateline else None) or self.published

    def _title_like(self, table: Table, text: str) -> str | None:
        """The headline of a story near the table that says most of what the table says."""
        after = bisect_right(self.starts, table.header[0].start)
        near = range(max(0, after - _NEARBY), min(len(self.starts), after + _NEARBY))
        titles = [_title(self.matched.headlines[place]) for place in near if place in self.matched.headlines]
        known = pairs(text)
        best = max((title for title in titles if title), key=lambda title: share_of(title, known), default=None)
        return best if best and share_of(best, known) > 0 else None

    def _section(self, place: int) -> str | None:
        """The running head on the pages of the story."""
        story = self.layout.stories[place]
        last = max([line.page for paragraph in story.paragraphs() for line in paragraph.lines], default=story.page)
        return next((self.sections[page] for page in range(story.page, last + 1) if page in self.sections), None)


def _sections(layout: Layout) -> dict[int, str]:
    """The running head of every page that has one."""
    found: dict[int, str] = {}
    for head in layout.heads:
        text = tight(head.line.text)
        if _MIN_SECTION <= len(text) <= _MAX_SECTION and text.isalpha() and not bylines.line(text):
            found.setdefault(head.line.page, text)
    return found


def _title(headline: Headline) -> str | None:
    return " ".join(line.text for line in headline.lines) or None


def trace(line: DisplayText) -> TracedText:
    """A display line as it reads, with its source; the second copies of over-printed type have none."""
    parts = []
    for part in line.parts:
        text = part.line.text
        ranges = (printed_once(text) if part.twice else None) or [(0, len(text))]
        parts.append(trace_pieces(part.line.start, text, ranges))
    return TracedText.join(parts)


def _as_printed(source: str, lines: Sequence[Line]) -> TracedText:
    return join_paragraphs([TracedText.of(source, line.start, line.end) for line in lines])


def _line(line: Line) -> TracedText:
    return join_lines([line])


def _in_cells(row: Sequence[Line]) -> TracedText:
    return TracedText.join(_spaced([_line(line) for line in row], "\t"))


def _spaced(parts: Sequence[TracedText], between: str = " ") -> list[TracedText]:
    space = TracedText.space(between)
    return [piece for part in parts for piece in (part, space)][:-1]


def _small(kind: Kind, body: TracedText, title: str | None = None) -> Draft:
    return Draft(body, kind, _language(body.text), title=title)


def _language(text: str) -> str:
    return detect_language(text[:_LANGUAGE_SAMPLE])


def _body(story: Story) -> _Body:
    paragraphs: list[tuple[TracedText, int]] = []
    for entry in story.entries:
        if isinstance(entry, HeadingEntry):
            paragraphs.append((_heading(entry), _level(entry.lines[0].line.text)))
        elif isinstance(entry, BylineLine):
            paragraphs.append((_line(entry.line), 0))
        else:
            paragraphs += _split_run_in(join_lines(entry.lines))
    headings = []
    at = 0
    for text, level in paragraphs:
        if level:
            headings.append(Heading(at, at + len(text), level))
        at += len(text) + 1
    return _Body(join_paragraphs([text for text, _ in paragraphs]), tuple(headings))


def _heading(entry: HeadingEntry) -> TracedText:
    """A heading of several lines; a full first line goes on without a space, and so does one with a rest of a few
    characters."""
    parts = [_line(display.line) for display in entry.lines]
    first, last = entry.lines[0].line, entry.lines[-1].line
    goes_on = first.width >= entry.width - _FULL_HEADING_LINE or last.width <= min(_REST, first.width / 2)
    if goes_on and not first.is_closed():
        return TracedText.join(parts)
    return TracedText.join(_spaced(parts))


def _level(text: str) -> int:
    return next((level for pattern, level in _LEVELS if pattern.match(text)), 3)


def _split_run_in(paragraph: TracedText) -> list[tuple[TracedText, int]]:
    """A numbered heading that runs into its paragraph (`（一）……。`) becomes a paragraph of its own."""
    match = _RUN_IN.match(paragraph.text)
    if not match or match.end() == len(paragraph):
        return [(paragraph, 0)]
    return [(paragraph.slice(0, match.end()), 3), (paragraph.slice(match.end(), len(paragraph)), 0)]


def _abstracts(story: Story) -> list[Paragraph]:
    """Paragraphs with a square, set far wider than the story: what a page prints beside a story to sum it up."""
    paragraphs = story.paragraphs()
    plain = [paragraph.width for paragraph in paragraphs if paragraph.lines[0].text[0] != _ABSTRACT]
    if not plain:
        return []
    limit = _ABSTRACT_WIDTH * min(plain)
    return [
        paragraph for paragraph in paragraphs if paragraph.lines[0].text[0] == _ABSTRACT and paragraph.width > limit
    ]


def _is_said(text: str, body: str) -> bool:
    """Whether nearly all clauses of a text stand in the body too."""
    clauses = [clause for clause in _CLAUSE.split(text) if len(clause) > 3]
    said = sum(len(clause) for clause in clauses if clause in body)
    return said >= _PRINTED_AGAIN * sum(len(clause) for clause in clauses)


def _byline(story: Story) -> bylines.Byline | None:
    first = story.entries[0]
    if isinstance(first, BylineLine):
        return bylines.Byline(tight(first.byline.text), first.byline.reporters)
    paragraphs = story.paragraphs()
    found = bylines.lead(join_lines(paragraphs[0].lines[:6]).text)
    if found and found.reporters:
        return found
    closing = story.closing.byline if story.closing else bylines.closing(paragraphs[-1].lines[-1].text)
    return closing or found


def _kind(story: Story, title: str | None) -> Kind:
    if story.boxed or (title and len(title) < 12 and _NOTICE.search(title)):
        return Kind.NOTICE
    return Kind.ARTICLE


def _is_list(lines: Sequence[DisplayText]) -> bool:
    """Names under one another: no marks, many alike in width."""
    if (
        len(lines) < _MIN_LIST
        or _TEASER_BOX.fullmatch(lines[0].text)
        or any(mark in line.text for line in lines for mark in "，。！？“”")
    ):
        return False
    widths = sorted(line.width for line in lines)
    middle = widths[len(widths) // 2]
    return sum(abs(width - middle) <= 1.5 for width in widths) >= 0.6 * len(widths)


def _teasers(lines: Sequence[DisplayText]) -> Iterator[list[DisplayText]]:
    """Loose display lines, one group for each box, page and place."""
    group: list[DisplayText] = []
    for line in lines:
        last = group[-1].parts[-1].line if group else None
        if last and (line.parts[0].line.page != last.page or _TEASER_BOX.fullmatch(line.text)):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _teaser_title(group: Sequence[DisplayText]) -> str | None:
    named = [line.text for line in group if not _TEASER_BOX.fullmatch(line.text)]
    return " ".join(named[:3]) if named and sum(map(len, named[:3])) <= 80 else None

"""Prose, Markdown, verse, code: one article whose paragraphs stand as they are.

Nothing is moved and nothing lost. Hard-wrapped paragraphs are joined where the wrapping proves itself: the first word
of each next line would not have fitted. Marks of Markdown go, and of headings their ranges stay. A report that was
taken from a page has a few things mended: column breaks inside sentences, a passage printed twice, the list of the
people who made the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise, zip_longest

from rag.ingest import bylines, report
from rag.ingest.dates import stated_date
from rag.ingest.joining import join_lines, join_paragraphs
from rag.ingest.lines import Line
from rag.ingest.markup import RULE, UNDERLINE, front_matter, without_marks
from rag.ingest.opening import in_head, is_wide, lines_of_head, longest_headline
from rag.ingest.paragraphs import Paragraph
from rag.text.language import detect_language
from rag.text.numbers import YEAR
from rag.text.spans import Run, TracedText
from rag.types import Draft, Heading, Kind

_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*?)[ \t]*#*$")
_FENCE = re.compile(r"```|~~~")
_STRUCTURE = re.compile(r"[#>|*+\-=~`\d(（•·●■◆\[<{}/\\]|—|[一二三四五六七八九十]、|[A-Za-z][.)]\s")
_SENTENCE_END = re.compile(r"[。！？.!?…:：;；」』”\"]$")
_NO_TITLE_END = re.compile(rf"{_SENTENCE_END.pattern}|[,，、]$")
_MIN_WRAP = 40
_WRAPPED_SHARE = 0.8
_ISSUER = re.compile("[^：:，。、\\s]{2,30}(?:公司|集团|政府|办公室|办公厅|[局委厅部院校会处所馆社站])")
_HEAD = 5  # paragraphs in which the title of a notice stands
_OFFICIAL_TITLE = re.compile(
    "[^：，。]{0,30}关于.{2,60}的(?:公告|通告|通知|报告|决定|意见|办法|方案|公示|通报|批复|函|请示|说明)"
)
_LEAD = 200  # characters in which a byline stands


def read(source: str, lines: Sequence[Line], *, marked_up: bool = False) -> list[Draft]:
    """The document as one draft, and the credits at its end, when it has some, as another. `marked_up`: it is in
    Markdown from its first to its last line, and not only its headings.
    """
    head = 0
    if marked_up:
        _, begins = front_matter(source)
        paragraphs = list(_without_markup(_paragraphs(source, [line for line in lines if line.start >= begins])))
    else:
        head = lines_of_head(lines)
        paragraphs = [Paragraph(TracedText.of(source, line.start, line.end), 0) for line in lines[:head]]
        paragraphs += _paragraphs(source, lines[head:])
    credits: list[Paragraph] = []
    also_at: list[TracedText] = []
    if report.is_report(paragraphs):
        paragraphs, credits = report.without_credits(paragraphs)
        paragraphs = report.mend(paragraphs)
        paragraphs, also_at = report.printed_once(paragraphs)
    title, paragraphs = _title(paragraphs, headed=bool(head))
    drafts = [_draft(source, paragraphs, title, also_at)]
    if credits:
        body = join_paragraphs([paragraph.text for paragraph in credits])
        drafts.append(Draft(body, Kind.CREDITS, detect_language(body.text)))
    return drafts


def _draft(
    source: str, paragraphs: Sequence[Paragraph], title: Paragraph | None, also_at: Sequence[TracedText]
) -> Draft:
    body = join_paragraphs([paragraph.text for paragraph in paragraphs])
    named = title or next((first for first in paragraphs[:1] if first.level), None)
    headings = []
    at = 0
    for paragraph in paragraphs:
        if paragraph.level:
            headings.append(Heading(at, at + len(paragraph.text), paragraph.level))
        at += len(paragraph.text) + 1
    byline = _byline(paragraphs)
    return Draft(
        body,
        Kind.ARTICLE,
        detect_language(body.text),
        title=named.text.text.strip() if named else None,
        byline=byline.text if byline else None,
        reporters=byline.reporters if byline else (),
        published=stated_date([paragraph.text.text for paragraph in paragraphs]),
        headings=tuple(headings),
        title_spans=title.text.spans(source) if title else (),
        also_at=tuple(span for text in also_at for span in text.spans(source)),
    )


def _byline(paragraphs: Sequence[Paragraph]) -> bylines.Byline | None:
    """Of a news report: in its lead, in its head, or in brackets at its end."""
    if not paragraphs:
        return None
    for text in (paragraph.text.text.strip() for paragraph in paragraphs[:_HEAD]):
        if byline := bylines.lead(text[:_LEAD]) or in_head(text):
            return byline
    return bylines.closing(paragraphs[-1].text.text[-_LEAD:].rstrip())


def _paragraphs(source: str, lines: Sequence[Line]) -> list[Paragraph]:
    marked = _has_markdown_headings(lines)
    paragraphs: list[Paragraph] = []
    fenced = False
    for group in _groups(source, lines):
        line = group[0]
        fenced ^= _FENCE.match(line.text) is not None
        heading = _HEADING.match(line.text) if marked and not fenced else None
        if heading and len(group) == 1:
            part = Line(heading[2], line.start + heading.start(2), line.width, line.slack, line.page, line.blanks)
            paragraphs.append(Paragraph(join_lines([part]), len(heading[1])))
        elif len(group) == 1:
            paragraphs.append(Paragraph(TracedText.of(source, _indented(source, line), line.end), 0))
        else:
            paragraphs.append(Paragraph(_unwrapped(group), 0))
    return paragraphs


def _without_markup(paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph]:
    """The paragraphs as a reader of the page sees them; code stays as it stands, without its fences."""
    fenced = False
    for paragraph, below in zip_longest(paragraphs, paragraphs[1:]):
        text = paragraph.text.text
        if _FENCE.match(text):
            fenced = not fenced
        elif fenced:
            yield paragraph
        elif not RULE.match(text) and not UNDERLINE.match(text) and (bare := without_marks(paragraph.text)).text:
            underline = None if below is None else _underline(paragraph, below)
            yield Paragraph(bare, paragraph.level or (0 if underline is None else 1 if underline[1] else 2))


def _underline(paragraph: Paragraph, below: Paragraph) -> re.Match[str] | None:
    """The line that makes a heading of the paragraph: right below it, and not a rule that stands apart."""
    if not paragraph.text.runs or not below.text.runs:
        return None
    last = paragraph.text.runs[-1]
    touches = below.text.runs[0].source - (last.source + last.length) == 1
    return UNDERLINE.match(below.text.text) if touches else None


def _indented(source: str, line: Line) -> int:
    """Where the line begins, with the indent that means something in code and verse; the first two em of a Chinese
    paragraph are only layout."""
    start = line.start
    while start > 0 and source[start - 1] in " \t":
        start -= 1
    return start if line.start - start > 1 or source[start : line.start] == "\t" else line.start


def _has_markdown_headings(lines: Sequence[Line]) -> bool:
    """Whether lines with `#` are headings, which stand apart, rather than comments, which stand in code."""
    fences = list(accumulate(_FENCE.match(line.text) is not None for line in lines))
    marked = [index for index, line in enumerate(lines) if fences[index] % 2 == 0 and _HEADING.match(line.text)]
    apart = sum(index == 0 or lines[index].blanks > 0 or index - 1 in marked for index in marked)
    return bool(marked) and apart >= 0.8 * len(marked)


def _groups(source: str, lines: Sequence[Line]) -> list[list[Line]]:
    """Lines grouped into hard-wrapped paragraphs; a line that is not wrapped is a group of its own."""
    groups: list[list[Line]] = []
    block: list[Line] = []
    for line in lines:
        if block and line.blanks:
            groups += _wrapped(source, block)
            block = []
        block.append(line)
    return groups + (_wrapped(source, block) if block else [])


def _wrapped(source: str, block: list[Line]) -> list[list[Line]]:
    """The block as one group when it was hard-wrapped: hardly any next word would have fitted on the line before."""
    limit = max(line.width for line in block) * 2
    plain = not any(_STRUCTURE.match(line.text) or _indented(source, line) != line.start for line in block)
    if len(block) < 2 or limit < _MIN_WRAP or limit > 400 or not plain:
        return [[line] for line in block]
    full = sum(line.width * 2 + 1 + _first_word(following) > limit - 1 for line, following in pairwise(block))
    if full < max(1, _WRAPPED_SHARE * (len(block) - 1)) or (len(block) == 2 and block[0].ends_sentence()):
        return [[line] for line in block]
    return [block]


def _first_word(line: Line) -> float:
    return len(line.text.split(maxsplit=1)[0]) if line.text.isascii() or " " in line.text else 2.0


def _unwrapped(group: Sequence[Line]) -> TracedText:
    """The lines joined: by a space between words, by nothing between Chinese or Japanese characters."""
    text: list[str] = []
    runs: list[Run] = []
    at = 0
    for line in group:
        if text and not (is_wide(text[-1][-1]) and is_wide(line.text[0])):
            text.append(" ")
            at += 1
        runs.append(Run(at, line.start, len(line.text)))
        text.append(line.text)
        at += len(line.text)
    return TracedText("".join(text), tuple(runs))


def _title(paragraphs: list[Paragraph], *, headed: bool) -> tuple[Paragraph | None, list[Paragraph]]:
    """The title, which is no part of the body: a heading of the first level at the very top, the only one of its level,
    the first line of a head, or a first line that clearly is one.
    """
    if len(paragraphs) < 2:
        return None, paragraphs
    if (place := _official_title(paragraphs)) is not None:
        by = paragraphs[place - 1].text.text.strip() if place else ""
        begin = place - 1 if _ISSUER.fullmatch(by) else place
        text = TracedText.join(paragraph.text for paragraph in paragraphs[begin : place + 1])
        return Paragraph(text, 0), [*paragraphs[:begin], *paragraphs[place + 1 :]]
    first, rest = paragraphs[0], paragraphs[1:]
    only = first.level == 1 and not any(other.level == 1 for other in rest)
    headed = headed or (not first.level and _is_title(first, rest))
    return (first, rest) if only or headed else (None, paragraphs)


def _official_title(paragraphs: Sequence[Paragraph]) -> int | None:
    """Where the title of a notice stands, perhaps below its codes and who gives it; None where it has none."""
    for place, paragraph in enumerate(paragraphs[:_HEAD]):
        text = paragraph.text.text.strip()
        if _OFFICIAL_TITLE.fullmatch(text):
            return place
        if paragraph.level or len(text) > longest_headline(text) or _SENTENCE_END.search(text):
            return None
    return None


def _is_title(first: Paragraph, rest: Sequence[Paragraph]) -> bool:
    """Whether a first line reads as a title: short, without an end mark, above longer paragraphs, or set apart from
    paragraphs of which one at least is a whole sentence and longer.
    """
    text, near = first.text.text.strip(), rest[:3]
    lengths = [len(other.text) for other in near]
    longer = lengths[0] > max(3 * len(text), _MIN_WRAP) and all(length > 2 * len(text) for length in lengths)
    told = any(len(other.text) > len(text) and _SENTENCE_END.search(other.text.text.rstrip()) for other in near)
    structured = _STRUCTURE.match(text) and not YEAR.match(text)
    plain = "\n" not in text and not _NO_TITLE_END.search(_without_quoted_end(text)) and not structured
    return plain and len(text) <= longest_headline(text) and (longer or (told and _apart(first, rest[0])))


def _without_quoted_end(text: str) -> str:
    """Without the mark that closes a quoted name at the end, unless a sentence ends in it."""
    for opening, closing in ("“”", "「」", "『』", '""'):
        quoted = text[text.find(opening) + 1 : -1]
        if text.endswith(closing) and opening in text[:-1] and not _SENTENCE_END.search(quoted):
            return text[:-1]
    return text


def _apart(first: Paragraph, second: Paragraph) -> bool:
    """Whether a blank line is between them."""
    if not first.text.runs or not second.text.runs:
        return False
    last = first.text.runs[-1]
    return second.text.runs[0].source - (last.source + last.length) > 1

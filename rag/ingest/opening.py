"""The head of a plain text: a headline, perhaps another below it, and a line that says when, where and by whom, each
on a line of its own above the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.ingest import bylines
from rag.ingest.lines import Line
from rag.text.calendar import day_line

_MOST_LINES = 5
_STRUCTURE = re.compile(r"[#>|*+\-=~`(（•·●■◆\[<{}/\\]|—|[一二三四五六七八九十]、|[A-Za-z\d][.)、]\s?")
_NO_HEADLINE_END = re.compile(r"[。.…:：;；,，、]$")
_SENTENCE_END = re.compile(r"[！？!?」』”\"]$")  # which a headline may have as well
_PAGE = re.compile(r"第?\s*[A-Z]?\d{1,3}\s*版")
_BETWEEN = " \t\u3000|·/()（）"
_LONGEST_HEADLINE = 60  # characters; words of letters take twice the room of Chinese ones
_TEXT = 2  # times as long as any line of its head is the text below, where the head has no day


def lines_of_head(lines: Sequence[Line]) -> int:
    """How many lines at the top are the head of the text below; 0 where it has none of two lines or more, such as a
    headline that stands apart.
    """
    block = next((place for place, line in enumerate(lines) if place and line.blanks), len(lines))
    dated = next((place for place, line in enumerate(lines[:_MOST_LINES]) if place and _is_day_or_byline(line.text)), 0)
    end = dated + 1 if dated and dated < block else block
    while end < block and _is_day_or_byline(lines[end].text):
        end += 1
    head, text = lines[:end], lines[end:]
    titles = [line for line in head if not _is_day_or_byline(line.text)]
    if not 2 <= end <= _MOST_LINES or not text or not titles or titles[0] is not head[0]:
        return 0
    if _STRUCTURE.match(head[0].text) or not all(_is_headline(line.text) for line in titles):
        return 0
    return end if len(titles) < end or _towers_over(text[0], head) else 0


def in_head(line: str) -> bylines.Byline | None:
    """The byline of a line that says when and by whom, and nothing else: `2024年5月21日  01版  记者 陶景行`."""
    if not (said := day_line(line)):
        return None
    rest = _PAGE.sub("", said[0]).strip(_BETWEEN)
    return bylines.line(rest) if rest else None


def _is_day_or_byline(line: str) -> bool:
    return day_line(line) is not None or bylines.line(line) is not None


def longest_headline(text: str) -> int:
    """How many characters a line such as `text` may have to be a headline."""
    return _LONGEST_HEADLINE if any(map(is_wide, text)) else 2 * _LONGEST_HEADLINE


def is_wide(char: str) -> bool:
    """Whether it is set as wide as a Chinese character."""
    return "\u2e80" <= char <= "\ua4cf" or "\uf900" <= char <= "\ufaff" or "\uff00" <= char <= "\uffef"


def _is_headline(line: str) -> bool:
    return len(line) <= longest_headline(line) and not _NO_HEADLINE_END.search(line)


def _towers_over(text: Line, head: Sequence[Line]) -> bool:
    told = text.ends_sentence() and not any(_SENTENCE_END.search(line.text) for line in head)
    return told and len(text.text) > _TEXT * max(len(line.text) for line in head)

"""The day a story was published, where the text proves it: a dateline, a masthead or a notice's last line with a year.
A year is never guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from rag.text.calendar import dateline, day_line

_FULL = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_MASTHEAD = re.compile(
    _FULL.pattern + r"\s*(?:星期|周)[一二三四五六日天]|(?:出版日期|发布时间|发表时间)[：:]?\s*" + _FULL.pattern
)
_DATELINE = re.compile(r"[（(]?" + _FULL.pattern)
_ALONE = re.compile(_FULL.pattern + r"\s*$")
_LEAD, _END = 3, 2  # paragraphs at the beginning and at the end


def masthead_date(source: str) -> date | None:
    """The date in the head of a page (`2024年3月27日 星期三`), when the document has exactly one."""
    found = {_day([part for part in match.groups() if part]) for match in _MASTHEAD.finditer(source)}
    return found.pop() if len(found) == 1 else None


def printed_date(text: str) -> date | None:
    """The date that a dateline begins with: `新华社北京2024年1月5日电`, `2024年1月23日在……会议上`."""
    match = _DATELINE.search(text)
    return _day(list(match.groups())) if match else None


def stated_date(paragraphs: Sequence[str]) -> date | None:
    """The day that prose gives itself: in the dateline of its first paragraphs, on a line of theirs that says when and
    is the only one of its kind, or alone on one of the last lines, as notices are signed.
    """
    for text in paragraphs[:_LEAD]:
        if found := dateline(text):
            return found[1]
    lines = [day_line(text) for text in paragraphs]
    said = [line[1] for line in lines if line]
    if len(said) == 1 and any(lines[:_LEAD]):
        return said[0]
    for text in paragraphs[-_END:]:
        if match := _ALONE.match(text.strip()):
            return _day(list(match.groups()))
    return None


def _day(parts: list[str]) -> date | None:
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        return None

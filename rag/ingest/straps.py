"""Lines that a page sets across running text: straps led by a dash, jumps to another page, credits, notes on pictures.

Their words tell some of them. The rest is told by how type is set: a line of running text is broken where the next
character no longer fits, so a line that stops early in the middle of a sentence, or far too wide, is not running text.
"""

from __future__ import annotations

import re

from rag.ingest.lines import Line

DASHES = "—─"
_JUMP = re.compile(
    r"[（(]?[▶►>]{0,3}(?:紧接|上接|下转|转|接)第?[ \u3000]?[A-Za-z]?"
    r"[\d一二三四五六七八九十、-]{1,5}[ \u3000]?版.{0,12}?[）)]?$"
)
JUMP_BEGINS = frozenset("（(▶►>紧上下转接")
_JUMP_AT_END = re.compile(r"[（(](?:紧接|上接|下转|转|接)第?[^（()）]{1,6}版[^（()）]{0,12}[）)]$")
_JUMP_AT_START = re.compile(r"[（(](?:紧接|上接|接)第?[^（()）]{1,6}版[^（()）]{0,12}[）)]")
_PICTURE = re.compile(
    r"[（(]?(?:(?:本报|新华社)?资料(?:图片?|照片)|(?:本版|文中)(?:图片|照片).{0,20})[）)]?$|[▲▼◀▶△]?(?:图为|[上下左右]图[：:为])"
)
_STAFF = re.compile(
    r"[（(]?(?:本期|本版)?(?:值班(?:主任|编委|总编)|责任编辑|责任校对|责编|编辑|美编|版式(?:设计)?|校对|审校|电子信箱|邮箱"
    r"|(?:新闻|服务|读者)?热线|投稿(?:邮箱|信箱)|来[信稿]请寄)[：:／/ \t\u3000].{2,40}$"
    r"|(?:本报|本刊|见习|全媒体)*(?:记者|通讯员)[ \u3000\u4e00-\u9fff]{2,16}(?:文/图|图/文|文/摄|摄影|摄|/文|/图)$"
)
_SLOGAN = re.compile(r"[\u4e00-\u9fff]{3,}(?:[ \u3000][\u4e00-\u9fff]{3,}){2,}$")
_DAY = re.compile(r"\d{4}年[ \d]{1,3}月[ \d]{1,3}日[ \u3000]*星期[一二三四五六日天]")
_ADDRESS = re.compile(r"(?:https?://|www\.)[a-zA-Z0-9_./%-]+$")
# How notes begin: only a line that begins so, or has a space in it, is worth a second look.
BEGINS = frozenset("—─（(▲▼◀▶►>△图上下左右资本文新值责编美版校审电邮热服读投来紧转接hw本刊见全记通12")
_NOTE = re.compile("|".join(pattern.pattern for pattern in (_PICTURE, _STAFF, _ADDRESS, _SLOGAN, _DAY)))
_MARK = re.compile(r"[，。；：、！？]")
_PHRASES = re.compile(r"[\u4e00-\u9fff]{3,}[ \u3000][\u4e00-\u9fff]{3,}")
_BREAKABLE = re.compile(r"[\u4e00-\u9fff]{2}")
# How much narrower than its neighbours a line is that stops early: plain text, and text led by a dash.
_EARLY = 1.6
_EARLY_AFTER_DASH = 0.8


def is_jump(text: str) -> bool:
    """Whether a line only says on which page a story goes on or began."""
    return text[0] in JUMP_BEGINS and _JUMP.match(text) is not None


def without_jump(text: str) -> tuple[int, int]:
    """The range of `text` that is left without a jump set before or after it on the same line."""
    start = end = 0
    if text[0] in "（(":
        match = _JUMP_AT_START.match(text)
        start = match.end() if match else 0
    match = _JUMP_AT_END.search(text) if text[-1] in "）)" and text[-2:-1] in "版面" else None
    end = match.start() if match else len(text)
    return (start, end) if start < end else (0, len(text))


def interrupts(before: Line, line: Line, after: Line | None, width: float) -> bool:
    """Whether a line in the middle of a sentence, in a column of `width`, is no part of it. `before` is the line that
    the sentence has reached, `after` what follows on the page."""
    text = line.text
    if is_note(text):
        return after is None or not line.ends_sentence() or after.width > width - 1.0
    if after is None or not _BREAKABLE.match(after.text) or line.is_closed() or _MARK.search(text):
        return False
    if text[0] in DASHES:
        least, most = min(width, after.width), max(width, after.width)
        return not least - _EARLY_AFTER_DASH - line.slack <= line.width <= most + _EARLY_AFTER_DASH + line.slack
    if _PHRASES.search(text) and abs(line.width - width) > _EARLY_AFTER_DASH + line.slack:
        return True
    return line.width < min(before.width, after.width) - _EARLY - line.slack


def is_staff(text: str) -> bool:
    """Whether a line only says who made the page, or how they are reached."""
    return _STAFF.match(text) is not None


def is_note(text: str) -> bool:
    """Whether a line is a note on a picture, a credit of the staff, an address, a date or a row of slogans."""
    return _NOTE.match(text) is not None

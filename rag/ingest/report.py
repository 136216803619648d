"""A Chinese report that was taken from a printed page, a paragraph a line: what the page did to it is undone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rag.ingest.paragraphs import Paragraph
from rag.text.spans import TracedText

_JUMP = re.compile(r"[（(](?:紧接|上接|下转|接)第?.{1,6}版.{0,12}[）)]")
_NUMBERED = re.compile(r"(?:[（(][一二三四五六七八九十]{1,3}[）)]|[一二三四五六七八九十]{1,3}、)[^。！？；]{2,45}$")
_RUN_IN = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)][^,，。；！？]{4,40}。")
_CUT = re.compile(r"[\u4e00-\u9fff0-9]$")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MARK = re.compile(r"[，,。；;、]")
_LONG = 40
_CREDIT = re.compile(r"[\u4e00-\u9fff、·/ ]{2,12}(?:(?:[\t：:]|[ \u3000]{1,8})[\u4e00-\u9fff \u3000、]{0,40})?$")
_MAX_CREDIT = 40
_MIN_CREDITS = 3
_SENTENCE = re.compile(r"[^。！？]+[。！？][”’」』）)]*")
_MIN_REPEATED, _MIN_SENTENCE = 50, 16


def is_report(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether the text is Chinese and shows that it was printed: a jump line, or headings and a sentence that a column
    cut."""
    if not paragraphs or not _HAN.search(paragraphs[-1].text.text + paragraphs[0].text.text):
        return False
    head = " ".join(paragraph.text.text[:40] for paragraph in paragraphs[:4])
    if _JUMP.search(head):
        return True
    headed = any(paragraph.level for paragraph in paragraphs)
    return headed and any(_is_cut(first, second) for first, second in pairwise(paragraphs))


def without_credits(paragraphs: list[Paragraph]) -> tuple[list[Paragraph], list[Paragraph]]:
    """The report, and the lines of roles and names that end the page."""
    at = len(paragraphs)
    while at > 0 and _is_credit(paragraphs[at - 1]):
        at -= 1
    credits = paragraphs[at:]
    named = sum("\t" in paragraph.text.text or "：" in paragraph.text.text for paragraph in credits)
    return (
        (paragraphs[:at], credits) if len(credits) >= _MIN_CREDITS and 2 * named >= len(credits) else (paragraphs, [])
    )


def mend(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Numbered headings marked as such, sentences cut by a column made whole."""
    joined: list[Paragraph] = []
    for paragraph in paragraphs:
        if joined and _is_cut(joined[-1], paragraph):
            joined[-1] = replace(joined[-1], text=TracedText.join([joined[-1].text, paragraph.text]))
        else:
            joined.append(paragraph)
    return [piece for paragraph in joined for piece in _with_heading(paragraph)]


def printed_once(paragraphs: Sequence[Paragraph]) -> tuple[list[Paragraph], list[TracedText]]:
    """The paragraphs with every passage of whole sentences kept where it stands first, and the copies."""
    seen: set[str] = set()
    kept: list[Paragraph] = []
    copies: list[TracedText] = []
    for paragraph in paragraphs:
        repeated = _repeated(paragraph.text.text, seen)
        if repeated is None:
            kept.append(paragraph)
            continue
        start, end = repeated
        copies.append(paragraph.text.slice(start, end))
        rest = [paragraph.text.slice(0, start), paragraph.text.slice(end, len(paragraph.text))]
        if any(part.text for part in rest):
            kept.append(replace(paragraph, text=TracedText.join(rest)))
    return kept, copies


def _repeated(text: str, seen: set[str]) -> tuple[int, int] | None:
    """The longest run of sentences that stood before, when it is a passage; adds the other sentences to `seen`."""
    runs: list[tuple[int, int]] = []
    for match in _SENTENCE.finditer(text):
        if len(match[0]) >= _MIN_SENTENCE and match[0] in seen:
            if runs and runs[-1][1] == match.start():
                runs[-1] = (runs[-1][0], match.end())
            else:
                runs.append(match.span())
        seen.add(match[0])
    best = max(runs, key=lambda run: run[1] - run[0], default=(0, 0))
    return best if best[1] - best[0] >= _MIN_REPEATED else None


def _is_cut(first: Paragraph, second: Paragraph) -> bool:
    """Whether a column ended in the middle of a sentence: two long paragraphs, no mark where they meet."""
    a, b = first.text.text, second.text.text
    if first.level or second.level or len(a) < _LONG or len(b) < _LONG or not _CUT.search(a):
        return False
    return bool(_HAN.match(b)) and "。" in a and "。" in b and bool(_MARK.search(b)) and not _NUMBERED.match(a)


def _is_credit(paragraph: Paragraph) -> bool:
    text = paragraph.text.text
    return not paragraph.level and len(text) <= _MAX_CREDIT and _CREDIT.match(text) is not None


def _with_heading(paragraph: Paragraph) -> list[Paragraph]:
    text = paragraph.text.text
    if paragraph.level:
        return [paragraph]
    if _NUMBERED.match(text):
        return [replace(paragraph, level=3 if text[0] in "（(" else 2)]
    run_in = _RUN_IN.match(text)
    if run_in and run_in.end() < len(text):
        cut = run_in.end()
        return [Paragraph(paragraph.text.slice(0, cut), 3), Paragraph(paragraph.text.slice(cut, len(text)), 0)]
    return [paragraph]

"""Marks of Markdown: gone from what is quoted, and every character still in its place."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ingest.markup import front_matter, without_marks
from rag.ingest.pages import reconstruct
from rag.text.spans import TracedText, keeps_promise
from rag.types import Draft, Page


def _bare(text: str) -> str:
    return without_marks(TracedText.of(text)).text


@pytest.mark.parametrize(
    ("marked", "bare"),
    [
        ("The **bridge** is *open*, __at__ _last_.", "The bridge is open, at last."),
        ("这是**重点**内容，不是~~旧的~~。", "这是重点内容，不是旧的。"),
        ("***both*** and **outer *inner* outer**", "both and outer inner outer"),
        ("a [repair](https://example.org/a_b_(c)) of `two_years`", "a repair of two_years"),
        ('see ![the bridge](b.png "Bridge") and [[1]](x)', "see the bridge and [[1]](x)"),
        ("- Bicycles pay nothing.", "Bicycles pay nothing."),
        ("  * [x] done", "done"),
        ("> > said the mayor", "said the mayor"),
        ("| 2025 | 12,100 |", "2025 | 12,100"),
        (r"2\*3\*4 and a\_b", "2*3*4 and a_b"),
        ("See <https://example.org/a> and <mail@example.org>.", "See <https://example.org/a> and <mail@example.org>."),
        ("as said[^1] before", "as said before"),
        ("one<br>two <!-- not shown --> three", "onetwo  three"),
    ],
)
def test_marks_go(marked: str, bare: str) -> None:
    assert _bare(marked) == bare


@pytest.mark.parametrize(
    "text",
    [
        "2*3*4 = 24",
        "a * b * c",
        "snake_case_name",
        "3 < 4 and 5 > 4",
        "-5 degrees",
        "[1] a footnote",
        "C:\\new",
        "**open",
    ],
)
def test_what_is_no_mark_stays(text: str) -> None:
    assert _bare(text) == text


@given(st.text(alphabet="ab *_`[]()<>!|\\-~#\n中", max_size=60))
def test_what_is_kept_stands_in_the_source(text: str) -> None:
    bare = without_marks(TracedText.of(text))
    assert keeps_promise(bare.text, bare.spans(text), text)


@pytest.mark.parametrize("mark", ["**", "`", "[", "<!--", "_a ", "~~ "])
def test_marks_that_never_close_take_bounded_time(mark: str) -> None:
    started = time.process_time()
    _bare(mark * (100_000 // len(mark)))
    assert time.process_time() - started < 20


def _read(text: str, kind: str = "md") -> Draft:
    (draft,) = reconstruct(Page(f"a.{kind}", text, kind))
    return draft


def test_a_document_in_markdown_reads_as_its_page() -> None:
    draft = _read(
        "# Bridge reopens\n\nThe **bridge** opened.\n\nWhy it closed\n---\n\n- Cables\n- Rust\n\n***\n\n"
        "```python\nx = a * b * c  # **not** bold\n```\n\n| Year | Cars |\n| --- | --- |\n| 2025 | 12,100 |\n"
    )
    assert draft.title == "Bridge reopens"
    assert draft.body.text.split("\n") == [
        "The bridge opened.", "Why it closed", "Cables", "Rust", "x = a * b * c  # **not** bold", "Year | Cars",
        "2025 | 12,100",
    ]  # fmt: skip
    assert [draft.body.text[one.start : one.end] for one in draft.headings] == ["Why it closed"]


def test_plain_text_keeps_its_stars() -> None:
    assert _read("A line with **stars**.\n\nAnd another one.\n", "txt").body.text.startswith("A line with **stars**.")


def test_front_matter_is_no_part_of_the_text() -> None:
    text = "---\ntitle: Library\ndate: 2025-02-03\n---\nThe library opened with 3,000 books.\n"
    assert front_matter(text)[0] == {"title": "Library", "date": date(2025, 2, 3)}
    assert _read(text).body.text == "The library opened with 3,000 books."


@pytest.mark.parametrize("text", ["---\n- a\n---\nText.", "---\nText.", "---\nSaid: he\n\nText.\n"])
def test_what_is_no_front_matter_is_text(text: str) -> None:
    assert front_matter(text) == ({}, 0)
    assert "Text." in _read(text).body.text


@pytest.mark.parametrize("text", ["---\nkey: [\n---\nText.", "---\nday: 2024-02-31\n---\nText."])
def test_front_matter_that_cannot_be_read_says_nothing(text: str) -> None:
    assert front_matter(text)[0] == {}
    assert _read(text).body.text == "Text."


def test_a_heading_may_be_underlined() -> None:
    draft = _read("Bridge reopens\n==============\n\nIt opened on Monday.\n\nTolls\n-----\n\nThree euros.\n")
    assert draft.title == "Bridge reopens"
    assert draft.body.text.split("\n") == ["It opened on Monday.", "Tolls", "Three euros."]

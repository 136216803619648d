"""The span promise, by property: whatever is cut and joined, the spans carry the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.spans import Span, TracedText, keeps_promise, narrowed, strip_space

hostile = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]), st.sampled_from(" \t\n\r\u3000\u00a0\u2028\x1c。，“”\u200b𠀀😀")
    ),
    max_size=200,
)
# A reconstruction: pieces of the source in any order, with white space between.
cuts = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.sampled_from(["", " ", "\n"])), max_size=12)


def rebuilt(source: str, pieces: list[tuple[float, float, str]]) -> TracedText:
    parts = []
    for a, b, space in pieces:
        start, end = sorted((int(a * len(source)), int(b * len(source))))
        parts += [TracedText.of(source, start, end), TracedText.space(space)]
    return TracedText.join(parts)


@given(hostile, cuts)
def test_spans_carry_what_was_rebuilt(source: str, pieces: list[tuple[float, float, str]]) -> None:
    text = rebuilt(source, pieces)
    assert keeps_promise(text.text, text.spans(source), source)


@given(hostile, cuts, st.floats(0, 1), st.floats(0, 1))
def test_spans_carry_every_slice(source: str, pieces: list[tuple[float, float, str]], a: float, b: float) -> None:
    text = rebuilt(source, pieces)
    start, end = sorted((int(a * len(text)), int(b * len(text))))
    part = text.slice(start, end)
    assert part.text == text.text[start:end]
    assert keeps_promise(part.text, part.spans(source), source)
    assert part.strip().text == part.text.strip()


@given(hostile)
def test_spans_are_ordered_and_tight(source: str) -> None:
    spans = TracedText.of(source).spans(source)
    assert all(span.start < span.end for span in spans)
    assert all(source[span.start : span.end].strip() == source[span.start : span.end] for span in spans)


def test_wrapped_lines_become_one_span() -> None:
    source = "市政府召\n\n开会议 \n讨论"
    text = TracedText.join([TracedText.of(source, 0, 4), TracedText.of(source, 6, 9), TracedText.of(source, 11, 13)])
    assert text.text == "市政府召开会议讨论"
    assert text.spans(source) == (Span(0, 13),)


def test_what_was_dropped_is_not_covered() -> None:
    source = "实|本期关注|施办法"
    text = TracedText.join([TracedText.of(source, 0, 1), TracedText.of(source, 7, 10)])
    assert text.spans(source) == (Span(0, 1), Span(7, 10))


def test_only_white_space_can_be_inserted() -> None:
    with pytest.raises(ValueError, match="white space"):
        TracedText.space("x")


def test_a_wrong_span_breaks_the_promise() -> None:
    assert not keeps_promise("二", [Span(0, 1)], "一二")
    assert strip_space(" a\u3000b\n") == "ab"


def test_narrowed_spans_carry_the_part_asked_for() -> None:
    source = "甲乙 丙\n广告\n丁戊 己"
    spans = (Span(0, 4), Span(8, 12))
    part = narrowed(spans, source, 1, 3)
    assert keeps_promise("乙丙丁", part, source)
    assert part == (Span(1, 4), Span(8, 9))
    assert narrowed(spans, source, 0, 6) == spans
    assert narrowed(spans, source, 6, 2) == ()

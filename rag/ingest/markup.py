"""Marks of Markdown that a reader of the page would not see: taken out of what is quoted, kept in the source.

Inline marks after CommonMark 0.31, without its rarer turns (nested brackets, references across lines): what is not
recognised stays, so nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from rag.text.spans import TracedText

_BLOCK = re.compile(r"[ \t]*(?:>[ \t]?)+|[ \t]*[-*+][ \t]+(?:\[[ xX]\][ \t]+)?")
_TARGET = r"\((?:[^()\s]|\([^()\s]*\))*(?:[ \t]+(?:\"[^\"]*\"|'[^']*'))?\)"
# Each alternative is a mark, or an opening mark, what it encloses, and a closing mark; bounded, so that a megabyte of
# marks that never close takes seconds.
_MARK = re.compile(
    r"(?P<escape>\\)(?=[!-/:-@\[-`{-~])."
    r"|(?P<code>(?<!`)`++)(?P<verbatim>.{1,500}?)(?<!`)(?P=code)(?!`)"
    rf"|(?P<link>!?\[)(?P<shown>[^\[\]]{{0,500}})(?P<target>\]{_TARGET})"
    r"|(?P<strong>\*\*\*|\*\*|~~|(?<!\w)__)(?=\S)(?P<stressed>.{1,500}?)(?<=\S)(?P=strong)"
    r"|(?P<em>(?<![\w*])\*(?![*\s])|(?<!\w)_(?![_\s]))(?P<tilted>[^*_]{1,500}?)(?<=\S)(?P=em)(?!\w)"
    r"|(?P<tag><!--.{0,500}?-->|</?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]{0,500})?/?>|\[\^[^\[\]\s]{1,40}\]:?)"
)
_ENCLOSED = ("shown", "stressed", "tilted")
_DEEPEST = 4
_FRONT = re.compile(r"---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_KEYED = re.compile(r"\w[\w-]*:[ \t]")
UNDERLINE = re.compile(r"[ \t]*(?:(=+)|-+)[ \t]*$")  # of a heading, right below it
RULE = re.compile(r"[ \t]*(?:(?:[-*_][ \t]*){3,}|[|:\-\s]*-{3,}[|:\-\s]*)$")  # a line across, or under a table's head
_CODE = re.compile(r"(?: {4}|\t)(?![ \t]*(?:[-*+>]|\d+[.)])[ \t])")
_ROW = re.compile(r"[ \t]*\|(.*)\|[ \t]*$", re.DOTALL)


def without_marks(paragraph: TracedText) -> TracedText:
    """The paragraph without bullets, quotation marks of the margin, emphasis, targets of links, tags, and the outer
    bars of a table's row. What is indented as code stays as it is.
    """
    text = paragraph.text
    if _CODE.match(text):
        return paragraph
    start, end = 0, len(text)
    if row := _ROW.match(text):
        start, end = row.span(1)
    elif block := _BLOCK.match(text):
        start = block.end()
    pieces = [paragraph.slice(low, high) for low, high in _kept(text, start, end, 0) if low < high]
    return TracedText.join(pieces).strip()


def _kept(text: str, start: int, end: int, depth: int) -> Iterator[tuple[int, int]]:
    at = start
    for mark in _MARK.finditer(text, start, end) if depth < _DEEPEST else ():
        yield at, mark.start()
        at = mark.end()
        if mark["escape"]:
            yield mark.end() - 1, mark.end()
        elif mark["verbatim"]:
            yield mark.span("verbatim")
        else:
            for name in _ENCLOSED:
                if mark[name]:
                    yield from _kept(text, *mark.span(name), depth + 1)
    yield at, end


def front_matter(text: str) -> tuple[dict[str, Any], int]:
    """What a document says of itself in YAML before it begins, and where it begins; ({}, 0) without such a head. A
    head that cannot be read says nothing, and is no text either.
    """
    head = _FRONT.match(text)
    if head is None:
        return {}, 0
    try:
        stated = yaml.safe_load(head[1])
    except (yaml.YAMLError, ValueError, RecursionError):  # ValueError: 2024-02-31
        return {}, head.end() if _KEYED.match(head[1]) else 0
    return ({str(key): value for key, value in stated.items()}, head.end()) if isinstance(stated, dict) else ({}, 0)

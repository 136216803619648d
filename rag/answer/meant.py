"""A question in the terms of the text that it is asked of: a reader trained to notice other names and figures takes
瑞安 for another city than 我市, and 第22次 for another meeting than 第二十二次.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.text.numbers import numeral_value
from rag.text.places import bare, speaks_of_home

_SPOKEN = {"几号": "几日", "啥": "什么", "咋": "怎么", "哪儿": "哪里"}
_ORDINAL = re.compile("第(?:[0-9]{1,4}|[零一二三四五六七八九十百]{1,7})")


def at_home(question: str, named: Sequence[str], text: str) -> str:
    """The question without the places that a text may mean by "our city". Whether the document names the place at all
    is looked at elsewhere. `named`: the places of the question, longest first.
    """
    if not speaks_of_home(text):
        return question
    asked = question
    for place in named:
        if bare(place) not in text:
            asked = re.sub(f"{re.escape(place)}(?:的|(?!区))", "", asked)  # 丽水市区 is its urban area
    return asked if asked.strip("？? ") else question


def as_written(question: str, text: str) -> str:
    """The question in written Chinese where it is spoken, and with its ordinals as the text has them, in digits or
    characters.
    """
    for spoken, own in _SPOKEN.items():
        question = question.replace(spoken, own)
    written = {_value(ordinal): ordinal for ordinal in _ORDINAL.findall(text)}
    return _ORDINAL.sub(lambda match: written.get(_value(match[0]), match[0]), question) if written else question


def _value(ordinal: str) -> int | None:
    numeral = ordinal[1:]
    return int(numeral) if numeral.isdecimal() and numeral.isascii() else numeral_value(numeral)

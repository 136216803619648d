"""Who holds which office: a claim that gives somebody one, against what the text gives him. Chinese only, where a title
stands before a name or behind "is".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.text.persons import DEPUTY, OFFICE

_CLAUSE = "，。；：！？“”\n（）,;:!?()"
_LONGEST = 16  # characters of a title
_BEFORE_NAME = re.compile(rf"(?P<title>[\u4e00-\u9fff]{{0,12}}{OFFICE})(?P<name>[\u4e00-\u9fff]{{2,3}})")
_AFTER_NAME = re.compile(
    rf"(?P<name>[\u4e00-\u9fff]{{2,3}})(?:是|任|担任|出任|当选为?)(?P<title>[\u4e00-\u9fff]{{0,12}}?{OFFICE})"
)
_DESCRIBED = 6  # characters of what somebody else is called between the office and the name
_OUR = re.compile("^[该本我]?(?:公司|集团|企业|学校|医院|单位|机构|协会)")  # what the text has named before
_ENDS = re.compile(rf"(?:{OFFICE}|记者|通讯员)$")


def other_office(claim: str, run: str, passage: str) -> bool:
    """Whether the claim gives somebody an office, and the run, or else its passage, only other ones."""
    offices = ((title, _known(name, run, passage)) for name, title in _given(claim))
    return any(held and not any(_agree(title, other) for other in held) for title, held in offices)


def unheard_office(claim: str, run: str, passage: str, persons: Sequence[str]) -> bool:
    """Whether the claim gives one of its `persons` an office, and neither run nor passage gives that one any."""
    named = [name for name, _ in _given(claim) if any(person.startswith(name[:2]) for person in persons)]
    return any(not _known(name, run, passage) for name in named)


def _known(name: str, run: str, passage: str) -> list[str]:
    """The offices that the run gives somebody, or else its passage."""
    return _held(name, run) or _held(name[:2], run) or _held(name, passage) or _held(name[:2], passage)


def _given(claim: str) -> Iterator[tuple[str, str]]:
    """Name and title. What follows a name of two characters is taken for its third."""
    for pattern in (_BEFORE_NAME, _AFTER_NAME):
        for match in pattern.finditer(claim):
            yield match["name"], match["title"]


def _held(name: str, text: str) -> list[str]:
    """The titles that stand before a name, and what it is said to be."""
    held: list[str] = []
    for match in re.finditer(re.escape(name), text):
        clause = re.split(f"[{_CLAUSE}]", text[: match.start()].rstrip())[-1]
        for place, part in enumerate(reversed(clause.split("、"))):
            if not _ENDS.search(part):
                if place or len(part) > _DESCRIBED:
                    break
                continue  # 市人大代表、退休教师崔志华
            held.append(part[-_LONGEST:])
        after = _AFTER_NAME.match(text, match.start())
        held += [after["title"]] if after else []
    return held


def _agree(title: str, other: str) -> bool:
    """Whether one names the other's office, perhaps less fully; a deputy's is another one."""
    if title[-2:] != other[-2:] or title.count(DEPUTY) != other.count(DEPUTY):
        return False
    short, long = sorted((_OUR.sub("", title), _OUR.sub("", other)), key=len)
    letters = iter(long)
    return all(letter in letters for letter in short)

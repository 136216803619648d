"""Questions that take two steps (bridging, Min 2019, arXiv:1906.02916): "the city that issued the plan: how many
nurseries has it?" asks first which city that is; "besides A, who else?" asks for what is not A.

Each step is answered as any question is, and what it rests on is cited; where a step finds nothing, the whole question
is answered at one go.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from rag.answer.claims import Claim, Claims, Outcome
from rag.retrieve.search import Found
from rag.text.words import tagged
from rag.types import Filters, Question

_MOST = 3  # statements of an answer
_SHORTEST, _LONGEST = 4, 30  # characters of what describes something, and of its name
_THAT = re.compile(
    rf"^(?P<described>.{{{_SHORTEST},}}?)的[那这](?P<measure>[座个位家所名项场篇部条次届只支款本间])(?P<rest>.+)$",
    re.DOTALL,
)
_WHICH = re.compile(r"哪|谁|什么|几|多少|何|吗")
_ITEMS = re.compile(r"[、，,]|和|与|及|\s(?:and|y|et|e)\s")
_BESIDES = (
    re.compile(r"除(?:了|去)?(?P<known>.{2,60}?)(?:之外|以外|外)?[，,]\s*(?=.*[还又也另])"),
    re.compile(
        r"^(?:Besides|Apart from|Aside from|In addition to|Other than|Además de|Aparte de|Outre|À part|Além de) "
        r"(?P<known>[^,]+),\s*",
        re.IGNORECASE,
    ),
)

Answer = Callable[[Question, Found], Claims]
Find = Callable[[str, Filters, int | None], Found]


@dataclass(frozen=True, slots=True)
class Bridge:
    """`first` asks for what a question describes; `then` is the question about it, without the description."""

    first: str
    then: str

    @classmethod
    def of(cls, question: str) -> Bridge | None:
        """None for a question that describes nothing, or asks within its description."""
        if not (parts := _THAT.match(question)) or _WHICH.search(parts["described"]):
            return None
        noun = ""
        for word, tag in tagged(parts["rest"]):
            if not tag.startswith("n"):
                break
            noun += word
        rest = parts["rest"][len(noun) :].lstrip("，, ")
        return cls(f"哪{parts['measure']}{noun}{parts['described']}？", rest) if noun and _WHICH.search(rest) else None


@dataclass(frozen=True, slots=True)
class _Said:
    claims: tuple[Claim, ...]
    outcome: Outcome


def besides(question: str) -> tuple[str, str] | None:
    """What is known already, and the question without it; None where nothing is excepted."""
    for pattern in _BESIDES:
        if found := pattern.search(question):
            return found["known"], question[: found.start()] + question[found.end() :]
    return None


def in_steps(question: Question, found: Found, answer: Answer, find: Find) -> Claims:
    """The claims of `answer`, by way of `find` where the question takes two steps."""
    steps = _Steps(question, found, answer, find)
    if bridge := Bridge.of(question.text):
        said = steps.over(bridge) or steps.at_once()
    elif other := besides(question.text):
        said = steps.else_than(*other)
    else:
        return (yield from answer(question, found))
    yield from said.claims
    return said.outcome


class _Steps:
    def __init__(self, question: Question, found: Found, answer: Answer, find: Find) -> None:
        self._question = question
        self._found = found
        self._answer = answer
        self._find = find

    def at_once(self) -> _Said:
        return _said(self._answer(self._question, self._found))

    def over(self, bridge: Bridge) -> _Said | None:
        """By the answer to the first step, if it is a phrase and the second one finds a phrase too."""
        first = self._asked(bridge.first)
        named = first.outcome.short
        if named is None or len(named) > _LONGEST or named in self._question.text:
            return None
        then = self._asked(named + bridge.then)
        if then.outcome.short is None:
            return None
        claims = (*_naming(first), *_telling(then, _MOST - 1))
        return _Said(_apart(claims), then.outcome)

    def else_than(self, known: str, rest: str) -> _Said:
        """At one go, unless that only says what is known and the question without it finds something else."""
        whole = self.at_once()
        if left := _left(whole, known):
            return left
        return _left(self._asked(rest), known) or replace(whole, outcome=replace(whole.outcome, short=None))

    def _asked(self, text: str) -> _Said:
        found = self._find(text, self._question.filters, self._question.limit)
        return _said(self._answer(replace(self._question, text=text), found))


def _said(claims: Claims) -> _Said:
    said: list[Claim] = []
    while True:
        try:
            said.append(next(claims))
        except StopIteration as stop:
            return _Said(tuple(said), stop.value)


def _left(said: _Said, known: str) -> _Said | None:
    """With the items of the phrase that are not known; None where there is none."""
    parts = _ITEMS.split(said.outcome.short or "")
    apart = [part for part in _ITEMS.split(known) if len(part) > 1]
    left = [part for part in parts if part and part not in known and not any(item in part for item in apart)]
    if not left:
        return None
    short = said.outcome.short if len(left) == len(parts) else "、".join(left)
    return replace(said, outcome=replace(said.outcome, short=short))


def _naming(said: _Said) -> tuple[Claim, ...]:
    """The claim that has the phrase."""
    return tuple(claim for claim in said.claims if any(one.highlight for one in claim.evidence))[:1]


def _telling(said: _Said, most: int) -> tuple[Claim, ...]:
    """The first of the claims, those with the phrase above all, in their order."""
    kept = sorted(range(len(said.claims)), key=lambda at: (said.claims[at] not in _naming(said), at))[:most]
    return tuple(said.claims[at] for at in sorted(kept))


def _apart(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """Without those that say what an earlier one does."""
    return tuple(claim for at, claim in enumerate(claims) if all(claim.text != before.text for before in claims[:at]))

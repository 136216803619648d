"""What an answerer hands over: statements with their evidence, and how the answering ended."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from rag.text.spans import Span
from rag.types import Hit, Reason, Usage


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim run of a passage. `support` in 0..1 says how well it carries the claim it stands for."""

    hit: Hit
    quote: str
    spans: tuple[Span, ...]
    support: float
    highlight: tuple[Span, ...] | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, without markers, and what carries it: nothing only where unsupported statements are to
    be flagged rather than left out.
    """

    text: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended; `reason` says why nothing, or less, was said, `short` is the phrase that answers, if one does;
    `nearest` what comes nearest to an answer where nothing is said.
    """

    reason: Reason | None = None
    usage: Usage | None = None
    short: str | None = None
    nearest: Evidence | None = None


Claims = Generator[Claim, None, Outcome]

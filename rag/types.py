"""The values that travel through the product, frozen and named. Offsets count Unicode code points; spans are
half-open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from rag.text.spans import Span, TracedText


class Kind(StrEnum):
    """What an article is. Only `ARTICLE` is a story; the others are findable but never mixed into one."""

    ARTICLE = "article"
    BRIEF = "brief"
    TABLE = "table"
    NOTICE = "notice"
    CREDITS = "credits"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a sidecar or a JSONL line states about a document; it wins over what the text suggests. `language` is a code
    as `detect_language` gives it.
    """

    title: str | None = None
    published: date | None = None
    language: str | None = None
    section: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One document as read: `text` is its source text, to which every span refers. `format` is txt, md, html, pdf, docx
    or article (text that already is one article, as a JSONL line). `origin` is the file that gives the
    source its name."""

    source: str
    text: str
    format: str
    metadata: Metadata = Metadata()
    origin: Path | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a body: `[start, end)` in the body's text; level 1 is the highest."""

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as reconstructed from a page, before it is stored. `body.text` has a newline between paragraphs, none
    inside one. `title` may be printed anywhere on the page; `headings` are in text order."""

    body: TracedText
    kind: Kind
    language: str
    title: str | None = None
    kicker: str | None = None
    subhead: str | None = None
    byline: str | None = None
    reporters: tuple[str, ...] = ()
    published: date | None = None
    section: str | None = None
    headings: tuple[Heading, ...] = ()
    title_spans: tuple[Span, ...] = ()
    also_at: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A stored document without its text. `characters` is the length of its source text."""

    id: str
    source: str
    format: str
    characters: int
    sha256: str
    ingested: str
    articles: int


@dataclass(frozen=True, slots=True)
class Article:
    """A stored article, as callers see it. `characters` counts its text; `spans` point into the source text, in reading
    order of the body."""

    id: str
    source: str
    title: str | None
    byline: str | None
    reporters: tuple[str, ...]
    published: date | None
    section: str | None
    language: str
    kind: Kind
    characters: int
    spans: tuple[Span, ...]
    kicker: str | None
    subhead: str | None
    document_id: str


@dataclass(frozen=True, slots=True)
class ArticleText(Article):
    text: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """Restrictions of a search; all that are set must hold. Dates are inclusive; an article without a date matches no
    date range."""

    source: str | None = None
    published_from: date | None = None
    published_to: date | None = None
    language: str | None = None
    section: str | None = None
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation so far."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """`answer_language` (ISO 639-1) is for what is written for the answer, by a model or in a refusal; quotes stay in
    the language of their source. None: the question's own."""

    text: str
    history: tuple[Turn, ...] = ()
    filters: Filters = Filters()
    limit: int | None = None
    llm: str | None = None
    answer_language: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. `score` orders the hits of one search and is not comparable between searches."""

    rank: int
    score: float
    article_id: str
    source: str
    title: str | None
    published: date | None
    chunk_id: str
    text: str
    spans: tuple[Span, ...]
    heading_path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    hits: tuple[Hit, ...]
    timings_ms: dict[str, float]


@dataclass(frozen=True, slots=True)
class Citation:
    """The run of source text that carries a statement. `quote` is verbatim but for white space; `support` is in
    0..1.
    """

    marker: int
    article_id: str
    source: str
    title: str | None
    published: date | None
    quote: str
    spans: tuple[Span, ...]
    highlight: tuple[Span, ...] | None
    claim: str
    support: float


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer, without its markers."""

    text: str
    markers: tuple[int, ...]
    supported: bool


class Reason(StrEnum):
    """Why an answer is not what was hoped for."""

    NO_EVIDENCE = "no_evidence"
    OFF_TOPIC = "off_topic"
    UNSUPPORTED = "unsupported"
    LLM_ERROR = "llm_error"


@dataclass(frozen=True, slots=True)
class Usage:
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class Nearest:
    """The sentence that comes nearest to a question that is not answered. `quote` is verbatim but for white space."""

    article_id: str
    source: str
    title: str | None
    published: date | None
    quote: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """`searched` is the question that was searched for and answered: `question`, or what a follow-up became by its
    history. `nearest`: what the articles do say, where they are about the subject of a question and do not answer it.
    """

    question: str
    answer: str
    short: str | None
    abstained: bool
    reason: Reason | None
    sentences: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    model: str
    usage: Usage | None
    timings_ms: dict[str, float] = field(default_factory=dict)
    searched: str = ""
    nearest: Nearest | None = None


class Verdict(StrEnum):
    """What the articles say of a claim; `contradicted`: the same subject, another figure, date, place or name."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """One statement of somebody else's text, `text[start:end]` of it. The citations carry or contradict it; none where
    nothing was found.
    """

    text: str
    start: int
    end: int
    verdict: Verdict
    support: float
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    text: str
    claims: tuple[CheckedClaim, ...]
    timings_ms: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IngestFailure:
    source: str
    error: str


@dataclass(frozen=True, slots=True)
class DocumentCounts:
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class IngestReport:
    """`articles` and `chunks` count what is stored for the documents named, `seconds` is wall clock."""

    documents: DocumentCounts
    articles: int
    chunks: int
    failures: tuple[IngestFailure, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class CheckReport:
    ok: bool
    problems: tuple[str, ...]
    documents: int
    articles: int
    chunks: int
    generation: int


@dataclass(frozen=True, slots=True)
class HitsFound:
    """First event of a streamed answer: what was retrieved."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the answer's text, markers included; all pieces joined are `Answer.answer`."""

    text: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation, sent before the piece of text in which its marker first stands."""

    citation: Citation


@dataclass(frozen=True, slots=True)
class Done:
    """Last event: the whole answer."""

    answer: Answer


Event = HitsFound | Token | Cited | Done

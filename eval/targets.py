"""What is measured: an index in this process, or a running server by its address."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

import embeddings
import rag
from eval.dataset import Gold
from eval.metrics.ranking import carries
from rag.answer.prompt import RULES
from rag.errors import BadRequest, MissingExtra, NotFound, WenjuError
from rag.index.store import document_id_of
from rag.retrieve.search import Found
from rag.settings import Settings
from rag.text.spans import strip_space
from rag.types import Answer, Article, ArticleText, Filters, Hit, Question, SearchResult
from rag.wiring import Find, Service

Reply = TypeVar("Reply")

_TRIES = 4
_FIRST_PAUSE = 0.5  # seconds, doubled with each try
_PAGE = 500
_MOST_HITS = 50
_SHARE = 0.6  # of the evidence that a gold passage must carry
_BUSY = (429, 502, 503, 504)
_ANSWERING = (
    "chunk_tokens", "limit", "reranker", "reader", "max_question", "unsupported", "llm_context_tokens",
    "llm_max_tokens", "llm_timeout", "llm_retries",
)  # fmt: skip
_NOT_ANSWERING = (".pyc", ".md")


class QuestionFailed(WenjuError):
    """This question got no answer; others may."""


class TargetGone(WenjuError):
    """Nothing answers any more."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What was measured, so that two runs of the same thing can be known as such. `index` is a hash of what is
    ingested, `code` one of what answers where that runs in this process, else the server's own version.
    """

    target: str
    index: str
    documents: int
    embedder: str
    llm: str
    prompts: str
    settings: dict[str, str]
    code: str


class Target(Protocol):
    """Answers questions and shows what it answers from. `ask`, `search` and `oracle` raise QuestionFailed or
    TargetGone; `source_text` raises NotFound.
    """

    def identity(self) -> Identity: ...

    def ask(self, question: str) -> Answer: ...

    def search(self, question: str, limit: int) -> tuple[Hit, ...]: ...

    def oracle(self, question: str, evidence: Sequence[Gold]) -> Answer | None:
        """The answer from the gold passages alone; None where that cannot be asked or they are not to be had."""
        ...

    def source_text(self, source: str) -> str: ...

    def articles(self, source: str) -> Sequence[ArticleText]:
        """The articles of a document, where they can be listed at all."""
        ...


class Local:
    """An index in this process."""

    def __init__(self, service: Service, llm: str | None, *, oracle: bool) -> None:
        self._service = service
        self._llm = llm
        self._wants_oracle = oracle
        self._lock = threading.Lock()
        self._articles: dict[str, Sequence[ArticleText]] = {}

    def identity(self) -> Identity:
        settings = self._service.settings
        documents = list(self._documents())
        return Identity(
            "index", _digest(json.dumps(documents)), len(documents), self._service.embedder.fingerprint,
            self._llm or settings.llm, _digest(RULES), answering_settings(settings), _code(),
        )  # fmt: skip

    def ask(self, question: str) -> Answer:
        return _asked(lambda: self._service.assistant.ask(Question(question, llm=self._llm)))

    def search(self, question: str, limit: int) -> tuple[Hit, ...]:
        return _asked(lambda: self._service.assistant.search(question, limit=limit)).hits

    def oracle(self, question: str, evidence: Sequence[Gold]) -> Answer | None:
        if not self._wants_oracle:
            return None
        missing = False

        def narrowed(find: Find) -> Find:
            def gold(text: str, filters: Filters, limit: int) -> Found:
                nonlocal missing
                del limit
                found = _gold_passages(find, text, filters, evidence)
                missing = not found.passages
                return found

            return gold

        assistant = self._service.assistant_over(narrowed)
        answer = _asked(lambda: assistant.ask(Question(question, llm=self._llm)))
        return None if missing else answer

    def source_text(self, source: str) -> str:
        return self._service.catalog.source_text(document_id_of(source))

    def articles(self, source: str) -> Sequence[ArticleText]:
        with self._lock:
            if source not in self._articles:
                catalog = self._service.catalog
                self._articles[source] = [catalog.article(one.id) for one in catalog.articles(Filters(source=source))]
            return self._articles[source]

    def _documents(self) -> Iterator[tuple[str, str]]:
        cursor: str | None = None
        while True:
            page = self._service.catalog.documents(_PAGE, cursor)
            yield from ((document.source, document.sha256) for document in page.items)
            if page.next is None:
                return
            cursor = page.next


def _asked(ask: Callable[[], Reply]) -> Reply:
    try:
        return ask()
    except BadRequest as error:
        raise QuestionFailed(str(error)) from None


def _gold_passages(find: Find, text: str, filters: Filters, evidence: Sequence[Gold]) -> Found:
    """What a search in the sources of the evidence finds, cut down to the passages that carry it."""
    founds = [
        find(text, replace(filters, source=source), _MOST_HITS)
        for source in dict.fromkeys(gold.source for gold in evidence)
    ]
    quotes = [strip_space(gold.quote) for gold in evidence]
    passages = [
        passage
        for found in founds
        for passage in found.passages
        if any(carries(strip_space(passage.hit.text), quote, _SHARE) for quote in quotes)
    ]
    ranked = tuple(
        replace(passage, hit=replace(passage.hit, rank=rank)) for rank, passage in enumerate(passages, start=1)
    )
    return replace(
        founds[0],
        passages=ranked,
        similarity={key: value for found in founds for key, value in found.similarity.items()},
        vectors={key: value for found in founds for key, value in found.vectors.items()},
        relevance=max(found.relevance for found in founds),
    )


class Remote:
    """A server, asked over HTTP. Safe to use from several threads."""

    def __init__(self, url: str, *, api_key: str | None, timeout: float) -> None:
        try:
            import httpx
        except ImportError as error:
            raise MissingExtra("asking a server", "eval") from error
        self._url = url.rstrip("/")
        self._httpx = httpx
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._client = httpx.Client(base_url=self._url, headers=headers, timeout=timeout)
        self._sources: dict[str, str] = {}

    def identity(self) -> Identity:
        documents, cursor = [], None
        while True:
            query: dict[str, str | int] = {"limit": _PAGE, **({"cursor": cursor} if cursor else {})}
            page = self._get("/v1/documents", params=query).json()
            documents += [(document["source"], document["sha256"]) for document in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        models = sorted(str(model["id"]) for model in self._get("/v1/models").json()["data"])
        server = str(self._get("/openapi.json").json()["info"]["version"])
        index = _digest(json.dumps(documents))
        return Identity(self._url, index, len(documents), "the server's", ", ".join(models), "", {}, server)

    def ask(self, question: str) -> Answer:
        return _read(Answer, self._post("/v1/answers", {"question": question}).content)

    def search(self, question: str, limit: int) -> tuple[Hit, ...]:
        return _read(SearchResult, self._post("/v1/search", {"question": question, "limit": limit}).content).hits

    def oracle(self, question: str, evidence: Sequence[Gold]) -> Answer | None:
        del question, evidence
        return None

    def source_text(self, source: str) -> str:
        if source not in self._sources:
            reply = self._request("GET", f"/v1/documents/{document_id_of(source)}/source")
            if reply.status_code == 404:
                raise NotFound("document", source)
            self._sources[source] = self._checked(reply).content.decode("utf-8")
        return self._sources[source]

    def articles(self, source: str) -> Sequence[ArticleText]:
        del source  # the service lists no articles
        return ()

    def close(self) -> None:
        self._client.close()

    def _get(self, path: str, **options: Any) -> Any:
        return self._checked(self._request("GET", path, **options))

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        return self._checked(self._request("POST", path, json=body))

    def _checked(self, reply: Any) -> Any:
        if reply.is_error:
            raise QuestionFailed(f"{self._url} replied {reply.status_code}: {_detail(reply)}")
        return reply

    def _request(self, method: str, path: str, **options: Any) -> Any:
        """A reply, after further tries where the server is busy or was not reached. Raises TargetGone."""
        pause = _FIRST_PAUSE
        for attempt in range(1, _TRIES + 1):
            try:
                reply = self._client.request(method, path, **options)
                if reply.status_code not in _BUSY or attempt == _TRIES:
                    return reply
            except self._httpx.TimeoutException as error:
                raise QuestionFailed(f"{self._url} did not reply in time ({type(error).__name__})") from None
            except self._httpx.TransportError as error:
                if attempt == _TRIES:
                    raise TargetGone(f"{self._url} cannot be reached: {error or type(error).__name__}") from None
            except self._httpx.InvalidURL as error:
                raise TargetGone(f"{self._url}: {error}") from None
            time.sleep(pause)
            pause *= 2
        raise AssertionError("the last try returns or raises")


def _read(kind: type[Reply], content: bytes) -> Reply:
    try:
        reply: Reply = _adapter(cast(Hashable, kind)).validate_json(content)
        return reply
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        raise QuestionFailed(f"the reply is no {kind.__name__}: {problem['msg']} at {problem['loc']}") from None


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _detail(reply: Any) -> str:
    try:
        return str(reply.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return str(reply.text[:200])


def answering_settings(settings: Settings) -> dict[str, str]:
    """What answers depend on beside the index, the embedder and the LLM's name. Of an address only a hash: it may hold
    a password, and reports are passed on.
    """
    plain = {key: str(value) for key, value in settings.model_dump(mode="json", include=set(_ANSWERING)).items()}
    address = settings.llm_base_url
    return plain if address is None else {**plain, "llm_base_url": _digest(address)}


@cache
def _code() -> str:
    """The version, and a hash of the code that answers."""
    return f"{version('wenju')}, {content_hash([Path(package.__path__[0]) for package in (rag, embeddings)])}"


def content_hash(folders: Sequence[Path]) -> str:
    """Over code and data alike, for what was fitted changes answers as code does; not over prose."""
    digest = hashlib.sha256()
    for path in (path for folder in folders for path in sorted(folder.rglob("*"))):
        if path.is_file() and path.suffix not in _NOT_ANSWERING:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def article_of(quote: str, articles: Sequence[ArticleText]) -> Article | None:
    """The article in whose text the quote stands, white space aside."""
    wanted = strip_space(quote)
    return next((article for article in articles if wanted in strip_space(article.text)), None)

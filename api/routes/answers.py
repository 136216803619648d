"""Questions answered, and passages found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from api.errors import Problem, problem_document
from api.schemas import AnswerBody, SearchBody, VerifyBody
from api.service import TheService
from api.sse import EventStream, frame, framed, primed
from rag.types import Answer, Cited, Done, Event, HitsFound, SearchResult, Token, Verification

router = APIRouter(tags=["answers"])
_STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer; with `stream`, the events `hits`, `token`, `citation`, then `done` or `error`",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


@router.post("/v1/answers", response_model=Answer, responses=_STREAMED)
def answer(body: AnswerBody, service: TheService) -> Answer | Response:
    """An answer from the articles, every statement with the run of source text that carries it; or a refusal."""
    question = body.value()
    if body.stream:
        return EventStream(framed(primed(service.assistant.stream(question)), _frames, _failed))
    return service.assistant.ask(question)


@router.post("/v1/search")
def search(body: SearchBody, service: TheService) -> SearchResult:
    """The passages nearest to a question."""
    return service.assistant.search(body.question, body.chosen, body.limit)


@router.post("/v1/verify")
def verify(body: VerifyBody, service: TheService) -> Verification:
    """Each statement of a text: supported or contradicted by the articles, with the run that says so, or not found."""
    return service.assistant.verify(body.text, body.chosen)


def _frames(event: Event) -> Iterator[bytes]:
    match event:
        case HitsFound():
            yield frame(event, "hits")
        case Token():
            yield frame(event, "token")
        case Cited(citation):
            yield frame(citation, "citation")
        case Done(whole):
            yield frame(whole, "done")


def _failed(problem: Problem) -> bytes:
    return frame(problem_document(problem), "error")

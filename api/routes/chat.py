"""OpenAI's two routes, so that any client of theirs is a client of ours."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from api.errors import ModelNotFound, Problem, openai_error
from api.openai import ChatBody, ChatCompletion, Chunks, Model, ModelList, completion
from api.service import Service, TheService
from api.sse import EventStream, frame, framed, primed
from rag.assistant import EXTRACTIVE

router = APIRouter(prefix="/v1", tags=["openai"])
DEFAULT_MODEL = "wenju"  # whatever LLM is configured
_STREAMED: dict[int | str, dict[str, Any]] = {200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}}


@router.post("/chat/completions", response_model=ChatCompletion, responses=_STREAMED)
def chat_completion(body: ChatBody, service: TheService) -> ChatCompletion | Response:
    """OpenAI's chat completion. The message, or the last chunk, also carries `citations`, `abstained`, `hits` and
    `nearest`.
    """
    question = body.value(_llm(service, body.model))
    if not body.stream:
        return completion(service.assistant.ask(question), body.model)
    chunks = Chunks(body.model, body.includes_usage)
    return EventStream(framed(primed(service.assistant.stream(question)), chunks.frames, _failed))


@router.get("/models")
def models(service: TheService) -> ModelList:
    """What `model` of a chat request can be."""
    return ModelList([Model(name, 0) for name in _names(service)])


@router.get("/models/{name:path}")
def model(name: str, service: TheService) -> Model:
    """One of them."""
    _llm(service, name)
    return Model(name, 0)


def _names(service: Service) -> list[str]:
    return list(dict.fromkeys((DEFAULT_MODEL, EXTRACTIVE, service.assistant.default_llm)))


def _llm(service: Service, name: str) -> str | None:
    """The LLM that a model's name stands for; None is the configured one."""
    names = _names(service)
    if name not in names:
        raise ModelNotFound("model", name, names)
    return None if name == DEFAULT_MODEL else name


def _failed(problem: Problem) -> bytes:
    return frame(openai_error(problem))

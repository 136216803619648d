"""A service to an HTTP application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.auth import ApiKeys
from api.errors import PROBLEM_JSON, Problem, add_handlers
from api.limits import BodyLimit
from api.routes import answers, chat, documents, health, page
from api.service import Service
from api.warmup import WarmUp
from rag.errors import MissingExtra

if TYPE_CHECKING:
    from api.slack.events import SlackEvents

# A question and its history are some kilobytes; 100,000 characters in UTF-8 with every one escaped are 600 of them.
MAX_BODY = 1 << 20
_PROBLEM: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "What went wrong; OpenAI's routes give OpenAI's error object",
        "content": {PROBLEM_JSON: {"schema": TypeAdapter(Problem).json_schema(ref_template="#/{model}")}},
    }
}


def create_app(service: Service) -> FastAPI:
    """The application over `service`, which stays the caller's to close. Warming starts with the application."""
    app = FastAPI(
        title="wenju",
        summary="Answers from your own articles, every statement tied to the run of source text that carries it",
        version=version("wenju"),
        lifespan=_lifespan,
        # FastAPI's own pages of documentation load their scripts from elsewhere; /openapi.json stays.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=_PROBLEM,
    )
    app.state.service = service
    app.state.warm_up = WarmUp(service.warm)
    for module in (answers, chat, documents, health):
        app.include_router(module.router)
    app.router.routes.extend(page.routes)
    app.state.slack = _slack(app, service)
    add_handlers(app)
    _add_middleware(app, service)
    return app


def _slack(app: FastAPI, service: Service) -> SlackEvents | None:
    """Slack's route, where a signing secret is set. Raises MissingExtra without Slack's libraries."""
    if service.settings.slack_signing_secret is None:
        return None
    try:
        from api.slack.events import SlackEvents
    except ImportError as error:
        raise MissingExtra("the Slack bot", "slack") from error
    events = SlackEvents(service)
    events.add_to(app)
    return events


def _add_middleware(app: FastAPI, service: Service) -> None:
    """The last added is the outermost: a refusal too must carry the headers by which other origins may read it."""
    app.add_middleware(BodyLimit, limit=MAX_BODY)
    if service.settings.api_keys:
        app.add_middleware(ApiKeys, keys=service.settings.api_keys)
    if service.settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(service.settings.cors_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
        )
    app.add_middleware(NoSniffing)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    warm_up: WarmUp = app.state.warm_up
    warm_up.start()
    async with AsyncExitStack() as stack:
        if app.state.slack is not None:
            await stack.enter_async_context(app.state.slack.lifespan())
        yield
    await run_in_threadpool(warm_up.join)


class NoSniffing:
    """Says of every reply that it is of the type that it says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Content-Type-Options"] = "nosniff"
            await send(message)

        await self._app(scope, receive, sending)

"""The Events API: Slack's deliveries as signed requests to a route of the HTTP service.

bolt checks each request's signature and that it is at most five minutes old.
https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import Response
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler

from api.errors import NotReady
from api.service import Service
from api.slack.app import bolt_app
from api.slack.delivery import Pace
from api.slack.socket import required, running
from rag.errors import WenjuError

PATH = "/slack/events"
_log = logging.getLogger(__name__)


class SlackEvents:
    """The route, and the bot behind it for as long as the application runs."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._secret = required(service.settings.slack_signing_secret, "SLACK_SIGNING_SECRET")
        self._handler: AsyncSlackRequestHandler | None = None

    def add_to(self, app: FastAPI) -> None:
        app.add_api_route(PATH, self._handle, methods=["POST"], include_in_schema=False)

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """A bot that cannot start is said in the log and by the route; the rest of the service goes on."""
        async with AsyncExitStack() as stack:
            try:
                bot = await stack.enter_async_context(running(self._service, Pace()))
                self._handler = AsyncSlackRequestHandler(bolt_app(bot, self._secret))
            except WenjuError as error:
                _log.error("the Slack bot does not run: %s", error)
            yield

    async def _handle(self, request: Request) -> Response:
        if self._handler is None:
            raise NotReady("the Slack bot does not run; the log of the server says why")
        if not _can_be_verified(request.headers.get("x-slack-request-timestamp", ""), await request.body()):
            return Response(status_code=401)
        return await self._handler.handle(request)


def _can_be_verified(timestamp: str, body: bytes) -> bool:
    """Whether bolt can even compare signatures: a time that is no number and a body that is no text would be an error
    of the server's to it."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return timestamp.isascii() and timestamp.isdigit()

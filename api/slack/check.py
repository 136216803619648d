"""What is still missing before the bot can run, found out by asking Slack."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from api.slack.delivery import UNREACHABLE, code, web_client
from rag.errors import WenjuError
from rag.settings import Settings
from rag.wiring import build

# Scope → what does not work without it. docs/slack-manifest.yaml asks for the same.
SCOPES = {
    "app_mentions:read": "mentions are not heard",
    "channels:history": "threads in public channels are not read",
    "chat:write": "nothing can be answered",
    "commands": "neither /wenju nor the shortcut works",
    "groups:history": "threads in private channels are not read",
    "im:history": "direct messages are not heard",
    "mpim:history": "group messages are not heard",
    "reactions:read": "thumbs as reactions are not counted",
    "users:read": "nobody is known to be an admin, so nobody can change a channel's settings",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `detail` says what was found, or what to do."""

    what: str
    ok: bool
    detail: str


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Everything that is needed, in the order in which it is set up."""
    async for finding in _bot_token(settings):
        yield finding
    async for finding in _way_in(settings):
        yield finding
    yield _index(settings)
    if settings.public_url is None:
        yield Finding("WENJU_PUBLIC_URL", True, "not set: sources are shown without links")


async def _bot_token(settings: Settings) -> AsyncIterator[Finding]:
    name = "WENJU_SLACK_BOT_TOKEN"
    if settings.slack_bot_token is None:
        yield Finding(name, False, "not set; it starts with xoxb- and stands under OAuth & Permissions of the app")
        return
    client = web_client(settings, settings.slack_bot_token.get_secret_value())
    try:
        reply = await client.auth_test()
    except (SlackApiError, *UNREACHABLE) as error:
        yield Finding(name, False, _why(error, "copy it again from OAuth & Permissions, or reinstall the app"))
        return
    yield Finding(name, True, f"{reply['user']} in {reply['team']}")
    granted = {scope.strip() for scope in str(reply.headers.get("x-oauth-scopes", "")).split(",")}
    for scope, without in SCOPES.items():
        if scope in granted:
            yield Finding(f"scope {scope}", True, "granted")
        else:
            yield Finding(
                f"scope {scope}", False, f"missing: {without}; add it under OAuth & Permissions and reinstall"
            )


async def _way_in(settings: Settings) -> AsyncIterator[Finding]:
    app, secret = settings.slack_app_token, settings.slack_signing_secret
    if app is None and secret is None:
        yield Finding(
            "WENJU_SLACK_APP_TOKEN", False,
            "not set; make an app-level token with connections:write under Basic Information. (Or set"
            " WENJU_SLACK_SIGNING_SECRET and run wenju serve at a public address.)",
        )  # fmt: skip
    if app is not None:
        yield await _app_token(web_client(settings, app.get_secret_value()), app.get_secret_value())
    if secret is not None:
        ok = re.fullmatch("[0-9a-f]{32}", secret.get_secret_value()) is not None
        told = "looks right; only a delivery can prove it" if ok else "is not 32 hexadecimal digits; copy it again"
        yield Finding("WENJU_SLACK_SIGNING_SECRET", ok, told)


async def _app_token(client: AsyncWebClient, token: str) -> Finding:
    name = "WENJU_SLACK_APP_TOKEN"
    try:
        await client.apps_connections_open(app_token=token)
    except (SlackApiError, *UNREACHABLE) as error:
        return Finding(name, False, _why(error, "make one with connections:write, and switch Socket Mode on"))
    return Finding(name, True, "Socket Mode opens")


def _index(settings: Settings) -> Finding:
    try:
        with closing(build(settings)) as service:
            documents, articles, _ = service.catalog.counts()
    except WenjuError as error:
        return Finding("index", False, str(error))
    if not articles:
        return Finding("index", False, f"nothing is ingested in {settings.data} yet; run: wenju ingest PATH")
    return Finding("index", True, f"{documents} documents, {articles} articles")


def _why(error: Exception, otherwise: str) -> str:
    if not isinstance(error, SlackApiError):
        return f"Slack cannot be reached: {type(error).__name__}"
    data = error.response.data
    needed = data.get("needed") if isinstance(data, dict) else None
    return f"Slack says {code(error)}: " + (f"add the scope {needed}" if needed else otherwise)

"""The Web API of a workspace on loopback: what the bot calls, with Slack's limits and the faults ordered."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.api.slack.limits import check_message, check_view

TEAM, BOT, BOT_ID, APP = "T0TEAM", "U0BOT", "B0BOT", "A0APP"
ADMIN, ANN, BEN = "U0ADMIN", "U0ANN", "U0BEN"
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-test-1", "xapp-test-1", "0123456789abcdef0123456789abcdef"
SCOPES = (
    "app_mentions:read,channels:history,chat:write,commands,groups:history,im:history,mpim:history,reactions:read,"
    "users:read"
)
Message = dict[str, Any]


@dataclass
class Fault:
    """What becomes of the next `times` calls of a method: a status (429 with `retry_after`), or an error of Slack's, or
    the line cut once the call was carried out."""

    status: int = 200
    error: str | None = None
    retry_after: int = 1
    cut_after: bool = False
    times: int = 1


@dataclass
class WebApi:
    """What stands in the channels, and what was called."""

    scopes: str = SCOPES
    # Fewest seconds between posts in one channel, and between updates: who is quicker gets a 429. None: no limit.
    post_interval: float | None = None
    update_interval: float | None = None
    messages: dict[str, dict[str, Message]] = field(default_factory=lambda: defaultdict(dict))
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    responses: dict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))
    ephemeral: list[Message] = field(default_factory=list)
    views: dict[str, Any] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    invalid: list[str] = field(default_factory=list)
    closed_channels: set[str] = field(default_factory=set)
    expired: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._faults: dict[str, list[Fault]] = defaultdict(list)
        self._last: dict[str, float] = {}
        self._numbers = itertools.count(1)
        self._clock = 1_700_000_000.0
        self._changed = threading.Condition()
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/api/"

    def ts(self) -> str:
        self._clock += 1
        return f"{self._clock:.6f}"

    def fail(self, method: str, fault: Fault) -> None:
        self._faults[method].append(fault)

    def called(self, method: str) -> list[dict[str, Any]]:
        return [arguments for name, arguments in self.calls if name == method]

    def _note(self) -> None:
        with self._changed:
            self._changed.notify_all()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        self.calls.append((method, arguments))
        try:
            return await self._handled(request, method, arguments)
        finally:
            self._note()

    async def _handled(self, request: web.Request, method: str, arguments: dict[str, Any]) -> web.StreamResponse:
        fault = self._next_fault(method)
        wait = fault.retry_after if fault is not None and fault.status == 429 else self._too_quick(method, arguments)
        if wait is not None:
            self.refused[method] += 1
            return web.json_response(
                {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(wait)}
            )
        if fault is not None and not fault.cut_after:
            return web.json_response({"ok": False, "error": fault.error or "internal_error"}, status=fault.status)
        wanted = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if request.headers.get("Authorization") != f"Bearer {wanted}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        done = getattr(self, "_" + method.replace(".", "_"))(arguments)
        reply = {"ok": False, "error": done} if isinstance(done, str) else {"ok": True, **done}
        if fault is not None and request.transport is not None:
            request.transport.abort()
        return web.json_response(reply, headers={"x-oauth-scopes": self.scopes})

    def _next_fault(self, method: str) -> Fault | None:
        faults = self._faults[method]
        if not faults:
            return None
        faults[0].times -= 1
        return faults[0] if faults[0].times else faults.pop(0)

    def _too_quick(self, method: str, arguments: dict[str, Any]) -> int | None:
        intervals = {"chat.postMessage": self.post_interval, "chat.update": self.update_interval}
        interval = intervals.get(method)
        key = f"{method}:{arguments.get('channel')}" if method == "chat.postMessage" else method
        now = time.monotonic()
        if interval is not None and now - self._last.get(key, -1e9) < interval:
            return 1
        self._last[key] = now
        return None

    def _auth_test(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"user_id": BOT, "bot_id": BOT_ID, "team_id": TEAM, "user": "wenju", "team": "Newsroom", "url": self.url}

    def _apps_connections_open(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"url": f"ws://127.0.0.1:{self._port}/link"}

    def _chat_postMessage(self, arguments: dict[str, Any]) -> dict[str, Any] | str:
        channel = arguments["channel"]
        if channel in self.closed_channels:
            return "not_in_channel"
        if problem := self._problem(check_message(arguments)):
            return problem
        message = {
            "type": "message", "channel": channel, "user": BOT, "bot_id": BOT_ID, "text": arguments["text"],
            "blocks": arguments.get("blocks", []), "ts": self.ts(),
        }  # fmt: skip
        if arguments.get("thread_ts"):
            message["thread_ts"] = arguments["thread_ts"]
        self.messages[channel][message["ts"]] = message
        return {"channel": channel, "ts": message["ts"], "message": message}

    def _chat_update(self, arguments: dict[str, Any]) -> dict[str, Any] | str:
        message = self.messages[arguments["channel"]].get(arguments["ts"])
        if message is None:
            return "message_not_found"
        if problem := self._problem(check_message(arguments)):
            return problem
        message |= {"text": arguments["text"], "blocks": arguments.get("blocks", [])}
        return {"channel": arguments["channel"], "ts": arguments["ts"], "text": arguments["text"]}

    def _chat_delete(self, arguments: dict[str, Any]) -> dict[str, Any] | str:
        return {} if self.messages[arguments["channel"]].pop(arguments["ts"], None) else "message_not_found"

    def _chat_postEphemeral(self, arguments: dict[str, Any]) -> dict[str, Any] | str:
        if problem := self._problem(check_message(arguments)):
            return problem
        self.ephemeral.append(arguments)
        return {"message_ts": self.ts()}

    def _conversations_replies(self, arguments: dict[str, Any]) -> dict[str, Any] | str:
        root = arguments["ts"]
        every = sorted(self.messages[arguments["channel"]].values(), key=lambda message: message["ts"])
        found = [message for message in every if root in (message["ts"], message.get("thread_ts"))]
        if not found:
            return "thread_not_found"
        start = int(arguments.get("cursor") or 0)
        cursor = str(start + 3) if start + 3 < len(found) else ""  # small pages, so that paging is tried
        return {"messages": found[start : start + 3], "response_metadata": {"next_cursor": cursor}}

    def _conversations_history(self, arguments: dict[str, Any]) -> dict[str, Any]:
        found = [message for message in self.messages[arguments["channel"]].values() if "thread_ts" not in message]
        return {"messages": sorted(found, key=lambda message: message["ts"], reverse=True)}

    def _users_info(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"user": {"id": arguments["user"], "is_admin": arguments["user"] == ADMIN, "is_owner": False}}

    def _views_open(self, arguments: dict[str, Any]) -> dict[str, Any] | str:
        if arguments["trigger_id"] in self.expired:
            return "expired_trigger_id"
        return self._view(f"V{next(self._numbers)}", arguments["view"])

    def _views_update(self, arguments: dict[str, Any]) -> dict[str, Any] | str:
        if arguments["view_id"] not in self.views:
            return "not_found"
        return self._view(arguments["view_id"], arguments["view"])

    def _view(self, view_id: str, view: dict[str, Any]) -> dict[str, Any] | str:
        if problem := self._problem(check_view(view)):
            return problem
        self.views[view_id] = view
        return {"view": {"id": view_id, **view}}

    def _problem(self, problems: list[str]) -> str | None:
        self.invalid += problems
        return "invalid_blocks" if problems else None

    def _response_url(self, name: str) -> str:
        return f"http://127.0.0.1:{self._port}/response/{name}"

    async def _respond(self, request: web.Request) -> web.Response:
        body = await request.json()
        name = request.match_info["name"]
        if self._problem(check_message(body)) or len(self.responses[name]) >= 5:
            return web.Response(status=400, text="invalid_blocks")
        self.responses[name].append(body)
        self._note()
        return web.Response(text="ok")


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        given: dict[str, Any] = await request.json()
        return given
    form = {key: str(value) for key, value in [*request.query.items(), *(await request.post()).items()]}
    return {key: json.loads(value) if key in ("blocks", "view") else value for key, value in form.items()}

"""A workspace of Slack's on loopback: the Web API that the bot calls, Socket Mode's WebSocket, signed Events API
requests, response addresses; with Slack's limits, and its habit of delivering again what was not confirmed.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
from aiohttp import WSMsgType, web

from tests.api.slack.limits import check_message, check_view

TEAM, BOT, BOT_ID, APP = "T0TEAM", "U0BOT", "B0BOT", "A0APP"
ADMIN, ANN, BEN = "U0ADMIN", "U0ANN", "U0BEN"
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-test-1", "xapp-test-1", "0123456789abcdef0123456789abcdef"
SCOPES = (
    "app_mentions:read,channels:history,chat:write,commands,groups:history,im:history,mpim:history,reactions:read,"
    "users:read"
)
CONFIRM_WITHIN = 3.0  # seconds, then an envelope is delivered again
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
class Workspace:
    """Methods may be called from any thread; the server runs in its own."""

    redeliver: bool = True
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
    events_url: str | None = None

    def __post_init__(self) -> None:
        self._faults: dict[str, list[Fault]] = defaultdict(list)
        self._last: dict[str, float] = {}
        self._sockets: list[web.WebSocketResponse] = []
        self._confirmed: dict[str, dict[str, Any]] = {}
        self._pending: dict[str, tuple[dict[str, Any], float]] = {}
        self._numbers = itertools.count(1)
        self._clock = 1_700_000_000.0
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    # The server

    def start(self) -> None:
        self._thread.start()
        assert self._started.wait(10)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._shut_down(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/api/"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._loop.run_forever()

    async def _listen(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_post("/response/{name}", self._respond)
        app.router.add_get("/link", self._socket)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self._deliveries = asyncio.create_task(self._deliver_again())
        self._started.set()

    async def _shut_down(self) -> None:
        self._deliveries.cancel()
        for socket in self._sockets:
            await socket.close()
        await self._runner.cleanup()

    # Socket Mode

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self._sockets.append(socket)
        self._note()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                reply = json.loads(message.data)
                self._pending.pop(reply["envelope_id"], None)
                self._confirmed[reply["envelope_id"]] = reply.get("payload") or {}
                self._note()
        self._sockets.remove(socket)
        self._note()
        return socket

    async def _deliver_again(self) -> None:
        while True:
            await asyncio.sleep(0.05)
            now = time.monotonic()
            for envelope_id, (envelope, due) in list(self._pending.items()):
                if now >= due and self._sockets and envelope_id in self._pending:
                    again = {**envelope, "retry_attempt": envelope.get("retry_attempt", 0) + 1}
                    self._pending[envelope_id] = (again, now + CONFIRM_WITHIN)
                    await self._send(again)

    async def _send(self, envelope: dict[str, Any]) -> None:
        if self._sockets:
            with suppress(ConnectionResetError):  # the bot has just died: the envelope stays unconfirmed
                await self._sockets[-1].send_json(envelope)

    @property
    def connections(self) -> int:
        return len(self._sockets)

    def disconnect(self, *, politely: bool) -> None:
        """Slack refreshes connections every now and then, and lines break."""

        async def leave() -> None:
            for socket in list(self._sockets):
                if politely:
                    await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})
                else:
                    assert socket._req is not None
                    transport = socket._req.transport
                    if transport is not None:
                        transport.abort()

        asyncio.run_coroutine_threadsafe(leave(), self._loop).result(10)

    def envelope(self, kind: str, payload: dict[str, Any]) -> str:
        """Delivers over the WebSocket, now or once there is one; and again until it is confirmed."""
        envelope_id = f"envelope-{next(self._numbers)}"
        envelope = {"type": kind, "envelope_id": envelope_id, "payload": payload, "accepts_response_payload": True}
        again = time.monotonic() + (CONFIRM_WITHIN if self._sockets else 0)

        async def send() -> None:
            if self.redeliver:
                self._pending[envelope_id] = (envelope, again)
            await self._send(envelope)

        asyncio.run_coroutine_threadsafe(send(), self._loop).result(10)
        return envelope_id

    # What people do

    def ts(self) -> str:
        self._clock += 1
        return f"{self._clock:.6f}"

    def event(self, event: dict[str, Any], event_id: str | None = None) -> str:
        """Delivers an event, by HTTP if there is an address for that; the id it had."""
        event_id = event_id or f"Ev{next(self._numbers)}"
        payload = {
            "type": "event_callback", "team_id": TEAM, "api_app_id": APP, "event": event, "event_id": event_id,
            "event_time": int(self._clock), "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
        }  # fmt: skip
        if self.events_url is None:
            self.envelope("events_api", payload)
        else:
            self.post_signed(json.dumps(payload), "application/json")
        return event_id

    def write(self, channel: str, text: str, user: str = ANN, thread: str | None = None, **more: Any) -> Message:
        """A person's message, in the channel but not yet told to the bot."""
        message = {"type": "message", "channel": channel, "user": user, "text": text, "ts": self.ts(), "team": TEAM}
        if thread is not None:
            message["thread_ts"] = thread
        message |= {"channel_type": "im" if channel.startswith("D") else "channel", **more}
        self.messages[channel][message["ts"]] = message
        return message

    def say(self, channel: str, text: str, user: str = ANN, thread: str | None = None, **more: Any) -> str:
        """A person's message, told to the bot as Slack does; its timestamp."""
        message = self.write(channel, text, user, thread, **more)
        if f"<@{BOT}>" in text and not channel.startswith("D"):
            self.event({**message, "type": "app_mention"})
        self.event(message)
        return str(message["ts"])

    def edit(self, channel: str, ts: str, text: str, at: str | None = None) -> None:
        before = self.messages[channel][ts]
        after = {**before, "text": text, "edited": {"user": before["user"], "ts": at or self.ts()}}
        self.messages[channel][ts] = after
        self.event(
            {
                "type": "message", "subtype": "message_changed", "channel": channel, "ts": self.ts(), "hidden": True,
                "message": after, "previous_message": before, "channel_type": before["channel_type"],
            }
        )  # fmt: skip

    def delete(self, channel: str, ts: str) -> None:
        before = self.messages[channel].pop(ts)
        self.event(
            {
                "type": "message", "subtype": "message_deleted", "channel": channel, "ts": self.ts(), "hidden": True,
                "deleted_ts": ts, "previous_message": before, "channel_type": before.get("channel_type", "channel"),
            }
        )  # fmt: skip

    def react(self, channel: str, ts: str, name: str, user: str = ANN, *, added: bool = True, at: str = "") -> None:
        self.event(
            {
                "type": "reaction_added" if added else "reaction_removed", "user": user, "reaction": name,
                "item": {"type": "message", "channel": channel, "ts": ts}, "item_user": BOT,
                "event_ts": at or self.ts(),
            }
        )  # fmt: skip

    def command(self, text: str, channel: str = "C1", user: str = ANN, trigger: str | None = None) -> tuple[str, str]:
        """`/wenju text`; the envelope, and the name of the response address."""
        name = f"r{next(self._numbers)}"
        trigger = trigger or f"trigger-{name}"
        payload = {
            "command": "/wenju", "text": text, "channel_id": channel, "user_id": user, "team_id": TEAM,
            "trigger_id": trigger, "response_url": self._response_url(name), "api_app_id": APP,
        }  # fmt: skip
        return self.envelope("slash_commands", payload), name

    def shortcut(self, channel: str, ts: str, user: str = ANN, *, expired: bool = False) -> str:
        """ "Check this claim" on a message; the name of the response address."""
        name = f"r{next(self._numbers)}"
        if expired:
            self.expired.add(f"trigger-{name}")
        payload = {
            "type": "message_action", "callback_id": "check_claim", "trigger_id": f"trigger-{name}",
            "message": self.messages[channel][ts], "channel": {"id": channel}, "user": {"id": user, "team_id": TEAM},
            "team": {"id": TEAM}, "response_url": self._response_url(name), "action_ts": self.ts(),
        }  # fmt: skip
        self.envelope("interactive", payload)
        return name

    def press(self, message: Message, action_id: str, user: str = ANN) -> str:
        """A button of a message; the name of the response address."""
        name = f"r{next(self._numbers)}"
        buttons = {
            one["action_id"]: one
            for block in message["blocks"]
            for one in block.get("elements", ())
            if one.get("action_id")
        }
        payload = {
            "type": "block_actions", "user": {"id": user, "team_id": TEAM}, "team": {"id": TEAM}, "message": message,
            "container": {"type": "message", "message_ts": message["ts"], "channel_id": message["channel"]},
            "channel": {"id": message["channel"]}, "response_url": self._response_url(name), "trigger_id": f"t-{name}",
            "actions": [{**buttons[action_id], "block_id": "b", "action_ts": self.ts()}],
        }  # fmt: skip
        self.envelope("interactive", payload)
        return name

    def submit(self, view: dict[str, Any], values: dict[str, dict[str, Any]], user: str = ADMIN) -> dict[str, Any]:
        """A modal filled in and sent; what the bot replied to it."""
        given = {block["block_id"]: {"value": values.get(block["block_id"], {})} for block in view["blocks"]}
        payload = {
            "type": "view_submission", "user": {"id": user, "team_id": TEAM}, "team": {"id": TEAM},
            "view": {**view, "state": {"values": given}},
        }  # fmt: skip
        envelope = self.envelope("interactive", payload)
        self.wait(lambda: envelope in self._confirmed)
        return self._confirmed[envelope]

    def confirmation(self, envelope: str) -> dict[str, Any]:
        self.wait(lambda: envelope in self._confirmed)
        return self._confirmed[envelope]

    def post_signed(
        self,
        body: str,
        content_type: str,
        *,
        secret: str = SECRET,
        age: float = 0,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """A request as Slack signs it. https://docs.slack.dev/authentication/verifying-requests-from-slack"""
        assert self.events_url is not None
        stamp = str(int(time.time() - age))
        digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        signed = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}", "Content-Type": content_type}
        return httpx.post(
            self.events_url, content=body.encode(), headers={**signed, **(headers or {})}, trust_env=False, timeout=20
        )

    # What can be seen

    def wait(self, condition: Callable[[], Any], timeout: float = 20) -> Any:
        """What `condition` gives once that is true."""
        deadline = time.monotonic() + timeout
        while not (found := condition()):
            left = deadline - time.monotonic()
            assert left > 0, f"waited {timeout} s in vain; calls: {[name for name, _ in self.calls][-20:]}"
            with self._changed:
                self._changed.wait(min(left, 0.05))
        return found

    def replies(self, channel: str, thread: str | None = None) -> list[Message]:
        """The bot's messages, of a thread or of all the channel."""
        return [
            message for message in list(self.messages[channel].values())
            if message["user"] == BOT and thread in (None, message.get("thread_ts"))
        ]  # fmt: skip

    def answered(self, channel: str, thread: str | None = None, count: int = 1) -> list[Message]:
        """The bot's messages once `count` of them are whole."""

        def whole() -> list[Message]:
            found = self.replies(channel, thread)
            done = [one for one in found if roles(one) & {"vote", "note"} and not roles(one) & {"wait"}]
            return found if len(done) >= count else []

        found: list[Message] = self.wait(whole)
        return found

    def fail(self, method: str, fault: Fault) -> None:
        self._faults[method].append(fault)

    def called(self, method: str) -> list[dict[str, Any]]:
        return [arguments for name, arguments in self.calls if name == method]

    def _note(self) -> None:
        with self._changed:
            self._changed.notify_all()

    # The Web API

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


def roles(message: Message) -> set[str]:
    return {str(block.get("block_id", "")).rpartition("|")[2] for block in message.get("blocks") or ()}


def section_texts(message: Message, role: str | None = None) -> list[str]:
    """The texts of the sections of a message, as Slack got them."""
    return [
        block["text"]["text"] for block in message["blocks"]
        if block["type"] == "section" and (role is None or block["block_id"].endswith(f"|{role}"))
    ]  # fmt: skip


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        given: dict[str, Any] = await request.json()
        return given
    form = {key: str(value) for key, value in [*request.query.items(), *(await request.post()).items()]}
    return {key: json.loads(value) if key in ("blocks", "view") else value for key, value in form.items()}

"""A workspace of Slack's on loopback: Socket Mode's WebSocket, signed Events API requests, and people who write, edit,
delete, react, press and fill in; with Slack's habit of delivering again what was not confirmed.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx
from aiohttp import WSMsgType, web

from tests.api.slack.web_api import ADMIN, ANN, APP, BOT, SECRET, TEAM, Message, WebApi

CONFIRM_WITHIN = 3.0  # seconds, then an envelope is delivered again


@dataclass
class Workspace(WebApi):
    """Methods may be called from any thread; the server runs in its own."""

    redeliver: bool = True
    events_url: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._sockets: list[web.WebSocketResponse] = []
        self._confirmed: dict[str, dict[str, Any]] = {}
        self._pending: dict[str, tuple[dict[str, Any], float]] = {}
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


def roles(message: Message) -> set[str]:
    return {str(block.get("block_id", "")).rpartition("|")[2] for block in message.get("blocks") or ()}


def section_texts(message: Message, role: str | None = None) -> list[str]:
    """The texts of the sections of a message, as Slack got them."""
    return [
        block["text"]["text"] for block in message["blocks"]
        if block["type"] == "section" and (role is None or block["block_id"].endswith(f"|{role}"))
    ]  # fmt: skip

"""An OpenAI-compatible chat server on loopback whose replies are scripted: for every way a model can misbehave."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Script:
    """What the server does next. `pieces` are streamed as they are; `status` other than 200 is an error reply, to the
    first `failures` requests or to all. `then` are the pieces of the requests after the first. `cut` ends a stream
    without saying that it ended.
    """

    pieces: list[str] = field(default_factory=list)
    status: int = 200
    delay: float = 0.0
    broken: bool = False
    cut: bool = False
    finish: str = "stop"
    failures: int | None = None
    then: list[str] | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    script: Script

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.script.requests.append(body)
        count = len(self.script.requests)
        if self.script.status != 200 and (self.script.failures is None or count <= self.script.failures):
            self._send(self.script.status, b'{"error": {"message": "scripted failure"}}')
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            later = self.script.then is not None and count > 1
            for piece in (self.script.then or []) if later else self.script.pieces:
                time.sleep(self.script.delay)
                self._event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": piece}}]})
            if self.script.broken:
                self.wfile.write(b"data: {nonsense\n\n")
                return
            if self.script.cut:
                return
            self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": self.script.finish}]})
            if body.get("stream_options", {}).get("include_usage"):
                usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
                self._event({"choices": [], "usage": usage})
            self.wfile.write(b"data: [DONE]\n\n")
        except (BrokenPipeError, ConnectionResetError):
            pass

    def _event(self, content: dict[str, Any]) -> None:
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "scripted", **content}
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        del format, args


@contextmanager
def scripted_llm(script: Script) -> Iterator[str]:
    """The base URL of a server that follows `script` until the block ends."""
    handler = type("Handler", (_Handler,), {"script": script})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

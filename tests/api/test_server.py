"""Ports, keys, origins, health, and a server in a process of its own."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from api.server import listen, serve
from rag.errors import PortTaken, SettingsError, StoreError
from rag.settings import Settings
from tests.api.conftest import Serving
from tests.api.fakes import FakeService
from tests.api.test_errors import problem

KEY = "s3cret-钥匙"
ENDS_LIKE_SPACE = "盐与钠"  # its last byte is A0, in Latin-1 a space


def get(address: str, **headers: str) -> httpx.Response:
    sent = {name.encode(): value.encode() for name, value in headers.items()}
    return httpx.get(address, headers=sent, trust_env=False)


def test_a_taken_port_is_said_before_anything_else(tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)):
            serve(Settings(data=tmp_path / "nowhere"), "127.0.0.1", port)


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 0), ("127.0.0.1", 70_000), ("no.such.host.invalid", 0)])
def test_an_address_that_cannot_be_is_a_setting_error(host: str, port: int) -> None:
    with pytest.raises(SettingsError, match="cannot listen on"):
        listen(host, port)


def test_replies_are_not_held_back() -> None:
    """asyncio switches Nagle's algorithm off only on sockets that name their protocol: else each reply takes 40 ms."""
    with listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_without_a_store_the_port_is_given_back(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(StoreError):
        serve(Settings(data=tmp_path / "nowhere"), "127.0.0.1", port)
    listen("127.0.0.1", port).close()


def test_a_setting_without_effect_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StoreError):
        serve(Settings(data=tmp_path / "nowhere", rate_limit="10/minute"), "127.0.0.1", 0)
    assert capsys.readouterr().err == "WENJU_RATE_LIMIT has no effect in this version\n"


def test_ready_only_when_warm(serving: Serving) -> None:
    go = threading.Event()

    def hold() -> None:
        go.wait(10)

    address = serving(FakeService(warm=hold))
    assert get(f"{address}/healthz").json() == {"status": "ok"}
    waiting = get(f"{address}/readyz")
    assert problem(waiting, 503)["title"] == "Not ready"
    assert waiting.headers["retry-after"] == "1"
    go.set()
    while get(f"{address}/readyz").status_code == 503:
        pass
    assert get(f"{address}/readyz").json() == {"status": "ready"}


def test_a_failed_warm_up_says_why_and_is_tried_again(serving: Serving) -> None:
    attempts = []

    def warm() -> None:
        attempts.append(1)
        if len(attempts) == 1:
            raise StoreError("the disk is full")

    address = serving(FakeService(warm=warm))
    while len(attempts) < 1:
        pass
    details = set()
    while (response := get(f"{address}/readyz")).status_code == 503:
        details.add(response.json()["detail"])
    assert "the disk is full" in details
    assert len(attempts) == 2


@pytest.mark.parametrize("given", [{}, {"authorization": "Bearer no"}, {"authorization": "Basic s3cret"}])
def test_a_missing_or_wrong_key_is_401(serving: Serving, given: dict[str, str]) -> None:
    address = serving(FakeService(settings=Settings(api_keys=(SecretStr("s3cret"), SecretStr("other")))))
    for path in ("/v1/documents", "/v1/models", "/v1/answers", "/v1/nothing"):
        response = get(f"{address}{path}", **given)
        found = problem(response, 401)
        assert response.headers["www-authenticate"] == "Bearer"
        assert "s3cret" not in response.text
        assert found.get("code", "invalid_api_key") == "invalid_api_key"
    for path in ("/", "/app.js", "/healthz", "/readyz"):
        assert get(f"{address}{path}").status_code in (200, 503)


@pytest.mark.parametrize("key", ["s3cret", KEY, ENDS_LIKE_SPACE])
def test_any_of_the_keys_opens(serving: Serving, key: str) -> None:
    keys = tuple(map(SecretStr, ("s3cret", KEY, ENDS_LIKE_SPACE)))
    address = serving(FakeService(settings=Settings(api_keys=keys)))
    assert get(f"{address}/v1/models", authorization=f"Bearer {key}").status_code == 200
    assert get(f"{address}/v1/models", authorization=f"bearer  {key}").status_code == 200


def test_other_origins_only_by_leave(serving: Serving) -> None:
    settings = Settings(cors_origins=("https://news.example",), api_keys=(SecretStr("s3cret"),))
    address = serving(FakeService(settings=settings))
    asks = {"origin": "https://news.example", "access-control-request-method": "POST"}
    allowed = httpx.options(f"{address}/v1/answers", headers=asks, trust_env=False)
    assert allowed.headers["access-control-allow-origin"] == "https://news.example"
    refused = get(f"{address}/v1/models", origin="https://news.example")
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == "https://news.example"
    assert "access-control-allow-origin" not in get(f"{address}/v1/models", origin="https://evil.example").headers


_SERVED = """
import json, os, signal, sys, threading, urllib.request
from pathlib import Path
from api.server import serve
from rag.settings import Settings

def ask(address):
    body = json.dumps({"question": "项目资金在温州排名第几？"}).encode()
    request = urllib.request.Request(address + "v1/answers", body, {"Content-Type": "application/json"})
    answer = json.load(urllib.request.urlopen(request))
    heavy = [name for name in ("torch", "langchain", "langchain_core", "transformers") if name in sys.modules]
    print(json.dumps({"abstained": answer["abstained"], "heavy": heavy}), flush=True)
    os.kill(os.getpid(), signal.SIGINT)

def announce(address):
    threading.Thread(target=ask, args=[address]).start()

serve(Settings(data=Path(sys.argv[1])), "127.0.0.1", 0, announce)
print("stopped", flush=True)
"""


def test_a_process_answers_without_torch_and_stops_on_ctrl_c(seeds_folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SERVED, str(seeds_folder)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    answered, stopped = done.stdout.splitlines()
    assert json.loads(answered) == {"abstained": False, "heavy": []}
    assert stopped == "stopped"
    assert "Traceback" not in done.stderr

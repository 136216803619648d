"""Everything that can be wrong with a request or go wrong in a reply, and the form in which it is said."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import sse
from rag.errors import EmptyIndex, LLMError, StoreError, UnknownChoice
from rag.types import Event, HitsFound, Question, Token
from tests.api.conftest import Serving
from tests.api.fakes import FakeService
from tests.api.test_answers import FUNDS, events_of

JSON = {"content-type": "application/json"}
ROUTES = ["/v1/answers", "/v1/search", "/v1/chat/completions"]


def problem(response: httpx.Response, status: int) -> dict[str, Any]:
    """The problem document or OpenAI error object of a reply, checked for its form; as {"detail"} at least."""
    assert response.status_code == status, response.text
    assert "Traceback" not in response.text
    body: dict[str, Any] = response.json()
    if "/chat/" in str(response.url) or str(response.url).endswith("/models"):
        assert set(body) == {"error"}
        assert set(body["error"]) == {"message", "type", "param", "code"}
        error: dict[str, Any] = body["error"]
        return {"detail": error["message"]} | error
    assert response.headers["content-type"] == "application/problem+json"
    assert set(body) >= {"type", "title", "status", "detail"}
    assert body["status"] == status
    return body


def body_for(route: str, question: str) -> dict[str, Any]:
    if "chat" in route:
        return {"model": "wenju", "messages": [{"role": "user", "content": question}]}
    return {"question": question}


def streaming(address: str) -> AbstractContextManager[httpx.Response]:
    return httpx.stream("POST", address, json=body_for(address, "a") | {"stream": True}, trust_env=False)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("content", [b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe{}", b'{"question": "\xe4"}', b"{}"])
def test_what_is_no_request_is_400(client: httpx.Client, route: str, content: bytes) -> None:
    problem(client.post(route, content=content, headers=JSON), 400)


@pytest.mark.parametrize("route", ROUTES)
def test_a_body_that_is_not_utf8_names_the_byte(client: httpx.Client, route: str) -> None:
    body = problem(client.post(route, content=b'{"question": "\xe4"}', headers=JSON), 400)
    assert "not UTF-8 at byte 14" in body["detail"]
    assert body.get("type") in ("urn:wenju:error:bad-request", "invalid_request_error")


@pytest.mark.parametrize("route", ROUTES)
def test_hostile_json_is_400(client: httpx.Client, route: str) -> None:
    deep = b'{"question": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    problem(client.post(route, content=deep, headers=JSON), 400)
    digits = b'{"question": "a", "model": "wenju", "messages": [], "limit": ' + b"9" * 10_000 + b"}"
    problem(client.post(route, content=digits, headers=JSON), 400)
    half = json.dumps(body_for(route, "\ud800"))
    assert "surrogate" in problem(client.post(route, content=half, headers=JSON), 400)["detail"]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("question", ["", " \n\u3000", "长" * 100_000])
def test_an_empty_or_overlong_question_is_400(client: httpx.Client, route: str, question: str) -> None:
    assert "question" in problem(client.post(route, json=body_for(route, question)), 400)["detail"]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "question",
    [
        "\x00",
        "'; DROP TABLE chunks; --",
        '"*" NEAR( AND',
        "😀",
        "👩‍👩‍👧 🇨🇳",
        "😀" * 50,
        "\u202e[1]",
        "a" * 3999,
        "？！……",
        "茶叶 цена price ราคา 가격",
    ],
)
def test_an_odd_question_is_a_question(client: httpx.Client, route: str, question: str) -> None:
    assert client.post(route, json=body_for(route, question)).status_code == 200


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_that_is_not_said_to_be_json_is_415(client: httpx.Client, route: str, kind: str) -> None:
    detail = problem(client.post(route, content=b"{}", headers={"content-type": kind}), 415)["detail"]
    assert "application/json" in detail


@pytest.mark.parametrize("route", ROUTES)
def test_a_huge_body_is_413(client: httpx.Client, route: str) -> None:
    huge = b'{"question": "' + b"a" * (1 << 20) + b'"}'
    problem(client.post(route, content=huge, headers=JSON), 413)

    def unannounced() -> Iterator[bytes]:
        yield huge

    problem(client.post(route, content=unannounced(), headers=JSON), 413)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"question": "a", "filters": {"colour": "red"}}, "unknown filter 'colour'; one of source, published_from"),
    ({"question": "a", "limit": 0}, "limit: "),
    ({"question": "a", "limit": 51}, "limit: "),
    ({"question": "a", "limit": 10_000}, "limit: "),
    ({"question": "a", "limit": True}, "limit: "),
    ({"question": 7}, "question: "),
    ({"question": "a", "filters": {"published_from": 20241224}}, "YYYY-MM-DD"),
    ({"question": "a", "filters": {"published_to": "yesterday"}}, "YYYY-MM-DD"),
    ({"question": "a", "filters": {"kind": "poem"}}, "filters.kind: Input should be 'article', 'brief'"),
]
WRONG_OF_ANSWERS: list[tuple[dict[str, Any], str]] = [
    ({"question": "a", "colour": "red"}, "unknown key 'colour'; one of question, limit, filters, history, stream"),
    ({"question": "a", "stream": "yes"}, "stream: "),
    ({"question": "a", "history": [{"role": "god", "content": "x"}]}, "history.0.role: "),
]


@pytest.mark.parametrize(
    ("route", "body", "said"),
    [(route, *case) for route in ("/v1/answers", "/v1/search") for case in WRONG]
    + [("/v1/answers", *case) for case in WRONG_OF_ANSWERS],
)
def test_a_wrong_field_is_named(client: httpx.Client, route: str, body: dict[str, Any], said: str) -> None:
    found = problem(client.post(route, json=body), 400)
    assert said in found["detail"]
    assert found["type"] == "urn:wenju:error:invalid-request"
    assert found["errors"]


def test_unknown_routes_and_methods(client: httpx.Client) -> None:
    assert "/v1/nothing" in problem(client.get("/v1/nothing"), 404)["detail"]
    problem(client.post("/v1/answers/", json={"question": "a"}), 404)
    wrong = client.get("/v1/answers")
    assert "GET" in problem(wrong, 405)["detail"]
    assert wrong.headers["allow"] == "POST"
    problem(client.get("/v1/chat/completions"), 405)
    problem(client.delete("/v1/models"), 405)


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (EmptyIndex(Path("data")), 503, "Empty index"),
        (StoreError("the disk is full"), 503, "Store error"),
        (LLMError("the model is down"), 502, "LLM error"),
        (UnknownChoice("llm", "x", ["a", "b"]), 400, "Unknown choice"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_goes_wrong_before_the_first_event_has_its_status(
    serving: Serving, error: Exception, status: int, title: str, stream: bool
) -> None:
    def script(_question: Question) -> Iterator[Event]:
        raise error
        yield HitsFound(())

    address = serving(FakeService(script))
    native = httpx.post(f"{address}/v1/answers", json={"question": "a", "stream": stream}, trust_env=False)
    found = problem(native, status)
    assert found["title"] == title
    assert found["detail"] == str(error)
    body = body_for("chat", "a") | {"stream": stream}
    chat = httpx.post(f"{address}/v1/chat/completions", json=body, trust_env=False)
    assert problem(chat, status)["detail"] == str(error)


@pytest.mark.parametrize(("error", "status"), [(StoreError("the disk is full"), 503), (RuntimeError("secret"), 500)])
def test_what_goes_wrong_later_is_an_event(
    serving: Serving, caplog: pytest.LogCaptureFixture, error: Exception, status: int
) -> None:
    def script(_question: Question) -> Iterator[Event]:
        yield HitsFound(())
        yield Token("一")
        raise error

    address = serving(FakeService(script))
    with httpx.stream(
        "POST", f"{address}/v1/answers", json={"question": "a", "stream": True}, trust_env=False
    ) as reply:
        events = events_of(reply.iter_lines())
    assert [name for name, _ in events] == ["hits", "token", "error"]
    assert events[-1][1]["status"] == status
    assert "secret" not in str(events)
    with streaming(f"{address}/v1/chat/completions") as reply:
        *_, (_, last) = events_of(reply.iter_lines())
    assert set(last["error"]) == {"message", "type", "param", "code"}
    assert ("secret" in caplog.text) == (status == 500)


def test_an_unexpected_error_is_500_and_says_nothing(serving: Serving, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.CRITICAL, "uvicorn.error"):
        response = httpx.get(f"{serving(FakeService())}/v1/documents", trust_env=False)
    problem(response, 500)
    assert "secret" not in response.text


def test_a_client_that_leaves_stops_the_work(serving: Serving) -> None:
    stopped = threading.Event()

    def endless(_question: Question) -> Iterator[Event]:
        yield HitsFound(())
        try:
            while True:
                stopped.wait(0.01)
                yield Token("一")
        finally:
            stopped.set()

    address = serving(FakeService(endless))
    with httpx.stream(
        "POST", f"{address}/v1/answers", json={"question": "a", "stream": True}, trust_env=False
    ) as reply:
        next(reply.iter_lines())
    assert stopped.wait(5)


def test_a_long_silence_is_filled(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "HEARTBEAT", 0.02)

    def slow(_question: Question) -> Iterator[Event]:
        yield HitsFound(())
        threading.Event().wait(0.2)
        yield Token("一")

    address = serving(FakeService(slow))
    with httpx.stream(
        "POST", f"{address}/v1/answers", json={"question": "a", "stream": True}, trust_env=False
    ) as reply:
        lines = list(reply.iter_lines())
    assert ": still working" in lines
    assert [name for name, _ in events_of(iter(lines))] == ["hits", "token"]


def test_everything_is_described(client: httpx.Client) -> None:
    description = client.get("/openapi.json").json()
    assert set(description["paths"]) == {
        "/v1/answers", "/v1/search", "/v1/chat/completions", "/v1/models", "/v1/models/{name}", "/v1/documents",
        "/v1/documents/{identifier}", "/v1/documents/{identifier}/source", "/v1/articles/{identifier}",
        "/v1/verify", "/healthz", "/readyz",
    }  # fmt: skip
    answer = description["components"]["schemas"]["Answer"]["properties"]
    assert set(answer) >= {"question", "answer", "citations", "hits", "sentences"}
    for path in description["paths"].values():
        for operation in path.values():
            assert "422" not in operation["responses"]
            assert "application/problem+json" in operation["responses"]["default"]["content"]


def test_the_question_is_given_back_as_it_was(client: httpx.Client) -> None:
    assert client.post("/v1/answers", json={"question": f"  {FUNDS}\n"}).json()["question"] == f"  {FUNDS}\n"

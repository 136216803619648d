"""The main job over HTTP: the same answer on every route, streamed or not, and every citation where it says it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from rag.text.spans import strip_space

FUNDS = "全市“两重”“两新”项目已争取资金多少？"
QUESTIONS = [
    FUNDS,
    "市政府专题会议由谁主持召开？",
    "瑞安的项目资金在温州排名第几？",
    "How do I make a quantum computer?",
    "火星上有几座火车站？",
]


def events_of(lines: Iterator[str]) -> list[tuple[str, Any]]:
    """(event, data) of each frame, in order."""
    found = []
    for frame in "\n".join(lines).split("\n\n"):
        fields = dict(line.split(": ", 1) for line in frame.splitlines() if not line.startswith(":"))
        if fields:
            found.append((fields.get("event", "message"), json.loads(fields["data"])))
    return found


def streamed(client: httpx.Client, **body: Any) -> list[tuple[str, Any]]:
    with client.stream("POST", "/v1/answers", json=body | {"stream": True}) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        return events_of(response.iter_lines())


def asked(client: httpx.Client, question: str, **more: Any) -> dict[str, Any]:
    response = client.post("/v1/answers", json={"question": question} | more)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def untimed(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "timings_ms"}


def test_an_answer_has_every_field_of_the_contract(client: httpx.Client) -> None:
    answer = asked(client, FUNDS)
    assert set(answer) >= {
        "question",
        "answer",
        "short",
        "abstained",
        "reason",
        "sentences",
        "citations",
        "hits",
        "model",
        "usage",
        "timings_ms",
    }
    assert "8亿元" in answer["answer"]
    assert not answer["abstained"]
    assert answer["model"] == "extractive"
    assert set(answer["citations"][0]) >= {
        "marker",
        "article_id",
        "source",
        "title",
        "published",
        "quote",
        "spans",
        "highlight",
        "claim",
        "support",
    }
    assert set(answer["hits"][0]) >= {
        "rank",
        "score",
        "article_id",
        "source",
        "title",
        "published",
        "chunk_id",
        "text",
        "spans",
    }
    assert all(isinstance(span, list) and len(span) == 2 for span in answer["citations"][0]["spans"])


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_plain_answer_is_the_end_of_the_streamed_one(client: httpx.Client, question: str) -> None:
    plain = asked(client, question)
    events = streamed(client, question=question)
    assert events[0] == ("hits", {"hits": plain["hits"]})
    assert events[-1][0] == "done"
    assert untimed(events[-1][1]) == untimed(plain)
    assert "".join(data["text"] for name, data in events if name == "token") == plain["answer"]
    assert [data for name, data in events if name == "citation"] == plain["citations"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_citation_comes_before_its_marker(client: httpx.Client, question: str) -> None:
    known: set[int] = set()
    for name, data in streamed(client, question=question):
        if name == "citation":
            known.add(data["marker"])
        if name == "token":
            assert all(f"[{n}]" not in data["text"] or n in known for n in range(1, 50))


@pytest.mark.parametrize("question", QUESTIONS)
def test_search_finds_the_hits_of_the_answer(client: httpx.Client, question: str) -> None:
    hits = client.post("/v1/search", json={"question": question}).json()["hits"]
    assert hits == asked(client, question)["hits"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_spans_carry_quotes_hits_and_articles(client: httpx.Client, question: str) -> None:
    """The span promise, kept by what a client gets over the wire."""
    answer = asked(client, question)
    runs = [(item, item["quote"]) for item in answer["citations"]] + [(item, item["text"]) for item in answer["hits"]]
    for item, quote in runs:
        article = client.get(f"/v1/articles/{item['article_id']}").json()
        source = client.get(f"/v1/documents/{article['document_id']}/source").text
        assert strip_space("".join(source[start:end] for start, end in item["spans"])) == strip_space(quote)
        body = "".join(source[start:end] for start, end in article["spans"])
        assert strip_space(body) == strip_space(article["text"])


def test_a_question_without_an_answer_is_refused(client: httpx.Client) -> None:
    answer = asked(client, "火星上有几座火车站？")
    assert answer["abstained"]
    assert answer["reason"] in ("no_evidence", "off_topic", "unsupported")
    assert answer["citations"] == []


def test_limit_and_filters(client: httpx.Client) -> None:
    first = asked(client, FUNDS)["hits"][0]["source"]
    body = {"question": FUNDS, "limit": 3, "filters": {"source": first, "kind": "article", "language": "zh"}}
    hits = client.post("/v1/search", json=body).json()["hits"]
    assert len(hits) == 3
    assert {hit["source"] for hit in hits} == {first}
    nothing = {"question": FUNDS, "filters": {"published_from": "2999-01-01"}}
    assert client.post("/v1/search", json=nothing).json()["hits"] == []
    assert client.post("/v1/answers", json=nothing).json()["abstained"]


def test_history_is_accepted(client: httpx.Client) -> None:
    history = [{"role": "user", "content": "你好"}, {"role": "assistant", "content": "你好。"}]
    assert asked(client, FUNDS, history=history)["citations"]

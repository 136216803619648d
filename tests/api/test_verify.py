"""A text from elsewhere over HTTP, checked against the articles."""

from __future__ import annotations

import httpx
import pytest

from rag.answer.verify import MAX_TEXT

TRUE = "2024年瑞安共有19个项目列入省“千项万亿”工程。"


def test_a_text_is_checked_statement_by_statement(client: httpx.Client) -> None:
    text = f"{TRUE}\n贝多芬一生写了九部交响曲。"
    response = client.post("/v1/verify", json={"text": text})
    assert response.status_code == 200, response.text
    result = response.json()
    assert set(result) == {"text", "claims", "timings_ms"}
    assert [claim["verdict"] for claim in result["claims"]] == ["supported", "not_found"]
    for claim in result["claims"]:
        assert set(claim) == {"text", "start", "end", "verdict", "support", "citations"}
        assert text[claim["start"] : claim["end"]] == claim["text"]
    (citation,) = result["claims"][0]["citations"]
    assert citation["marker"] == 1
    assert "19" in citation["quote"]


def test_filters_hold(client: httpx.Client) -> None:
    result = client.post("/v1/verify", json={"text": TRUE, "filters": {"source": "none"}}).json()
    assert [claim["verdict"] for claim in result["claims"]] == ["not_found"]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"text": " "}, "empty"),
        ({"text": "a\0b"}, "binary"),
        ({"text": "x" * (MAX_TEXT + 1)}, "at most"),
        ({}, "text"),
        ({"text": "x", "question": "y"}, "unknown key"),
        ({"text": 7}, "text"),
    ],
)
def test_what_cannot_be_checked_is_a_problem(client: httpx.Client, body: dict[str, object], detail: str) -> None:
    response = client.post("/v1/verify", json=body)
    assert response.status_code == 400
    assert detail in response.text

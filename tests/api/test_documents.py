"""What is in the store, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from api.service import Service
from rag.types import Page
from tests.api.conftest import Serving

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


def test_documents_are_listed_page_by_page(client: httpx.Client) -> None:
    whole = client.get("/v1/documents").json()
    assert whole["next"] is None
    assert len(whole["items"]) == 5
    paged, cursor = [], None
    while True:
        page = client.get("/v1/documents", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        paged += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert paged == whole["items"]


def test_one_document_by_id_or_source(client: httpx.Client) -> None:
    document = client.get("/v1/documents").json()["items"][0]
    assert client.get(f"/v1/documents/{document['id']}").json() == document
    assert client.get(f"/v1/documents/{document['source']}").json() == document


def test_the_source_text_is_the_file(client: httpx.Client) -> None:
    for document in client.get("/v1/documents").json()["items"]:
        response = client.get(f"/v1/documents/{document['id']}/source")
        assert response.headers["content-type"] == "text/plain; charset=utf-8"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert len(response.text) == document["characters"]
        assert response.text == (SEEDS / document["source"]).read_bytes().decode("utf-8-sig")


def test_an_article(client: httpx.Client) -> None:
    hit = client.post("/v1/search", json={"question": "市政府专题会议", "limit": 1}).json()["hits"][0]
    article = client.get(f"/v1/articles/{hit['article_id']}").json()
    assert set(article) >= {
        "id",
        "source",
        "title",
        "byline",
        "reporters",
        "published",
        "section",
        "language",
        "kind",
        "characters",
        "spans",
        "text",
    }
    assert len(article["text"]) == article["characters"]


def test_odd_characters_arrive_as_they_are(library_of: Callable[..., Service], serving: Serving) -> None:
    text = "\ufeff𠮷野家😀\r\n\tline\u2028two\x00 end\u200f"
    service = library_of(Page("odd.txt", text, "article"))
    got = httpx.get(f"{serving(service)}/v1/documents/odd.txt/source", trust_env=False)
    assert got.content.decode() == service.catalog.source_text("odd.txt") == text


@pytest.mark.parametrize("kind", ["documents", "articles"])
@pytest.mark.parametrize(
    "identifier",
    ["nothing", "..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "%00", "%ff%fe", "a'%20OR%20'1'='1", "x" * 3000, "😀"],
)
def test_unknown_and_climbing_ids_are_not_found(client: httpx.Client, kind: str, identifier: str) -> None:
    response = client.get(f"/v1/{kind}/{identifier}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x"])
def test_a_bad_page_size_is_named(client: httpx.Client, query: str) -> None:
    response = client.get(f"/v1/documents?{query}")
    assert response.status_code == 400
    assert "limit" in response.json()["detail"]

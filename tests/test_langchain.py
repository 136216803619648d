"""The search inside LangChain chains, as their users write them."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda
from pydantic import ValidationError

from rag.errors import BadRequest, StoreError
from rag.langchain import PassageRetriever
from rag.text.spans import Span, keeps_promise
from rag.types import Filters
from rag.wiring import Service
from tests.conftest import ROOT

QUESTION = "瑞安“两重”“两新”项目争取到多少资金？"


@pytest.fixture
def retriever(seeds_folder: Path) -> Iterator[PassageRetriever]:
    with PassageRetriever.open(seeds_folder, limit=3) as opened:
        yield opened


def test_it_gives_what_the_search_gives(retriever: PassageRetriever, seeds_service: Service) -> None:
    documents = retriever.invoke(QUESTION)
    hits = seeds_service.assistant.search(QUESTION, limit=3).hits
    assert [document.id for document in documents] == [hit.chunk_id for hit in hits]
    assert [document.page_content for document in documents] == [hit.text for hit in hits]
    assert [document.metadata["score"] for document in documents] == [hit.score for hit in hits]
    for document in documents:
        spans = [Span(*span) for span in document.metadata["spans"]]
        source = seeds_service.catalog.source_text(document.metadata["source"])
        assert keeps_promise(document.page_content, spans, source)
        assert json.loads(json.dumps(document.metadata)) == document.metadata


def test_it_is_a_part_of_a_chain(retriever: PassageRetriever) -> None:
    def texts(documents: list[Document]) -> str:
        return "\n".join(document.page_content for document in documents)

    chain = retriever | RunnableLambda(texts)
    answer = chain.invoke(QUESTION)
    assert "8亿元" in answer
    assert asyncio.run(chain.ainvoke(QUESTION)) == answer
    assert chain.batch([QUESTION, QUESTION]) == [answer, answer]


def test_filters_and_limit_are_fields(seeds_folder: Path) -> None:
    source = "002_69d9f2607d65d236.txt"
    with PassageRetriever.open(seeds_folder, filters=Filters(source=source), limit=2) as opened:
        documents = opened.invoke(QUESTION)
        assert [document.metadata["source"] for document in documents] == [source] * 2
        with pytest.raises(BadRequest, match="empty"):
            opened.invoke(" ")
        with pytest.raises(ValidationError, match="limit"):
            PassageRetriever(search=opened.search, limit=0)
        with pytest.raises(ValidationError, match="filters"):
            PassageRetriever(search=opened.search, filters={"colour": "red"})  # type: ignore[arg-type]


def test_there_must_be_an_index(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="wenju ingest"):
        PassageRetriever.open(tmp_path)


def test_the_example_of_the_readme(
    seeds_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    (example,) = [block for block in blocks if "PassageRetriever" in block]
    (tmp_path / "data").symlink_to(seeds_folder)
    monkeypatch.chdir(tmp_path)
    exec(example, {})
    assert "8亿元" in capsys.readouterr().out

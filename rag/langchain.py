"""The search as a LangChain retriever, for chains that answer in their own way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import Field, InstanceOf, PrivateAttr

from rag.assistant import MAX_HITS
from rag.settings import load_settings
from rag.types import Filters, Hit, SearchResult
from rag.wiring import build


class PassageRetriever(BaseRetriever):
    """Passages of the index as `Document`s, best first: `limit` of them that pass the `filters`.

    The text of a passage is the `page_content`, its chunk id the `id`; all `metadata` can be written as JSON, and
    `spans` are `[start, end)` offsets into the source text. Raises BadRequest for an empty or overlong question and
    EmptyIndex when nothing is ingested. Asynchronous calls run in LangChain's executor.
    """

    search: Callable[[str, Filters, int | None], SearchResult]
    filters: InstanceOf[Filters] = Filters()
    limit: int = Field(default=8, ge=1, le=MAX_HITS)
    _close: Callable[[], None] | None = PrivateAttr(default=None)

    @classmethod
    def open(cls, data: str | Path, **fields: Any) -> Self:
        """Over the index in the folder `data`, with the other settings as `wenju` takes them; `fields` are `filters`
        and `limit`. To be closed, or used in a `with`. Raises StoreError if there is no index.
        """
        service = build(load_settings(data=Path(data)))
        retriever = cls(search=service.assistant.search, **fields)
        retriever._close = service.close
        return retriever

    def close(self) -> None:
        """Gives back what `open` took."""
        if self._close:
            self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        del run_manager
        return [_document(hit) for hit in self.search(query, self.filters, self.limit).hits]


def _document(hit: Hit) -> Document:
    return Document(
        id=hit.chunk_id,
        page_content=hit.text,
        metadata={
            "source": hit.source,
            "title": hit.title,
            "published": hit.published and hit.published.isoformat(),
            "heading_path": list(hit.heading_path),
            "spans": [list(span) for span in hit.spans],
            "article_id": hit.article_id,
            "chunk_id": hit.chunk_id,
            "rank": hit.rank,
            "score": hit.score,
        },
    )

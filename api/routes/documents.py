"""What is in the store: documents, their source text, and articles."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse

from api.service import TheService
from rag.index.catalog import DocumentPage
from rag.types import ArticleText, Document

router = APIRouter(prefix="/v1", tags=["documents"])
MAX_PAGE = 500
# A document's text is never run, whatever a browser makes of it.
_INERT = {"Content-Security-Policy": "default-src 'none'; sandbox"}


@router.get("/documents")
def documents(
    service: TheService, limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50, cursor: str | None = None
) -> DocumentPage:
    """The documents in the order of their sources; `next` is the cursor of the next page, null on the last."""
    return service.catalog.documents(limit, cursor)


@router.get("/documents/{identifier}")
def document(identifier: str, service: TheService) -> Document:
    """One document, by its id or its source."""
    return service.catalog.document(identifier)


@router.get("/documents/{identifier}/source", response_class=PlainTextResponse)
def source_text(identifier: str, service: TheService) -> PlainTextResponse:
    """The source text, to which all spans refer. Offsets count Unicode code points of exactly these characters."""
    return PlainTextResponse(service.catalog.source_text(identifier), headers=_INERT)


@router.get("/articles/{identifier}")
def article(identifier: str, service: TheService) -> ArticleText:
    """One article with its clean text."""
    return service.catalog.article(identifier)

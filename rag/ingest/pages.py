"""Page text to articles: the one door to reconstruction.

A document is asked what it is - an article as it stands, prose or Markdown, or a page set in columns - and read
accordingly."""

from __future__ import annotations

from dataclasses import replace

from rag.ingest import newspaper, prose
from rag.ingest.lines import parse
from rag.text.language import detect_language
from rag.text.spans import TracedText
from rag.types import Draft, Kind, Page

_SET_IN_COLUMNS = ("txt", "pdf")
_MARKED_UP = ("md", "html")


def reconstruct(page: Page) -> list[Draft]:
    """The articles of a page in the order of the page, none empty."""
    if page.format == "article":
        drafts = [_as_it_stands(page)]
    else:
        lines = parse(page.text)
        columns = page.format in _SET_IN_COLUMNS and newspaper.is_set_in_columns(lines)
        if columns:
            drafts = newspaper.read(page.text, lines)
        else:
            drafts = prose.read(page.text, lines, marked_up=page.format in _MARKED_UP)
    return [_described(draft, page, alone=len(drafts) == 1) for draft in drafts if draft.body.text.strip()]


def _as_it_stands(page: Page) -> Draft:
    body = TracedText.of(page.text).strip()
    return Draft(body, Kind.ARTICLE, detect_language(body.text))


def _described(draft: Draft, page: Page, *, alone: bool) -> Draft:
    """What the metadata states wins; a title and a section are stated for a document that is one article."""
    stated = page.metadata
    draft = replace(draft, published=stated.published or draft.published, language=stated.language or draft.language)
    if alone:
        draft = replace(draft, title=stated.title or draft.title)
    return replace(draft, section=stated.section or draft.section)

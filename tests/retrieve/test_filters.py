"""Filters against brute force: every article that passes is found, and no other."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.index.catalog import Catalog
from rag.index.generation import Index
from rag.index.store import Store
from rag.library import Library
from rag.types import Article, Filters, Kind, Metadata, Page
from rag.wiring import Service
from tests.fakes import HashEmbedder

LANGUAGES = ["zh", "en", "es", "ar"]
SECTIONS = [None, "要闻", "Sport", "sport"]
FIRST = date(2024, 2, 27)  # the days around a leap day
SOURCES = ["a.md", "dir/a.md", "100%_sure.md", "o'clock.md"]


class Stand:
    """A store of 64 documents in all combinations of languages and sections, some without a date."""

    def __init__(self, folder: Path) -> None:
        embedder = HashEmbedder()
        self.store = Store(folder, create=True)
        self.index = Index(self.store, embedder.dimension)
        self.catalog = Catalog(self.store)
        library = Library(self.store, self.index, embedder, chunk_tokens=64, max_file_bytes=1 << 20)
        library.ingest_pages(self._pages())
        self.query = embedder.embed_queries(["x"])[0]
        self.articles = {article.id: article for article in self.catalog.articles()}
        everything = self.index.current().passages.ids.tolist()
        passages = self.catalog.passages(everything, [0.0] * len(everything))
        self.article_of = {passage.id: self.articles[passage.hit.article_id] for passage in passages}

    @staticmethod
    def _pages() -> Iterator[Page]:
        for number, (language, section, _) in enumerate(itertools.product(LANGUAGES, SECTIONS, range(4))):
            published = None if number % 5 == 0 else FIRST + timedelta(days=number % 4)
            source = SOURCES[number] if number < len(SOURCES) else f"{number}.md"
            text = f"Paragraph {number} of the text, which is short.\n\nAnother one, number {number}, follows here."
            yield Page(source, text, "md", Metadata(f"Title {number}", published, language, section))


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    made = Stand(tmp_path_factory.mktemp("filters"))
    yield made
    made.store.close()


def passes(article: Article, filters: Filters) -> bool:
    """What a filter means, in the plainest words."""
    day = article.published
    return (
        (filters.source is None or article.source == filters.source)
        and (filters.published_from is None or (day is not None and day >= filters.published_from))
        and (filters.published_to is None or (day is not None and day <= filters.published_to))
        and (filters.language is None or article.language.lower() == filters.language.lower().removesuffix("-cn"))
        and (filters.section is None or article.section == filters.section)
        and (filters.kind is None or article.kind == filters.kind)
    )


DAYS = st.none() | st.dates(FIRST - timedelta(days=2), FIRST + timedelta(days=6))
FILTERS = st.builds(
    Filters,
    source=st.none() | st.sampled_from([*SOURCES, "7.md", "dir", "dir/", "A.md", "%", "_.md", "", "' OR 1=1 --"]),
    published_from=DAYS,
    published_to=DAYS,
    language=st.none() | st.sampled_from([*LANGUAGES, "ZH", "zh-CN", "En", "fr", "z", ""]),
    section=st.none() | st.sampled_from([*SECTIONS, "", "要"]),
    kind=st.none() | st.sampled_from(Kind),
)


@given(filters=FILTERS, limit=st.integers(1, 50))
@settings(max_examples=400, deadline=None)
def test_allowed_is_what_passes_and_the_search_returns_as_many_as_there_are(
    stand: Stand, filters: Filters, limit: int
) -> None:
    expected = {chunk for chunk, article in stand.article_of.items() if passes(article, filters)}
    allowed = stand.catalog.allowed(filters)
    if filters == Filters():
        assert allowed is None
    else:
        assert allowed is not None
        assert allowed.tolist() == sorted(expected)
    passages = stand.index.current().passages
    found, scores = passages.search(stand.query, limit, allowed)
    assert set(found.tolist()) <= expected
    best = np.sort(passages.vectors(np.array(sorted(expected), np.int64)) @ stand.query)[::-1][:limit]
    assert np.allclose(scores, best, atol=1e-6)


def test_the_store_is_varied(stand: Stand) -> None:
    """Otherwise the property above would say little."""
    articles = stand.articles.values()
    assert {article.language for article in articles} == set(LANGUAGES)
    assert {article.section for article in articles} == set(SECTIONS)
    assert len({article.published for article in articles}) == 5
    assert {article.source for article in articles} > set(SOURCES)


def test_the_product_keeps_to_the_filters(seeds_service: Service) -> None:
    articles = seeds_service.catalog.articles()
    chunks = {source: seeds_service.catalog.counts_of([source])[1] for source in {one.source for one in articles}}
    for example in articles[:: max(1, len(articles) // 8)]:
        filters = Filters(source=example.source, language=example.language.upper(), kind=example.kind)
        for one in (filters, replace(filters, source=None), replace(filters, kind=None, language=None)):
            hits = seeds_service.assistant.search("项目", one, 50).hits
            allowed = {article.id for article in articles if passes(article, one)}
            assert hits
            assert {hit.article_id for hit in hits} <= allowed
        assert len(hits) == min(50, chunks[example.source])


def test_what_matches_nothing_gives_an_empty_list(seeds_service: Service) -> None:
    for filters in (
        Filters(source="nothere"),
        Filters(published_from=date(2999, 1, 1)),
        Filters(published_from=date(2025, 1, 1), published_to=date(2024, 1, 1)),
        Filters(language=""),
    ):
        assert seeds_service.assistant.search("项目", filters, 5).hits == ()

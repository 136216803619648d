"""The store is the truth: whole or not at all, and what is derived from it never disagrees for long."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rag.errors import NotFound, StoreError, WrongEmbedder
from rag.index import lexical
from rag.index.catalog import Catalog
from rag.index.check import check
from rag.index.schema import FILE
from rag.index.store import Store
from rag.text.spans import keeps_promise
from rag.text.terms import terms
from rag.types import Filters
from tests.index.conftest import Shelf

TEXT = "# 标题\n\n第一段说明水库蓄水八千立方米。工程明年完工。\n\n第二段说明学校扩建二十四个班级。"
OTHER = "# 另一篇\n\n今年茶叶每公斤卖到一千六百元，茶农很高兴。"


def searched(connection: sqlite3.Connection, words: list[str], limit: int) -> list[tuple[int, float]]:
    return lexical.search(connection, lexical.document_frequencies(connection, words), limit)


def test_unchanged_content_costs_no_embedding(shelf: Shelf) -> None:
    assert shelf.put("a.md", TEXT).documents.added == 1
    embedded = len(shelf.embedder.embedded)
    assert embedded > 0
    report = shelf.put("a.md", TEXT)
    assert (report.documents.unchanged, report.documents.added) == (1, 0)
    assert len(shelf.embedder.embedded) == embedded
    assert report.articles == 1


def test_an_update_embeds_only_what_changed(shelf: Shelf) -> None:
    shelf.put("a.md", TEXT)
    before = len(shelf.embedder.embedded)
    report = shelf.put("a.md", TEXT.replace("二十四", "三十"))
    assert report.documents.updated == 1
    new = shelf.embedder.embedded[before:]
    assert new
    assert all("三十" in text for text in new)


def test_deleted_means_gone_everywhere(shelf: Shelf) -> None:
    shelf.put("a.md", TEXT)
    shelf.put("b.md", OTHER)
    deleted = shelf.library.delete(["a.md"])
    assert (deleted.documents, deleted.articles) == (1, 1)
    catalog = Catalog(shelf.store)
    assert [document.source for document in catalog.documents(10).items] == ["b.md"]
    with shelf.store.reading() as connection:
        assert searched(connection, terms("水库蓄水"), 10) == []
    assert len(shelf.index.current().passages.ids) == catalog.counts()[2]
    assert check(shelf.store, shelf.index).ok


def test_deleting_the_unknown_removes_nothing(shelf: Shelf) -> None:
    shelf.put("a.md", TEXT)
    with pytest.raises(NotFound, match="nothere"):
        shelf.library.delete(["a.md", "nothere"])
    assert Catalog(shelf.store).counts()[0] == 1


def test_an_article_can_be_deleted_alone(shelf: Shelf) -> None:
    shelf.put("a.md", TEXT)
    (article,) = Catalog(shelf.store).articles(Filters(source="a.md"))
    deleted = shelf.library.delete([article.id])
    assert (deleted.documents, deleted.articles) == (0, 1)
    assert check(shelf.store, shelf.index).ok


def test_every_span_carries_its_text(shelf: Shelf) -> None:
    shelf.put("a.md", TEXT)
    catalog = Catalog(shelf.store)
    source = catalog.source_text("a.md")
    units = shelf.index.current()
    passages = catalog.passages(units.passages.ids.tolist(), [0.0] * len(units.passages.ids))
    assert passages
    for passage in passages:
        assert keeps_promise(passage.hit.text, passage.hit.spans, source)
        for sentence in passage.sentences:
            assert passage.hit.text[sentence.start : sentence.end] == sentence.text
            assert keeps_promise(sentence.text, sentence.spans, source)


def test_ids_are_stable_when_a_document_comes_again(shelf: Shelf) -> None:
    shelf.put("a.md", TEXT)
    first = [article.id for article in Catalog(shelf.store).articles()]
    shelf.library.delete(["a.md"])
    shelf.put("a.md", TEXT)
    assert [article.id for article in Catalog(shelf.store).articles()] == first


def test_the_index_of_another_process_catches_up(shelf: Shelf) -> None:
    other = shelf.reopened()
    shelf.put("a.md", TEXT)
    assert np.array_equal(other.current().passages.ids, shelf.index.current().passages.ids)
    shelf.put("b.md", OTHER)
    shelf.library.delete(["a.md"])
    assert np.array_equal(other.current().sentences.ids, shelf.index.current().sentences.ids)
    assert other.current().generation == shelf.store.generation()


@pytest.mark.parametrize("harm", ["truncate", "flip", "remove", "manifest", "foreign"])
def test_a_damaged_index_is_made_anew(shelf: Shelf, harm: str, caplog: pytest.LogCaptureFixture) -> None:
    shelf.put("a.md", TEXT)
    expected = shelf.index.current().passages.ids
    manifest = shelf.folder / "manifest.json"
    file = shelf.folder / json.loads(manifest.read_text())["folder"] / "passages.faiss"
    data = bytearray(file.read_bytes())
    if harm == "truncate":
        file.write_bytes(data[: len(data) // 2])
    elif harm == "flip":
        data[-3] ^= 0xFF
        file.write_bytes(data)
    elif harm == "remove":
        file.unlink()
    elif harm == "manifest":
        manifest.write_text("{")
    else:
        manifest.write_text('{"folder": 7}')
    mended = shelf.reopened()
    assert np.array_equal(mended.current().passages.ids, expected)
    assert "made anew" in caplog.text
    assert not check(shelf.store, mended).ok
    assert check(shelf.store, mended, repair=True).ok
    assert check(shelf.store, shelf.reopened()).ok


def test_the_index_of_another_store_is_made_anew(
    shelf: Shelf, tmp_path: Path, open_shelf: Callable[[Path], Shelf]
) -> None:
    for number in range(3):
        shelf.put(f"{number}.md", TEXT + str(number))
    younger = open_shelf(tmp_path / "younger")
    for number in range(5):
        younger.put(f"{number}.md", OTHER + str(number))
    expected = younger.index.current().passages.ids
    younger.store.close()
    for name in (FILE, f"{FILE}-wal", f"{FILE}-shm"):
        (shelf.folder / name).unlink(missing_ok=True)
    shelf.store.close()
    (tmp_path / "younger" / FILE).rename(shelf.folder / FILE)
    restored = open_shelf(shelf.folder)
    assert np.array_equal(restored.index.current().passages.ids, expected)


def test_check_names_what_is_wrong_and_repairs_it(shelf: Shelf) -> None:
    shelf.put("a.md", TEXT)
    with shelf.store.writing() as (connection, _):
        chunk_id = connection.execute("SELECT max(id) FROM chunks").fetchone()[0]
        lexical.remove(connection, chunk_id, "whatever was there")
    report = check(shelf.store, shelf.index)
    assert not report.ok
    assert any("BM25" in problem for problem in report.problems)
    assert check(shelf.store, shelf.index, repair=True).ok


def test_check_finds_a_shifted_span(shelf: Shelf) -> None:
    shelf.put("a.md", TEXT)
    with shelf.store.writing() as (connection, _):
        connection.execute("UPDATE sentences SET spans = '[[0, 3]]' WHERE id = (SELECT max(id) FROM sentences)")
    report = check(shelf.store, shelf.index, repair=True)
    assert not report.ok
    assert any("do not carry" in problem for problem in report.problems)


def test_a_failed_write_leaves_nothing(shelf: Shelf) -> None:
    shelf.put("a.md", TEXT)
    generation = shelf.store.generation()

    def broken() -> None:
        with shelf.store.writing() as (connection, _):
            connection.execute("DELETE FROM documents")
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        broken()
    assert shelf.store.generation() == generation
    assert Catalog(shelf.store).counts()[0] == 1


def test_a_killed_ingest_leaves_whole_documents(tmp_path: Path) -> None:
    script = f"""
import os, pathlib
from rag.index.generation import Index
from rag.index.store import Store
from rag.library import Library
from rag.types import Page
from tests.fakes import HashEmbedder
embedder = HashEmbedder()
store = Store(pathlib.Path({str(tmp_path / "data")!r}), create=True)
library = Library(store, Index(store, 16), embedder, chunk_tokens=64, max_file_bytes=1 << 20)
def pages():
    for number in range(10):
        if number == 5:
            os._exit(9)
        yield Page(f"{{number}}.md", {TEXT!r} + str(number), "md")
library.ingest_pages(pages())
"""
    done = subprocess.run([sys.executable, "-c", script], check=False)
    assert done.returncode == 9
    store = Store(tmp_path / "data")
    from rag.index.generation import Index

    report = check(store, Index(store, 16))
    store.close()
    assert report.ok
    assert report.documents == 5


def test_writers_from_several_threads_lose_nothing(shelf: Shelf) -> None:
    def work(number: int) -> None:
        for step in range(5):
            shelf.put(f"{number}-{step}.md", f"{TEXT}{number}{step}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = check(shelf.store, shelf.index)
    assert report.ok, report.problems
    assert report.documents == 20


def test_another_model_is_refused(shelf: Shelf) -> None:
    shelf.store.check_embedder("hash", "one", bind=True)
    shelf.store.check_embedder("hash", "one")
    with pytest.raises(WrongEmbedder, match="wenju ingest"):
        shelf.store.check_embedder("other", "two")


def test_there_must_be_a_store_to_read(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="wenju ingest"):
        Store(tmp_path / "nowhere")


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database, but long enough to be read as one" * 100)
    with pytest.raises(StoreError, match="cannot open"):
        Store(tmp_path)


def test_documents_are_paged_by_cursor(shelf: Shelf) -> None:
    for number in range(5):
        shelf.put(f"{number}.md", TEXT + str(number))
    catalog = Catalog(shelf.store)
    first = catalog.documents(2)
    second = catalog.documents(2, first.next)
    third = catalog.documents(2, second.next)
    assert [d.source for d in (*first.items, *second.items, *third.items)] == [f"{n}.md" for n in range(5)]
    assert third.next is None


def test_filters_are_exact(shelf: Shelf) -> None:
    for number in range(5):
        shelf.put(f"{number}.md", TEXT + str(number))
    allowed = Catalog(shelf.store).allowed(Filters(source="3.md"))
    assert allowed is not None
    assert len(allowed) > 0
    vector = shelf.embedder.embed_queries(["x"])[0]
    found, _ = shelf.index.current().passages.search(vector, 50, allowed)
    assert sorted(found.tolist()) == allowed.tolist()
    nothing = Catalog(shelf.store).allowed(Filters(source="none.md"))
    assert nothing is not None
    assert len(nothing) == 0


def test_an_index_of_an_older_analysis_is_made_anew(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.put("a.md", TEXT)
    monkeypatch.setattr(lexical, "ANALYSIS", "next")
    monkeypatch.setattr(lexical, "indexed_text", lambda *_: "other terms altogether")
    store = Store(shelf.folder)
    with store.reading() as connection:
        assert searched(connection, ["altogether"], 5)
        assert not searched(connection, terms("水库"), 5)
    store.delete("a.md")
    store.verify_lexicon()
    store.close()


def test_postings_stand_for_titles_too(shelf: Shelf) -> None:
    shelf.put("a.md", TEXT)
    chunks = Catalog(shelf.store).counts()[2]
    with shelf.store.reading() as connection:
        assert searched(connection, terms("标题"), 5)
        assert lexical.document_frequencies(connection, ["标题", "没有"]) == {"标题": chunks}
        assert searched(connection, ['"', "*", "NEAR("], 5) == []


def test_a_path_that_no_system_takes_is_a_store_error() -> None:
    with pytest.raises(StoreError, match="cannot open"):
        Store(Path("x" * 5000))


@pytest.mark.parametrize("name", ["page.md", "版面#1.md", os.fsdecode("版面.md".encode("gb18030"))])
def test_a_namesake_is_refused_while_the_other_file_is_there(shelf: Shelf, tmp_path: Path, name: str) -> None:
    for folder in ("07", "08"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(f"# Edition {folder}\n\nText of {folder}.")
    assert shelf.library.ingest([tmp_path / "07"]).documents.added == 1
    (failure,) = shelf.library.ingest([tmp_path / "08"]).failures
    assert "common folder" in failure.error
    (article,) = Catalog(shelf.store).articles()
    assert article.title == "Edition 07"
    (tmp_path / "07" / name).unlink()
    assert shelf.library.ingest([tmp_path / "08"]).documents.updated == 1


def test_an_article_named_by_its_line_replaces_the_one_of_that_name(shelf: Shelf, tmp_path: Path) -> None:
    for month in ("07", "08"):
        (tmp_path / f"{month}.jsonl").write_text(json.dumps({"source": "news/1", "text": f"Text of {month}."}))
        assert not shelf.library.ingest([tmp_path / f"{month}.jsonl"]).failures
    assert Catalog(shelf.store).source_text("news/1") == "Text of 08."


def test_a_store_of_the_format_before_opens_and_takes_what_it_lacks(shelf: Shelf) -> None:
    shelf.put("a.md", TEXT)
    path = shelf.folder / FILE
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE articles DROP COLUMN places")
        connection.execute("PRAGMA user_version = 2")
    store = Store(shelf.folder)
    ids = store.units_since(0, shelf.embedder.dimension).chunk_ids.tolist()
    passages = Catalog(store).passages(ids, [1.0] * len(ids))
    assert passages
    assert all(passage.places == () for passage in passages)
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 1")
    with pytest.raises(StoreError, match="of format 1"):
        Store(shelf.folder)

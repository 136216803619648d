"""Vectors found: exactly while it is fast, by a measured approximation beyond, and exactly again when filtered."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.index import vectors as module
from rag.index.check import check
from rag.index.schema import SENTENCE_BITS
from rag.index.shortlist import RECALL_AT, RECALL_WANTED, Shortlist
from rag.index.store import Ids, Units, Vectors
from rag.index.vectors import UnitIndex, VectorIndex
from tests.index.conftest import Shelf

D = 16
NONE: Ids = np.empty(0, np.int64)


def unit_rows(count: int, seed: int = 0, dimension: int = D) -> Vectors:
    """float32, but with float16's values, as the store has them."""
    rows = np.random.default_rng(seed).normal(size=(count, dimension))
    return np.asarray((rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16), np.float32)


def nearest(ids: Ids, rows: Vectors, query: Vectors, limit: int) -> Vectors:
    """Brute force: the highest inner products, best first."""
    assert len(ids) == len(rows)
    return np.sort(rows @ query)[::-1][:limit]


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(1, 300),
    limit=st.integers(1, 80),
    kept=st.floats(0, 1),
    removed=st.floats(0, 1),
    halved=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_search_equals_brute_force_with_filters_and_removals(
    count: int, limit: int, kept: float, removed: float, halved: bool, seed: int
) -> None:
    random = np.random.default_rng(seed)
    ids, rows = np.sort(random.choice(10 * count, count, replace=False)), unit_rows(count, seed)
    gone = random.random(count) < removed
    half = count // 2
    index = VectorIndex.empty(D).extended(NONE, ids[:half], rows[:half])
    index = index.extended(ids[:half][gone[:half]], ids[half:], rows[half:])
    index = index.extended(ids[half:][gone[half:]], NONE, rows[:0])
    allowed = ids[random.random(count) < kept]
    query = unit_rows(1, seed + 1)[0]
    for only in (None, allowed):
        left = ~gone if only is None else ~gone & np.isin(ids, only)
        with patch.object(module, "_HALVED_FROM", 1 if halved else 10**9):
            found, scores = index.search(query, limit, only)
        assert np.allclose(scores, nearest(ids[left], rows[left], query, limit), atol=1e-6)
        assert set(found.tolist()) <= set(ids[left].tolist())
        assert np.allclose(index.vectors(found) @ query, scores, atol=1e-6)


def test_rows_lose_nothing_that_the_store_has() -> None:
    rows = unit_rows(50)
    index = VectorIndex.empty(D).extended(NONE, np.arange(50), rows)
    assert np.array_equal(index.vectors(np.arange(50)), rows)


def test_an_index_stays_as_it_is_when_it_is_extended() -> None:
    first = VectorIndex.empty(D).extended(NONE, np.arange(10), unit_rows(10))
    second = first.extended(np.arange(5), np.arange(10, 20), unit_rows(10, 1))
    assert first.ids.tolist() == list(range(10))
    assert second.ids.tolist() == list(range(5, 20))
    assert len(first.search(unit_rows(1)[0], 50)[0]) == 10


def test_ids_that_are_not_there_are_refused_or_left_out() -> None:
    index = VectorIndex.empty(D).extended(NONE, np.array([3, 5]), unit_rows(2))
    with pytest.raises(KeyError):
        index.vectors(np.array([4]))
    with pytest.raises(KeyError):
        index.vectors(np.array([9]))
    with pytest.raises(KeyError):
        VectorIndex.empty(D).vectors(np.array([9]))
    assert index.search(unit_rows(1)[0], 5, np.array([1, 4, 5, 9]))[0].tolist() == [5]
    with pytest.raises(ValueError, match="above"):
        index.extended(NONE, np.array([4]), unit_rows(1))


def test_the_best_of_each_query() -> None:
    rows, queries = unit_rows(500), unit_rows(7, 1)
    assert VectorIndex.empty(D).best(queries).tolist() == [-1.0] * 7
    index = VectorIndex.empty(D).extended(NONE, np.arange(500), rows)
    assert np.allclose(index.best(queries), (queries @ rows.T).max(axis=1), atol=1e-6)


@given(places=st.lists(st.integers(0, 4), min_size=1, max_size=30), data=st.data())
@settings(max_examples=50, deadline=None)
def test_sentences_of_chunks(places: list[int], data: st.DataObject) -> None:
    sentence_ids = np.array(
        [chunk << SENTENCE_BITS | place for chunk, count in enumerate(places) for place in range(count)], np.int64
    )
    units = Units(NONE, unit_rows(0), sentence_ids, unit_rows(len(sentence_ids)))
    index = UnitIndex.empty(D).extended(NONE, units, 1)
    chunks = np.array(data.draw(st.lists(st.integers(0, 40))), np.int64)
    expected = sentence_ids[np.isin(sentence_ids >> SENTENCE_BITS, chunks)]
    assert index.sentence_ids_of(chunks).tolist() == expected.tolist()


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> VectorIndex:
    """3,000 rows in 30 clusters, where 1,000 count as many already."""
    monkeypatch.setattr(module, "EXACT_UP_TO", 1000)
    monkeypatch.setattr("rag.index.shortlist.Tuning.good", True)
    return VectorIndex.empty(D).extended(NONE, np.arange(3000), clustered(3000)).tuned()


def clustered(count: int, seed: int = 0) -> Vectors:
    centres, noise = unit_rows(30, 99), unit_rows(count, seed)
    rows = centres[np.arange(count) % 30] + 0.5 * noise
    return np.asarray((rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16), np.float32)


def test_beyond_a_size_the_search_is_approximate_and_its_recall_measured(large: VectorIndex) -> None:
    tuning = large.tuning
    assert tuning is not None
    assert tuning["rows"] == 3000
    assert 1 <= tuning["probes"] <= tuning["lists"]
    assert tuning["recall"] >= RECALL_WANTED
    rows = large.vectors(large.ids)
    shares = []
    for query in clustered(50, 7):
        found, scores = large.search(query, RECALL_AT)
        assert np.allclose(rows[found] @ query, scores, atol=1e-6)
        assert np.all(np.diff(scores) <= 0)
        shares.append(len(np.intersect1d(found, np.argsort(-(rows @ query))[:RECALL_AT])) / RECALL_AT)
    assert np.mean(shares) > 0.95


def test_a_small_index_has_no_approximation() -> None:
    index = VectorIndex.empty(D).extended(NONE, np.arange(3000), clustered(3000)).tuned()
    assert index.tuning is None


def test_filters_are_exact_beyond_the_size_too(large: VectorIndex) -> None:
    rows = large.vectors(large.ids)
    for query, share in zip(clustered(12, 3), [0.001, 0.01, 0.05, 0.1, 0.5, 1.0] * 2, strict=True):
        allowed = large.ids[np.random.default_rng(0).random(3000) < share]
        found, scores = large.search(query, 60, allowed)
        assert np.allclose(scores, nearest(allowed, rows[allowed], query, 60), atol=1e-6)
        assert np.isin(found, allowed).all()


def test_what_is_added_is_found_and_what_is_removed_is_not_without_new_training(large: VectorIndex) -> None:
    query = unit_rows(1, 1234)[0]
    gone, _ = large.search(query, 100)
    changed = large.extended(gone, np.array([5000]), query[None])
    assert changed.tuning == large.tuning
    found, _ = changed.search(query, 60)
    assert found[0] == 5000
    assert len(found) == 60
    assert not np.isin(gone, found).any()
    assert changed.tuned() is changed


def test_all_but_a_few_removed_the_rest_is_still_found(large: VectorIndex) -> None:
    left = large.extended(np.arange(2950), NONE, unit_rows(0))
    query = unit_rows(1)[0]
    assert len(left.search(query, 60)[0]) == 50
    assert left.tuned().tuning is None


def test_it_is_trained_anew_when_the_size_has_doubled(large: VectorIndex) -> None:
    more = large.extended(NONE, np.arange(3000, 7000), clustered(4000, 5))
    tuning = more.tuned().tuning
    assert tuning is not None
    assert tuning["rows"] == 7000


def test_an_approximation_that_is_not_good_enough_is_not_used(
    large: VectorIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Ids:
        raise AssertionError("asked")

    monkeypatch.setattr(Shortlist, "proposed", refuse)
    with pytest.raises(AssertionError, match="asked"):
        large.search(unit_rows(1)[0], 10)
    monkeypatch.setattr("rag.index.shortlist.Tuning.good", False)
    assert len(large.search(unit_rows(1)[0], 10)[0]) == 10


def test_the_manifest_says_how_well_it_was_measured(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EXACT_UP_TO", 20)
    for number in range(40):
        shelf.put(f"{number}.md", f"# 第{number}篇\n\n今年茶叶每公斤卖到{number}元。茶农{number}位都很高兴。")
    manifest = json.loads((shelf.folder / "manifest.json").read_text())
    assert set(manifest["approximate"]) == {"passages", "sentences"}
    for measured in manifest["approximate"].values():
        assert measured["rows"] > 20
        assert 0 < measured["recall"] <= 1
    reopened = shelf.reopened()
    assert not reopened.damage
    assert reopened.current().sentences.tuning == manifest["approximate"]["sentences"]
    assert check(shelf.store, reopened).ok
    (Path(shelf.folder) / manifest["folder"] / "sentences.shortlist.faiss").write_bytes(b"")
    assert shelf.reopened().damage


def test_what_another_process_has_tuned_is_taken_over(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    running = shelf.reopened()
    monkeypatch.setattr(module, "EXACT_UP_TO", 20)
    for number in range(30):
        shelf.put(f"{number}.md", f"# 第{number}篇\n\n今年茶叶每公斤卖到{number}元。茶农{number}位都很高兴。")
    assert running.current().sentences.tuning == shelf.index.current().sentences.tuning is not None
    assert running.current() is running.current()
    assert np.array_equal(running.current().sentences.ids, shelf.index.current().sentences.ids)
    (shelf.folder / "manifest.json").write_text("{")
    assert running.current().sentences.tuning
    assert "not taken over" in caplog.text
    assert not running.damage


def test_two_that_write_at_once_leave_one_whole_index(shelf: Shelf) -> None:
    shelf.put("a.md", "# 一\n\n第一段。")
    writers = [shelf.reopened() for _ in range(4)]
    with ThreadPoolExecutor(len(writers)) as pool:
        for written in [pool.submit(writer.rebuild) for writer in writers for _ in range(10)]:
            written.result()
    assert len(list(shelf.folder.glob("vectors-*"))) == 1
    assert not shelf.reopened().damage


def test_an_index_that_went_another_way_than_the_store_is_made_anew(shelf: Shelf) -> None:
    shelf.put("a.md", "# 一\n\n第一段。")
    units = shelf.index.current()
    beyond = Units(np.array([99]), unit_rows(1), NONE, unit_rows(0))
    shelf.index._units = units.extended(NONE, beyond, units.generation)
    shelf.put("b.md", "# 二\n\n第二段。")
    assert check(shelf.store, shelf.index).ok


def test_ids_that_are_not_there_yet_are_left_out() -> None:
    index = VectorIndex.empty(2).extended(
        np.empty(0, np.int64), np.array([3, 7], np.int64), np.eye(2, dtype=np.float32)
    )
    assert index.known([1, 3, 5, 7, 9]).tolist() == [3, 7]
    assert index.known([]).tolist() == []
    assert VectorIndex.empty(2).known([3]).tolist() == []

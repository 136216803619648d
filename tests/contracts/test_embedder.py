"""What every embedder promises, asked of each of them: the built-in, a sentence-transformers folder, LangChain's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding

from embeddings import Embedder, load_embedder
from embeddings.export import write_float32_folder
from embeddings.langchain import EmbedderEmbeddings, LangChainEmbedder

TEXTS = [
    "广州暴雨致多条地铁线路停运",
    "The central bank left its rate unchanged on Thursday.",
    "",
    "La récolte de blé sera inférieure de 12 % à celle de 2022, selon le ministère de l'Agriculture.",
    "短",
]
HOSTILE = [
    "\ud800 lone \udfff",
    "\0\0\0",
    "a\0b",
    "\x01\x02\x1b[31m",
    " \n\t\u3000",
    "\u202e\u200b\ufeff",
    "e" + "\u0301" * 5000,
    "\U0010ffff" * 300,
]
KINDS = ["e5-small", "st", "langchain-e5", "langchain-fake"]


@pytest.fixture(scope="module")
def made() -> dict[str, Embedder]:
    return {}


@pytest.fixture(params=KINDS)
def embedder(
    request: pytest.FixtureRequest, made: dict[str, Embedder], tmp_path_factory: pytest.TempPathFactory
) -> Embedder:
    kind: str = request.param
    if kind not in made:
        made[kind] = make(kind, tmp_path_factory.getbasetemp())
    return made[kind]


def make(kind: str, base: Path) -> Embedder:
    if kind == "langchain-fake":
        return LangChainEmbedder(DeterministicFakeEmbedding(size=48))
    if kind == "st":
        folder = base / "multilingual-e5-small"
        if not (folder / "model.safetensors").exists():
            write_float32_folder(folder)
        return load_embedder(f"st:{folder}")
    built_in = load_embedder("e5-small", cache_dir=base / "e5-cache")
    return built_in if kind == "e5-small" else LangChainEmbedder(EmbedderEmbeddings(built_in))


def test_vectors_are_float32_unit_rows_in_order(embedder: Embedder) -> None:
    for embed in (embedder.embed_queries, embedder.embed_passages):
        rows = embed(TEXTS)
        assert rows.dtype == np.float32
        assert rows.shape == (len(TEXTS), embedder.dimension)
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-4)
        turned = embed(TEXTS[::-1])
        np.testing.assert_allclose(np.sum(rows * turned[::-1], axis=1), 1.0, atol=1e-3)


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    for embed in (embedder.embed_queries, embedder.embed_passages):
        rows = embed([])
        assert rows.shape == (0, embedder.dimension)
        assert rows.dtype == np.float32


def test_same_text_same_vector(embedder: Embedder) -> None:
    np.testing.assert_array_equal(embedder.embed_passages(TEXTS), embedder.embed_passages(TEXTS))
    np.testing.assert_array_equal(embedder.embed_queries(TEXTS), embedder.embed_queries(TEXTS))


def test_a_vector_does_not_depend_on_the_batch(embedder: Embedder) -> None:
    together = embedder.embed_passages([*TEXTS, "长文" * 150])[: len(TEXTS)]
    alone = np.concatenate([embedder.embed_passages([text]) for text in TEXTS])
    assert np.sum(together * alone, axis=1).min() > 1 - 1e-3


def test_long_text_is_not_cut(embedder: Embedder) -> None:
    padding = "The committee met again and reviewed the minutes of its previous meeting. " * 120
    plain, with_fact = embedder.embed_passages(
        [padding, padding + "The dam at Kariba burst at dawn, drowning two towns."]
    )
    assert float(plain @ with_fact) < 1 - 1e-5


def test_hostile_text_has_a_vector(embedder: Embedder) -> None:
    for embed in (embedder.embed_queries, embedder.embed_passages):
        rows = embed(HOSTILE)
        assert np.isfinite(rows).all()
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-4)


def test_threads_do_not_mix_up_texts(embedder: Embedder) -> None:
    expected = embedder.embed_passages(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: embedder.embed_passages(TEXTS), range(8)))
    for rows in results:
        np.testing.assert_array_equal(rows, expected)


def test_fingerprint_says_what_it_is_and_is_stable(
    embedder: Embedder, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    kind: str = request.node.callspec.params["embedder"]
    start = {"e5-small": "multilingual-e5-small/", "st": "st/multilingual-e5-small/"}.get(kind, "langchain/")
    assert embedder.fingerprint.startswith(start)
    assert make(kind, tmp_path_factory.getbasetemp()).fingerprint == embedder.fingerprint

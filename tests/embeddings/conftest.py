"""The real model, prepared once a session, and its float32 weights as a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings import Embedder, load_embedder
from embeddings.export import write_float32_folder


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "e5-cache"


@pytest.fixture(scope="session")
def e5(cache_dir: Path) -> Embedder:
    return load_embedder("e5-small", cache_dir=cache_dir)


@pytest.fixture(scope="session")
def float32_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.getbasetemp() / "multilingual-e5-small"
    if not (folder / "model.safetensors").exists():
        write_float32_folder(folder)
    return folder


@pytest.fixture(scope="session")
def float32(float32_folder: Path) -> Embedder:
    return load_embedder(f"st:{float32_folder}")

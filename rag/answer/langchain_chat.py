"""Any chat model that LangChain can make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rag.answer.chat import Messages, Piece
from rag.errors import MissingExtra, SettingsError
from rag.settings import Settings
from rag.types import Usage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessageChunk

_OLLAMA = "ollama:"
_FINISHED = ("finish_reason", "stop_reason", "done_reason")  # as the providers call it
_STOPPED = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "eos": "stop",
    "STOP": "stop",
    "max_tokens": "length",
    "MAX_TOKENS": "length",
}


class LangChainChat:
    """The model named by `spec`, as LangChain's `init_chat_model` takes it."""

    def __init__(self, spec: str, settings: Settings) -> None:
        self._says_when_it_ends = is_openai(spec, settings)
        self._model = chat_model(spec, settings)

    def stream(self, messages: Messages) -> Iterator[Piece]:
        finish: str | None = None
        for chunk in self._model.stream(list(messages)):
            finish = _finish(chunk) or finish
            yield Piece(chunk.text if isinstance(chunk.text, str) else str(chunk.text), _usage(chunk), finish)
        if not self._says_when_it_ends and finish is None:
            yield Piece("", None, "stop")


def is_openai(spec: str, settings: Settings) -> bool:
    return spec.startswith("openai:") or (settings.llm_base_url is not None and ":" not in spec)


def chat_model(spec: str, settings: Settings) -> BaseChatModel:
    """Raises MissingExtra, or SettingsError for a spec that names no model that can be made."""
    from langchain.chat_models import init_chat_model

    try:
        model: BaseChatModel = init_chat_model(spec, **model_options(spec, settings))
    except ImportError as error:
        if "openai" in str(error):
            raise MissingExtra(f"the model {spec}", "openai") from error
        raise SettingsError(f"the model {spec} needs a package: {error}") from error
    except Exception as error:  # each provider's package fails in its own ways
        raise SettingsError(f"the model {spec} cannot be made: {str(error).splitlines()[0]}") from error
    return model


def model_options(spec: str, settings: Settings) -> dict[str, Any]:
    """The settings under the names that the provider's class knows: Ollama's takes any other without a word and without
    effect.
    """
    options: dict[str, Any] = {"temperature": 0}
    if spec.startswith(_OLLAMA):
        options |= {"client_kwargs": {"timeout": settings.llm_timeout}, "num_predict": settings.llm_max_tokens}
    else:
        options |= {"timeout": settings.llm_timeout, "max_retries": 0, "max_tokens": settings.llm_max_tokens}
    if is_openai(spec, settings):
        options["stream_usage"] = True  # off by default where base_url is set
    if settings.llm_api_key is not None:
        options["api_key"] = settings.llm_api_key.get_secret_value()
    if settings.llm_base_url is not None:
        options["base_url"] = settings.llm_base_url
        options.setdefault("api_key", "none")  # a local server wants none, the client insists on one
        if ":" not in spec:
            options["model_provider"] = "openai"
    return options


def _usage(chunk: BaseMessageChunk) -> Usage | None:
    counts = getattr(chunk, "usage_metadata", None)
    return Usage(int(counts["input_tokens"]), int(counts["output_tokens"])) if counts else None


def _finish(chunk: BaseMessageChunk) -> str | None:
    said = next((chunk.response_metadata[key] for key in _FINISHED if chunk.response_metadata.get(key)), None)
    return None if said is None else _STOPPED.get(str(said), str(said))

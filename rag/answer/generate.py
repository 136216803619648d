"""Any chat model that LangChain can make: it writes, every sentence is checked against the passages before it leaves.

The model's markers are hints. A sentence is tied to the source sentence that supports it best, first among the
passages that it named, then among all; one that nothing supports is not said.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from embeddings.base import Embedder
from rag.answer.abstain import unanswerable
from rag.answer.attribute import SUPPORTED, best_evidence
from rag.answer.claims import Claim, Claims, Evidence, Outcome
from rag.answer.prompt import NO_ANSWER, messages, numbered
from rag.answer.replies import Reply, Said
from rag.errors import LLMError, MissingExtra, SettingsError
from rag.retrieve.search import Found
from rag.settings import Settings
from rag.types import Question, Reason, Usage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessageChunk

_LONGEST_REPLY = 20_000  # characters; a model that goes on beyond is stopped


class Generative:
    """Answers with the chat model named by `spec`, as LangChain's `init_chat_model` takes it."""

    def __init__(self, spec: str, settings: Settings, embedder: Embedder) -> None:
        self._settings = settings
        self._embedder = embedder
        self._model = chat_model(spec, settings)

    def answer(self, question: Question, found: Found) -> Claims:
        if reason := unanswerable(question.text, found):
            return Outcome(reason)
        text, shown = numbered(found.passages, self._settings.llm_context_tokens)
        reply = Reply()
        usage: Usage | None = None
        said = 0
        for piece, counted in self._pieces(messages(question, text)):
            usage = counted
            reply.add(piece)
            for sentence in reply.take():
                if claim := self._verified(sentence, found, shown):
                    said += 1
                    yield claim
        if not reply.visible:
            raise LLMError("the model replied with nothing")
        for sentence in reply.take(final=True):
            if claim := self._verified(sentence, found, shown):
                said += 1
                yield claim
        if said:
            return Outcome(usage=usage)
        return Outcome(Reason.NO_EVIDENCE if NO_ANSWER in reply.visible else Reason.UNSUPPORTED, usage)

    def _pieces(self, prompt: list[tuple[str, str]]) -> Iterator[tuple[str, Usage | None]]:
        """The reply as it streams, with the token counts known so far. Raises LLMError for whatever goes wrong."""
        deadline = time.monotonic() + self._settings.llm_timeout
        length = 0
        usage: Usage | None = None
        try:
            for chunk in self._model.stream(prompt):
                usage = _usage(chunk) or usage
                piece = chunk.text if isinstance(chunk.text, str) else str(chunk.text)
                length += len(piece)
                yield piece, usage
                if length > _LONGEST_REPLY:
                    return
                if time.monotonic() > deadline:
                    raise LLMError(f"the model did not finish within {self._settings.llm_timeout:g} s")
        except LLMError:
            raise
        except Exception as error:
            raise LLMError(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}") from error

    def _verified(self, said: Said, found: Found, shown: int) -> Claim | None:
        if NO_ANSWER in said.text:
            return None
        vector = self._embedder.embed_passages([said.text])[0]

        def best(passages: tuple[Any, ...]) -> Evidence | None:
            return best_evidence(said.text, vector, passages, found.vectors)

        named = tuple(found.passages[number - 1] for number in said.numbers if 1 <= number <= shown)
        cited = [evidence for passage in named if (evidence := best((passage,))) and evidence.support >= SUPPORTED]
        if not cited and (evidence := best(found.passages[:shown])) and evidence.support >= SUPPORTED:
            cited = [evidence]
        return Claim(said.text, tuple(cited)) if cited else None


def chat_model(spec: str, settings: Settings) -> BaseChatModel:
    """Raises MissingExtra, or SettingsError for a spec that names no model that can be made."""
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"temperature": 0, "timeout": settings.llm_timeout, "max_retries": settings.llm_retries}
    options["max_tokens"] = settings.llm_max_tokens
    if settings.llm_api_key is not None:
        options["api_key"] = settings.llm_api_key.get_secret_value()
    if settings.llm_base_url is not None:
        options["base_url"] = settings.llm_base_url
        options.setdefault("api_key", "none")  # a local server wants none, the client insists on one
        if ":" not in spec:
            options["model_provider"] = "openai"
    try:
        model: BaseChatModel = init_chat_model(spec, **options)
    except ImportError as error:
        extra = "openai" if "openai" in str(error) else None
        if extra:
            raise MissingExtra(f"the model {spec}", extra) from error
        raise SettingsError(f"the model {spec} needs a package: {error}") from error
    except Exception as error:
        raise SettingsError(f"the model {spec} cannot be made: {str(error).splitlines()[0]}") from error
    return model


def _usage(chunk: BaseMessageChunk) -> Usage | None:
    counts = getattr(chunk, "usage_metadata", None)
    return Usage(int(counts["input_tokens"]), int(counts["output_tokens"])) if counts else None

"""A model from a GGUF file, run in this process by llama.cpp (extra `local`)."""

from __future__ import annotations

import queue
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.answer.chat import Messages, Piece
from rag.errors import LLMError, MissingExtra, SettingsError
from rag.settings import Settings
from rag.types import Usage

PREFIX = "gguf:"
_MAGIC = b"GGUF"
_LAST_WORD = 2.0  # seconds that a reply which nobody reads any more is waited for
_ROOM = 1024  # tokens for rules, question, history and marks beside passages and reply


class GgufChat:
    """The model in the file of a spec `gguf:PATH`; it is read on first use and kept. One reply is written at a time."""

    def __init__(self, spec: str, settings: Settings) -> None:
        self._path = Path(spec.removeprefix(PREFIX)).expanduser()
        self._settings = settings
        self._server = _server(self._path, settings)
        self._one = threading.Lock()

    def stream(self, messages: Messages) -> Iterator[Piece]:
        if not self._one.acquire(timeout=self._settings.llm_timeout):
            raise LLMError("the model is busy with other questions")
        pieces: queue.SimpleQueue[dict[str, Any] | BaseException | None] = queue.SimpleQueue()
        stopped = threading.Event()
        thread = threading.Thread(target=self._write, args=(self._body(messages), pieces, stopped), daemon=True)
        thread.start()
        try:
            while (chunk := pieces.get(timeout=self._settings.llm_timeout)) is not None:
                if isinstance(chunk, BaseException):
                    raise chunk
                yield _piece(chunk)
        except queue.Empty:
            raise LLMError(f"the model said nothing for {self._settings.llm_timeout:g} s") from None
        finally:
            stopped.set()
            thread.join(_LAST_WORD)

    def _body(self, messages: Messages) -> dict[str, Any]:
        return {
            "messages": [{"role": role, "content": content} for role, content in messages],
            "max_tokens": self._settings.llm_max_tokens,
            "temperature": 0,
            "stream": True,
            "stream_options": {"include_usage": True},
        }

    def _write(self, body: dict[str, Any], pieces: queue.SimpleQueue[Any], stopped: threading.Event) -> None:
        def receive(chunk: Any) -> bool:
            if isinstance(chunk, dict) and "choices" not in chunk:
                pieces.put(LLMError(str(chunk.get("message") or chunk.get("error") or chunk)[:200]))
                return True
            pieces.put(chunk)
            return stopped.is_set()

        try:
            self._server.handle_chat_completions(body, receive)
        except Exception as error:  # noqa: BLE001 - raised again where the reply is read
            pieces.put(error)
        finally:
            self._one.release()  # here, for llama.cpp heeds `stopped` only with its next token
            pieces.put(None)


def _server(path: Path, settings: Settings) -> Any:
    """llama.cpp with the model loaded. Raises MissingExtra, and SettingsError for a file that is no model."""
    try:
        import xllamacpp
    except ImportError as error:
        raise MissingExtra(f"the model {PREFIX}{path}", "local") from error
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise SettingsError(f"the model file {path} cannot be read: {error.strerror}") from error
    if magic != _MAGIC:
        raise SettingsError(f"{path} is no GGUF file")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(path)
    # Chinese takes about as many tokens in such models as it has characters, more than the budget's own counting.
    parameters.n_ctx = 2 * settings.llm_context_tokens + settings.llm_max_tokens + _ROOM
    parameters.n_parallel = 1
    parameters.api_keys = [secrets.token_hex(16)]  # it listens on loopback too, where nobody is to use it
    if settings.threads is not None:
        parameters.cpuparams.n_threads = settings.threads
    try:
        return xllamacpp.Server(parameters)
    except Exception as error:  # the binding raises no type of its own
        raise SettingsError(f"the model file {path} cannot be loaded: {str(error).splitlines()[0]}") from error


def _piece(chunk: dict[str, Any]) -> Piece:
    counts = chunk.get("usage")
    usage = Usage(int(counts["prompt_tokens"]), int(counts["completion_tokens"])) if counts else None
    choice = chunk["choices"][0] if chunk["choices"] else {}
    return Piece(choice.get("delta", {}).get("content") or "", usage, choice.get("finish_reason"))

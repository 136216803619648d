"""What can go wrong, one small class each, carrying its fields. The message is one line and says what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class WenjuError(Exception):
    """Base of all errors that a user can meet; `str()` of it is fit to be shown."""


class SettingsError(WenjuError):
    """A setting is unknown or has a value that it cannot have."""


class BadRequest(WenjuError):
    """The caller asked for something that makes no sense: an empty question, an unknown filter."""


class QuestionTooLong(BadRequest):
    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"the question has {length} characters; at most {limit} are accepted")
        self.length = length
        self.limit = limit


class UnknownChoice(BadRequest):
    """A name that is not in a table; the message lists the table."""

    def __init__(self, what: str, value: str, choices: Iterable[str]) -> None:
        super().__init__(f"unknown {what} {value!r}; one of {', '.join(choices)}")
        self.value = value


class NotFound(WenjuError):
    """No document or article of that id."""

    def __init__(self, what: str, identifier: str) -> None:
        super().__init__(f"no {what} {identifier!r}")
        self.what = what
        self.identifier = identifier


class StoreError(WenjuError):
    """The store cannot be opened or written."""


class EmptyIndex(StoreError):
    """There is nothing to search yet."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"nothing is ingested in {folder} yet; run: wenju ingest PATH")


class WrongEmbedder(StoreError):
    """The index was made by another embedding model: its vectors cannot be compared with this one's."""

    def __init__(self, made_by: str, configured: str, folder: Path) -> None:
        super().__init__(
            f"the index in {folder} was made by {made_by}, but {configured} is configured; set WENJU_EMBEDDER back,"
            " or use another --data folder and run: wenju ingest PATH"
        )
        self.made_by = made_by
        self.configured = configured


class MissingExtra(WenjuError):
    """An optional package is needed for what was asked."""

    def __init__(self, purpose: str, extra: str) -> None:
        super().__init__(f'{purpose} needs an optional package; run: pip install "wenju[{extra}]"')
        self.extra = extra


class LLMError(WenjuError):
    """The chat model did not give a usable reply: down, timed out, refused, or empty."""


class PortTaken(WenjuError):
    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"{host}:{port} is in use; stop what listens there or choose another with --port")


class EmbedderError(WenjuError):
    """The configured embedding model cannot be used."""

"""What a channel is shown and how: its settings, and the modal in which admins set them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pydantic import TypeAdapter
from slack_sdk.models.blocks import (
    DatePickerElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from rag.types import Filters

CALLBACK = "channel_settings"
# Languages that answers can be asked for in, by ISO 639-1; the extractive answer quotes and stays in its source's.
_LANGUAGES = {
    "zh": "中文", "en": "English", "ja": "日本語", "ko": "한국어", "es": "Español", "fr": "Français", "de": "Deutsch",
    "pt": "Português", "it": "Italiano", "ru": "Русский", "uk": "Українська", "vi": "Tiếng Việt", "ar": "العربية",
    "hi": "हिन्दी", "th": "ไทย", "tr": "Türkçe",
}  # fmt: skip
_ANY = "any"
_VALUE = "value"


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """`answer_language` is ISO 639-1, None for the question's; `llm` None for the configured one."""

    filters: Filters = EVERYTHING
    answer_language: str | None = None
    llm: str | None = None

    def to_json(self) -> str:
        return _ADAPTER.dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str | None) -> ChannelSettings:
        return cls() if text is None else _ADAPTER.validate_json(text)

    def __str__(self) -> str:
        """In words, for whoever set them."""
        names = ("source", "published_from", "published_to", "language")
        parts = [f"{name} {getattr(self.filters, name)}" for name in names if getattr(self.filters, name) is not None]
        parts += [f"answers in {self.answer_language}"] if self.answer_language else []
        parts += [f"model {self.llm}"] if self.llm else []
        return ", ".join(parts) or "all articles"


_ADAPTER = TypeAdapter(ChannelSettings)


class Refused(Exception):
    """The modal was filled in wrongly: `errors` has a message for each block, as Slack shows them."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(str(errors))
        self.errors = errors


def settings_modal(channel: str, current: ChannelSettings, llms: list[str]) -> dict[str, Any]:
    """The modal, filled in with what is set now."""
    filters = current.filters
    languages = {_ANY: "the question's", **_LANGUAGES}
    models = {_ANY: f"configured ({llms[0]})", **{llm: llm for llm in llms}}
    return View(
        type="modal",
        callback_id=CALLBACK,
        private_metadata=channel,
        title=PlainTextObject(text="What this channel sees"),
        submit=PlainTextObject(text="Save"),
        close=PlainTextObject(text="Cancel"),
        blocks=[
            _input("source", "Only this document", _text(filters.source), "A source, as /wenju sources lists it"),
            _input("published_from", "Articles from", _day(filters.published_from)),
            _input("published_to", "Articles up to", _day(filters.published_to)),
            _input("language", "Only articles in this language", _text(filters.language), "zh, en, ..."),
            _input("answer_language", "Answer in", _choice(languages, current.answer_language)),
            _input("llm", "Language model", _choice(models, current.llm)),
        ],
    ).to_dict()


def read_modal(view: dict[str, Any]) -> ChannelSettings:
    """What was filled in. Raises Refused."""
    given = {block: fields[_VALUE] for block, fields in view["state"]["values"].items()}
    first, last = (_date(given[name].get("selected_date")) for name in ("published_from", "published_to"))
    language = (given["language"].get("value") or "").strip().lower() or None
    if first and last and first > last:
        raise Refused({"published_to": "This is before the first day."})
    if language and not re.fullmatch("[a-z]{2,3}", language):
        raise Refused({"language": "A language is written as two letters, like zh or en."})
    source = (given["source"].get("value") or "").strip() or None
    return ChannelSettings(
        Filters(source=source, published_from=first, published_to=last, language=language),
        _chosen(given["answer_language"]),
        _chosen(given["llm"]),
    )


def without_unknown_llm(settings: ChannelSettings, llms: list[str]) -> ChannelSettings:
    """A model that is no longer configured is not asked for."""
    return settings if settings.llm in llms else replace(settings, llm=None)


def _input(name: str, label: str, element: InputInteractiveElement, hint: str | None = None) -> InputBlock:
    return InputBlock(block_id=name, label=label, element=element, hint=hint, optional=True)


def _text(value: str | None) -> PlainTextInputElement:
    return PlainTextInputElement(action_id=_VALUE, initial_value=value, max_length=500)


def _day(value: date | None) -> DatePickerElement:
    return DatePickerElement(action_id=_VALUE, initial_date=value.isoformat() if value else None)


def _choice(choices: dict[str, str], value: str | None) -> StaticSelectElement:
    options = {key: Option(value=key, text=name[:75]) for key, name in choices.items() if len(key) <= 75}
    return StaticSelectElement(
        action_id=_VALUE, options=list(options.values()), initial_option=options.get(value or _ANY, options[_ANY])
    )


def _chosen(given: dict[str, Any]) -> str | None:
    value = (given.get("selected_option") or {}).get("value", _ANY)
    return None if value == _ANY else str(value)


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None

"""What requests may say. Replies are the values of `rag.types`, and OpenAI's shapes stand in `api.openai`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from rag.assistant import MAX_HITS
from rag.types import Filters, Kind, Question, Turn

_KEPT_TURNS = 200


def _well_formed(text: str) -> str:
    """JSON can spell half a surrogate pair, which no encoder can write out again."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("the text holds half a surrogate pair, which is no character") from None
    return text


def _iso_date(value: object) -> object:
    """Without this a number would pass, as seconds since 1970."""
    if value is None:
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError("a date is written YYYY-MM-DD") from None


Text = Annotated[str, AfterValidator(_well_formed)]
IsoDate = Annotated[date, BeforeValidator(_iso_date)]


def last_turns(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """What is kept of a conversation of any length; a question leans on what was said last."""
    return tuple(turns[-_KEPT_TURNS:])


class Body(BaseModel):
    """A request body in which an unknown key is an error that names the known ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    key: ClassVar[str] = "key"

    @model_validator(mode="before")
    @classmethod
    def _only_known_keys(cls, data: Any) -> Any:
        if isinstance(data, dict):
            for name in data:
                if name not in cls.model_fields:
                    known = ", ".join(cls.model_fields)
                    raise PydanticCustomError(
                        "unknown_key",
                        "unknown {key} {name}; one of {known}",
                        {"key": cls.key, "name": ascii(name[:80]), "known": known},
                    )
        return data


class FilterBody(Body):
    """Restrictions of a search; all that are given must hold."""

    key: ClassVar[str] = "filter"

    source: Text | None = None
    published_from: IsoDate | None = None
    published_to: IsoDate | None = None
    language: Text | None = None
    section: Text | None = None
    kind: Kind | None = None

    def value(self) -> Filters:
        return Filters(**{name: getattr(self, name) for name in type(self).model_fields})


class TurnBody(Body):
    role: Literal["user", "assistant"]
    content: Text


class SearchBody(Body):
    question: Text
    limit: Annotated[int, Field(ge=1, le=MAX_HITS, strict=True)] | None = None
    filters: FilterBody | None = None

    @property
    def chosen(self) -> Filters:
        return self.filters.value() if self.filters else Filters()


class VerifyBody(Body):
    text: Text
    filters: FilterBody | None = None

    @property
    def chosen(self) -> Filters:
        return self.filters.value() if self.filters else Filters()


class AnswerBody(SearchBody):
    history: list[TurnBody] | None = None
    stream: Annotated[bool, Field(strict=True)] | None = None

    def value(self) -> Question:
        turns = [Turn(turn.role, turn.content) for turn in self.history or ()]
        return Question(self.question, last_turns(turns), self.chosen, self.limit)

"""The shapes of OpenAI's chat completions: what requests may say, and replies made of answers.

https://platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.schemas import Text, last_turns
from api.sse import frame
from rag.errors import BadRequest
from rag.types import Answer, Citation, Done, Event, Hit, HitsFound, Nearest, Question, Token, Turn

DONE = b"data: [DONE]\n\n"
# What would change the answer's form, with the values that ask for nothing. Sampling parameters need no such care: the
# answer is what the articles say, and they leave it as it is.
_NOT_OFFERED: dict[str, tuple[object, ...]] = {
    "n": (None, 1),
    "tools": (None, []),
    "functions": (None, []),
    "logprobs": (None, False),
    "response_format": (None, {"type": "text"}),
    "modalities": (None, ["text"]),
    "audio": (None,),
}


class TextPart(BaseModel):
    """Images, sounds and files are refused by their type."""

    type: Literal["text"]
    text: Text


def _in_parts(content: object) -> object:
    """A string is one part: what is wrong with a content is then said of one kind of content, not of each."""
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


Content = Annotated[list[TextPart], BeforeValidator(_in_parts, json_schema_input_type=str | list[TextPart])]


class Message(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Content | None = None

    def text(self) -> str:
        return "".join(part.text for part in self.content or ())


class StreamOptions(BaseModel):
    include_usage: bool = False


class ChatBody(BaseModel):
    """Any parameter of OpenAI's is accepted; those that ask for what is not offered are refused, others do nothing."""

    model_config = ConfigDict(extra="allow", frozen=True)

    model: Text
    messages: Annotated[list[Message], Field(min_length=1)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None

    @property
    def includes_usage(self) -> bool:
        return self.stream_options is not None and self.stream_options.include_usage

    def value(self, llm: str | None) -> Question:
        """The last user message is the question, what was said before it the history; instructions to a model are left
        out. Raises BadRequest if nobody asks, or for what is not offered."""
        for name, allowed in _NOT_OFFERED.items():
            if (self.model_extra or {}).get(name) not in allowed:
                raise BadRequest(f"{name} is not offered here; leave it out")
        asked = [place for place, message in enumerate(self.messages) if message.role == "user"]
        if not asked:
            raise BadRequest("messages: there is no message of the user")
        before = self.messages[: asked[-1]]
        turns = [Turn(item.role, item.text()) for item in before if item.role in ("user", "assistant")]
        return Question(self.messages[asked[-1]].text(), last_turns(turns), llm=llm)


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Zero where no chat model took part."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


@dataclass(frozen=True, slots=True)
class AssistantMessage:
    """OpenAI's message, and what makes its content verifiable."""

    content: str
    citations: tuple[Citation, ...]
    abstained: bool
    hits: tuple[Hit, ...]
    nearest: Nearest | None
    role: Literal["assistant"] = "assistant"
    refusal: None = None


@dataclass(frozen=True, slots=True)
class Choice:
    message: AssistantMessage
    index: int = 0
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


@dataclass(frozen=True, slots=True)
class ChatCompletion:
    id: str
    created: int
    model: str
    choices: tuple[Choice, ...]
    usage: TokenUsage
    object: Literal["chat.completion"] = "chat.completion"


@dataclass(frozen=True, slots=True)
class Model:
    id: str
    created: int
    object: Literal["model"] = "model"
    owned_by: str = "wenju"


@dataclass(frozen=True, slots=True)
class ModelList:
    data: Sequence[Model]
    object: Literal["list"] = "list"


def completion(answer: Answer, model: str) -> ChatCompletion:
    message = AssistantMessage(answer.answer, answer.citations, answer.abstained, answer.hits, answer.nearest)
    return ChatCompletion(_new_id(), int(time.time()), model, (Choice(message),), _usage(answer))


@dataclass(frozen=True, slots=True)
class Chunks:
    """Turns the events of one answer into the chunks of one streamed completion.

    The chunk that finishes carries `citations`, `abstained`, `hits` and `nearest` in its delta, as the plain message
    does; the very last one, which is the one with the usage where that was asked for, carries them beside its choices
    too.
    """

    model: str
    includes_usage: bool
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid.uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    def frames(self, event: Event) -> Iterator[bytes]:
        match event:
            case HitsFound():
                yield self._choice({"role": "assistant", "content": ""})
            case Token(text):
                yield self._choice({"content": text})
            case Done(answer):
                yield from self._last(answer)

    def _last(self, answer: Answer) -> Iterator[bytes]:
        extras = {name: getattr(answer, name) for name in ("citations", "abstained", "hits", "nearest")}
        yield self._choice(extras, "stop", **({} if self.includes_usage else extras))
        if self.includes_usage:
            yield self._chunk(choices=[], usage=_usage(answer), **extras)
        yield DONE

    def _choice(self, delta: dict[str, Any], finish_reason: str | None = None, **more: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        usage = {"usage": None} if self.includes_usage else {}
        return self._chunk(choices=[choice], **usage, **more)

    def _chunk(self, **more: Any) -> bytes:
        head = {"id": self.id, "object": "chat.completion.chunk", "created": self.created, "model": self.model}
        return frame(head | more)


def _new_id() -> str:
    return f"chatcmpl-{uuid.uuid4().hex}"


def _usage(answer: Answer) -> TokenUsage:
    if answer.usage is None:
        return TokenUsage(0, 0, 0)
    prompt, written = answer.usage.prompt_tokens, answer.usage.completion_tokens
    return TokenUsage(prompt, written, prompt + written)

"""OpenAI's routes, talked to by OpenAI's own client, unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest

from tests.api.conftest import Serving
from tests.api.fakes import FakeService
from tests.api.test_answers import FUNDS, QUESTIONS, asked, untimed


@pytest.fixture
def chat(address: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client:
        yield client


def said(question: str) -> Any:
    return [{"role": "user", "content": question}]


@pytest.mark.parametrize("question", QUESTIONS)
def test_plain(chat: openai.OpenAI, client: httpx.Client, question: str) -> None:
    native = asked(client, question)
    reply = chat.chat.completions.create(model="wenju", messages=said(question))
    message = reply.choices[0].message
    assert message.role == "assistant"
    assert message.content == native["answer"]
    assert message.model_extra is not None
    assert {key: native[key] for key in ("citations", "abstained", "hits", "nearest")} == message.model_extra
    assert reply.choices[0].finish_reason == "stop"
    assert reply.object == "chat.completion"
    assert reply.model == "wenju"
    assert reply.usage is not None


@pytest.mark.parametrize("question", QUESTIONS)
def test_streamed(chat: openai.OpenAI, client: httpx.Client, question: str) -> None:
    native = asked(client, question)
    chunks = list(chat.chat.completions.create(model="wenju", messages=said(question), stream=True))
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == native["answer"]
    assert len({chunk.id for chunk in chunks}) == 1
    last = chunks[-1]
    assert last.choices[0].finish_reason == "stop"
    extras = {key: native[key] for key in ("citations", "abstained", "hits", "nearest")}
    assert last.choices[0].delta.model_extra == extras
    assert last.model_extra == extras
    assert all(chunk.usage is None for chunk in chunks)


def test_usage_comes_last_when_it_is_asked_for(chat: openai.OpenAI) -> None:
    stream = chat.chat.completions.create(
        model="wenju", messages=said(FUNDS), stream=True, stream_options={"include_usage": True}
    )
    *_, finishing, last = stream
    assert finishing.choices[0].finish_reason == "stop"
    assert last.choices == []
    assert last.usage is not None
    assert last.usage.total_tokens == 0  # no chat model took part
    assert last.model_extra is not None
    assert last.model_extra["citations"]


def test_the_whole_dialect(chat: openai.OpenAI, client: httpx.Client) -> None:
    """Instructions are tolerated, content may come in parts, sampling parameters change nothing."""
    reply = chat.chat.completions.create(
        model="extractive",
        messages=[
            {"role": "system", "content": "You are a pirate."},
            {"role": "user", "content": "你好"},
            {"role": "assistant", "content": "你好。"},
            {"role": "user", "content": [{"type": "text", "text": FUNDS[:5]}, {"type": "text", "text": FUNDS[5:]}]},
        ],
        temperature=1.7,
        max_tokens=5,
        seed=1,
        n=1,
        user="u",
        stop=["。"],
        response_format={"type": "text"},
        extra_body={"something_new": {"a": 1}},
    )
    assert reply.choices[0].message.content == asked(client, FUNDS)["answer"]


def test_the_helper_for_streams(chat: openai.OpenAI, client: httpx.Client) -> None:
    with chat.chat.completions.stream(model="wenju", messages=said(FUNDS)) as stream:
        final = stream.get_final_completion()
    assert final.choices[0].message.content == asked(client, FUNDS)["answer"]


def test_history_goes_in_and_instructions_do_not(serving: Serving) -> None:
    service = FakeService()
    messages = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "1"},
        {"role": "tool", "content": "x", "tool_call_id": "t"},
        {"role": "user", "content": "two"},
        {"role": "assistant", "content": "unfinished"},
    ]
    body = {"model": "openai:gpt-test", "messages": messages}
    assert httpx.post(f"{serving(service)}/v1/chat/completions", json=body, trust_env=False).status_code == 200
    (question,) = service.scripted.asked
    assert question.text == "two"
    assert [(turn.role, turn.content) for turn in question.history] == [("user", "one"), ("assistant", "1")]
    assert question.llm == "openai:gpt-test"


def test_of_a_long_history_the_last_turns_are_kept_on_both_routes(serving: Serving) -> None:
    service = FakeService()
    address = serving(service)
    turns = [{"role": "user", "content": str(number)} for number in range(5000)]
    asking = {"role": "user", "content": "now"}
    chat = {"model": "wenju", "messages": [*turns, asking]}
    assert httpx.post(f"{address}/v1/chat/completions", json=chat, trust_env=False).status_code == 200
    native = {"question": "now", "history": turns}
    assert httpx.post(f"{address}/v1/answers", json=native, trust_env=False).status_code == 200
    one, other = (question.history for question in service.scripted.asked)
    assert one == other
    assert [turn.content for turn in one] == [str(number) for number in range(4800, 5000)]


def test_models(chat: openai.OpenAI, serving: Serving) -> None:
    assert [model.id for model in chat.models.list()] == ["wenju", "extractive"]
    with openai.OpenAI(base_url=f"{serving(FakeService())}/v1", api_key="none") as client:
        assert [model.id for model in client.models.list()] == ["wenju", "extractive", "openai:gpt-test"]


def test_an_unknown_model(chat: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        chat.chat.completions.create(model="gpt-9", messages=said(FUNDS))
    assert caught.value.code == "model_not_found"
    assert caught.value.param == "model"
    assert caught.value.type == "invalid_request_error"
    assert "wenju, extractive" in caught.value.message


@pytest.mark.parametrize(
    ("extra", "about"),
    [
        ({"n": 2}, "n is not offered"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools is not offered"),
        ({"logprobs": True}, "logprobs is not offered"),
        ({"response_format": {"type": "json_object"}}, "response_format is not offered"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "system", "content": "x"}]}, "no message of the user"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
            "content.0.type",
        ),
        ({"messages": [{"role": "user", "content": " "}]}, "empty"),
        ({"messages": [{"role": "pirate", "content": "x"}]}, "role"),
    ],
)
def test_what_is_not_offered_is_refused(chat: openai.OpenAI, extra: dict[str, Any], about: str) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        chat.chat.completions.create(model="wenju", messages=said(FUNDS), extra_body=extra)
    assert about in caught.value.message
    assert caught.value.type == "invalid_request_error"


def test_a_streamed_request_fails_before_the_stream(chat: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError):
        chat.chat.completions.create(model="wenju", messages=said("x" * 5000), stream=True)


def test_native_and_chat_answers_are_one(chat: openai.OpenAI, client: httpx.Client) -> None:
    """The same question twice on one route, for good measure: nothing is left over from the first."""
    chat.chat.completions.create(model="wenju", messages=said(QUESTIONS[-1]))
    assert untimed(asked(client, FUNDS)) == untimed(asked(client, FUNDS))

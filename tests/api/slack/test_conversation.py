"""Questions to the bot and what becomes of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.slack.delivery import Pace
from rag.errors import EmptyIndex
from rag.types import Event, HitsFound, Question, Token, Turn
from tests.api.fakes import Script
from tests.api.slack.conftest import Botting, Scripted, answering, answers
from tests.api.slack.web_api import ANN, BEN, BOT, BOT_ID
from tests.api.slack.workspace import Workspace, section_texts

ASK = f"<@{BOT}> "


def the_answer(workspace: Workspace, channel: str, thread: str | None = None, count: int = 1) -> str:
    """The text of the last of the whole answers in a thread, once there are `count`."""
    return "".join(section_texts(workspace.answered(channel, thread, count)[-1], "answer"))


def test_a_mention_is_answered_in_its_thread_with_placeholder_and_source(
    workspace: Workspace, botting: Botting
) -> None:
    scripted = Scripted()
    botting(scripted, public_url="https://news.example/")
    ts = workspace.say("C1", f"{ASK}How long is the bridge?")
    (reply,) = workspace.answered("C1", ts)
    assert section_texts(reply, "answer") == ["It is 300 metres long[1]."]
    assert section_texts(reply, "source") == [
        "*[1]* <https://news.example/#article=a1&spans=3-20|The bridge> · 2024-12-23 · bridge.txt"
        "\n>The bridge is 300 metres long."
    ]
    (placeholder,) = workspace.called("chat.postMessage")
    assert "Searching" in placeholder["text"]
    assert reply["text"] == "It is 300 metres long[1]."
    assert [question.text for question in scripted.asked] == ["How long is the bridge?"]


def test_a_mention_comes_as_two_events_and_is_answered_once(workspace: Workspace, botting: Botting) -> None:
    botting(scripted := Scripted())
    ts = workspace.say("C1", f"{ASK}How long?")
    workspace.answered("C1", ts)
    again = workspace.messages["C1"][ts]
    event_id = workspace.event({**again, "type": "app_mention"})
    workspace.event(again, event_id)
    workspace.event(again)
    workspace.answered("C1", workspace.say("C1", f"{ASK}And now?"))
    assert [question.text for question in scripted.asked] == ["How long?", "And now?"]
    assert len(workspace.replies("C1", ts)) == 1


def test_a_thread_is_a_conversation(workspace: Workspace, botting: Botting) -> None:
    botting(scripted := Scripted())
    ts = workspace.say("C1", f"{ASK}How long is the bridge?")
    workspace.answered("C1", ts)
    workspace.write("C1", "Spam from a bot.", "U0OTHER", ts, bot_id="B0OTHER")
    workspace.say("C1", "And how <https://x.example|wide> is it, <@U0BEN|ben>? 1 &lt; 2", BEN, ts)
    workspace.answered("C1", ts, 2)
    follow_up = scripted.asked[1]
    assert follow_up.text == "And how wide is it, @ben? 1 < 2"
    assert follow_up.history == (
        Turn("user", "How long is the bridge?"),
        Turn("assistant", "It is 300 metres long[1]."),
    )


def test_history_is_what_the_thread_says_now(workspace: Workspace, botting: Botting) -> None:
    botting(scripted := Scripted())
    ts = workspace.say("C1", f"{ASK}How long is the bridge?")
    workspace.answered("C1", ts)
    gone = workspace.say("C1", "Is it old?", ANN, ts)
    workspace.answered("C1", ts, 2)
    workspace.edit("C1", ts, f"{ASK}How long is the tunnel?")
    workspace.delete("C1", gone)
    workspace.wait(lambda: len(workspace.replies("C1", ts)) == 1 and len(scripted.asked) == 3)
    workspace.say("C1", "And how wide?", ANN, ts)
    workspace.wait(lambda: len(scripted.asked) == 4)
    assert [turn.content for turn in scripted.asked[-1].history if turn.role == "user"] == ["How long is the tunnel?"]


@pytest.mark.parametrize(
    "more",
    [
        {"text": "Lunch, anyone?"},
        {"text": f"<@{BEN}> have a look", "thread": True},
        {"text": f"{ASK}I am a bot", "bot_id": "B0OTHER", "subtype": "bot_message"},
        {"text": f"{ASK}I am a bot of the new kind", "bot_profile": {"id": "B0OTHER"}},
        {"text": f"{ASK}it is me", "user": BOT, "bot_id": BOT_ID},
        {"text": f"{ASK}has joined", "subtype": "channel_join"},
    ],
)
def test_who_is_not_asked_does_not_answer(workspace: Workspace, botting: Botting, more: dict[str, object]) -> None:
    botting(scripted := Scripted())
    first = workspace.say("C1", f"{ASK}first")
    workspace.answered("C1", first)
    event = workspace.write("C1", str(more.pop("text")), thread=first if more.pop("thread", False) else None)
    workspace.event(event | more)
    workspace.event(event | more | {"type": "app_mention"})
    workspace.answered("C1", workspace.say("C1", f"{ASK}last"))
    assert [question.text for question in scripted.asked] == ["first", "last"]


def test_a_direct_message_needs_no_mention(workspace: Workspace, botting: Botting) -> None:
    botting(scripted := Scripted())
    ts = workspace.say("D1", "How long is the bridge?")
    workspace.answered("D1", ts)
    assert scripted.asked[0].text == "How long is the bridge?"


def test_a_command_shows_who_asked_and_begins_a_thread(workspace: Workspace, botting: Botting) -> None:
    botting(scripted := Scripted())
    workspace.command("How long is the bridge?")
    (reply,) = workspace.answered("C1")
    assert "thread_ts" not in reply
    assert section_texts(reply, "asked") == ["How long is the bridge?"]
    assert f"<@{ANN}> asks:" in str(reply["blocks"][0])
    workspace.say("C1", "And how wide?", ANN, reply["ts"])
    workspace.wait(lambda: len(scripted.asked) == 2)
    assert [turn.content for turn in scripted.asked[1].history] == [
        "How long is the bridge?",
        "It is 300 metres long[1].",
    ]


def test_a_command_where_the_bot_may_not_write_is_answered_to_the_asker(workspace: Workspace, botting: Botting) -> None:
    botting(Scripted())
    workspace.closed_channels.add("C9")
    _, name = workspace.command("How long?", "C9")
    (response,) = workspace.wait(lambda: workspace.responses[name])
    assert response["response_type"] == "ephemeral"
    assert "It is 300 metres long[1]." in section_texts(response, "answer")
    assert not workspace.replies("C9")


def test_help_and_empty_questions_get_an_explanation(workspace: Workspace, botting: Botting) -> None:
    botting(scripted := Scripted())
    for text in ("help", ""):
        envelope, _ = workspace.command(text)
        assert "/wenju sources" in workspace.confirmation(envelope)["text"]
    ts = workspace.say("C1", ASK)
    (reply,) = workspace.answered("C1", ts)
    assert "What would you like to know?" in reply["text"]
    assert not scripted.asked


def test_an_edited_question_is_answered_anew_in_place(workspace: Workspace, botting: Botting) -> None:
    botting(Scripted(lambda question: answers(question, f"About {question.text}")))
    ts = workspace.say("C1", f"{ASK}bridges")
    workspace.answered("C1", ts)
    workspace.edit("C1", ts, f"{ASK}tunnels")
    workspace.wait(lambda: the_answer(workspace, "C1", ts) == "About tunnels[1]")
    assert len(workspace.replies("C1", ts)) == 1


def test_an_unfolded_link_is_no_edit(workspace: Workspace, botting: Botting) -> None:
    botting(scripted := Scripted())
    ts = workspace.say("C1", f"{ASK}What of <https://x.example>?")
    workspace.answered("C1", ts)
    message = workspace.messages["C1"][ts]
    workspace.event(
        {"type": "message", "subtype": "message_changed", "channel": "C1", "ts": workspace.ts(), "hidden": True,
         "message": {**message, "attachments": [{}]}, "previous_message": message, "channel_type": "channel"}
    )  # fmt: skip
    workspace.answered("C1", workspace.say("C1", f"{ASK}last"))
    assert len(scripted.asked) == 2


def test_a_deleted_question_takes_its_answer_with_it(workspace: Workspace, botting: Botting) -> None:
    botting(Scripted())
    ts = workspace.say("C1", f"{ASK}How long?")
    workspace.answered("C1", ts)
    workspace.delete("C1", ts)
    workspace.wait(lambda: not workspace.replies("C1", ts))


def test_a_question_deleted_while_it_is_answered_leaves_nothing(workspace: Workspace, botting: Botting) -> None:
    botting(Scripted(answering("First.", "Second.", seconds=0.3)))
    ts = workspace.say("C1", f"{ASK}How long?")
    workspace.wait(lambda: workspace.replies("C1", ts))
    workspace.delete("C1", ts)
    workspace.wait(lambda: workspace.called("chat.delete"))
    workspace.wait(lambda: not workspace.replies("C1", ts))


def test_events_out_of_order(workspace: Workspace, botting: Botting) -> None:
    """A follow-up before its question, an edit and a deletion before their messages, an old edit after a new one."""
    botting(scripted := Scripted(lambda question: answers(question, f"About {question.text}")))
    question = workspace.write("C1", f"{ASK}first")
    ts = question["ts"]
    workspace.say("C1", "follow-up", ANN, ts)
    workspace.event({**question, "type": "app_mention"})
    workspace.answered("C1", ts, 2)
    assert sorted(one.text for one in scripted.asked) == ["first", "follow-up"]

    edited = workspace.write("C2", f"{ASK}old")
    workspace.edit("C2", edited["ts"], f"{ASK}newest", at="1800000002.0")
    workspace.event({**edited, "type": "app_mention"})
    workspace.edit("C2", edited["ts"], f"{ASK}newer", at="1800000001.0")
    deleted = workspace.write("C2", f"{ASK}deleted")
    workspace.delete("C2", deleted["ts"])
    workspace.event({**deleted, "type": "app_mention"})
    last = workspace.say("C2", f"{ASK}last")
    workspace.answered("C2", last)
    assert the_answer(workspace, "C2", edited["ts"]) == "About newest[1]"
    assert not workspace.replies("C2", deleted["ts"])
    assert sorted(one.text for one in scripted.asked[2:]) == ["last", "newest"]


def test_an_answer_grows_as_its_sentences_are_verified(workspace: Workspace, botting: Botting) -> None:
    botting(Scripted(answering("First.", "Second.", "Third.", seconds=0.4)))
    ts = workspace.say("C1", f"{ASK}Tell me.")
    workspace.answered("C1", ts)
    shown = ["".join(section_texts(update, "answer")) for update in workspace.called("chat.update")]
    assert shown[-1] == "First[1]. Second[1]. Third[1]."
    assert "First[1]." in shown
    assert all(shown[-1].startswith(text) for text in shown)


def test_a_refusal_is_said_plainly(workspace: Workspace, botting: Botting) -> None:
    botting(Scripted(lambda question: answers(question, None)))
    (reply,) = workspace.answered("C1", workspace.say("C1", f"{ASK}What is the price of butter?"))
    assert section_texts(reply, "answer") == ["The articles do not contain an answer to this question."]
    assert "do not touch on this subject" in str(reply["blocks"])


def broken(question: Question) -> Iterator[Event]:
    del question
    yield HitsFound(())
    yield Token("Half a ")
    raise RuntimeError("secret detail")


def empty(question: Question) -> Iterator[Event]:
    del question
    raise EmptyIndex(Path("data"))
    yield HitsFound(())


@pytest.mark.parametrize(("script", "says"), [(broken, "Something went wrong"), (empty, "nothing is ingested")])
def test_errors_are_said_in_place_of_the_placeholder(
    workspace: Workspace, botting: Botting, script: Script, says: str
) -> None:
    botting(Scripted(script))
    (reply,) = workspace.answered("C1", workspace.say("C1", f"{ASK}What?"))
    assert says in reply["text"]
    assert "secret" not in str(reply)


@pytest.mark.parametrize(
    ("allowed", "channel", "answered"),
    [
        ({"slack_channels": ("C1",)}, "C1", True),
        ({"slack_channels": ("C1",)}, "C2", False),
        ({"slack_channels": ("C1",)}, "D1", False),
        ({"slack_channels": ("C1", "dm")}, "D1", True),
        ({"slack_teams": ("T0TEAM",)}, "C2", True),
        ({"slack_teams": ("T0OTHER",)}, "C1", False),
    ],
)
def test_only_where_it_is_allowed(
    workspace: Workspace, botting: Botting, allowed: dict[str, tuple[str, ...]], channel: str, answered: bool
) -> None:
    botting(scripted := Scripted(), **allowed)
    (reply,) = workspace.answered(channel, workspace.say(channel, f"{ASK}How long?"))
    assert bool(scripted.asked) == answered
    assert ("not set up to answer" in reply["text"]) != answered


def test_a_guest_of_another_team_is_not_of_the_team(workspace: Workspace, botting: Botting) -> None:
    botting(scripted := Scripted(), slack_teams=("T0TEAM",))
    ts = workspace.say("C1", f"{ASK}How long?", user_team="T0OTHER")
    workspace.answered("C1", ts)
    assert not scripted.asked


def test_drafts_are_left_out_rather_than_finished_answers_held_up(workspace: Workspace, botting: Botting) -> None:
    botting(Scripted(answering("First.", "Second.", "Third.", seconds=0.2)), pace=Pace(0, 0.4, 1, 0.05))
    threads = [workspace.say("C1", f"{ASK}question {number}") for number in range(3)]
    started = time.monotonic()
    for thread in threads:
        workspace.answered("C1", thread)
    assert time.monotonic() - started < 6
    assert len(workspace.called("chat.update")) < 12

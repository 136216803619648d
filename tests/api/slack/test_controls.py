"""Thumbs, the check of a claim, a channel's settings, and the list of sources."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from api.service import Service
from api.slack.commands import export_feedback
from api.slack.feedback import export
from api.slack.memory import Memory
from rag.errors import StoreError
from rag.types import Filters, Metadata, Page
from tests.api.slack.conftest import Botting, Scripted, answers, slack_settings
from tests.api.slack.web_api import ADMIN, ANN, BEN, BOT, BOT_ID, Message
from tests.api.slack.workspace import Workspace, section_texts

ASK = f"<@{BOT}> "
LibraryOf = Callable[..., Service]


def asked(workspace: Workspace, text: str) -> Message:
    return workspace.answered("C1", workspace.say("C1", f"{ASK}{text}"))[0]


def exported(folder: Path, tmp_path: Path) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """The questions, and those to review."""
    with closing(Memory(folder)) as memory:
        done = export(memory.rated(), tmp_path / "asked.jsonl")
    good, bad = (
        [json.loads(line) for line in path.read_text("utf-8").splitlines()] for path in (done.file, done.review)
    )
    assert (done.questions, done.to_review) == (len(good), len(bad))
    return good, bad


def test_a_good_answer_becomes_an_evaluation_question(
    workspace: Workspace, botting: Botting, folder: Path, tmp_path: Path
) -> None:
    botting(Scripted())
    reply = asked(workspace, "How long is the bridge?")
    name = workspace.press(reply, "vote_good")
    (thanks,) = workspace.wait(lambda: workspace.responses[name])
    assert "noted" in thanks["text"]
    good, bad = exported(folder, tmp_path)
    assert not bad
    assert good == [
        {
            "id": f"slack-C1:{reply['thread_ts']}",
            "question": "How long is the bridge?",
            "language": "en",
            "answers": ["It is 300 metres long."],
            "evidence": [{"source": "bridge.txt", "quote": "The bridge is 300 metres long."}],
            "votes": {"up": 1, "down": 0},
        }
    ]


def test_the_very_words_that_answer_are_shown_and_are_the_gold(
    workspace: Workspace, botting: Botting, folder: Path, tmp_path: Path
) -> None:
    botting(Scripted(lambda question: answers(question, "It is 300 metres long.", short="300 <metres>")))
    reply = asked(workspace, "How long is the bridge?")
    assert section_texts(reply, "short") == ["*300 &lt;metres&gt;*"]
    assert section_texts(reply, "answer") == ["It is 300 metres long[1]."]
    workspace.press(reply, "vote_good")
    workspace.wait(lambda: exported(folder, tmp_path)[0])
    assert exported(folder, tmp_path)[0][0]["answers"] == ["300 <metres>"]


def test_a_refusal_found_right_is_unanswerable_and_a_bad_answer_waits_for_review(
    workspace: Workspace, botting: Botting, folder: Path, tmp_path: Path
) -> None:
    botting(Scripted(lambda question: answers(question, None if "butter" in question.text else "Wrong.")))
    workspace.react("C1", asked(workspace, "What does butter cost?")["ts"], "+1::skin-tone-3")
    workspace.react("C1", asked(workspace, "How long is the bridge?")["ts"], "thumbsdown", BEN)
    workspace.wait(lambda: sum(map(len, exported(folder, tmp_path))) == 2)
    (good,), (bad,) = exported(folder, tmp_path)
    assert (good["type"], good["answers"], good["evidence"]) == ("unanswerable", [], [])
    assert (bad["question"], bad["answers"]) == ("How long is the bridge?", [])
    assert bad["rejected"]["answer"] == "Wrong."  # type: ignore[index]


def test_a_vote_is_changed_and_taken_back_whatever_the_order(
    workspace: Workspace, botting: Botting, folder: Path, tmp_path: Path
) -> None:
    botting(Scripted())
    reply = asked(workspace, "How long is the bridge?")
    ts = reply["ts"]
    workspace.react("C1", ts, "-1", BEN, added=False, at="1800000002.0")
    workspace.react("C1", ts, "-1", BEN, at="1800000001.0")  # given before it was taken back
    workspace.react("C1", ts, "heart", BEN)
    workspace.press(reply, "vote_bad")
    workspace.press(reply, "vote_good")
    workspace.react("C1", ts, "+1")  # the same person once more
    workspace.wait(lambda: exported(folder, tmp_path)[0])
    last = asked(workspace, "last")
    workspace.press(last, "vote_bad", BEN)
    workspace.wait(lambda: exported(folder, tmp_path)[1])
    (good,), _ = exported(folder, tmp_path)
    assert good["votes"] == {"up": 1, "down": 0}


def test_a_deleted_question_is_not_exported(
    workspace: Workspace, botting: Botting, folder: Path, tmp_path: Path
) -> None:
    botting(Scripted())
    reply = asked(workspace, "Something private")
    workspace.press(reply, "vote_good")
    workspace.wait(lambda: exported(folder, tmp_path)[0])
    workspace.delete("C1", reply["thread_ts"])
    workspace.wait(lambda: not workspace.replies("C1"))
    assert exported(folder, tmp_path) == ([], [])


def test_feedback_of_a_bot_that_never_ran_is_an_error(workspace: Workspace, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="has not run"):
        export_feedback(slack_settings(workspace, folder), tmp_path / "asked.jsonl", as_json=True)


CLAIMS = "The bridge is long. It is red. It is old. It is closed."


def test_a_claim_is_checked_statement_by_statement_in_a_window(workspace: Workspace, botting: Botting) -> None:
    botting(scripted := Scripted(), public_url="https://news.example")
    message = workspace.write("C1", f"{CLAIMS} &lt;!channel&gt; <!here>", BEN)
    workspace.shortcut("C1", message["ts"])
    view = workspace.wait(lambda: next((view for view in workspace.views.values() if "Supported" in str(view)), None))
    texts = section_texts(view)
    assert texts[0] == "✅ *Supported*\nThe bridge is long."
    assert ">The bridge is 300 metres long." in texts[1]
    assert texts[2].startswith("❌ *Contradicted*\nIt is red.")
    assert texts[4].startswith("❔ *Not found in the articles*\nIt is old.")
    assert "<!" not in str(view)
    assert scripted.verified == [(f"{CLAIMS} <!channel> @here", Filters())]
    assert not workspace.replies("C1")


def test_a_check_whose_trigger_has_expired_is_told_to_the_asker(workspace: Workspace, botting: Botting) -> None:
    botting(Scripted())
    message = workspace.write("C1", CLAIMS, BEN)
    name = workspace.shortcut("C1", message["ts"], expired=True)
    responses = workspace.wait(lambda: workspace.responses[name] if len(workspace.responses[name]) == 2 else None)
    assert "Checking" in responses[0]["text"]
    assert "✅ *Supported*" in section_texts(responses[1])[0]


@pytest.mark.parametrize(("text", "says"), [("please fail", "out of order"), ("", "no text")])
def test_a_check_that_cannot_be_made_says_so(workspace: Workspace, botting: Botting, text: str, says: str) -> None:
    botting(Scripted())
    workspace.shortcut("C1", workspace.write("C1", text, BEN)["ts"])
    workspace.wait(lambda: any(says in str(view) for view in workspace.views.values()))


def test_a_long_text_is_checked_within_the_limits_of_a_window(workspace: Workspace, botting: Botting) -> None:
    botting(Scripted())
    message = workspace.write("C1", "A claim of some length <b>&amp; more. " * 400, BEN)
    workspace.shortcut("C1", message["ts"])
    view = workspace.wait(lambda: next((view for view in workspace.views.values() if "Supported" in str(view)), None))
    assert "more" in str(view["blocks"][-1])


def choice(value: str) -> dict[str, object]:
    return {"selected_option": {"value": value}}


def opened(workspace: Workspace) -> Message:
    workspace.command("settings", user=ADMIN)
    view: Message = workspace.wait(lambda: next(iter(workspace.called("views.open")), None))["view"]
    return view


def test_admins_set_what_a_channel_is_shown(workspace: Workspace, botting: Botting, library_of: LibraryOf) -> None:
    service = library_of(
        Page("old.md", "# Old\n\nThe old bridge is 100 metres long.", "md", Metadata(published=date(2020, 1, 1))),
        Page("new.md", "# New\n\nThe new bridge is 300 metres long.", "md", Metadata(published=date(2024, 1, 1))),
    )
    botting(scripted := Scripted(), service)
    view = opened(workspace)
    assert (
        workspace.submit(
            view,
            {
                "source": {"value": " new.md "},
                "published_from": {"selected_date": "2023-12-01"},
                "published_to": {"selected_date": "2024-12-31"},
                "language": {"value": "EN"},
                "answer_language": choice("zh"),
                "llm": choice("extractive"),
            },
        )
        == {}
    )
    (note,) = workspace.wait(lambda: workspace.ephemeral)
    assert "source new.md" in note["text"]
    filters = Filters(source="new.md", published_from=date(2023, 12, 1), published_to=date(2024, 12, 31), language="en")
    asked(workspace, "How long is the bridge?")
    question = scripted.asked[0]
    assert (question.filters, question.llm, question.answer_language) == (filters, "extractive", "zh")
    workspace.shortcut("C1", workspace.write("C1", CLAIMS, BEN)["ts"])
    assert workspace.wait(lambda: scripted.verified) == [(CLAIMS, filters)]
    for channel, shown, hidden in (("C1", "new.md", "old.md"), ("C2", "old.md", "nothing")):
        _, name = workspace.command("sources", channel)
        (listed,) = workspace.wait(partial(workspace.responses.get, name))
        assert shown in str(listed)
        assert hidden not in str(listed)
    workspace.say("C2", f"{ASK}How long?")
    workspace.wait(lambda: len(scripted.asked) == 2)
    assert scripted.asked[1].filters == Filters()


@pytest.mark.parametrize(
    ("given", "block"),
    [
        ({"source": {"value": "nowhere.md"}}, "source"),
        ({"language": {"value": "Chinese please"}}, "language"),
        (
            {"published_from": {"selected_date": "2024-02-01"}, "published_to": {"selected_date": "2024-01-01"}},
            "published_to",
        ),
    ],
)
def test_settings_that_cannot_be_are_said_at_their_field(
    workspace: Workspace, botting: Botting, library_of: LibraryOf, given: dict[str, dict[str, object]], block: str
) -> None:
    botting(Scripted(), library_of())
    reply = workspace.submit(opened(workspace), given)
    assert reply["response_action"] == "errors"
    assert list(reply["errors"]) == [block]
    assert not workspace.ephemeral


def test_only_admins_change_settings(workspace: Workspace, botting: Botting) -> None:
    botting(scripted := Scripted())
    _, name = workspace.command("settings", user=ANN)
    (refused,) = workspace.wait(lambda: workspace.responses[name])
    assert "Only admins" in refused["text"]
    assert not workspace.called("views.open")
    view = opened(workspace)
    workspace.submit(view, {"language": {"value": "zh"}}, user=ANN)  # somebody else sends the window
    (note,) = workspace.wait(lambda: workspace.ephemeral)
    assert "Only admins" in note["text"]
    asked(workspace, "How long?")
    assert scripted.asked[0].filters == Filters()


def test_settings_whose_trigger_has_expired_say_so(workspace: Workspace, botting: Botting) -> None:
    botting(Scripted())
    workspace.expired.add("late")
    _, name = workspace.command("settings", user=ADMIN, trigger="late")
    (said,) = workspace.wait(lambda: workspace.responses[name])
    assert "too long" in said["text"]


def test_where_the_bot_may_not_answer_it_lists_nothing(workspace: Workspace, botting: Botting) -> None:
    botting(Scripted(), slack_channels=("C1",))
    envelope, _ = workspace.command("sources", "C2")
    assert "not set up" in workspace.confirmation(envelope)["text"]


def test_a_message_of_another_bot_is_no_vote(
    workspace: Workspace, botting: Botting, folder: Path, tmp_path: Path
) -> None:
    botting(Scripted())
    reply = asked(workspace, "How long is the bridge?")
    workspace.event(
        {"type": "reaction_added", "user": BOT, "reaction": "+1", "item_user": BOT, "bot_id": BOT_ID,
         "event_ts": workspace.ts(), "item": {"type": "message", "channel": "C1", "ts": reply["ts"]}}
    )  # fmt: skip
    asked(workspace, "last")
    assert exported(folder, tmp_path) == ([], [])

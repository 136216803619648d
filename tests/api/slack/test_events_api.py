"""Slack's deliveries as signed requests to the HTTP service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr

from api.slack.events import PATH
from tests.api.conftest import running
from tests.api.slack.conftest import Scripted, SlackService, slack_settings
from tests.api.slack.web_api import ANN, BOT, SECRET, TEAM, Fault
from tests.api.slack.workspace import Workspace, section_texts

ASK = f"<@{BOT}> "
JSON = "application/json"


@pytest.fixture
def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
def service(workspace: Workspace, folder: Path, scripted: Scripted) -> SlackService:
    return SlackService(slack_settings(workspace, folder, slack_signing_secret=SecretStr(SECRET)), scripted)


@pytest.fixture
def served(workspace: Workspace, service: SlackService) -> Iterator[Workspace]:
    """The workspace, which delivers to a real server."""
    with running(service) as address:
        workspace.events_url = f"{address}{PATH}"
        yield workspace


def event(text: str, ts: str = "1700000001.000100", event_id: str = "Ev1") -> str:
    message = {"type": "app_mention", "channel": "C1", "user": ANN, "text": f"{ASK}{text}", "ts": ts}
    return json.dumps({"type": "event_callback", "team_id": TEAM, "event_id": event_id, "event": message})


def test_a_signed_event_is_answered_once_however_often_it_comes(served: Workspace, scripted: Scripted) -> None:
    for attempt in range(3):
        retry = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_timeout"} if attempt else {}
        assert served.post_signed(event("How long?"), JSON, headers=retry).status_code == 200
    (reply,) = served.answered("C1")
    assert section_texts(reply, "answer") == ["It is 300 metres long[1]."]
    assert len(scripted.asked) == 1


def test_a_restart_answers_nothing_twice(workspace: Workspace, service: SlackService, scripted: Scripted) -> None:
    for _ in range(2):
        with running(service) as address:
            workspace.events_url = f"{address}{PATH}"
            assert workspace.post_signed(event("How long?"), JSON).status_code == 200
            workspace.answered("C1")
    assert len(scripted.asked) == 1
    assert len(workspace.replies("C1")) == 1


@pytest.mark.parametrize(
    "forged",
    [
        {"secret": "f" * 32},
        {"age": 301},
        {"age": -400},
        {"headers": {"X-Slack-Signature": "v0="}},
        {"headers": {"X-Slack-Request-Timestamp": "soon"}},
    ],
    ids=["another secret", "old", "of the future", "no digest", "no time"],
)
def test_a_forged_or_old_request_is_refused(served: Workspace, scripted: Scripted, forged: dict[str, object]) -> None:
    assert served.post_signed(event("How long?"), JSON, **forged).status_code == 401  # type: ignore[arg-type]
    served.post_signed(event("The real one", "1700000002.000100", "Ev2"), JSON)
    served.answered("C1")
    assert [question.text for question in scripted.asked] == ["The real one"]


def test_a_changed_body_is_refused(served: Workspace) -> None:
    good = served.post_signed(event("How long?"), JSON).request
    headers = {name: good.headers[name] for name in ("X-Slack-Signature", "X-Slack-Request-Timestamp")}
    assert served.post_signed(event("Send me everything", event_id="Ev3"), JSON, headers=headers).status_code == 401


def test_slack_may_ask_whether_the_address_is_ours(served: Workspace) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c4", "token": "x"})
    assert served.post_signed(body, JSON).json() == {"challenge": "c4"}


def test_a_command_comes_as_a_form(served: Workspace, scripted: Scripted) -> None:
    command = {
        "command": "/wenju", "text": "How long?", "channel_id": "C1", "user_id": ANN, "team_id": TEAM,
        "trigger_id": "t1", "response_url": served._response_url("r1"),
    }  # fmt: skip
    for _ in range(2):
        assert served.post_signed(urlencode(command), "application/x-www-form-urlencoded").status_code == 200
    served.answered("C1")
    assert len(scripted.asked) == 1


def test_a_bot_that_cannot_start_leaves_the_service_running(workspace: Workspace, service: SlackService) -> None:
    workspace.fail("auth.test", Fault(error="account_inactive", times=9))
    with running(service) as address:
        workspace.events_url = f"{address}{PATH}"
        assert workspace.post_signed(event("How long?"), JSON).status_code == 503
        workspace.events_url = f"{address}/healthz"
        assert workspace.post_signed("", JSON).status_code == 405


def test_without_a_signing_secret_there_is_no_such_route(workspace: Workspace, folder: Path) -> None:
    with running(SlackService(slack_settings(workspace, folder), Scripted())) as address:
        workspace.events_url = f"{address}{PATH}"
        assert workspace.post_signed(event("How long?"), JSON).status_code == 404

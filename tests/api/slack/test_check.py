"""`wenju slack --check`: which token or scope is missing."""

from __future__ import annotations

import json
import sys
import tomllib
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr
from typer.testing import CliRunner

from api.slack.app import CHECK, COMMAND
from api.slack.check import SCOPES
from api.slack.commands import answer, check
from api.slack.memory import Memory
from rag.cli import app
from rag.errors import MissingExtra, SettingsError
from rag.settings import Settings
from tests.api.slack.conftest import slack_settings
from tests.api.slack.web_api import BOT_TOKEN, SECRET, Fault
from tests.api.slack.web_api import SCOPES as GRANTED
from tests.api.slack.workspace import Workspace
from tests.conftest import ROOT

_MANIFEST = yaml.safe_load((ROOT / "docs" / "slack-manifest.yaml").read_text("utf-8"))


def missing(settings: Settings, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    ok = check(settings, as_json=True)
    found = json.loads(capsys.readouterr().out)
    wrong = {finding["what"]: finding["detail"] for finding in found if not finding["ok"]}
    assert ok == (not wrong)
    return wrong


def test_all_is_there(workspace: Workspace, seeds_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = slack_settings(workspace, seeds_folder, slack_signing_secret=SecretStr(SECRET))
    assert check(settings, as_json=False)
    said = capsys.readouterr().out
    assert "ok      WENJU_SLACK_BOT_TOKEN: wenju in Newsroom" in said
    assert "ok      WENJU_SLACK_APP_TOKEN: Socket Mode opens" in said
    assert "5 documents" in said
    assert "xoxb" not in said
    assert SECRET not in said


def test_what_is_missing_is_named(workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = slack_settings(workspace, tmp_path)
    workspace.scopes = GRANTED.replace("reactions:read,", "")
    assert list(missing(settings, capsys)) == ["scope reactions:read", "index"]
    workspace.scopes = GRANTED
    workspace.fail("apps.connections.open", Fault(error="missing_scope"))
    assert "missing_scope" in missing(settings, capsys)["WENJU_SLACK_APP_TOKEN"]
    workspace.fail("auth.test", Fault(error="token_revoked"))
    assert "token_revoked" in missing(settings, capsys)["WENJU_SLACK_BOT_TOKEN"]
    odd = slack_settings(workspace, tmp_path, slack_signing_secret=SecretStr("xoxb-in-the-wrong-place"))
    wrong = missing(odd, capsys)["WENJU_SLACK_SIGNING_SECRET"]
    assert "32 hexadecimal" in wrong
    assert "xoxb" not in wrong


def test_nothing_is_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(data=tmp_path, slack_api_url="http://127.0.0.1:9/api/")
    assert list(missing(settings, capsys)) == ["WENJU_SLACK_BOT_TOKEN", "WENJU_SLACK_APP_TOKEN", "index"]
    with pytest.raises(SettingsError, match="WENJU_SLACK_BOT_TOKEN is not set"):
        answer(settings)


def test_slack_out_of_reach_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(
        data=tmp_path, slack_bot_token=SecretStr("xoxb-1"), slack_app_token=SecretStr("xapp-1"),
        slack_api_url="http://127.0.0.1:9/api/",
    )  # fmt: skip
    wrong = missing(settings, capsys)
    assert "cannot be reached" in wrong["WENJU_SLACK_BOT_TOKEN"]
    assert "cannot be reached" in wrong["WENJU_SLACK_APP_TOKEN"]


def test_without_the_extra_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "slack_bolt", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "slack_bolt" else object())
    with pytest.raises(MissingExtra, match=r"wenju\[slack\]"):
        answer(Settings(data=tmp_path))


@pytest.fixture
def command_line(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command line with the front ends that pyproject.toml names, whatever is installed."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    group = "wenju.front_ends"
    found = EntryPoints(EntryPoint(name, value, group) for name, value in declared[group].items())
    monkeypatch.setattr("rag.cli.entry_points", found.select)
    return CliRunner()


def test_the_commands(
    workspace: Workspace, folder: Path, command_line: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    checked = command_line.invoke(
        app, ["slack", "--check", "--json", "--data", str(folder)],
        env={"WENJU_SLACK_BOT_TOKEN": BOT_TOKEN, "WENJU_SLACK_API_URL": workspace.url},
    )  # fmt: skip
    assert checked.exit_code == 1
    wrong = [finding["what"] for finding in json.loads(checked.stdout) if not finding["ok"]]
    assert wrong == ["WENJU_SLACK_APP_TOKEN", "index"]
    Memory(folder).close()
    exported = command_line.invoke(app, ["slack", "--export-feedback", "asked.jsonl", "--json", "--data", str(folder)])
    assert json.loads(exported.stdout)["questions"] == 0
    assert (tmp_path / "asked.jsonl").read_text() == ""
    assert isinstance(command_line.invoke(app, ["slack", "--data", str(folder)]).exception, SettingsError)


def test_the_manifest_asks_for_what_the_bot_needs() -> None:
    assert set(_MANIFEST["oauth_config"]["scopes"]["bot"]) == set(SCOPES)
    (command,) = _MANIFEST["features"]["slash_commands"]
    assert (command["command"], command["should_escape"]) == (COMMAND, True)
    (shortcut,) = _MANIFEST["features"]["shortcuts"]
    assert (shortcut["callback_id"], shortcut["type"]) == (CHECK, "message")
    assert set(_MANIFEST["settings"]["event_subscriptions"]["bot_events"]) == {
        "app_mention", "message.channels", "message.groups", "message.im", "message.mpim", "reaction_added",
        "reaction_removed",
    }  # fmt: skip
    assert _MANIFEST["settings"]["socket_mode_enabled"] is True
    assert _MANIFEST["settings"]["interactivity"]["is_enabled"] is True

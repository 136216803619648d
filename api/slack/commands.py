"""`wenju slack`: the commands. Nothing of Slack's is imported before it is needed: it is an extra."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from contextlib import closing
from pathlib import Path

from api.slack.feedback import Exported, export
from api.slack.memory import FILE, Memory
from rag.cli_output import print_json, print_line
from rag.errors import MissingExtra, StoreError
from rag.settings import Settings
from rag.wiring import build


def answer(settings: Settings) -> None:
    """Answers over Socket Mode until Ctrl-C or SIGTERM.

    Raises MissingExtra, SettingsError for a token that is missing or refused, and as `rag.wiring.build` does.
    """
    _require_slack()
    from api.slack.socket import required, serve_until_signalled

    required(settings.slack_bot_token, "SLACK_BOT_TOKEN")
    required(settings.slack_app_token, "SLACK_APP_TOKEN")
    with closing(build(settings)) as service:
        serve_until_signalled(service, _say)


def check(settings: Settings, as_json: bool) -> bool:
    """Prints what is there and what is missing; whether all is there."""
    _require_slack()
    from api.slack.check import Finding, findings

    async def collected() -> list[Finding]:
        return [finding async for finding in findings(settings)]

    found = asyncio.run(collected())
    if as_json:
        print_json(found)
    else:
        for finding in found:
            print_line(f"{'ok     ' if finding.ok else 'MISSING'} {finding.what}: {finding.detail}")
    return all(finding.ok for finding in found)


def export_feedback(settings: Settings, file: Path, as_json: bool) -> None:
    """Writes the questions that people voted on. Raises StoreError where the bot has never run."""
    if not (settings.data / FILE).is_file():
        raise StoreError(f"the Slack bot has not run over {settings.data} yet, so there are no votes")
    with closing(Memory(settings.data)) as memory:
        done = export(memory.rated(), file)
    print_json(done) if as_json else print_line(_summary(done))


def _summary(done: Exported) -> str:
    return f"{done.questions} questions in {done.file}, {done.to_review} to review in {done.review}"


def _say() -> None:
    print("wenju answers in Slack (Ctrl-C stops it)", file=sys.stderr, flush=True)


def _require_slack() -> None:
    if any(importlib.util.find_spec(name) is None for name in ("slack_bolt", "aiohttp")):
        raise MissingExtra("the Slack bot", "slack")

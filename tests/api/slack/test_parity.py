"""The same question gives the same text, citations and abstention in Slack, over both HTTP routes and in a terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from api.service import Service
from api.slack import blocks
from api.slack.mrkdwn import unescape
from rag.cli import app
from tests.api.slack.conftest import Botting
from tests.api.slack.web_api import BOT, Message
from tests.api.slack.workspace import Workspace, section_texts
from tests.conftest import ROOT

_ABSENT = [
    "What is the price of butter in Paris?", "Which chess opening begins with e4 e5 Nf3?", "谁写了《红楼梦》？",
    "¿Cuántos goles marcó Messi en 2012?", "Quelle est la capitale de la Mongolie ?",
]  # fmt: skip
_SOURCE = re.compile(r"\*\[(\d+)\]\* (.*)")


def questions() -> Iterator[str]:
    yield from _ABSENT
    with (ROOT / "eval" / "datasets" / "seeds_qa.dev.jsonl").open(encoding="utf-8") as lines:
        yield from (json.loads(line)["question"] for line in islice(lines, 45))


def seen(answer: dict[str, Any]) -> tuple[str, list[tuple[int, str, str]], bool]:
    """Text, citations and abstention. White space is where messages and sections meet, and not compared."""
    cited = [(one["marker"], one["source"], "".join(one["quote"].split())) for one in answer["citations"]]
    return "".join((answer.get("answer") or answer["content"]).split()), cited, answer["abstained"]


def seen_in_slack(replies: list[Message]) -> tuple[str, list[tuple[int, str, str]], bool]:
    text = "".join(blocks.said(reply["blocks"], blocks.Role.ANSWER) for reply in replies)
    cited: list[tuple[int, str, str]] = []
    for section in (section for reply in replies for section in section_texts(reply, "source")):
        head, *quoted = section.split("\n")
        if match := _SOURCE.match(head):
            cited.append((int(match[1]), unescape(match[2].rpartition(" · ")[2]), ""))
        else:
            quoted = [head, *quoted]
        marker, source, quote = cited.pop()
        more = unescape("".join(line.removeprefix(">") for line in quoted))
        cited.append((marker, source, quote + "".join(more.split())))
    return "".join(text.split()), cited, not cited


@pytest.fixture
def command_line(monkeypatch: pytest.MonkeyPatch, seeds_service: Service) -> CliRunner:
    """The command line over the warm service: a process of its own for each question would take a second each."""
    monkeypatch.setattr("rag.wiring.build", lambda *_, **__: _Open(seeds_service))
    return CliRunner()


class _Open:
    def __init__(self, service: Service) -> None:
        self.assistant = service.assistant

    def close(self) -> None:
        pass


def test_fifty_questions_have_one_answer_each_wherever_they_are_asked(
    workspace: Workspace, botting: Botting, seeds_service: Service, client: httpx.Client, command_line: CliRunner
) -> None:
    botting(service=seeds_service)
    asked = list(questions())
    assert len(asked) == 50
    threads = [workspace.say("C1", f"<@{BOT}> {question}") for question in asked]
    abstained = 0
    for question, thread in zip(asked, threads, strict=True):
        native = client.post("/v1/answers", json={"question": question}).json()
        answer = seen(native)
        chat = {"model": "wenju", "messages": [{"role": "user", "content": question}]}
        completion = client.post("/v1/chat/completions", json=chat).json()
        terminal = command_line.invoke(app, ["ask", question, "--json"])
        whole = workspace.wait(partial(_whole, workspace, thread))
        assert seen(completion["choices"][0]["message"]) == answer, question
        assert seen(json.loads(terminal.stdout)) == answer, question
        assert seen_in_slack(whole) == answer, question
        short = "".join("".join(section_texts(reply, "short")) for reply in whole)
        assert unescape(short.strip("*")) == (native["short"] or ""), question
        abstained += answer[2]
    assert 5 <= abstained <= 20


def test_a_message_is_checked_by_the_real_verifier(
    workspace: Workspace, botting: Botting, seeds_service: Service
) -> None:
    botting(service=seeds_service)
    text = "瑞安“两重”“两新”项目已争取资金9亿元，排名温州前三。贝多芬写了九部交响曲。"
    workspace.shortcut("C1", workspace.write("C1", text)["ts"])
    view = workspace.wait(lambda: next((view for view in workspace.views.values() if "与文章不符" in str(view)), None))
    texts = section_texts(view)
    assert texts[0].startswith("❌ *与文章不符*\n瑞安“两重”“两新”项目已争取资金9亿元")
    assert "已争取资金8亿元" in texts[1]
    assert texts[-1].startswith("❔ *文章里没有找到*\n贝多芬")


def _whole(workspace: Workspace, thread: str) -> list[Message] | None:
    """The replies once the last has its thumbs."""
    replies = workspace.replies("C1", thread)
    done = any(block["type"] == "actions" for reply in replies for block in reply["blocks"])
    return replies if done else None

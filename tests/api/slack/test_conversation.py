"""Questions to the bot and what becomes of them, over Socket Mode and the real answers of the seeds."""

from __future__ import annotations

from tests.api.slack.conftest import Botting
from tests.api.slack.workspace import BOT, Workspace, section_texts

FUNDS = "瑞安“两重”“两新”项目已争取资金多少亿元？"
ANSWER = "据悉，今年以来，我市“两重”“两新”项目已争取资金8亿元，排名温州前三[1]。"


def test_a_mention_is_answered_in_its_thread_with_its_source(workspace: Workspace, botting: Botting) -> None:
    botting(public_url="https://news.example/")
    ts = workspace.say("C1", f"<@{BOT}> {FUNDS}")
    (reply,) = workspace.answered("C1", ts)
    assert section_texts(reply, "answer") == [ANSWER]
    (source,) = section_texts(reply, "source")
    assert source.startswith("*[1]* <https://news.example/#article=")
    assert "项目谋划情况> · 000_ba15fce85618bca1.txt\n>据悉" in source
    assert [block["type"] for block in reply["blocks"]][-1] == "actions"
    assert len(workspace.called("chat.postMessage")) == 1

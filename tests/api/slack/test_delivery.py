"""When Slack is slow, full, or gone: everything answered, nothing twice, every limit kept."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from api.slack import blocks
from api.slack.delivery import Pace
from api.slack.memory import Memory
from api.slack.mrkdwn import escape, plain, size, split, unescape
from api.slack.words import words_for
from rag.errors import SettingsError, StoreError
from rag.types import Answer, Citation, Nearest, Question, Reason, Statement
from tests.api.slack.conftest import CITED, Botting, Scripted, answering, answers
from tests.api.slack.limits import check_message
from tests.api.slack.web_api import BOT, Fault, Message
from tests.api.slack.workspace import Workspace, roles, section_texts
from tests.conftest import SEEDS

ASK = f"<@{BOT}> "


def texts(workspace: Workspace, channel: str) -> Counter[str]:
    """The answers in a channel, and how often each stands there."""
    return Counter("".join(section_texts(reply, "answer")) for reply in workspace.replies(channel))


def about(question: Question) -> str:
    return f"About {question.text}"


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
def test_a_429_is_waited_out(workspace: Workspace, botting: Botting, method: str) -> None:
    botting(Scripted())
    workspace.fail(method, Fault(429, retry_after=1, times=2))
    started = time.monotonic()
    workspace.answered("C1", workspace.say("C1", f"{ASK}How long?"))
    assert time.monotonic() - started >= 2
    assert workspace.refused == {method: 2}
    assert len(workspace.replies("C1")) == 1


@pytest.mark.parametrize(
    "fault",
    [Fault(500), Fault(502, error="<html>"), Fault(error="internal_error"), Fault(cut_after=True)],
    ids=["500", "502", "internal_error", "cut"],
)
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
def test_a_call_whose_fate_is_unknown_is_repeated_but_not_its_message(
    workspace: Workspace, botting: Botting, method: str, fault: Fault
) -> None:
    botting(Scripted())
    workspace.fail(method, Fault(fault.status, fault.error, cut_after=fault.cut_after))
    ts = workspace.say("C1", f"{ASK}How long?")
    workspace.answered("C1", ts)
    assert texts(workspace, "C1") == {"It is 300 metres long[1].": 1}


def test_a_reply_that_somebody_deleted_is_posted_anew(workspace: Workspace, botting: Botting) -> None:
    botting(Scripted(answering("First.", "Second.", seconds=0.3)))
    ts = workspace.say("C1", f"{ASK}How long?")
    placeholder = workspace.wait(lambda: workspace.replies("C1", ts))[0]
    workspace.messages["C1"].pop(placeholder["ts"])
    workspace.answered("C1", ts)
    assert texts(workspace, "C1") == {"First[1]. Second[1].": 1}


@pytest.mark.parametrize("politely", [True, False])
def test_a_lost_connection_is_opened_again_and_nothing_is_lost(
    workspace: Workspace, botting: Botting, politely: bool
) -> None:
    botting(scripted := Scripted(lambda question: answers(question, about(question))))
    workspace.answered("C1", workspace.say("C1", f"{ASK}before"))
    opened = len(workspace.called("apps.connections.open"))
    workspace.disconnect(politely=politely)
    workspace.say("C1", f"{ASK}meanwhile")
    workspace.wait(lambda: len(workspace.called("apps.connections.open")) > opened, timeout=40)
    workspace.answered("C1", workspace.say("C1", f"{ASK}after"), count=1)
    workspace.wait(
        lambda: texts(workspace, "C1") == {f"About {word}[1]": 1 for word in ("before", "meanwhile", "after")}
    )
    assert Counter(question.text for question in scripted.asked).most_common(1)[0][1] == 1


def test_a_hundred_mentions_at_once(workspace: Workspace, botting: Botting) -> None:
    """Slack refuses what comes too quickly; nothing does."""
    workspace.post_interval, workspace.update_interval = 0.05, 0.03
    botting(scripted := Scripted(lambda question: answers(question, about(question))), pace=Pace(0.05, 0.03, 1, 0.05))
    channels = ["C1", "C2", "C3"]
    for number in range(100):
        workspace.say(channels[number % 3], f"{ASK}question {number}")
    wanted = {f"About question {number}[1]": 1 for number in range(100)}

    def all_there() -> bool:
        return sum((texts(workspace, channel) for channel in channels), Counter()) == wanted

    workspace.wait(all_there, timeout=120)
    assert len(scripted.asked) == 100
    assert len(workspace.called("chat.postMessage")) == 100
    assert not workspace.refused


def test_a_hundred_mentions_at_once_against_a_stricter_slack(workspace: Workspace, botting: Botting) -> None:
    """Slack's real limits may be tighter than the published ones: what it refuses is sent again when it says so."""
    workspace.fail("chat.postMessage", Fault(429, times=10))
    workspace.fail("chat.update", Fault(429, times=3))
    botting(scripted := Scripted(lambda question: answers(question, about(question))), pace=Pace(0.0, 0.0, 1, 0.05))
    for number in range(100):
        workspace.say(f"C{number % 20}", f"{ASK}question {number}")
    wanted = {f"About question {number}[1]": 1 for number in range(100)}
    channels = [f"C{number}" for number in range(20)]
    workspace.wait(lambda: sum((texts(workspace, one) for one in channels), Counter()) == wanted, timeout=120)
    assert workspace.refused == {"chat.postMessage": 10, "chat.update": 3}
    assert len(scripted.asked) == 100


_BOT = """
import asyncio, sys, time
from pathlib import Path
from api.slack.delivery import Pace
from api.slack.socket import serve
from tests.api.slack.conftest import Scripted, SlackService, answers
from pydantic import SecretStr
from rag.settings import Settings

url, data = sys.argv[1:]
settings = Settings(data=Path(data), slack_bot_token=SecretStr("xoxb-test-1"), slack_app_token=SecretStr("xapp-test-1"),
    slack_api_url=url)
scripted = Scripted(lambda question: answers(question, f"About {question.text}", seconds=0.05))

async def run():
    await serve(SlackService(settings, scripted), asyncio.Event(), lambda: print("ready", flush=True),
        Pace(0.02, 0.01, 1, 0.05))

asyncio.run(run())
"""


def process(workspace: Workspace, folder: Path) -> subprocess.Popen[str]:
    bot = subprocess.Popen(
        [sys.executable, "-c", _BOT, workspace.url, str(folder)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(SEEDS.parent)},
    )  # fmt: skip
    assert bot.stdout is not None
    assert bot.stdout.readline() == "ready\n"
    return bot


def end(bot: subprocess.Popen[str]) -> None:
    bot.kill()
    bot.communicate()


def test_killed_in_the_middle_and_started_again(workspace: Workspace, folder: Path) -> None:
    """What was confirmed to Slack is remembered, what was not is delivered again; no question has two replies."""
    bot = process(workspace, folder)
    for number in range(30):
        workspace.say("C1", f"{ASK}question {number}")
    workspace.wait(lambda: sum(texts(workspace, "C1").values()) >= 5)
    end(bot)
    seen = len(workspace.replies("C1"))
    assert seen < 30 or "wait" in set().union(*map(roles, workspace.replies("C1"))), "it was done before it was killed"
    for number in range(30, 35):
        workspace.say("C1", f"{ASK}question {number}")
    bot = process(workspace, folder)
    try:
        wanted = {f"About question {number}[1]": 1 for number in range(35)}
        workspace.wait(lambda: texts(workspace, "C1") == wanted, timeout=90)
    finally:
        end(bot)


def test_a_placeholder_of_a_dead_process_is_found_again(workspace: Workspace, folder: Path, botting: Botting) -> None:
    """The process died between Slack's taking the message and noting it down."""
    from api.slack.jobs import ask_job

    message = workspace.write("C1", f"{ASK}How long?")
    job = ask_job(message, "T0TEAM")
    memory = Memory(folder)
    memory.accept("Ev0", job)
    memory.begin(job.key)
    memory.close()
    page = blocks.waiting(job.key, [], "Searching")
    workspace._chat_postMessage(
        {"channel": "C1", "thread_ts": message["ts"], "text": page.text, "blocks": list(page.blocks)}
    )
    botting(Scripted())
    workspace.answered("C1", message["ts"])
    assert texts(workspace, "C1") == {"It is 300 metres long[1].": 1}


def test_a_question_that_ends_every_process_is_given_up(folder: Path, workspace: Workspace) -> None:
    from api.slack.jobs import ask_job

    job = ask_job(workspace.write("C1", "poison"), "T0TEAM")
    memory = Memory(folder)
    memory.accept("Ev0", job)
    for _ in range(3):
        assert memory.unfinished() == [job.key]
        memory.begin(job.key)
    assert memory.unfinished() == []
    memory.close()


def test_only_one_process_answers_from_a_folder(botting: Botting) -> None:
    botting(Scripted())
    with pytest.raises(StoreError, match="another process"):
        botting(Scripted())


def test_a_refused_token_is_said(botting: Botting, workspace: Workspace) -> None:
    workspace.fail("auth.test", Fault(error="invalid_auth"))
    with pytest.raises(SettingsError, match=r"WENJU_SLACK_BOT_TOKEN \(invalid_auth\)"):
        botting(Scripted())
    workspace.fail("apps.connections.open", Fault(error="not_allowed_token_type"))
    with pytest.raises(SettingsError, match="WENJU_SLACK_APP_TOKEN"):
        botting(Scripted())


HOSTILE = "<!channel> <!here> <@U0BEN> <#C1> <https://evil.example|click> & &lt;!everyone&gt; "


def hostile(question: Question) -> Answer:
    citation = Citation(1, "a1", f"{HOSTILE}.txt", f"{HOSTILE}|t", None, HOSTILE * 3, CITED.spans, None, HOSTILE, 0.5)
    text = f"{HOSTILE}[1]"
    return Answer(
        question.text, text, None, False, None, (Statement(text, (1,), True),), (citation,), (), "extractive", None
    )


@pytest.mark.parametrize("url", [None, "https://news.example"])
def test_nothing_of_an_article_is_obeyed_by_slack(url: str | None) -> None:
    """Only the bot's own angle brackets are left: links to its own page."""
    (page,) = blocks.answer("C1:1.0", [], hostile(Question("?")), words_for("en"), url)
    sent = str(page.blocks) + page.text
    for obeyed in ("<!", "<@", "<#", "<https://evil"):
        assert obeyed not in sent
    assert sent.count("<") == (1 if url else 0)
    assert blocks.said(page.blocks, blocks.Role.ANSWER) == f"{HOSTILE}[1]"
    assert all(block["text"]["verbatim"] for block in page.blocks if "text" in block)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("<@U0BOT> what?", "what?"),
        ("<@U0BOT|wenju>: who is <@U0ANN|ann> in <#C1|general>?", ": who is @ann in #general?"),
        ("<!subteam^S1|@desk> <!here> <!date^1^{date}|today>", "@desk @here today"),
        ("see <https://x.example/a?b=1&amp;c=2>", "see https://x.example/a?b=1&c=2"),
        ("<mailto:a@x.example|a@x.example> 1 &lt; 2 &amp;&amp; 3 &gt; 2", "a@x.example 1 < 2 && 3 > 2"),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_what_people_write_is_read_as_they_see_it(sent: str, meant: str) -> None:
    assert plain(sent, BOT) == meant


@pytest.mark.parametrize(
    "text", ["一句。" * 900, "A sentence & more. " * 300, "&" * 4000, "长" * 5000, "😀" * 2000, "a <b> c"]
)
def test_long_texts_are_split_at_sentences_and_lose_nothing(text: str) -> None:
    pieces = list(split(text, 1000))
    assert all(0 < size(piece) <= 1000 for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert unescape(escape(text)) == text
    if "。" in text:
        assert all(piece.endswith("。") for piece in pieces)


def longest() -> Answer:
    """More than any answer can be: fifty citations whose quotes, titles and sources are all too long."""
    sentences = [f"第{number}句话说得很长，" + "一二三四五六七八九十" * 60 + "。" for number in range(50)]
    quote = "他说：“A & B < C > D。”" * 300
    citations = tuple(
        Citation(number, f"a{number}", f"{'folder/' * 200}{number}.txt", "标题" * 400, None, quote, CITED.spans * 50,
                 None, sentences[number - 1], 0.9)
        for number in range(1, 51)
    )  # fmt: skip
    text = "".join(f"{sentence[:-1]}[{number}]。" for number, sentence in enumerate(sentences, 1))
    statements = tuple(Statement(sentence, (number,), True) for number, sentence in enumerate(sentences, 1))
    return Answer("问？", text, None, False, None, statements, citations, (), "extractive", None)


def test_a_refusal_shows_the_nearest_that_the_sources_say() -> None:
    near = Nearest("a1", "page.txt", "标题", None, "欢迎通过举报电话反映问题。", CITED.spans)
    reply = Answer("号码？", "没有找到。", None, True, Reason.NO_EVIDENCE, (), (), (), "extractive", None, nearest=near)
    (page,) = blocks.answer("C1:1", [], reply, words_for(reply.answer), "https://news.example")
    (shown,) = section_texts(message(page), "nearest")
    assert f">{near.quote}" in shown
    assert "#article=a1" in shown


def test_the_longest_answer_keeps_slacks_limits_and_loses_nothing() -> None:
    answer = longest()
    pages = blocks.answer("C0123456789:1700000000.000001", [], answer, words_for(answer.answer), "https://news.example")
    for page in pages:
        assert check_message({"text": page.text, "blocks": list(page.blocks)}) == []
    assert "".join(blocks.said(page.blocks, blocks.Role.ANSWER).replace("\n", "") for page in pages) == answer.answer
    shown = "".join(
        line.removeprefix(">") for page in pages for text in section_texts(message(page), "source")
        for line in text.splitlines() if line.startswith(">")
    )  # fmt: skip
    assert unescape(shown) == "".join(citation.quote for citation in answer.citations)


def message(page: blocks.Page) -> Message:
    return {"blocks": list(page.blocks)}


def test_a_long_answer_takes_several_messages_and_an_edit_takes_them_back(
    workspace: Workspace, botting: Botting
) -> None:
    botting(
        Scripted(
            lambda question: answers(
                question, *(["很长的一句话" * 100 + "。"] * 30 if "long" in question.text else ["Short."])
            )
        )
    )
    ts = workspace.say("C1", f"{ASK}long")
    replies = workspace.wait(
        lambda: [one for one in workspace.replies("C1", ts) if "vote" in roles(one)] and workspace.replies("C1", ts)
    )
    assert len(replies) > 3
    workspace.edit("C1", ts, f"{ASK}short")
    workspace.wait(lambda: texts(workspace, "C1") == {"Short[1].": 1})

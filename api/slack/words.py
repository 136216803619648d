"""What the bot itself says, in Chinese, or in English to askers in any other language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rag.text.language import detect_language
from rag.types import Reason, Verdict


@dataclass(frozen=True, slots=True)
class Words:
    searching: str
    checking: str
    sources: str
    nearest: str
    asked: str
    untitled: str
    good: str
    bad: str
    thanks: str
    not_here: str
    nothing_asked: str
    nothing_to_check: str
    unexpected: str
    failed: str
    late: str
    admins_only: str
    saved: str
    no_sources: str
    more: str
    articles: str
    check_title: str
    close: str
    help: str
    reasons: Mapping[Reason, str]
    verdicts: Mapping[Verdict, str]


_ENGLISH = Words(
    searching=":mag: Searching the articles…",
    checking=":mag: Checking against the articles…",
    sources="Sources",
    nearest="The nearest that the sources say",
    asked="{user} asks:",
    untitled="(untitled)",
    good="👍 Helpful",
    bad="👎 Not helpful",
    thanks="Thank you, noted.",
    not_here="I am not set up to answer in this conversation. Whoever runs me can allow it in WENJU_SLACK_CHANNELS and"
    " WENJU_SLACK_TEAMS.",
    nothing_asked="What would you like to know? Write the question in the same message.",
    nothing_to_check="There is no text in this message that could be checked.",
    unexpected="Something went wrong while answering; the log of the bot says more. Please ask again.",
    failed="That did not work: {detail}",
    late="Slack took too long to pass this on, so the window could not be opened. Please try again.",
    admins_only="Only admins and owners of the workspace can change how I answer in a channel.",
    saved="Saved. From now on I answer in this channel with: {settings}.",
    no_sources="There are no articles that this channel is shown.",
    more="… and {count} more",
    articles="{count} articles",
    check_title="Check this claim",
    close="Close",
    help=(
        "*I answer questions from the articles, and every statement shows its source.*\n"
        "• Mention me in a channel, or write to me directly; I answer in the thread. Go on there without a mention.\n"
        "• `/wenju QUESTION` asks from anywhere.\n"
        "• `/wenju sources` lists the articles that I answer from here.\n"
        "• `/wenju settings` (admins) sets which articles, dates and languages this channel is shown.\n"
        "• *Check this claim*, among a message's shortcuts, tells what the sources say of each of its statements.\n"
        "• Edit a question and its answer changes; delete it and the answer goes.\n"
        "• 👍 and 👎, as buttons or reactions, help to measure and improve the answers."
    ),
    reasons={
        Reason.NO_EVIDENCE: "The articles come near it, but do not say what is asked.",
        Reason.OFF_TOPIC: "The articles do not touch on this subject.",
        Reason.UNSUPPORTED: "What the model said is not borne out by the articles, so it was not used.",
        Reason.LLM_ERROR: "The language model gave no usable reply; these are sentences of the articles.",
    },
    verdicts={
        Verdict.SUPPORTED: "✅ *Supported*",
        Verdict.CONTRADICTED: "❌ *Contradicted*",
        Verdict.NOT_FOUND: "❔ *Not found in the articles*",
    },
)  # fmt: skip

_CHINESE = Words(
    searching=":mag: 正在查找……",
    checking=":mag: 正在核对……",
    sources="依据",
    nearest="文章里最接近的一句",
    asked="{user} 问：",
    untitled="（无标题）",
    good="👍 有用",
    bad="👎 没用",
    thanks="谢谢，已记下。",
    not_here="我没有获准在这里回答。管理我的人可以在 WENJU_SLACK_CHANNELS 和 WENJU_SLACK_TEAMS 里放行。",
    nothing_asked="您想知道什么？请把问题写在同一条消息里。",
    nothing_to_check="这条消息里没有可以核对的文字。",
    unexpected="回答时出了差错，详情见机器人的日志。请再问一次。",
    failed="没有成功：{detail}",
    late="Slack 转达得太慢，窗口没能打开。请再试一次。",
    admins_only="只有工作区的管理员和所有者可以更改本频道的设置。",
    saved="已保存。今后我在本频道按此回答：{settings}。",
    no_sources="本频道没有可以看到的文章。",
    more="……另有 {count} 项",
    articles="{count} 篇",
    check_title="核对这段话",
    close="关闭",
    help=(
        "*我只按所收文章作答，每一句都注明依据。*\n"
        "• 在频道里提到我，或直接给我发消息；我在消息列里回答，在那里接着问不必再提到我。\n"
        "• 在任何地方都可以用 `/wenju 问题` 提问。\n"
        "• `/wenju sources` 列出我在这里据以回答的文章。\n"
        "• `/wenju settings`（管理员）设定本频道看哪些文章、日期和语言。\n"
        "• 消息快捷方式 *Check this claim* 逐句核对一条消息，看文章怎么说。\n"
        "• 改了问题，回答跟着改；删了问题，回答也撤下。\n"
        "• 👍 和 👎，按钮或表情都行，用来衡量和改进回答。"
    ),
    reasons={
        Reason.NO_EVIDENCE: "文章谈到了相近的内容，但没有说到所问的。",
        Reason.OFF_TOPIC: "所收文章没有谈到这个话题。",
        Reason.UNSUPPORTED: "模型的说法在文章里得不到印证，因此没有采用。",
        Reason.LLM_ERROR: "语言模型没有给出可用的回答，以下是文章原句。",
    },
    verdicts={
        Verdict.SUPPORTED: "✅ *有依据*",
        Verdict.CONTRADICTED: "❌ *与文章不符*",
        Verdict.NOT_FOUND: "❔ *文章里没有找到*",
    },
)


def words_for(text: str, language: str | None = None) -> Words:
    """The words for who wrote `text`, or for `language` (ISO 639-1) where a channel has settled on one."""
    if not text and language is None:
        return _ENGLISH
    return _CHINESE if (language or detect_language(text)) == "zh" else _ENGLISH


def help_in_all_languages() -> str:
    """For whoever asks for it before having written a word in any."""
    return f"{_ENGLISH.help}\n\n{_CHINESE.help}"

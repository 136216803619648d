"""Drafts of a question set from an index: what is asked is a number, a name or what a headline is about, and the
evidence is the sentence that says it. A person edits them: a draft knows no second wording and no second place.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.dataset import Gold, Item
from eval.judge import ChatJudge
from rag.index.catalog import Catalog
from rag.text.sentences import split_sentences
from rag.types import ArticleText, Kind

_SHORTEST, _LONGEST = 12, 220  # characters of a sentence that can be asked about
_AMOUNT = re.compile(
    r"(?<![\d.,])\d[\d,]*(?:\.\d+)?(?:%|[万亿千百]+(?:元|人|吨)?|[元人吨个家项次公里名位件座米])?(?![\d.,]\d)"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_SPEAKER = re.compile(
    r"(?:局长|主任|书记|校长|董事长|总经理|教授|院长|记者|负责人|市长|省长|部长|会长)([\u4e00-\u9fff]{2,3})(?=表示|说|介绍|指出|认为|告诉)"
)
_SPOKE = re.compile(r"\b((?:[A-Z][\w’'-]+ ){1,3}[A-Z][\w’'-]+)(?=,? (?:said|says|told|noted|added|explained)\b)")
_CLOSING = "。.！!？?；; "
_GAP = "____"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What of a sentence is asked for: `[start, end)`, and of which type the question is."""

    start: int
    end: int
    type: str


def drafted(catalog: Catalog, count: int, seed: int, chat: ChatJudge | None = None) -> list[Item]:
    """At most `count` questions, spread over the articles; the same for the same index and seed, without a chat model.

    Raises LLMError when the chat model fails.
    """
    rng = random.Random(seed)
    articles = [catalog.article(article.id) for article in catalog.articles() if article.kind is Kind.ARTICLE]
    rng.shuffle(articles)
    queues = [_candidates(article, rng) for article in articles]
    items: list[Item] = []
    while queues and len(items) < count:
        remaining = []
        for queue in queues:
            item = next(queue, None)
            if item is None:
                continue
            remaining.append(queue)
            if len(items) < count:
                items.append(_worded(item, chat, len(items) + 1))
        queues = remaining
    return items


def write_drafts(path: Path, items: Sequence[Item]) -> None:
    """One question a line, in our format."""
    rows = [
        {
            "id": item.id, "question": item.question, "language": item.language, "type": item.type,
            "answers": item.answers, "parts": item.parts,
            "evidence": [{"source": gold.source, "quote": gold.quote} for gold in item.evidence],
        }
        for item in items
    ]  # fmt: skip
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def _candidates(article: ArticleText, rng: random.Random) -> Iterator[Item]:
    """Questions after the sentences of one article in random order, a headline's first."""
    sentences = [article.text[start:end] for start, end in split_sentences(article.text)]
    sentences = [text for text in sentences if _SHORTEST <= len(text) <= _LONGEST]
    if article.title and sentences:
        yield _item(article, _headline(article.title, article.language), sentences[0], "headline", sentences[0])
    for sentence in rng.sample(sentences, len(sentences)):
        found = list(_askable(sentence))
        if found:
            asked = rng.choice(found)
            answer = sentence[asked.start : asked.end]
            yield _item(article, _question(sentence, asked, article.language), answer, asked.type, sentence)


def _askable(sentence: str) -> Iterator[_Asked]:
    for match in _AMOUNT.finditer(sentence):
        if not _YEAR.fullmatch(match[0]) and len(match[0]) > 1:
            yield _Asked(match.start(), match.end(), "number")
    for pattern in (_SPEAKER, _SPOKE):
        for match in pattern.finditer(sentence):
            yield _Asked(match.start(1), match.end(1), "who")


def _headline(title: str, language: str) -> str:
    return f"《{title}》报道了什么？" if language == "zh" else f"What does “{title}” report?"


def _question(sentence: str, asked: _Asked, language: str) -> str:
    """In Chinese a question word takes the place of the answer; in other languages a gap does, as their word order
    would change.
    """
    before, after = sentence[: asked.start], sentence[asked.end :].rstrip(_CLOSING)
    if language != "zh":
        return f"{before}{_GAP}{after}?"
    unit = re.sub(r"^[\d,.]+", "", sentence[asked.start : asked.end])
    word = "谁" if asked.type == "who" else "百分之多少" if unit == "%" else f"多少{unit}"
    return f"{before}{word}{after}？"


def _item(article: ArticleText, question: str, answer: str, kind: str, sentence: str) -> Item:
    return Item("", question, article.language, kind, (answer,), (), (Gold(article.source, sentence),))


def _worded(item: Item, chat: ChatJudge | None, number: int) -> Item:
    question = item.question if chat is None else chat.question(item.evidence[0].quote, item.answers[0], item.language)
    return Item(f"d-{number:03}", question or item.question, item.language, item.type, item.answers, (), item.evidence)

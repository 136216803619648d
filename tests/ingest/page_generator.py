"""Newspaper pages made from known articles, so that the truth about them is known.

A page is set as a compositor would: paragraphs are wrapped into columns with the marks kept off line starts, headlines
drift, captions and running heads stand where a page ends, display type is printed twice. Every line remembers which
article it is. Twenty styles, each a combination of such habits; a style and a seed give the same page always."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rag.ingest.lines import ink_width

_NO_LINE_START = "，。、；：？！”’》）】…"
_NO_LINE_END = "“‘《（【"
_NAMES = (
    "王建国",
    "李晓梅",
    "张伟",
    "陈思远",
    "刘洋",
    "赵敏",
    "周立新",
    "吴佳",
    "郑海波",
    "孙悦",
    "林静",
    "黄志强",
    "徐萌",
    "何雨",
    "高峰",
)
_LAST_WORD = re.compile(r"[!-~]{1,8}$")
_SCENES = (
    "志愿者在街头清扫积雪",
    "干部走访慰问困难群众",
    "果农在大棚里采摘草莓",
    "工人在车间里检查设备",
    "学生在现场参加演练",
)
_HEADS = ("今日要闻", "本地新闻", "深度报道", "经济观察")


@dataclass(frozen=True)
class Article:
    """What is known before the page is set. `headline` has one or more lines."""

    headline: tuple[str, ...]
    reporters: tuple[str, ...]
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Style:
    """The habits of one newspaper."""

    number: int
    lead: str  # 本报讯, 新华社, square (■ byline), role (本报记者 byline) or none
    width: int
    wider: int  # the width that long stories change to, 0 for never
    headlines: str  # above, after, before or foot: where headlines stand
    blank_lines: bool
    indent: bool
    page_break: str
    printed_twice: bool
    letter_spaced: bool
    captions: bool
    heads: bool
    vertical: bool = False
    wrapping: str = "squeezed"  # a number that does not fit: squeezed in, or carried over; or counted in characters


@dataclass
class SetPage:
    """A page as its text layer reads, with the truth: for every article the offsets of its characters."""

    text: str
    articles: list[Article]
    offsets: list[set[int]]
    furniture: list[str]


def styles() -> list[Style]:
    """The twenty styles."""
    rng = random.Random(20)
    leads = ("本报讯", "新华社", "square", "role", "本报讯")
    places = ("above", "after", "before", "foot")
    breaks = ("space", "blanks", "feed")
    made = []
    for number in range(20):
        lead = leads[number % len(leads)]
        made.append(
            Style(
                number=number,
                lead=lead,
                width=rng.choice((9, 11, 13, 15, 17, 20)),
                wider=rng.choice((0, 0, 24, 28)),
                headlines="above" if lead == "none" else places[number % len(places)],
                blank_lines=rng.random() < 0.6,
                indent=rng.random() < 0.3,
                page_break=breaks[number % len(breaks)],
                printed_twice=rng.random() < 0.4,
                letter_spaced=rng.random() < 0.5,
                captions=rng.random() < 0.6,
                heads=rng.random() < 0.5,
                vertical=number % 7 == 3,
            )
        )
    return made


def pool(seeds: Path, truth: Path) -> list[Article]:
    """Known articles: the stories of the dev truth, and the sections of the report as stories of their own."""
    found = []
    for document in json.loads(truth.read_text("utf-8")):
        stripped = "".join((seeds / document["doc"]).read_text("utf-8").split())
        for story in document["articles"]:
            if story["reporter"] and story.get("headline_verbatim_in_text"):
                body = stripped[slice(*story["span"])].split("）", 1)[1]
                headline = tuple(story.get("headline_norm", story["headline"]).split())
                found.append(Article(headline, tuple(story["reporter"]), _paragraphs(body)))
    return found + _report_sections(seeds)


def _report_sections(seeds: Path) -> list[Article]:
    """Paragraphs of the Markdown report, each headed by its first clause."""
    found = []
    half_to_full = str.maketrans(",;:!?()", "，；：！？（）")
    for path in sorted(seeds.glob("004*")):
        for number, line in enumerate(path.read_text("utf-8").split("\n")):
            text = line.strip().translate(half_to_full)
            if len(text) > 260 and text[0] not in "（#":
                title = text.split("。")[0].split("，")[0]
                reporters = (_NAMES[number % len(_NAMES)],)
                if 7 <= len(title) <= 24:
                    found.append(Article((title,), reporters, _paragraphs(text)))
    return found


def _paragraphs(body: str) -> tuple[str, ...]:
    sentences = [sentence + "。" for sentence in body.split("。") if sentence]
    groups = ["".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3)]
    merged: list[str] = []
    for group in groups:
        if merged and (group[0] in "”’）》" or merged[-1].count("“") > merged[-1].count("”")):
            merged[-1] += group
        else:
            merged.append(group)
    return tuple(merged)


@dataclass
class _Setter:
    style: Style
    rng: random.Random
    rows: list[tuple[str, int]] = field(default_factory=list)
    furniture: list[str] = field(default_factory=list)

    def body(self, place: int, article: Article) -> None:
        style = self.style
        text = list(article.paragraphs)
        names = " ".join(article.reporters)
        if style.lead == "本报讯":
            text[0] = f"本报讯（记者 {names}）{text[0]}"
        elif style.lead == "新华社":
            text[0] = f"新华社北京3月{self.rng.randint(1, 28)}日电（记者{'、'.join(article.reporters)}）{text[0]}"
        elif style.lead == "square":
            self.rows.append((f"■{names}", place))
        elif style.lead == "role":
            self.rows.append((f"本报记者 {names}", place))
        for number, paragraph in enumerate(text):
            width = style.wider if style.wider and number >= 2 else style.width
            for row in wrap(paragraph, width, style.wrapping):
                self.rows.append((self._spaced(row), place))

    def _spaced(self, row: str) -> str:
        plain = len(row) > 4 and row.isalpha()
        return " ".join(row) if self.style.letter_spaced and plain and self.rng.random() < 0.3 else row

    def headline(self, article: Article) -> None:
        for number, line in enumerate(article.headline):
            self.rows.append((line * 2 if self.style.printed_twice and number == 0 and len(line) < 20 else line, -1))

    def page_break(self, ended: bool) -> None:
        if self.style.captions:
            name, scene = self.rng.choice(_NAMES), self.rng.choice(_SCENES)
            caption = f"{scene}{scene} {name}{name} 摄摄" if self.style.printed_twice else f"{scene}。 {name} 摄"
            self.rows.append((caption, -2))
            self.furniture.append(scene)
        if self.style.heads:
            self.rows.append((_HEADS[self.style.number % len(_HEADS)], -2))
        self.rows.append(("\f", -3 if ended else -4))
        if self.style.heads:
            self.rows.append((_HEADS[self.style.number % len(_HEADS)], -2))


def wrap(paragraph: str, width: int, wrapping: str = "squeezed") -> list[str]:
    """The lines of a paragraph in a column: indented by two, no mark at a line's start, no opening mark at its end."""
    measure: Callable[[str], float] = len if wrapping == "counted" else ink_width
    rows: list[str] = []
    row = ""
    room = width - 2.0
    for index, char in enumerate(paragraph):
        full = measure(row + char) > room
        breaks_word = char.isascii() and row[-1:].isascii() and not (char.isspace() or row[-1:].isspace())
        if full and row and char not in _NO_LINE_START and (wrapping != "squeezed" or not breaks_word):
            carry = row[-1] if row[-1] in _NO_LINE_END else ""
            if wrapping != "squeezed" and breaks_word and (whole := _LAST_WORD.search(row)) and whole.start():
                carry = whole[0]
            rows.append(row[: len(row) - len(carry)])
            row, room = carry, float(width)
        row += char
        if index == len(paragraph) - 1:
            rows.append(row)
    return [row for row in rows if row]


def set_page(articles: Sequence[Article], style: Style, seed: int) -> SetPage:
    """The articles as one document in the given style; the page breaks inside stories."""
    setter = _Setter(style, random.Random(seed * 100 + style.number))
    order = list(range(len(articles)))
    setter.rng.shuffle(order)
    if style.headlines == "before":
        for place in order:
            setter.headline(articles[place])
    for place, article in enumerate(articles):
        if style.headlines == "above":
            setter.headline(article)
        start = len(setter.rows)
        setter.body(place, article)
        if place % 2 and len(setter.rows) - start > 12:
            _break_inside(setter, start, articles[place] if style.headlines == "foot" else None)
        elif style.headlines == "foot":
            setter.headline(article)
    if style.headlines == "after":
        for place in order:
            setter.headline(articles[place])
    return _printed(setter, list(articles))


def _break_inside(setter: _Setter, start: int, headline: Article | None) -> None:
    """A page break in the middle of the story that was set last, its headline at the foot of its first page."""
    at = start + (len(setter.rows) - start) // 2
    rest = setter.rows[at:]
    del setter.rows[at:]
    if headline:
        setter.headline(headline)
    setter.page_break(ended=False)
    setter.rows += rest


def _printed(setter: _Setter, articles: list[Article]) -> SetPage:
    style = setter.style
    parts: list[str] = []
    offsets: list[set[int]] = [set() for _ in articles]
    at = 0
    fresh = ""
    for text, label in setter.rows:
        if label in (-3, -4):
            fresh = {"space": " ", "blanks": "\n\n\n\n", "feed": "\f"}[style.page_break]
            continue
        gap = "" if not parts else "\n\n" if style.blank_lines and fresh != " " else "\n"
        lead = gap + fresh
        parts.append(lead + text)
        at += len(lead)
        if label >= 0:
            offsets[label] |= {at + place for place, char in enumerate(text) if not char.isspace()}
        at += len(text)
        fresh = ""
    return SetPage("".join(parts), articles, offsets, setter.furniture)

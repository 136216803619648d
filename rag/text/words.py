"""The words of a statement with what each is: a figure, a name, a rare word, a denial, function, content.

Chinese is cut by jieba's dictionary, which also knows most places and forms of personal names; a word that it does not
know is rare, and part of a name more often than not. In alphabets that have capitals, a word with one inside a
sentence is a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rag.text.folding import unify
from rag.text.language import function_words
from rag.text.persons import PERSON, joined
from rag.text.polarity import is_negator

if TYPE_CHECKING:
    import rjieba


class Sort(Enum):
    FIGURE = "figure"
    NAME = "name"
    RARE = "rare"
    DENIAL = "denial"
    FUNCTION = "function"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Word:
    """`text` is folded; `person` where a Chinese name is one of a person."""

    text: str
    sort: Sort
    person: bool = field(default=False, compare=False)

    @property
    def tells(self) -> bool:
        """Whether it is about something: neither a figure nor a denial nor a function word."""
        return self.sort in (Sort.CONTENT, Sort.NAME, Sort.RARE)


_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_KANA = "\u3040-\u309f"
_KATAKANA = "\u30a0-\u30ff"
_HANGUL = "\uac00-\ud7af"
_CJK = _HAN + _KANA + _KATAKANA + _HANGUL
_PIECE = re.compile(
    rf"(?P<figure>\d+(?:[.:]\d+)*%?)|(?P<han>[{_HAN}]+)|(?P<katakana>[{_KATAKANA}]+)|(?P<kana>[{_KANA}]+)|(?P<hangul>[{_HANGUL}]+)"
    rf"|(?P<word>[^\W\d_{_CJK}]+(?:['’-][^\W\d_{_CJK}]+)*)|(?P<stop>[.!?。！？:：\n“\"])"
)
# Chinese words that carry little: particles, pronouns, prepositions, conjunctions, by the dictionary's tags.
_LIGHT_TAGS = ("u", "r", "p", "c", "y", "e", "o", "x", "f", "q", "d")
_LIGHT = frozenset(
    [
        "是",
        "有",
        "在",
        "为",
        "称",
        "说",
        "表示",
        "据",
        "据悉",
        "记者",
        "了",
        "将",
        "已",
        "已经",
        "等",
        "个",
        "日",
        "月",
        "年",
        "共",
        "共有",
        "约",
        "余",
        "多",
        "会",
        "要",
        "能",
        "可",
        "到",
        "其中",
        "目前",
    ]
)
_DENYING = re.compile("[暂尚并仍还从均][不未没无]")  # what the dictionary leaves joined to the verb
# 不低于 bounds and denies nothing.
_BOUND = ("低于", "少于", "高于", "多于", "超过", "大于", "小于")
_SCALED = re.compile("[百千万亿]+[人户元]")  # left of a number whose digits are cut off: 6.3|万人
MEASURES = frozenset("年月日时分秒号点元角万亿千百多余个家名人户次批项条处座所栋层间辆台件份亩吨斤克米里倍岁天周")
_HIRAGANA_DENIALS = ("ない", "なかった", "ません", "ずに")
_KOREAN_DENIALS = ("않", "없", "못")
_NOUN_CAPITALS = "de"  # every noun has one there


def words(text: str, language: str) -> list[Word]:
    """The words of `text`, which is in `language` (ISO 639-1), in order, without punctuation."""
    return list(_words(unify(text), language))


def _words(plain: str, language: str) -> Iterator[Word]:
    light = function_words(language)
    start = True  # of a sentence, where a capital says nothing
    counted = -1  # where the last figure ends
    for match in _PIECE.finditer(plain):
        kind, text = match.lastgroup, match[0]
        if kind == "stop":
            start = True
            continue
        if kind == "figure":
            yield Word(text, Sort.FIGURE)
            counted = match.end()
        elif kind == "han":
            yield from _measured(text) if match.start() == counted else _chinese(text)
        elif kind == "word":
            yield Word(text.casefold(), _sort(text, language, light, start))
        else:
            yield _other(kind, text)
        start = False


def _other(kind: str | None, text: str) -> Word:
    denials = _HIRAGANA_DENIALS if kind == "kana" else _KOREAN_DENIALS if kind == "hangul" else ()
    if any(denial in text for denial in denials):
        return Word(text, Sort.DENIAL)
    if kind == "katakana":
        return Word(text, Sort.NAME if len(text) > 2 else Sort.CONTENT)
    return Word(text, Sort.FUNCTION if kind == "kana" else Sort.CONTENT)


def _sort(text: str, language: str, light: frozenset[str], start: bool) -> Sort:
    word = text.casefold()
    if is_negator(word, language):
        return Sort.DENIAL
    if word in light:
        return Sort.FUNCTION
    capital = text[0].isupper() and not start and language != _NOUN_CAPITALS
    return Sort.NAME if capital or (len(text) > 1 and text.isupper()) else Sort.CONTENT


@lru_cache(maxsize=1)
def segmenter() -> rjieba.Jieba:
    """The Chinese dictionary, read once."""
    import rjieba  # 0.05 s, and most commands never cut words

    return rjieba.Jieba()


def is_known(word: str) -> bool:
    """Whether a Chinese word stands in the dictionary."""
    return bool(segmenter().has_word(word))


def tagged(text: str) -> list[tuple[str, str]]:
    """Chinese words with the dictionary's tags: `n` for nouns, `nr` persons, `ns` places, `m` figures, `q` measures.
    Common nouns that the dictionary takes for places are `n`.
    """
    common = _common_nouns()
    return [(word, "n" if tag == "ns" and word in common else tag) for word, tag in segmenter().tag(text)]


def placed(found: Iterable[tuple[str, str]]) -> Iterator[tuple[int, str, str]]:
    """Tagged words with where each begins."""
    at = 0
    for word, tag in found:
        yield at, word, tag
        at += len(word)


@lru_cache(maxsize=1)
def _common_nouns() -> frozenset[str]:
    """See `training/common_nouns.py`."""
    return frozenset(Path(__file__).with_name("common_nouns.txt").read_text("utf-8").split())


@lru_cache(maxsize=4096)
def _chinese(text: str) -> tuple[Word, ...]:
    """The words of characters that no stop parts; kept, as the clauses of a passage are compared with many claims."""
    return tuple(_cut(text))


def _measured(text: str) -> tuple[Word, ...]:
    """As `_chinese`, of characters right behind a figure: their measure is no part of a word that nobody knows."""
    cut = _chinese(text)
    if cut[0].sort is Sort.RARE and text[0] in MEASURES:
        return Word(text[0], Sort.FUNCTION), *_chinese(text[1:])
    return cut


def _bounds_joined(found: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Tagged words, 不 made one with a bound behind it."""
    held: tuple[str, str] | None = None
    for word, tag in found:
        if held is not None:
            if word in _BOUND:
                yield f"不{word}", tag
                held = None
                continue
            yield held
            held = None
        if word == "不":
            held = word, tag
        else:
            yield word, tag
    if held is not None:
        yield held


def _cut(text: str) -> Iterator[Word]:
    dictionary = segmenter()
    for word, tag in _bounds_joined(joined(tagged(text))):
        if is_negator(word, "zh"):
            yield Word(word, Sort.DENIAL)
        elif tag.startswith((PERSON, "ns", "nt")):
            yield Word(word, Sort.NAME, person=tag.startswith(PERSON))
        elif tag.startswith("m") or _SCALED.fullmatch(word):
            yield Word(word, Sort.FIGURE)
        elif (tag.startswith(_LIGHT_TAGS) and len(word) < 3) or word in _LIGHT:
            yield Word(word, Sort.FUNCTION)
        elif dictionary.has_word(word) or len(word) == 1 or word[1:] in _BOUND:
            yield Word(word, Sort.CONTENT)
        elif len(word) > 2 and (denied := _DENYING.match(word)):
            yield Word(denied[0], Sort.DENIAL)
            yield Word(word[denied.end() :], Sort.CONTENT)
        else:
            yield Word(word, Sort.RARE)

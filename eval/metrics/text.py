"""How well a text says what the right answers say.

Exact match and F1 are those of the official scripts: SQuAD's (Rajpurkar et al., 2016 and 2018: bags of words, without
articles and ASCII punctuation) for languages with spaces, CMRC 2018's (Cui et al., 2019: the longest common run, in
characters, without punctuation) for Chinese and Japanese and for every answer written in Chinese characters. ROUGE-L is
the F-measure of the longest common subsequence (Lin, 2004) over the same units. CMRC's script also splits what stands
between Chinese characters into sentences, which matters only for a full stop inside such a run.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache

from rag.errors import MissingExtra
from rag.text.folding import fold

EXTRA = "eval"
_UNSPACED = ("zh", "ja")
_HAN = re.compile(r"[\u4e00-\u9fa5]")  # the script's range
_HAN_AND_KANA = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_CMRC_MARKS = frozenset("-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_ASCII_MARKS = str.maketrans("", "", string.punctuation)
_CJK = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f"
_SPACE = re.compile(rf"(?<=[{_CJK}])\s+|\s+(?=[{_CJK}])")

Units = Sequence[str]


def exact_match(said: str, answers: Sequence[str], language: str) -> float:
    """1 if `said` is one of the answers once normalised, else 0. No answer at all is matched by saying nothing."""
    return max((_exact(said, answer, language) for answer in answers or ("",)), default=0.0)


def f1(said: str, answers: Sequence[str], language: str) -> float:
    """The best F1 over the answers, 0..1; with no answer, 1 for saying nothing."""
    return max(
        _run_f1(*_both(said, answer, language)) if by_characters(answer, language) else _bag_f1(said, answer)
        for answer in answers or ("",)
    )


def rouge_l(said: str, answers: Sequence[str], language: str) -> float:
    """The best F-measure of the longest common subsequence over the answers, 0..1."""
    return max(_subsequence_f1(*_both(said, answer, language)) for answer in answers or ("",))


def contained(text: str, answers: Sequence[str]) -> bool:
    """Whether one of the answers stands in `text`, whatever the width, case, script and spacing; a number is not found
    inside a longer one, nor a word where another begins earlier.
    """
    where = _folded(text)
    return any(bool(_wanted(answer).search(where)) for answer in answers if answer.strip())


def parts_credit(text: str, parts: Sequence[Sequence[str]]) -> float:
    """Share of the parts of which one wording is contained, 0..1."""
    return sum(contained(text, wordings) for wordings in parts) / len(parts)


def by_characters(answer: str, language: str) -> bool:
    """Whether the answer is compared in characters, as CMRC does, and not in words."""
    return language in _UNSPACED or bool(_HAN_AND_KANA.search(answer))


def _exact(said: str, answer: str, language: str) -> float:
    if by_characters(answer, language):
        return float(_without_marks(said) == _without_marks(answer))
    return float(_squad_words(said) == _squad_words(answer))


def _both(said: str, answer: str, language: str) -> tuple[Units, Units]:
    if not by_characters(answer, language):
        return _squad_words(said), _squad_words(answer)
    pattern = _HAN if language == "zh" else _HAN_AND_KANA
    return _cmrc_units(said, pattern), _cmrc_units(answer, pattern)


def _squad_words(text: str) -> list[str]:
    return _ARTICLES.sub(" ", text.lower().translate(_ASCII_MARKS)).split()


def _without_marks(text: str) -> str:
    return "".join(char for char in text.lower().strip() if char not in _CMRC_MARKS)


def _cmrc_units(text: str, characters: re.Pattern[str]) -> list[str]:
    """Chinese characters one by one, what stands between them in the words of NLTK's tokenizer."""
    units: list[str] = []
    other = ""
    for char in _without_marks(text):
        if characters.match(char):
            units += [*_words(other), char]
            other = ""
        else:
            other += char
    return [*units, *_words(other)]


@lru_cache(maxsize=1 << 16)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_tokenizer()(text)) if text.strip() else ()


@cache
def _tokenizer() -> Callable[[str], list[str]]:
    try:
        from nltk.tokenize.destructive import NLTKWordTokenizer
    except ImportError as error:
        raise MissingExtra("scoring answers", EXTRA) from error
    tokenize: Callable[[str], list[str]] = NLTKWordTokenizer().tokenize
    return tokenize


def _bag_f1(said: str, answer: str) -> float:
    one, other = _squad_words(said), _squad_words(answer)
    if not one or not other:
        return float(one == other)
    return _f_measure((Counter(one) & Counter(other)).total(), one, other)


def _run_f1(one: Units, other: Units) -> float:
    if not one or not other:
        return float(one == other)
    return _f_measure(SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size, one, other)


def _subsequence_f1(one: Units, other: Units) -> float:
    if not one or not other:
        return float(list(one) == list(other))
    return _f_measure(longest_common_subsequence(one, other), one, other)


def _f_measure(common: int, one: Units, other: Units) -> float:
    return 2 * common / (len(one) + len(other))


def longest_common_subsequence(one: Units, other: Units) -> int:
    """Its length, by one row of bits (Hyyrö, 2004)."""
    places: dict[str, int] = {}
    for place, unit in enumerate(one):
        places[unit] = places.get(unit, 0) | 1 << place
    full = (1 << len(one)) - 1
    row = full
    for unit in other:
        matches = row & places.get(unit, 0)
        row = ((row + matches) | (row - matches)) & full
    return len(one) - row.bit_count()


def _folded(text: str) -> str:
    return " ".join(_SPACE.sub("", fold(text)).split())


@lru_cache(maxsize=1 << 14)
def _wanted(answer: str) -> re.Pattern[str]:
    text = _folded(answer).strip(".。 ")
    before = r"(?<!\d)(?<!\d\.)" if text[:1].isdigit() else r"(?<![a-zа-я])" if re.match("[a-zа-я]", text) else ""
    return re.compile(before + re.escape(text) + (r"(?!\d)(?!\.\d)" if text[-1:].isdigit() else ""))

"""True statements made from a text, and false ones made of them: the material on which support is calibrated.

True: a sentence as it stands or without some of its clauses, with words of saying before it, with its figures written
otherwise, with the year that the text gives before, and questions turned into statements by their answer. False: the
same with one thing changed. Only what is false for certain is made: a figure, year, place or name is replaced by one
that the sentence does not have.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.text.numbers import YEAR, quantities
from rag.text.persons import OFFICE
from rag.text.polarity import OPPOSITES, is_negator
from rag.text.sentences import split_sentences
from rag.text.words import Sort, segmenter, tagged, words

KINDS = (
    "number", "year", "place", "person", "office", "swapped", "holder",
    "negation", "direction", "merged", "elsewhere",
)  # fmt: skip
"""`elsewhere`: true, but of a document that is not searched."""


@dataclass(frozen=True, slots=True)
class Made:
    """`kind` is `true` or one of KINDS; `how` names what was done, `source` the document with the evidence."""

    text: str
    language: str
    source: str
    kind: str
    how: str


@dataclass(frozen=True, slots=True)
class Pools:
    """Names of a collection, by what they are, to be put in each other's place."""

    places: tuple[str, ...]
    persons: tuple[str, ...]
    offices: tuple[str, ...] = ()


_NUMBER = re.compile(r"(?<![\d.,:\-–—A-Za-z])\d+(?:[.,]\d+)*(?![\d\-–—A-Za-z])")
_CLAUSE = {"zh": re.compile(r"(?<=[，；])"), "ja": re.compile(r"(?<=、)")}
_LATIN_CLAUSE = re.compile(r"(?<=[,;])\s")
_SAID = {
    "zh": ("据报道，", "报道称，", "文章提到，"),
    "en": ("According to the report, ", "The article says that "),
    "es": ("Según el artículo, ", "El texto dice que "),
    "pt": ("Segundo o artigo, ",),
    "ja": ("記事によると、",),
}
_AUXILIARY = {
    "en": re.compile(r"\b(is|was|were|are|has|have|had|can|could|will|would)\b(?! not)"),
    "es": re.compile(r"(?<!no )\b(es|fue|era|son|fueron|ha|han|había|tiene|puede|está|están|se convirtió)\b"),
    "pt": re.compile(r"(?<!não )\b(é|foi|era|são|foram|tem|pode|está|estão)\b"),
}
_NOT = {"en": r"\1 not", "es": r"no \1", "pt": r"não \1"}
_NAME = re.compile(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Þ][\wà-ÿ'’-]+(?: [A-ZÀ-Þ][\wà-ÿ'’-]+)*")
_HELD = re.compile(
    rf"(?:(?<=[，、。：“])|^)(?P<title>[\u4e00-\u9fff]{{0,8}}{OFFICE})(?=[\u4e00-\u9fff]{{2,3}}[，、：说表介主])"
)
_NEARBY = 12  # statements of the same document
_LEAST_PART = 0.3  # of a merged statement that each of the two gives


def statement(question: str, answer: str) -> str | None:
    """A Chinese question as the statement that its answer makes it: the word that asks gives way to the answer. None
    where no or more than one word asks, or the answer is more than a phrase.
    """
    asks = list(
        re.finditer(
            r"什么时候|什麼時候|何时|何時|多少|谁|誰|哪里|哪裡|哪一年|哪年|什么地方|哪个城市|哪個城市|哪一天", question
        )
    )
    if len(asks) != 1 or not 1 <= len(answer) <= 14 or re.search(r"[，。；：]", answer):
        return None
    body = question.strip().rstrip("？?。 ")
    if re.search(r"吗|嗎|为什么|為什麼|如何|怎|哪些|什么|什麼|哪[个個位种種]", body.replace(asks[0][0], "")):
        return None
    after = body[asks[0].end() :]
    said = answer
    if asks[0][0] == "多少" and after:  # the unit is in the question too: 多少人 with 350人
        shared = next((n for n in range(min(3, len(after)), 0, -1) if answer.endswith(after[:n])), 0)
        said = answer[: len(answer) - shared] if shared else answer
        if not shared and re.search(r"[^\d.%]$", answer):
            return None
    return f"{body[: asks[0].start()]}{said}{after}。"


def pools(texts: Sequence[str], language: str) -> Pools:
    """The names in the texts, each once, in order of appearance."""
    if language == "zh":
        found = [pair for text in texts for pair in segmenter().tag(text)]
        return Pools(
            tuple(dict.fromkeys(word for word, tag in found if tag == "ns" and len(word) > 1)),
            tuple(dict.fromkeys(word for word, tag in found if tag == "nr" and 2 <= len(word) <= 3)),
            tuple(dict.fromkeys(match["title"] for text in texts for match in _HELD.finditer(text))),
        )
    return Pools(tuple(dict.fromkeys(match[0] for text in texts for match in _NAME.finditer(text))), ())


def true_statements(text: str, language: str, source: str, dice: random.Random) -> list[Made]:
    """One of each way for each sentence that allows it."""
    found = []
    for start, end in split_sentences(text):
        sentence = " ".join(text[start:end].split("\n")).strip()
        if not _fit(sentence, language):
            continue
        ways = {"as it stands": sentence, "fewer clauses": _fewer_clauses(sentence, language, dice)}
        if language in _SAID and dice.random() < 0.5:
            ways["words of saying"] = dice.choice(_SAID[language]) + sentence
        ways["figures otherwise"] = _written_otherwise(sentence)
        ways["a clause"] = _a_clause(sentence, language, dice)
        found += [Made(said, language, source, "true", how) for how, said in ways.items() if said]
    return found


def corrupted(true: Made, pools: Pools, others: Sequence[Made], dice: random.Random) -> list[Made]:
    """The statement with one thing changed, for each kind that it allows."""
    makers: dict[str, Callable[[], str | None]] = {
        "number": lambda: _number(true.text, dice),
        "year": lambda: _year(true.text, dice),
        "place": lambda: _name(true, pools.places, dice),
        "person": lambda: _name(true, pools.persons, dice),
        "office": lambda: _office(true, pools.offices, dice),
        "swapped": lambda: _swapped(true.text),
        "holder": lambda: _of_another_holder(true, others, dice),
        "negation": lambda: _negated(true.text, true.language, dice),
        "direction": lambda: _turned(true.text, true.language),
        "merged": lambda: _merged(true, others, dice),
    }
    elsewhere = Made(true.text, true.language, true.source, "elsewhere", true.how)
    return [
        *(
            Made(text, true.language, true.source, kind, true.how)
            for kind, make in makers.items()
            if (text := make()) and text != true.text
        ),
        elsewhere,
    ]


def exchanged(question: str, language: str, names: Pools, dice: random.Random) -> str | None:
    """A question with another figure, year, place or person; None where it has none."""
    made = corrupted(Made(question, language, "", "true", ""), names, (), dice)
    fitting = [each.text for each in made if each.kind in ("number", "year", "place", "person")]
    return dice.choice(fitting) if fitting else None


def _fit(sentence: str, language: str) -> bool:
    low, high = (14, 160) if language in ("zh", "ja") else (40, 320)
    return low <= len(sentence) <= high and sentence[-1] in '。.！!？?”"'


def _fewer_clauses(sentence: str, language: str, dice: random.Random) -> str | None:
    """The first clauses or, in Chinese, the first and a later one: its subject usually stands in the first."""
    parts = _CLAUSE.get(language, _LATIN_CLAUSE).split(sentence)
    if len(parts) < 3 or "“" in sentence or '"' in sentence or "(" in sentence:
        return None
    kept = parts[: dice.randint(1, len(parts) - 1)]
    text = ("" if language in _CLAUSE else " ").join(kept).rstrip("，；、,; ")
    ending = "。" if language in _CLAUSE else "."
    return text + ending if _fit(text + ending, language) else None


def _a_clause(sentence: str, language: str, dice: random.Random) -> str | None:
    """A clause with a holder of its own, which may be short."""
    parts = _with_holders(sentence, language)
    return None if not parts or "“" in sentence or '"' in sentence else _clause_of(*dice.choice(parts), language)


def _written_otherwise(sentence: str) -> str | None:
    """Ten thousands as digits, digits as ten thousands, the day with another word."""
    text = re.sub(r"(\d+)月(\d+)日", r"\1月\2号", sentence, count=1)
    text = re.sub(
        r"(?<![\d.])(\d{1,3}(?:\.\d)?)万(?=[元人名户家亩吨件])",
        lambda match: f"{round(float(match[1]) * 10000)}",
        text,
        count=1,
    )
    return text if text != sentence else None


def _number(text: str, dice: random.Random) -> str | None:
    spots = [
        match
        for match in _NUMBER.finditer(text)
        if not YEAR.fullmatch(match[0]) and match[0].count(".") < 2 and text[match.end() : match.end() + 1] not in "、."
    ]
    if not spots:
        return None
    spot = dice.choice(spots)
    there = {value for value, _ in quantities(text)}
    plain = spot[0].replace(",", "")
    for _ in range(20):
        if "." in plain:
            moved = max(0.1, float(plain) + dice.choice((-2.3, -1.1, 0.4, 1.7, 5.2)))
            new = f"{moved:.{len(plain.split('.')[-1])}f}"
        else:
            new = str(max(1, int(plain) + dice.choice((-3, -2, -1, 1, 2, 3, 5, 10, int(plain)))))
        if float(new) not in there and new != plain:
            return text[: spot.start()] + new + text[spot.end() :]
    return None


def _year(text: str, dice: random.Random) -> str | None:
    spots = list(YEAR.finditer(text))
    if not spots:
        return None
    spot = dice.choice(spots)
    others = [year for step in (-5, -3, -2, -1, 1, 2, 3) if (year := str(int(spot[0]) + step)) not in text]
    return text[: spot.start()] + dice.choice(others) + text[spot.end() :] if others else None


def _name(true: Made, pool: Sequence[str], dice: random.Random) -> str | None:
    there = [name for name in pool if name in true.text and true.text.count(name) == 1]
    others = [name for name in pool if not any(part in true.text for part in re.split(r"\W+", name) if part)]
    if not there or not others:
        return None
    old = max(there, key=len)
    near = [name for name in others if len(name) == len(old)] or others
    new = dice.choice(near)
    return None if new[:2] == old[:2] else true.text.replace(old, new)


def _office(true: Made, pool: Sequence[str], dice: random.Random) -> str | None:
    """With another one in the place of somebody's office."""
    held = list(_HELD.finditer(true.text))
    if not held:
        return None
    spot = dice.choice(held)
    others = [office for office in pool if office[-2:] != spot["title"][-2:] and office not in true.text]
    return true.text[: spot.start("title")] + dice.choice(others) + true.text[spot.end("title") :] if others else None


def _swapped(text: str) -> str | None:
    """Two figures of one unit in each other's place."""
    spots = [match for match in _NUMBER.finditer(text) if not YEAR.fullmatch(match[0])]
    for one, other in pairwise(spots):
        unit = text[one.end() : one.end() + 1]
        if unit and unit == text[other.end() : other.end() + 1] and unit not in "月日-—" and one[0] != other[0]:
            between = text[one.end() : other.start()]
            return text[: one.start()] + other[0] + between + one[0] + text[other.end() :]
    return None


def _of_another_holder(true: Made, others: Sequence[Made], dice: random.Random) -> str | None:
    """What a clause of the document says of its holder, said of the holder of a clause of the statement."""
    mine = _with_holders(true.text, true.language)
    near = [made for made in others if made.source == true.source][:_NEARBY]
    theirs = [part for made in (true, *near) for part in _with_holders(made.text, true.language)]
    said = " ".join(made.text for made in (true, *near))
    pairs = [
        (holder, rest) for holder, _ in mine for other, rest in theirs if holder != other and holder + rest not in said
    ]
    return _clause_of(*dice.choice(pairs), true.language) if pairs else None


def _clause_of(holder: str, rest: str, language: str) -> str:
    return f"{holder}{rest.rstrip('，；。,;. ')}" + ("。" if language in _CLAUSE else ".")


def _with_holders(text: str, language: str) -> list[tuple[str, str]]:
    """The clauses that begin with a name, as the name and the rest."""
    found = []
    for part in _CLAUSE.get(language, _LATIN_CLAUSE).split(text):
        named = _opening_name(part, language)
        if named and len(part) > len(named) + 4:
            found.append((named, part[len(named) :]))
    return found


def _opening_name(part: str, language: str) -> str:
    if language == "zh":
        word, tag = next(iter(tagged(part)), ("", ""))
        return word if tag[:2] in ("nr", "ns", "nt") and len(word) > 1 else ""
    match = re.match(r"([A-ZÀ-Þ][\wà-ÿ'’-]+(?: [A-ZÀ-Þ][\wà-ÿ'’-]+)+) ", part)
    return match[1] if match else ""


def _negated(text: str, language: str, dice: random.Random) -> str | None:
    if language in _AUXILIARY:
        spots = list(_AUXILIARY[language].finditer(text))
        if not spots or any(is_negator(word.text, language) for word in words(text, language)):
            return None
        spot = dice.choice(spots)
        return text[: spot.start()] + spot.expand(_NOT[language]) + text[spot.end() :]
    if language != "zh":
        return None
    tagged = segmenter().tag(text)
    denials = [place for place, (word, _) in enumerate(tagged) if word in ("没有", "未", "不", "并未", "尚未")]
    if denials:
        place = dice.choice(denials)
        return "".join(word for at, (word, _) in enumerate(tagged) if at != place)
    verbs = [place for place, (word, tag) in enumerate(tagged) if tag == "v" and len(word) == 2 and place > 1]
    if not verbs:
        return None
    place = dice.choice(verbs)
    return "".join(("没有" if at == place else "") + word for at, (word, _) in enumerate(tagged))


def _turned(text: str, language: str) -> str | None:
    cut = words(text, language)
    for word in cut:
        for one, other in OPPOSITES:
            for here, there in ((one, other), (other, one)):
                if word.text in here and word.sort is not Sort.NAME and len(word.text) > 1 and word.text in text:
                    same = [new for new in there if new.isascii() == word.text.isascii() and _alike(new, word.text)]
                    if same:
                        return text.replace(word.text, same[0], 1)
    return None


def _alike(new: str, old: str) -> bool:
    """Of one script, so that a Chinese word gets a Chinese opposite."""
    return (new[0] >= "\u2e80") == (old[0] >= "\u2e80")


def _merged(true: Made, others: Sequence[Made], dice: random.Random) -> str | None:
    """The first half of one statement with the second half of another document's."""
    split = _CLAUSE.get(true.language, _LATIN_CLAUSE)
    mine = split.split(true.text)
    candidates = [made for made in others if made.source != true.source and len(split.split(made.text)) >= 2]
    if len(mine) < 2 or not candidates:
        return None
    theirs = split.split(dice.choice(candidates).text)
    first, second = mine[: (len(mine) + 1) // 2], theirs[len(theirs) // 2 :]
    joint = "" if true.language in _CLAUSE else " "
    text = joint.join([*first, *second])
    return text if all(len(joint.join(part)) >= _LEAST_PART * len(text) for part in (first, second)) else None

"""Questions made from statements: `python -m training.statements TEXTS --out FILE.jsonl.gz`.

Chinese asks with the word of the question in the answer's place, so that a statement whose figure, day, person, place
or clause is replaced by what asks for it is a question, and what was replaced is known to be its answer. News and
reports, of which no set of questions under a fitting licence is at hand, are full of such statements. Every input file
has a text a line; the output is read by `training.passages.read_set`.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.text.persons import OFFICE
from rag.text.sentences import split_sentences
from rag.text.words import segmenter
from training.passages import read_set, write_set

_PAIRS = (("“", "”"), ("《", "》"), ("（", "）"), ("(", ")"), ("「", "」"))
_PASSAGE = 400  # characters
_ASKED = (7, 45)  # characters of a question
_ANSWER = 60  # characters at most

_UNIT = (
    "个百分点|万亿美元|亿美元|万美元|平方公里|平方千米|平方米|立方米|千瓦时|人民币|美元|欧元|人次|公里|千米|公斤|公顷|小时|分钟|个月|盎司"
    "|[%％元人家个项米吨斤亩辆户岁天名场次倍座套台件只条所艘架株幅部种批起支位层度枚分秒例处笔单股篇册本届期]"
)
_FIGURE = re.compile(rf"(?<![\d.年月])\d[\d,.]*(?:万亿|亿|万|千|百)?(?:多|余)?(?:{_UNIT})")
_DAY = re.compile(
    r"(?:\d{4}年|今年|去年|明年)\d{1,2}月(?:\d{1,2}日|底|初|份)?|\d{1,2}月\d{1,2}日|(?<!\d)(?:19|20)\d\d年"
    r"|(?:今年|去年|明年)(?:上半年|下半年|年底|[一二三四]季度|春天|夏天|秋天|冬天)"
)
_PERSON = re.compile(rf"(?P<title>[\u4e00-\u9fff]{{0,16}}{OFFICE})(?P<name>[\u4e00-\u9fff·]{{2,12}})$")
_PLACE = re.compile(
    r"在(?P<place>[^在，。、的]{2,14}?)(?P<rest>(?:举行|举办|召开|开幕|启动|落户|发布|成立|开业|揭牌|上线|开赛|闭幕)[^，。]{0,20})"
)
_IS = re.compile(
    r"(?P<left>[^，。：；]{2,18}?)(?P<verb>是|成为|被称为|被誉为|就是|主要是)(?P<answer>[^，。：；]{4,60})$"
)
_LISTS = re.compile(
    r"(?P<left>[^，。：；]{2,20}?)(?P<verb>包括|包含|涵盖|涉及|分为|主要有|设有|由)(?P<answer>[^。：；，（）“”]{4,60})"
)
_DOES = re.compile(
    r"(?P<left>[^，。：；]{2,18}?)(?P<verb>推出|提出|发布|开展|举办|完成|打造|成立|建立|制定|出台|获得|荣获|采用|引进|生产|呼吁|要求|建议|提醒|希望|计划|决定"
    r"|宣布|强调|批准|签署|邀请|面临|缺乏|实现|导致|造成|引发)了?(?P<answer>[^，。：；]{4,50})$"
)
_SAYS = re.compile(
    r"(?P<left>[^，。：；]{2,24}?)(?P<verb>表示|认为|指出|强调|介绍|透露|坦言)[，：]“?(?P<answer>[^。：；”]{6,60})"
)
_CAUSE = re.compile(r"(?:由于|因为|因|受)(?P<answer>[^，。：；]{4,30}?)(?:影响)?，(?P<rest>[^，。：；]{5,30})")
_AIM = re.compile(r"(?:为了|为)(?P<answer>[^，。：；是]{4,30})，(?P<rest>[^，。：；]{5,30})")
_MEANS = re.compile(r"通过(?P<answer>[^，。：；]{4,30})，(?P<rest>[^，。：；]{5,30})")
_DANGLING = re.compile(
    r"^(?:其中|但是|但|而|并且|并|也|还|同时|此外|另外|不过|因此|所以|目前|据悉|据了解|据介绍|其|这|那|该|他|她|它|双方|以及|和|与)+"
)
_AFTER_DAY = re.compile(r"(?:上午|下午|晚上|晚|凌晨|中午)?(?:，|电|讯|[（(][^）)]{0,12}[)）])*")
_SAID = re.compile(r"(?:表示|介绍|认为|指出|说|称|透露)$")
_BEFORE_FIGURE = re.compile(r"(?:约为|约|近|超过|超|逾|达到|达|为|是|共有|共|实现|有|至|到|突破|高达|仅|不足)+$")


@dataclass(frozen=True)
class Made:
    """A question, and where its answer stands in the sentence."""

    question: str
    start: int
    end: int


class Statement:
    """A sentence, its words with their parts of speech (jieba's tags), and its clauses."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._words: list[tuple[int, int, str]] = []
        at = 0
        for word, tag in segmenter().tag(text):
            self._words.append((at, at + len(word), tag))
            at += len(word)
        self._bounds = {start for start, _, _ in self._words} | {at}
        self.clauses = [match.span() for match in re.finditer("[^，；：。！？“”（）()]+", text)]

    def cut(self, *places: int) -> bool:
        """Whether a word begins or ends at every place."""
        return self._bounds.issuperset(places)

    def tags(self, low: int, high: int) -> list[str]:
        """Those of the words in the range."""
        return [tag for start, end, tag in self._words if start >= low and end <= high]

    def named(self, low: int, high: int) -> bool:
        """Whether the range begins as what has a name does, and has a noun: fit to be what a question is about."""
        tags = self.tags(low, high)
        return bool(tags) and tags[0][0] in "ntsjbaf" and any(tag[0] == "n" for tag in tags)

    def subject(self, low: int, high: int) -> bool:
        """Whether the range can be a subject: named, and ending in a noun or an adverb."""
        tags = self.tags(low, high)
        ends = tags[-2:] if tags[-1:] == ["d"] else tags[-1:]
        return self.named(low, high) and ends[0][0] in "nsj"

    def told(self, low: int, high: int) -> bool:
        """Whether the range says something of something: a subject before a verb."""
        tags = self.tags(low, high)
        verbs = [i for i, tag in enumerate(tags) if tag.startswith("v")]
        return bool(verbs) and verbs[0] > 0 and self.named(low, high)

    def noun(self, low: int, high: int) -> bool:
        """Whether the range ends in a noun or a closing mark, and begins with what a noun group begins with."""
        tags = self.tags(low, high)
        closed = self.text[high - 1] in "》”" or (bool(tags) and tags[-1][0] in "nsj")
        return closed and (not tags or tags[0][0] not in "upcdfy")

    def before(self, at: int) -> int:
        """Where the clause begins that `at` stands in."""
        return max((low for low, high in self.clauses if low <= at <= high), default=at)


Rule = Callable[[Statement, random.Random], Iterator[Made]]


def figures(one: Statement, rng: random.Random) -> Iterator[Made]:
    """How many, how much, in the words of the clause; of a clause without a subject, in those of the one before."""
    for number, (low, high) in enumerate(one.clauses):
        for match in _FIGURE.finditer(one.text, low, high):
            left, right = one.text[low : match.start()], one.text[match.end() : high]
            if not one.named(low, match.start()) or len(_FIGURE.sub("", left)) < 5:
                about = one.clauses[number - 1] if number else (low, low)
                figure = _FIGURE.search(one.text, *about)
                end = figure.start() if figure else about[0]
                if not one.named(about[0], end) or any(tag[0] in "cpd" for tag in one.tags(low, low + 1)):
                    continue
                left = _BEFORE_FIGURE.sub("", one.text[about[0] : end])[:24] + left
            goes_on = right and (len(right) > 8 or one.tags(match.end(), high)[:1] in (["uj"], ["m"], ["x"], ["c"]))
            if goes_on or left[-1] in "、第":
                continue
            unit = re.search(rf"(?:{_UNIT})$", match[0])
            asked = "多少" + (unit[0] if unit and unit[0] not in "%％" and rng.random() < 0.8 else "")
            yield Made(_BEFORE_FIGURE.sub(_kept(rng), left) + asked + right, *match.span())


def _kept(rng: random.Random) -> Callable[[re.Match[str]], str]:
    return lambda match: rng.choice(("是", "有", "达到", match[0], match[0]))


def days(one: Statement, rng: random.Random) -> Iterator[Made]:
    for match in _DAY.finditer(one.text):
        after = match.end() + len(_AFTER_DAY.match(one.text[match.end() :])[0])  # type: ignore[index]
        clause = next(((low, high) for low, high in one.clauses if low <= after < high), None)
        if clause is None or not one.cut(after) or not one.told(after, clause[1]) or clause[1] - after > 34:
            continue
        if match.start() > one.before(match.start()):
            continue
        asked = (
            "哪一年" if match[0].endswith("年") and match[0][0].isdigit() else rng.choice(("什么时候", "何时", "哪天"))
        )
        told = one.text[after : clause[1]]
        yield Made(rng.choice((f"{asked}{told}", f"{told}是在{asked}", f"{told}是{asked}")), *match.span())


def people(one: Statement, rng: random.Random) -> Iterator[Made]:
    for low, high in one.clauses:
        said = _SAID.search(one.text[low:high])
        match = _PERSON.search(one.text[low : low + said.start()]) if said else None
        start = low + match.start("name") if match else low
        if said is None or match is None or one.tags(start, low + said.start()) != ["nr"]:
            continue
        title = re.sub("^(?:据|对此|，)+", "", match["title"])
        if len(title) >= 5 and one.named(low + match.end("title") - len(title), start):
            yield Made(
                rng.choice((f"{title}是谁", f"{title}叫什么名字", f"谁是{title}")), start, start + len(match["name"])
            )
        told = re.split("[。；]", one.text[high:].lstrip("，：“"))[0]
        if 8 < len(told) < 36 and "“" not in told and "”" not in told:
            yield Made(f"谁{said[0]}{told}", start, start + len(match["name"]))


def places(one: Statement, rng: random.Random) -> Iterator[Made]:
    for match in _PLACE.finditer(one.text):
        begin = one.before(match.start())
        if one.subject(begin, match.start()) and one.noun(*match.span("place")):
            asked = rng.choice(("在哪里", "在什么地方", "在哪儿"))
            yield Made(f"{one.text[begin : match.start()]}{asked}{match['rest']}", *match.span("place"))


def clauses(one: Statement, rng: random.Random) -> Iterator[Made]:
    """What something is, has, does, says."""
    for low, high in one.clauses:
        for pattern, words in ((_IS, ("什么", "什么样的", "什么")), (_DOES, ("了什么", "什么", "了哪些"))):
            match = pattern.match(one.text, low, high)
            if match and _stands(one, match) and one.noun(match.start("answer"), high):
                asked = rng.choice(words if "、" in match["answer"] else words[:2])
                yield Made(f"{match['left']}{match['verb']}{asked}", match.start("answer"), high)
    listed = _LISTS.search(one.text)
    if listed and "、" in listed["answer"] and _stands(one, listed) and one.noun(*listed.span("answer")):
        what = rng.choice(("哪些", "什么", "哪些内容", "哪几个"))
        yield Made(f"{listed['left']}{listed['verb']}{what}", *listed.span("answer"))


def sayings(one: Statement, rng: random.Random) -> Iterator[Made]:
    said = _SAYS.search(one.text)
    if said and one.subject(*said.span("left")):
        yield Made(f"{said['left']}{said['verb']}{rng.choice(('什么', '了什么'))}", *said.span("answer"))


def _stands(one: Statement, match: re.Match[str]) -> bool:
    """Whether subject and verb of the match are words, and the subject is one."""
    return one.cut(*match.span("verb")) and one.subject(*match.span("left"))


def reasons(one: Statement, rng: random.Random) -> Iterator[Made]:
    """Why, to what end, how."""
    for pattern, ways in (
        (_CAUSE, ("为什么{}", "{}的原因是什么", "{}是因为什么")),
        (_AIM, ("{}是为了什么", "为什么{}", "{}的目的是什么")),
        (_MEANS, ("如何{}", "通过什么方式{}", "怎样{}")),
    ):
        match = pattern.search(one.text)
        if not match or not one.cut(match.start(), *match.span("answer")) or not one.told(*match.span("rest")):
            continue
        if pattern is not _AIM or one.tags(*match.span("answer"))[0].startswith("v"):
            yield Made(rng.choice(ways).format(match["rest"]), *match.span("answer"))


_RULES: Sequence[tuple[Rule, float]] = (
    (figures, 0.4),
    (clauses, 0.27),
    (sayings, 0.04),
    (days, 0.1),
    (people, 0.09),
    (places, 0.06),
    (reasons, 0.08),
)


def questions(text: str, most: int, rng: random.Random) -> list[Made]:
    """At most `most` questions over a text, bounds in it; none twice about the same words."""
    found: dict[Rule, list[Made]] = {}
    for low, high in split_sentences(text):
        statement = Statement(text[low:high])
        for rule, _ in _RULES:
            for made in rule(statement, rng):
                question = _DANGLING.sub("", made.question.strip(" ，“”")) + "？"
                answer = text[low + made.start : low + made.end]
                if _fits(question, answer):
                    found.setdefault(rule, []).append(Made(question, low + made.start, low + made.end))
    chosen: list[Made] = []
    while found and len(chosen) < most:
        rule = rng.choices(list(found), [dict(_RULES)[rule] for rule in found])[0]
        made = found[rule].pop(rng.randrange(len(found[rule])))
        if not found[rule]:
            del found[rule]
        if all(made.end <= other.start or made.start >= other.end for other in chosen):
            chosen.append(made)
    return chosen


def _fits(question: str, answer: str) -> bool:
    whole = all(text.count(low) == text.count(high) for text in (question, answer) for low, high in _PAIRS)
    return whole and _ASKED[0] <= len(question) <= _ASKED[1] and len(answer) <= _ANSWER and answer not in question


def passages(text: str) -> Iterator[str]:
    """Whole sentences, up to about 400 characters."""
    begin = 0
    ranges = split_sentences(text)
    for i, (_, high) in enumerate(ranges):
        if i + 1 == len(ranges) or ranges[i + 1][1] - begin > _PASSAGE:
            yield text[begin:high]
            begin = ranges[i + 1][0] if i + 1 < len(ranges) else high


def made_of(texts: list[str], limit: int, rng: random.Random) -> Iterator[tuple[str, str, list[tuple[str, int, int]]]]:
    """Article, passage and questions of texts in random order, until there are about `limit` questions."""
    count = 0
    rng.shuffle(texts)
    for number, text in enumerate(texts):
        for context in passages(" ".join(text.split())):
            asked = [(made.question, made.start, made.end) for made in questions(context, rng.randint(1, 2), rng)]
            count += len(asked)
            yield f"statements-{number}", context, asked
        if count >= limit:
            break


def read_texts(path: Path) -> list[str]:
    """The lines of a file, or the passages of a set of questions."""
    if path.name.endswith((".jsonl", ".jsonl.gz")):
        return list(dict.fromkeys(one.passage.text for one in read_set(path)))
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def main() -> None:
    parser = argparse.ArgumentParser(description="Make questions from statements.")
    parser.add_argument("texts", type=Path, nargs="+", help="a text a line, or a set of questions: its passages")
    parser.add_argument("--out", type=Path, required=True, help="FILE.jsonl.gz")
    parser.add_argument("--limit", type=int, default=20_000, help="questions")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    texts = [text for path in options.texts for text in read_texts(path)]
    made = list(made_of(texts, options.limit, random.Random(options.seed)))
    write_set(options.out, "zh", made)
    print(f"{sum(len(asked) for _, _, asked in made)} questions")


if __name__ == "__main__":
    main()

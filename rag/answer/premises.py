"""What a question takes for granted, held against what a sentence is about: the right figure of another year, or of
another line, is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.answer.texts import Around, Text
from rag.text.calendar import months
from rag.text.folding import fold
from rag.text.numbers import CALENDAR, YEAR, Quantity, dated, kind_of, numeral_value, quantities, unmatched

_MONTH = "月"
_TIMES = CALENDAR | {"轮", "届", "期", "批"}
DOUBTFUL = 0.75
"""See `other_value`: it may answer, but nothing should be claimed of it."""
_REVIEWING = 3  # month
_COUNT = "#"  # the kind of what only counts things, see `rag.text.numbers`
_RANKS = re.compile(
    r"最[高低多少大小长短快慢好差早晚强弱贵]|第[一二三]名|排名|总共|合计|总和|平均而言|一番|もっとも|合計|가장|합계"
    r"|\b(?:most|least|highest|lowest|largest|smallest|biggest|fewest|longest|shortest|best|worst|fastest|slowest|total|overall|sum)\b"
    r"|\b(?:m[aá]s alt|m[aá]s baj|mayor|menor|m[aá]ximo|m[ií]nimo|plus (?:grand|haut|petit|bas|[ée]lev)"
    r"|h[öo]chst|meist|wenigst|niedrigst|gr[öo]ßt|kleinst)"
    r"|الأعلى|الأكبر|الأقل|الأكثر|сам(?:ый|ая|ое)|наиболь|наимень",
    re.IGNORECASE,
)
# From a time on: that says nothing against a later one.
_SINCE = re.compile(r"[自从][^，。；]{0,14}?(?:以来|起|至今)|\bsince\b[^,.;]{0,20}", re.IGNORECASE)
# What a figure is compared with is not when it is of: 比2月增长, than in February.
_BESIDE = re.compile(
    r"(?:比|较|相比|相较于?)(?:去年|上年)?(?:\d{4}年)?(?:\d{1,2}月)?(?:份|同期)?(?=[^，。；\d]{0,4}[增减升降涨跌下上提回多少高低])"
    r"|\b(?:than|compared (?:to|with)|frente a|gegenüber)\s+(?:in\s+|en\s+|el\s+)?(?:[^\W\d_]{3,12}\b)?\s*(?:\d{4})?",
    re.IGNORECASE,
)
# "from 860 pieces in 2022 to": what comes is of a later year; 由2022年的860件增加到.
_FROM_THEN = re.compile(
    rf"\d[\w .,%]{{0,24}}\s(?:en|in|im|em|nel|в)\s(?:{YEAR.pattern})(?:\sгоду)?,?\s(?:a|to|auf|à|até|до)\s$"
    rf"|(?:{YEAR.pattern})年?(?:底|末)?的?[^，。；]{{0,3}}\d[^，。；]{{0,8}}(?:[增提升涨]\w{{0,2}}|[减下降]\w{{0,2}}|发展|扩大)[到至为]\s*$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,})\s+(\d+)(?![\d.,]*\d|[%‰])")
# 第三中学, not 第三次会议, whose kind is told by its measure word.
_ORDINAL = re.compile(
    r"第([0-9]{1,4}|[一二三四五六七八九十百]{1,5})(代|(?![个次届轮期批名位条项场年季天章节])[\u4e00-\u9fff]{2})"
)
# 灵犀3, as a product is called.
_MODEL = re.compile(r"([\u4e00-\u9fff]{2})(\d{1,3})(?=[”’」』》的，。、；：！？（(\s]|$)")


def other_value(question: Text, run: Text, around: Around) -> float:
    """1 where a sentence `run` has another figure of a kind that the question names (2024 for 2023, the seventh round
    for the sixth, line 7 for line 9), or where it names no year and its article is of another one; DOUBTFUL where its
    passage has the right one too, or where no date is known and only other years are named near; half where they only
    count, else 0.
    """
    here = f"{around.title}\n{run.raw}"
    other = _others(question.raw, here, around)
    beside = f"{here}\n{around.text.raw}"
    if not other:
        if around.published is None and (
            _of_no_year_near(question.raw, f"{beside}\n{around.beside}")
            or _under_another_year(question.raw, run, around)
        ):
            return DOUBTFUL
        if not _of_another_year(question.raw, here, around):
            return 0.0
        near = set(YEAR.findall(beside)) & set(YEAR.findall(question.raw))
        return DOUBTFUL if near else 1.0
    beyond = _others(question.raw, beside, around)
    if (other & beyond) - {_COUNT}:
        return 1.0
    return DOUBTFUL if other - {_COUNT} else 0.5


def _of_no_year_near(question: str, text: str) -> bool:
    """Whether a text names years, and neither the question's nor one beside it."""
    asked, told = set(map(int, YEAR.findall(question))), set(map(int, YEAR.findall(text)))
    return bool(asked) and bool(told) and not any(abs(year - other) <= 1 for year in asked for other in told)


def _under_another_year(question: str, run: Text, around: Around) -> bool:
    """Whether a sentence names no year, and of its passage's the last one before it is not the question's."""
    before, found, _ = around.text.raw.partition(run.raw)
    told = YEAR.findall(before) if found and not YEAR.search(run.raw) and not _LAST_YEAR.search(run.raw) else []
    wanted = YEAR.findall(question)
    return bool(wanted and told) and told[-1] not in wanted


def _of_another_year(question: str, here: str, around: Around) -> bool:
    """Whether the question names a year, and `here`, which names none, is of an article of another one; what comes out
    in the first months of a year may tell of the last.
    """
    if around.published is None or YEAR.search(here):
        return False
    own = {value for value, unit in dated(around.published, here) if unit == "年"}
    if around.published.month <= _REVIEWING:
        own.add(float(around.published.year - 1))
    asked = {quantity[0] for quantity in quantities(question) if kind_of(quantity) == "年"}
    return bool(asked) and not asked & own


def of_another_time(claim: Text, run: Text, around: Around) -> bool:
    """Whether a run names another year, month or round than the claim and other figures too: what it says of that time
    says nothing of the claim's.
    """
    here = f"{around.title}\n{run.raw}"
    missing = {kind_of(quantity) for quantity in unmatched(claim.raw, here, dated(around.published, here))}
    return bool(missing - _TIMES) and bool(_others(claim.raw, here, around) & _TIMES)


def of_no_such_figure(claim: Text, run: Text, around: Around) -> bool:
    """Whether a run has no figure of the kinds of those that it lacks: it says nothing of them, and nothing else."""
    here = f"{around.title}\n{run.raw}"
    missing = {kind_of(quantity) for quantity in unmatched(claim.raw, here, dated(around.published, here))}
    return bool(missing) and not missing & {kind_of(quantity) for quantity in quantities(here)}


_LAST_YEAR = re.compile(
    r"去年|上年|\blast year\b|\baño pasado\b|\bano passado\b|l'an dernier|letztes Jahr", re.IGNORECASE
)
_THIS_YEAR = re.compile(r"今年|本年|\bthis year\b|\beste año\b|\beste ano\b|cette année|dieses Jahr", re.IGNORECASE)
_IN_A_ROW = re.compile(r"第(?P<number>[一二三四五六七八九十百\d]+)(?P<kind>[\u4e00-\u9fff])")
_NUMBER_WORDS = re.compile(
    r"\b(?:first|second|third|fourth|fifth|sixth|prime(?=r)|segund|tercer|cuart|quint|premi(?=er|èr)|deuxi|troisi|quatri"
    r"|zweite|dritte|vierte|перв(?=[ыоа])|втор(?=[ыоа])|трет(?=ь|и)|четв[её]рт|prim(?=[oa]\b)|second(?=[oae]\b)|terz|terceir)",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"(?:比|较|相比|相较于?|\bthan(?: in)?|frente a(?: los| las)?|compared (?:to|with)|vs\.?|gegenüber)\s*$",
    re.IGNORECASE,
)


def phrase_of_another_year(question: str, before: str, after: str) -> bool:
    """Whether the words `before` a phrase set it in another year than the question's, by number or as this year and
    last; a year that something is compared with sets nothing.
    """
    for asked, other in ((_LAST_YEAR, _THIS_YEAR), (_THIS_YEAR, _LAST_YEAR)):
        if asked.search(question) and not asked.search(before + after) and other.search(before):
            return True
    wanted = set(YEAR.findall(question))
    if since := _FROM_THEN.search(before):
        return bool(wanted & {*YEAR.findall(since[0])})
    told = [year[0] for year in YEAR.finditer(before) if not _COMPARED.search(before[: year.start()])]
    return len(wanted) == 1 and bool(told) and told[-1] not in wanted


def phrase_of_another_number(question: str, before: str) -> bool:
    """Whether the words `before` a phrase set it in another one of a row than the question's: 第二批 for 第一批."""
    asked = {*_numbers(question)}
    kinds = {kind for kind, _ in asked}
    told = [number for number in _numbers(before) if number[0] in kinds]
    return len(asked) == 1 and bool(told) and told[-1] not in asked


def _numbers(text: str) -> list[tuple[str, str]]:
    """What is numbered, in Chinese and Japanese, and its number in a row, by its beginning elsewhere."""
    found = [(number["kind"], number["number"]) for number in _IN_A_ROW.finditer(text)]
    return found + [("", number[0].casefold()) for number in _NUMBER_WORDS.finditer(text)]


def ranks(text: str) -> bool:
    """Whether a text sets one of several above the others or sums them up; a row of a table by itself does not."""
    return bool(_RANKS.search(text))


def _others(question: str, here: str, around: Around) -> set[str]:
    """The kinds of figures of which `here` has others than the question and none of the question's."""
    known = dated(around.published, here)
    told = _BESIDE.sub(" ", here)
    missing = unmatched(question, told, known)
    then = _SINCE.sub("", told)
    there = {kind_of(quantity) for quantity in quantities(then)}
    met = {kind_of(asked) for asked in quantities(question) if asked not in missing}
    kinds = ({kind_of(quantity) for quantity in missing} & there) - met - {""}
    if _of_another_month(question, then, known):
        kinds.add(_MONTH)
    numbers: dict[str, set[str]] = {}
    for word, number in _numbered(here):
        numbers.setdefault(word, set()).add(number)
    asked = _numbered(question)
    return kinds | {word for word, number in asked if word in numbers and number not in numbers[word]}


def _of_another_month(question: str, told: str, known: Sequence[Quantity]) -> bool:
    """Whether both name months, by number or by name, and none in common."""
    wanted, found = months(fold(question)), months(fold(told))
    return bool(wanted and found) and not wanted & (found | {int(value) for value, unit in known if unit == _MONTH})


def _numbered(text: str) -> Iterator[tuple[str, str]]:
    """What goes by a number, with it: line 7, 第三中学."""
    for word, number in (*_NUMBERED.findall(text), *_MODEL.findall(text)):
        yield word.casefold(), number
    for number, word in _ORDINAL.findall(text):
        yield word, number if number.isdecimal() else f"{numeral_value(number)}"

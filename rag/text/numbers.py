"""The quantities in a text, so that `122.8亿` and `12.28 billion`, `三个月` and `3 months` compare equal."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from rag.text.calendar import weekdays
from rag.text.folding import fold
from rag.text.language import detect_language

Quantity = tuple[float, str]
"""A value and its unit, see `quantities`."""

_SCALES = {
    "千": 1e3, "万": 1e4, "萬": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "億": 1e8, "万亿": 1e12, "兆": 1e12,
    "thousand": 1e3, "million": 1e6, "millions": 1e6, "billion": 1e9, "trillion": 1e12,
    "mil": 1e3, "mille": 1e3, "millones": 1e6, "millón": 1e6, "milliard": 1e9, "milliards": 1e9, "milliarden": 1e9,
    "millionen": 1e6, "milhões": 1e6, "bilhões": 1e9, "тыс": 1e3, "тысяч": 1e3, "млн": 1e6, "млрд": 1e9,
    "миллионов": 1e6, "миллиардов": 1e9, "nghìn": 1e3, "triệu": 1e6, "tỷ": 1e9, "ألف": 1e3, "مليون": 1e6, "مليار": 1e9,
}  # fmt: skip
_SCALE = "|".join(sorted(map(re.escape, _SCALES), key=len, reverse=True))
# Measures as European languages write them; each group is one unit. All other words after a number say nothing.
_MEASURES = (
    "% percent per\\s?cent por\\s?ciento prozent pour\\s?cent por\\s?cento",
    "dollars? dólares доллар(?:ов|а|ы)?", "euros? евро", "pounds? libras?", "yuan yuanes rmb",
    "years? años? ans? jahren? anos?", "months? mes(?:es)? mois monaten?", "weeks? semanas? semaines? wochen?",
    "days? días? jours? tagen? dias?", "hours? horas? heures? stunden?",
    "minutes? minutos? minuten", "seconds? segundos?",
    "km kilomet(?:er|re)s? kilómetros? kilomètres?", "miles? millas?", "cm centimet(?:er|re)s?",
    "met(?:er|re)s? metros? mètres?",
    "feet foot pies", "yards? yardas?", "kg kilograms? kilos?", "tons? tonnes? toneladas? tonnen", "points? puntos?",
    "ro?ubles? rublos? рубл(?:ь|я|ей|и)",
)  # fmt: skip
_MEASURE = "|".join(f"(?P<m{i}>{'|'.join(group.split())})" for i, group in enumerate(_MEASURES))
_NUMBER = re.compile(
    rf"(\d+(?:\.\d+)?)(?:\s*({_SCALE})(?![a-zà-ÿа-я]))?(?:余|多|左右)?"
    r"\s*(个月|个?小时|个百分点|个工作日|[%\u4e00-\u9fff])?"
)
_AFTER = re.compile(rf"[\s-]*(?:{_MEASURE})(?![a-zà-ÿа-я])")
YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
WEEKDAY = "weekday"
"""The unit of a day of the week."""
CALENDAR = frozenset(("年", "月", "日", "点", "时", WEEKDAY))
"""The units of points in time."""
_DAY = re.compile(r"\d\s*[日号]")
_LARGE = 10_000  # not a year
_ALSO = {"号": "日", "个小时": "小时"}
# Measure words that stand for each other, as they say nothing but that things are counted.
_COUNTED = "个個項项家名位条條件所座处處种種类類次人户例枚列"

_MEASURED = frozenset(
    "年月日号时点分秒天周岁元圆万亿千百米里吨亩平度次回辆只套间层级桌本册张台艘架匹头升斤克尺寸株棵字页步期届轮批场位"
    f"股部篇块瓶箱包把支队组班床卷集余多公毫厘英加座美欧港澳韩卢泰%{_COUNTED}"
)

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}
_MOST = 10**18  # nobody writes more in characters; 亿亿亿… is no number, and its digits would grow without bound
_HAN_NUMBER = re.compile(
    r"(?:百分之[零〇一二两三四五六七八九十百]+|第?[〇零一二两三四五六七八九十百千万亿]+)"
    r"(?P<decimals>点[〇零一二三四五六七八九]+(?![十分刻半时钟点]))?"
)
# 11,2 % as most European languages write it; of texts with Chinese in them a comma parts numbers.
_DECIMAL_COMMA = re.compile(r"(?<![\d.,])(\d+),(\d{1,2})(?![\d,]|\.\d)")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
# 千万公里 is a figure, 千万 by itself says "be sure to", and 数百万 is none.
_ROUND = re.compile("[百千]+[万亿]+")
_SOME = frozenset("数几上好")
# Three digits after a point are thousands in these languages: 3.150 millones.
_POINTED = frozenset(("es", "pt", "de", "it", "nl", "id", "tr", "da", "el"))
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3}(?:\.\d{3})+)(?![\d.]*\d)")
_LAST_YEAR = ("去年", "上年", "last year")
_HAN_YEAR = re.compile(r"[〇零一二三四五六七八九]{4}(?=年)")
# One numeral alone is a number only before one of these: 三个, 七轮; but not 一 (一个 is "a"), nor 三 in 三明.
_COUNTS = frozenset("个項项家名位条條件所座处處种種类類次人户例枚列年月日天轮届批期号级层岁周倍成元万亿")
_COUNTS_ONE = frozenset("期")  # 一期 is the first phase; 一个 and 一批 are any
_FROM_TWO = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen",
    "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete"
    " dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis"
    " veintisiete veintiocho veintinueve",
    "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
    "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn"
    " achtzehn neunzehn",
    "dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezasseis dezassete dezoito"
    " dezanove",
)
_FROM_TWENTY = (
    "twenty thirty forty fifty sixty seventy eighty ninety hundred",
    "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien",
    "vingt trente quarante cinquante soixante",
    "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert",
    "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa cem",
)
_WORDS = {word: value for names in _FROM_TWO for value, word in enumerate(names.split(), 2)} | {
    word: value for names in _FROM_TWENTY for value, word in zip(range(20, 101, 10), names.split(), strict=False)
}
_TENS = [word for word, value in _WORDS.items() if value >= 20 and value % 10 == 0 and value < 100]
_ONES = [word for word, value in _WORDS.items() if value < 10]
_TENS_AND_ONES = re.compile(rf"(?<![\w-])({'|'.join(_TENS)})(?:-| y | e | et |-et-)({'|'.join(_ONES)})(?![\w-])")
_ENGLISH_ONCE = re.compile(r"\bonce\b")  # eleven in Spanish
# 三成, and 三成五.
_TENTHS = re.compile(
    r"(?<![百千万亿零〇一二两三四五六七八九十第])([一二两三四五六七八九])成([一二三四五六七八九]|半)?"
    r"(?![为立本果功员都长绩交效分型人年不活熟见])"
)
# As shares of a hundred, so that a quarter is 25 %.
_FRACTION = re.compile(
    r"(?<![百千零〇一二三四五六七八九十\d.])([二三四五六七八九十]{1,3}|[千万]|\d{1,3})分之([一二两三四五六七八九十]{1,4}|\d+(?:\.\d+)?)"
)
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_FRACTION_WORDS = re.compile(rf"(?<![\w-])(one|{'|'.join(list(_WORDS)[:8])})[- ]({'|'.join(_PARTS)})s?(?![\w-])")
_WORD = re.compile(rf"(?<![\w-])({'|'.join(sorted(_WORDS, key=len, reverse=True))})(?![\w])")


def quantities(text: str) -> list[Quantity]:
    """The numbers of `text` in order, each multiplied by the scale word that follows it, with its unit: a Chinese
    character or `%`, "#" for all words that only count, `~` and a name for a measure of a European language, "" where
    there is none. Chinese numerals and the small numbers as words count too, and so do the days of the week.
    """
    return list(_quantities(text))


@lru_cache(maxsize=2048)
def _quantities(text: str) -> tuple[Quantity, ...]:
    """Kept, as a passage is asked again for each claim."""
    folded = _in_digits(fold(text))
    found = []
    for match in _NUMBER.finditer(folded):
        value = round(float(match[1]) * _SCALES.get(match[2], 1.0), 6)
        found.append((value, _unit(match, folded)))
    return (*found, *((float(day), WEEKDAY) for day in weekdays(folded)))


def scaled(folded: str) -> list[float]:
    """The numbers of a folded text that a scale word follows, multiplied by it, and those that are large enough to be
    written with one: `2.5万` and `25,000` both give 25000.
    """
    values = [(round(float(match[1]) * _SCALES.get(match[2], 1.0), 6), match[2]) for match in _NUMBER.finditer(folded)]
    return [value for value, scale in values if scale or value >= _LARGE]


def kind_of(quantity: Quantity) -> str:
    """The unit; of what is a year by its size, that of years, and of a span of years (三年) another one."""
    value, unit = quantity
    if unit not in ("", "年"):
        return unit
    return "年" if is_year(value) else unit and "~years"


def is_year(value: float) -> bool:
    """Whether a number looks like the name of a year, not a span of years."""
    return bool(YEAR.fullmatch(f"{value:g}"))


def unmatched(claim: str, evidence: str, known: tuple[Quantity, ...] = ()) -> list[Quantity]:
    """The quantities of `claim` that stand neither in `evidence` nor among the `known` ones. A number without a unit
    matches one with any, and so do units of two scripts.
    """
    present = [*quantities(evidence), *known]
    return [wanted for wanted in quantities(claim) if not any(_same(wanted, other) for other in present)]


def years(folded: str) -> frozenset[int]:
    """The years that a folded text names in four figures, and those before them where it speaks of last year."""
    found = frozenset(map(int, YEAR.findall(folded)))
    return found | {year - 1 for year in found} if any(word in folded for word in _LAST_YEAR) else found


def dated(published: date | None, text: str) -> tuple[Quantity, ...]:
    """What a text of that day may leave unsaid, unless it says it: its year, month and day, the day before, and the
    years that it calls last and next.
    """
    if published is None:
        return ()
    yesterday = published - timedelta(days=1) if published > date.min else published
    told = {published.year} | {
        published.year + step
        for step, words in ((-1, _LAST_YEAR), (1, ("明年", "next year")))
        if any(word in text for word in words)
    }
    said = [(float(year), "年") for year in sorted(told)] if not YEAR.search(text) else []
    if not _DAY.search(text):
        said += [(float(day.month), "月") for day in (published, yesterday)]
        said += [(float(day.day), "日") for day in (published, yesterday)]
    return tuple(said)


def _same(wanted: Quantity, other: Quantity) -> bool:
    (value, unit), (found, its_unit) = wanted, other
    if value != found:
        return False
    two_scripts = (unit[:1] == "~") != (its_unit[:1] == "~")
    return not unit or not its_unit or two_scripts or unit == its_unit


def _unit(match: re.Match[str], folded: str) -> str:
    if match[3] and not match[2] and YEAR.fullmatch(match[1]) and match[3] not in _MEASURED:
        return "年"  # as headlines name it: 2024临江马拉松
    if match[3] and (len(match[3]) > 1 or match[3] in _MEASURED):
        return "#" if match[3] in _COUNTED else _ALSO.get(match[3], match[3])
    if match[3]:  # 1∶5配备, 6.3万群众
        return ""
    after = _AFTER.match(folded, match.end())
    if after is None or after.lastgroup is None:
        return ""
    return "%" if after.lastgroup == "m0" else f"~{after.lastgroup}"


def _in_digits(folded: str) -> str:
    if not _CJK.search(folded):
        if _THOUSANDS.search(folded) and detect_language(folded) in _POINTED:
            folded = _THOUSANDS.sub(lambda match: match[1].replace(".", ""), folded)
        folded = _FRACTION_WORDS.sub(lambda match: _share(_WORDS.get(match[1], 1), _PARTS[match[2]]), folded)
        if _ENGLISH_ONCE.search(folded) and detect_language(folded) == "en":
            folded = _ENGLISH_ONCE.sub("at one time", folded)
        folded = _TENS_AND_ONES.sub(lambda match: str(_WORDS[match[1]] + _WORDS[match[2]]), folded)
        return _WORD.sub(lambda match: str(_WORDS[match[1]]), _DECIMAL_COMMA.sub(r"\1.\2", folded))
    folded = _TENTHS.sub(_tenths, _FRACTION.sub(_fraction, folded))
    years = _HAN_YEAR.sub(lambda match: "".join(str(_DIGITS[character]) for character in match[0]), folded)
    return _WORD.sub(lambda match: str(_WORDS[match[1]]), _HAN_NUMBER.sub(_digits_of, years))


def _fraction(match: re.Match[str]) -> str:
    whole, some = (
        float(part) if part[0].isdigit() else numeral_value(f"一{part}" if part in "千万" else part)
        for part in match.groups()
    )
    return _share(some, whole) if whole and some else match[0]


def _tenths(match: re.Match[str]) -> str:
    ones = 5 if match[2] == "半" else _DIGITS[match[2]] if match[2] else 0
    return f"{10 * _DIGITS[match[1]] + ones}%"


def _share(some: float, whole: float) -> str:
    return f"{round(100 * some / whole, 4):g}%"


def _digits_of(match: re.Match[str]) -> str:
    text = match[0]
    share, ordinal = text.startswith("百分之"), text.startswith("第")
    numeral, _, decimals = text.removeprefix("百分之").removeprefix("第").partition("点")
    after = match.string[match.end() : match.end() + 1]
    following = after
    if numeral.endswith(("万", "亿")) and numeral[:-1] not in ("", "十") and len(numeral) == 2 and not share:
        following = numeral[-1]
    alone = (
        len(numeral) == 1
        and not (share or ordinal or decimals)
        and following not in (_COUNTS_ONE if numeral == "一" else _COUNTS)
    )
    before = match.string[max(0, match.start() - 1) : match.start()]
    if _ROUND.fullmatch(numeral) and before not in _SOME and after in _MEASURED:
        numeral = f"一{numeral}"
    value = None if alone or before.isdigit() else numeral_value(numeral)
    if value is None and decimals and set(numeral) <= {"零", "〇"}:
        value = 0
    if value is None:
        return text
    digits = str(value) + (f".{''.join(str(_DIGITS[character]) for character in decimals)}" if decimals else "")
    return f"{digits}%" if share else f"{'第' if ordinal else ''}{digits}"


def numeral_value(numeral: str) -> int | None:
    """The value of a Chinese numeral; None where it is none (四五, 十四五, 千万) or beyond any that is meant."""
    if numeral[:1] in ("", "万", "亿", "百", "千", "零", "〇"):
        return None
    total = section = digit = 0
    had_digit = False
    for character in numeral:
        if character in _DIGITS:
            if had_digit and _DIGITS[character] and digit:
                return None
            digit, had_digit = _DIGITS[character], True
        elif character in _POWERS:
            section += (digit or 1) * _POWERS[character]
            digit, had_digit = 0, False
        else:
            own = section + digit
            total = total + own * 10_000 if character == "万" and own else (total + own) * _GROUPS[character]
            section, digit, had_digit = 0, 0, False
            if total > _MOST:
                return None
    return total + section + digit or None

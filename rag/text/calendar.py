"""Days of the year and of the week, and months, in any writing, so that `12月23日`, `12-23`, `December 23` and
`23 de diciembre` compare equal, and `周一`, `lunes` and `Mondays`; and the dateline that a report begins with.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

_NAMES = {
    "en": "january february march april may june july august september october november december",
    "en short": "jan feb mar apr - jun jul aug sep oct nov dec",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "id": "januari februari maret april mei juni juli agustus september oktober november desember",
}
_MONTHS = {
    name: number for names in _NAMES.values() for number, name in enumerate(names.split(), start=1) if name != "-"
}
MONTH = "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True))
_WEEKDAYS = {
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira - -",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "de": "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "ru": "понедельник вторник среду четверг пятницу субботу воскресенье",
    "zh": "一 二 三 四 五 六 日",
    "ja": "月 火 水 木 金 土 日",
}
_WEEKDAY_OF = {
    language: {name: number for number, name in enumerate(names.split(), start=1)}
    for language, names in _WEEKDAYS.items()
}
_NAMED_WEEKDAYS = {
    form: number
    for language, names in _WEEKDAY_OF.items()
    for name, number in names.items()
    for form in (name, f"{name}s")
    if len(name) > 1
}
_WORD = re.compile(r"[a-zà-ÿа-я]+(?:-feiras?)?")
_RUSSIAN_MONTHS = [
    "январ",
    "феврал",
    "март",
    "апрел",
    "ма",
    "июн",
    "июл",
    "август",
    "сентябр",
    "октябр",
    "ноябр",
    "декабр",
]
_HAN_MONTHS = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
# A month by itself; "may" and the like only where they stand as one.
_DOUBTFUL = "may|mar|march|mars|mai|maj|dec|set|mei|mayo|sep"
_MONTH_ALONE = (
    re.compile(r"(?<![\d.])(?P<month>\d{1,2})\s*[月월](?!\d*\s*[间間])"),
    re.compile(rf"(?<![一二三四五六七八九十])(?P<han>{'|'.join(reversed(_HAN_MONTHS))})月"),
    re.compile(r"tháng\s+(?P<month>\d{1,2})\b"),
    re.compile(rf"\b(?P<name>(?!(?:{_DOUBTFUL})\b)(?:{MONTH}))\b"),
    re.compile(rf"\b(?:in|of|en|im|em|de|du|early|late|mid|since|from|by|until|to|\d{{1,2}})\s+(?P<name>{MONTH})\b"),
    re.compile(rf"\b(?P<name>{MONTH})\s+(?:de\s+)?(?:19|20)\d\d\b"),
    re.compile(rf"\b(?P<stem>{'|'.join(_RUSSIAN_MONTHS)})(?:[ьяею]|ем|[ае]|й)?\b"),
)
_CHINESE_WEEKDAY = re.compile(r"(?<![一二两三四五六七八九十半\d])(?:周|星期|礼拜)([一二三四五六日天])(?![年岁])")
_JAPANESE_WEEKDAY = re.compile("([月火水木金土日])曜")
_NOT_IN_NUMBER = r"(?<![\d.\-/])"
_DAYS = (
    re.compile(r"(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日号號일]"),
    re.compile(rf"\b(?P<name>{MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?![\d.]*\d)"),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|º|\.)?\s+(?:de\s+|of\s+)?(?P<name>{MONTH})\b"),
    re.compile(r"(?<!\d)\d{4}[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?![\d.]*\d)"),
    re.compile(rf"{_NOT_IN_NUMBER}(?P<month>\d{{2}})-(?P<day>\d{{2}})(?![\d\-]|\.\d)"),
    re.compile(r"ngày\s+(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2})"),
)
# `Montreval-sur-Ouche, le 14 mars 2024.`, `By Ann Lee, April 2, 2026`, `Зареченск, 9 сентября 2023 года.`: before the
# date nothing but names.
_NAME = (
    r"(?:[A-ZÀ-ÞĀ-ŽА-Я\u0621-\u064a][^\W\d_]*+(?:['’.\-/][^\W\d_]++)*+\.?|\(\w{2,20}\)"
    r"|(?:d[eaiou]s?|del|la|les?|sur|am|an|der|den|of|the|and|y|e)\b"
    rf"|(?:{'|'.join(_NAMED_WEEKDAYS)})\b)"
)
_DATE = (
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s+(?:de\s+|of\s+)?(?P<name>(?i:{MONTH}))\.?,?\s+(?:de\s+|del\s+)?(?P<year>\d{{4}})"
    rf"|(?P<name2>(?i:{MONTH}))\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>\d{{4}})"
    r"|(?P<year3>\d{4})-(?P<month3>\d{2})-(?P<day3>\d{2})|(?P<day4>\d{1,2})\.(?P<month4>\d{1,2})\.(?P<year4>\d{4}))"
)
_PLACED = rf"\W{{0,4}}(?:{_NAME}[\s,:|–—-]{{1,4}}){{0,8}}\(?{_DATE}(?:\s*(?:года|г|р|року)\b\.?)?\)?"
_DATELINE = re.compile(rf"{_PLACED}\s*(?:[.:|–—-]+(?=\s|$)|$)", re.MULTILINE)
_SIGNED = re.compile(rf"{_PLACED}(?P<rest>(?:\s*[,|·–—-]\s*|\s+)(?:by|por|par|von|di|da|door|av|от)\s[^.!?]{{2,60}})$")
_REPORTED = re.compile(
    r"[讯电]\s*(?:[（(][^）)]{0,40}[）)])?\s*[^，。\d]{0,8}(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"
)
# `2024年5月21日  01版  记者 陶景行`: before the day no more than a name or who wrote it, behind it the page, the time,
# who wrote it.
_WROTE = (
    r"(?:本[报刊网台]|全媒体|见习|实习|首席)*(?:记者|通讯员|作者|(?:责任)?编辑|责编|校对|摄影|撰稿|撰文|文)[:：\s]\s*"
    r"[\u4e00-\u9fff·]{2,8}(?:[\s、]+[\u4e00-\u9fff·]{2,4}(?=$|[\s、]))*"
)
_BEHIND = (
    r"(?:第?\s*[A-Z]?\d{1,3}\s*版(?:\s+[\u4e00-\u9fff]{2,4}(?=$|\s))?|\d{1,2}:\d{2}(?::\d{2})?|来源[:：]\s*\S{2,20}"
    r"|[\u4e00-\u9fff]{1,8}[报刊网社台](?=$|\s)"
    rf"|{_WROTE})"
)
_DAY_LINE = re.compile(
    rf"\W{{0,4}}(?:(?P<before>(?:《[^《》]{{2,12}}》\s?)?{_WROTE})[\s|·/]+|[^\W\d]{{2,12}}[^\w。！？，、；：]{{1,3}})?"
    r"(?:(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]"
    r"|(?P<year2>\d{4})[-/.](?P<month2>\d{1,2})[-/.](?P<day2>\d{1,2}))"
    r"(?:\s*[(（]?(?:(?:星期|周)[一二三四五六日天]|[月火水木金土日월화수목금토일](?:曜日|요일)?)[)）]?)?"
    rf"(?P<rest>(?:[\s|·/(（]+{_BEHIND})*)[\s)）]*$"
)
_BY = re.compile(r"\W*(?:by|por|par|von|di|da|door|av|от)\s", re.IGNORECASE)
_LONGEST_DATELINE = 160  # characters


def dateline(text: str) -> tuple[int, date] | None:
    """Where the dateline ends that a text in letters begins with, and its day; None where it begins with none."""
    match = _DATELINE.match(text[:_LONGEST_DATELINE])
    day = _day_of(match) if match else None
    return (match.end(), day) if match and day else None


def day_line(line: str) -> tuple[str, date] | None:
    """What stands beside the day on a line that says when, and where and by whom perhaps, and nothing else; and the
    day. None for any other line.
    """
    line = line.strip()
    if len(line) > _LONGEST_DATELINE:
        return None
    if (found := dateline(line)) and found[0] == len(line):
        return "", found[1]
    match = _SIGNED.match(line) or _DAY_LINE.match(line)
    day = _day_of(match) if match else None
    if not match or not day:
        return None
    told = f"{match.groupdict().get('before') or ''} {match['rest'] or ''}"
    return told.strip(" ,|·–—-"), day


def reported_day(lead: str) -> date | None:
    """The day with its year that a Chinese report begins with: 本报讯（记者 李敏）2018年6月8日上午."""
    if not (match := _REPORTED.search(lead)):
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None


def _day_of(match: re.Match[str]) -> date | None:
    parts = {name.rstrip("234"): value for name, value in match.groupdict().items() if value}
    month = _MONTHS[parts["name"].lower()] if "name" in parts else int(parts["month"])
    try:
        return date(int(parts["year"]), month, int(parts["day"]))
    except ValueError:
        return None


def is_dateline(sentence: str) -> bool:
    """Whether it says nothing but where and when; one that says by whom does."""
    found = dateline(sentence)
    return found is not None and found[0] == len(sentence.rstrip()) and not _BY.match(sentence)


def days(folded: str) -> list[str]:
    """The days that a folded text (see `rag.text.terms.fold`) names, as `MM.DD`, in the order of the patterns."""
    found = []
    for pattern in _DAYS:
        for match in pattern.finditer(folded):
            parts = match.groupdict()
            month = _MONTHS[parts["name"]] if parts.get("name") else int(parts["month"])
            if 1 <= month <= 12 and 1 <= int(parts["day"]) <= 31:
                found.append(f"{month:02}.{int(parts['day']):02}")
    return found


@lru_cache(maxsize=4096)
def months(folded: str) -> frozenset[int]:
    """The months that a folded text names, with a day or without."""
    found = {int(day[:2]) for day in days(folded)}
    for pattern in _MONTH_ALONE:
        for match in pattern.finditer(folded):
            found.add(_month(match.groupdict()))
    return frozenset(month for month in found if 1 <= month <= 12)


def _month(parts: dict[str, str | None]) -> int:
    if name := parts.get("name"):
        return _MONTHS[name]
    if han := parts.get("han"):
        return _HAN_MONTHS.index(han) + 1
    if stem := parts.get("stem"):
        return _RUSSIAN_MONTHS.index(stem) + 1
    return int(parts["month"] or 0)


def weekdays(folded: str) -> list[int]:
    """The days of the week that a folded text names, 1 for Monday to 7, each once."""
    found = {_NAMED_WEEKDAYS[word] for word in _WORD.findall(folded) if word in _NAMED_WEEKDAYS}
    found |= {_WEEKDAY_OF["zh"].get(name, 7) for name in _CHINESE_WEEKDAY.findall(folded)}
    found |= {_WEEKDAY_OF["ja"][name] for name in _JAPANESE_WEEKDAY.findall(folded)}
    return sorted(found)

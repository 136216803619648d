"""Days of the year in any writing, so that `12月23日`, `12-23`, `December 23` and `23 de diciembre` compare equal."""

from __future__ import annotations

import re

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
_NOT_IN_NUMBER = r"(?<![\d.\-/])"
_DAYS = (
    re.compile(r"(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日号號일]"),
    re.compile(rf"\b(?P<name>{MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?![\d.]*\d)"),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|º|\.)?\s+(?:de\s+|of\s+)?(?P<name>{MONTH})\b"),
    re.compile(r"(?<!\d)\d{4}[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?![\d.]*\d)"),
    re.compile(rf"{_NOT_IN_NUMBER}(?P<month>\d{{2}})-(?P<day>\d{{2}})(?![\d\-]|\.\d)"),
    re.compile(r"ngày\s+(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2})"),
)


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

"""Chinese names as Russian writes them, by the system of Palladius: Вэньчжоу is wenzhou, Чжэцзяна is zhejiang."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

_WORD = re.compile(r"\b[А-Я][а-я]+(?:-[А-Я][а-я]+)?\b")
_INITIALS = {
    "b": "б", "p": "п", "m": "м", "f": "ф", "d": "д", "t": "т", "n": "н", "l": "л", "g": "г", "k": "к", "h": "х",
    "j": "цз", "q": "ц", "x": "с", "zh": "чж", "ch": "ч", "sh": "ш", "r": "ж", "z": "цз", "c": "ц", "s": "с",
}  # fmt: skip
_HARD = {
    "a": "а", "o": "о", "e": "э", "ai": "ай", "ei": "эй", "ao": "ао", "ou": "оу", "an": "ань", "en": "энь",
    "ang": "ан", "eng": "эн", "ong": "ун", "u": "у", "ua": "уа", "uo": "о", "uai": "уай", "ui": "уй", "uan": "уань",
    "un": "унь", "uang": "уан",
}  # fmt: skip
_SOFT = {
    "i": "и", "ia": "я", "ie": "е", "iao": "яо", "iu": "ю", "ian": "янь", "in": "инь", "iang": "ян", "ing": "ин",
    "iong": "юн",
}  # fmt: skip
_ROUND = {"u": "юй", "ue": "юэ", "uan": "юань", "un": "юнь"}
_ALONE = {
    "a": "а", "ai": "ай", "an": "ань", "ang": "ан", "ao": "ао", "e": "э", "en": "энь", "er": "эр", "ou": "оу",
    "ya": "я", "yan": "янь", "yang": "ян", "yao": "яо", "ye": "е", "yi": "и", "yin": "инь", "ying": "ин",
    "yong": "юн", "you": "ю", "yu": "юй", "yuan": "юань", "yue": "юэ", "yun": "юнь", "wa": "ва", "wai": "вай",
    "wan": "вань", "wang": "ван", "wei": "вэй", "wen": "вэнь", "weng": "вэн", "wo": "во", "wu": "у",
    "zi": "цзы", "ci": "цы", "si": "сы", "hui": "хуэй",
}  # fmt: skip
_LABIAL, _PALATAL, _HUSHING = ("b", "p", "m", "f"), ("j", "q", "x"), ("zh", "ch", "sh", "r")
_NEVER_SOFT = (*_HUSHING, "z", "c", "s", "g", "k", "h", "f")
# As they are declined: Лишуя, Лишуе of Лишуй; Жуйаня of Жуйань; Чжэцзяна; вэньчжоуский.
_ADJECTIVE = re.compile("ск(?:ий|ая|ое|ие|ого|ой|ому|им|их|ими|ую|ом)$")
_DECLINED = (
    (re.compile("(?<=[бвгджзклмнпрстфхцчшщ])(?:[ауе]|ом)$"), ""),
    (re.compile("(?<=н)(?:[яюе]|ем)$"), "ь"),
    (re.compile("(?<=[аоуыэюяеи])(?:[яюе]|ем)$"), "й"),
)
_LONGEST = 6  # letters of a syllable
_VOWELS = tuple("aeo")


def in_pinyin(text: str) -> list[str]:
    """What the words of a text with a capital may be in pinyin, without those that are no Chinese syllables, written as
    `rag.retrieve.pinyin.capitalised` does.
    """
    found = (reading for match in _WORD.finditer(text) for reading in _readings(match[0].lower().replace("-", "")))
    return list(dict.fromkeys(found))


def _readings(word: str) -> Iterator[str]:
    yield from _cut(word)
    for ending, nominative in (*_DECLINED, (_ADJECTIVE, "")):
        if ending.search(word):
            yield from _cut(ending.sub(nominative, word))


def _cut(word: str) -> Iterator[str]:
    """The syllables, run together, that a word is made of; nothing if it is not."""
    if not word:
        yield ""
    for length in range(1, min(_LONGEST, len(word)) + 1):
        if syllable := _syllables().get(word[:length]):
            for rest in _cut(word[length:].removeprefix("ъ")):
                yield f"{syllable}'{rest}" if rest[:1] in _VOWELS else syllable + rest


@cache
def _syllables() -> dict[str, str]:
    """Pinyin without tones by how it is written."""
    found = {
        sound + own: initial + final for initial, sound in _INITIALS.items() for final, own in _finals(initial).items()
    }
    found |= {_INITIALS[initial] + _ROUND["u"]: f"{initial}u" for initial in ("l", "n")}
    return found | {spelling: syllable for syllable, spelling in _ALONE.items()}


def _finals(initial: str) -> dict[str, str]:
    if initial in _PALATAL:
        return _SOFT | _ROUND
    finals = _HARD | ({} if initial in _NEVER_SOFT else _SOFT)
    if initial in _HUSHING:
        finals["i"] = _SOFT["i"]
    if initial in _LABIAL:
        del finals["uo"]
    return finals

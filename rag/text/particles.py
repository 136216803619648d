"""Particles at the end of a phrase, which belong to the sentence that it stood in and not to it: 的, の, 이, 를."""

from __future__ import annotations

import re

_CHINESE = "的"
_JAPANESE = re.compile(r"(?<=[\u30a0-\u30ff\u3400-\u9fff\d」』）)％%])(?:から|まで|の|は|が|を|に|で|と|も|へ)$")
# By what the syllable before must end in: a consonant (1), a vowel (0), either (None); how many syllables must be left.
_KOREAN = (
    ("이라고", 1, 1), ("라고", 0, 1), ("입니다", None, 1), ("이다", None, 1), ("에서", None, 2), ("에게", None, 2),
    ("으로", 1, 1), ("로", 0, 1), ("을", 1, 1), ("를", 0, 1), ("는", 0, 2), ("은", 1, 3), ("가", 0, 2), ("이", 1, 3),
    ("과", 1, 3), ("와", 0, 3), ("의", None, 3), ("에", None, 2),
)  # fmt: skip
_FIRST_SYLLABLE, _LAST_SYLLABLE, _FINALS = 0xAC00, 0xD7A3, 28


def without_particle(phrase: str) -> str:
    """The phrase without the particle that it ends with; one that would leave nothing stays."""
    if phrase.endswith(_CHINESE):
        return phrase[:-1].rstrip() or phrase
    if shorter := _JAPANESE.sub("", phrase):
        phrase = shorter
    return _without_korean(phrase)


def _without_korean(phrase: str) -> str:
    word = phrase.rsplit(" ", 1)[-1]
    counted = any(character.isdigit() for character in phrase)  # 312억 원이: what counts is a syllable long
    for particle, final, left in _KOREAN:
        stem = word.removesuffix(particle)
        if stem == word or len(stem) < (1 if counted else left) or not _hangul(stem[-1]):
            continue
        if final is None or _ends_in_consonant(stem[-1]) is bool(final) or (particle == "로" and _ends_in_l(stem[-1])):
            return phrase.removesuffix(particle)
    return phrase


def _hangul(syllable: str) -> bool:
    return _FIRST_SYLLABLE <= ord(syllable) <= _LAST_SYLLABLE


def _ends_in_consonant(syllable: str) -> bool:
    return (ord(syllable) - _FIRST_SYLLABLE) % _FINALS != 0


def _ends_in_l(syllable: str) -> bool:
    return (ord(syllable) - _FIRST_SYLLABLE) % _FINALS == 8

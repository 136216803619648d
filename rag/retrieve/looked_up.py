"""How a text is cut into what a dictionary may have: words and phrases by place and length."""

from __future__ import annotations

import re

from rag.text.stems import stems

_LONGEST_PHRASE = 4  # words
_PIECE = re.compile(r"[\d.,;:!?¿¡؟،()\[\]\"“”«»/]+")  # parts phrases
# Languages that are looked up character by character: stretches of them, and the longest word. Words of hiragana alone
# are endings and particles more often than not.
_RUNS = {
    "zh": (re.compile(r"[\u3400-\u9fff]+"), 8),
    "ja": (re.compile(r"[\u3400-\u9fff]+|[\u30a1-\u30fc]+"), 8),
    "ko": (re.compile(r"[\uac00-\ud7af]+"), 8),
    "th": (re.compile(r"[\u0e00-\u0e7f]+"), 16),
}

Run = dict[tuple[int, int], str]
"""What may be looked up of a stretch of text, by place and length, in words or characters of the stretch."""


def units(folded: str, language: str) -> list[Run]:
    """Of a folded text in `language` (ISO 639-1), stretch by stretch."""
    if language in _RUNS:
        pattern, longest = _RUNS[language]
        return [_run(run, range(2, longest + 1), "") for run in pattern.findall(folded)]
    return [_run(stems(piece, language), range(1, _LONGEST_PHRASE + 1), " ") for piece in _PIECE.split(folded)]


def key(word: str, language: str) -> str | None:
    """What a word of a dictionary, folded, is found by; None if nothing could find it."""
    if language in _RUNS:
        pattern, longest = _RUNS[language]
        return word if 2 <= len(word) <= longest and pattern.fullmatch(word) else None
    parts = stems(word, language)
    return " ".join(parts) if 1 <= len(parts) <= _LONGEST_PHRASE else None


def _run(parts: str | list[str], lengths: range, joint: str) -> Run:
    return {(i, n): joint.join(parts[i : i + n]) for n in lengths for i in range(len(parts) - n + 1)}

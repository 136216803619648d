"""Words of a text cut to what their forms have in common, for looking them up and for finding them.

English is cut roughly, so that what is left always begins the word in a text; the others by Snowball's algorithms
(Porter 2001), whose stems are only compared with each other.
"""

from __future__ import annotations

import re

from rag.text.language import function_words

_ENGLISH = re.compile(r"[a-z][a-z'-]*")
_WORD = re.compile(r"[^\W\d_]+")
_ARABIC_VOWELS = re.compile("[\u064b-\u0652\u0670\u0640]")
_FILLERS = frozenset(["sb", "sth", "one's", "oneself", "etc", "type", "kind", "any", "some", "into", "about"])
_ENDINGS = ("'s", "ing", "ed", "es", "s", "e")
_SHORTEST_CUT = 3  # letters that an ending leaves
_SNOWBALL = {
    "ar": "arabic",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "es": "spanish",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "hi": "hindi",
    "hu": "hungarian",
    "id": "indonesian",
    "it": "italian",
    "nl": "dutch",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}


def stems(folded: str, language: str) -> list[str]:
    """Of the words of a folded text in `language` (ISO 639-1) that carry meaning, in order; whole words in a language
    without an algorithm.
    """
    light = function_words(language)
    if language == "en":
        words = _ENGLISH.findall(folded.replace("’", "'"))
        return [_cut(word) for word in words if word not in _FILLERS and word not in light]
    kept = [word for word in _WORD.findall(_ARABIC_VOWELS.sub("", folded)) if len(word) > 1 and word not in light]
    if language not in _SNOWBALL:
        return kept
    import snowballstemmer  # type: ignore[import-untyped]

    found: list[str] = snowballstemmer.stemmer(_SNOWBALL[language]).stemWords(kept)  # a new one: they keep a state
    return found


def _cut(word: str) -> str:
    if word.endswith("ies") and len(word) - 2 > _SHORTEST_CUT:
        return word[:-3]
    ending = next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= _SHORTEST_CUT), "")
    return word.removesuffix(ending).removesuffix("y") if len(word) > _SHORTEST_CUT else word

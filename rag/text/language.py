"""The language of a text, for short questions as well as for articles: no model, no network, microseconds.

The script decides where it can (kana, hangul, Thai ...). Languages that share a script are told apart by their
commonest words and by letters that only they use; each counts the more the fewer languages have it. Chinese quoted in
another language's sentence does not make the sentence Chinese: function words show whose sentence it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.resources import files

DEFAULT = "zh"
_TAG = re.compile(r"([a-z]{2,3})(?:[-_].*)?")
_NO_LANGUAGE = ("mis", "mul", "und", "zxx")  # uncoded, several, undetermined, not a language (ISO 639-2)
_SAMPLE = 1000
# A text with this share of kana among its East Asian characters is Japanese; Chinese quotes a name in kana now and
# then.
_MIN_KANA = 0.08
# Chinese characters to a word of a European language, roughly.
_HAN_PER_WORD = 1.6

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Chinese characters, marks and digits and nothing else: most of what there is to tell, told at once.
_PLAIN_CHINESE = re.compile(r"[\u4e00-\u9fff\u3001-\u301f\uff01-\uff1f‘’“”…⋯—·●■\s\d!-@]*")
_KANA = re.compile(r"[\u3041-\u30ff\uff66-\uff9f]")
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_LATIN_WORD = re.compile(r"[a-z\u00df-\u024f\u1e00-\u1eff]+(?:['’][a-z\u00df-\u024f\u1e00-\u1eff]+)?")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")
_OTHER = re.compile(
    r"(?P<el>[\u0370-\u03ff\u1f00-\u1fff])|(?P<he>[\u0590-\u05ff])|(?P<hy>[\u0530-\u058f])|(?P<hi>[\u0900-\u097f])|"
    r"(?P<bn>[\u0980-\u09ff])|(?P<pa>[\u0a00-\u0a7f])|(?P<gu>[\u0a80-\u0aff])|(?P<or>[\u0b00-\u0b7f])|"
    r"(?P<ta>[\u0b80-\u0bff])|(?P<te>[\u0c00-\u0c7f])|(?P<kn>[\u0c80-\u0cff])|(?P<ml>[\u0d00-\u0d7f])|"
    r"(?P<si>[\u0d80-\u0dff])|(?P<th>[\u0e00-\u0e7f])|(?P<lo>[\u0e80-\u0eff])|(?P<bo>[\u0f00-\u0fff])|"
    r"(?P<my>[\u1000-\u109f])|(?P<ka>[\u10a0-\u10ff])|(?P<am>[\u1200-\u137f])|(?P<km>[\u1780-\u17ff])|(?P<mn>[\u1800-\u18af])"
)

# Languages of the Latin script by their commonest words, those of questions among them.
_WORDS: Mapping[str, str] = json.loads((files(__package__) / "function_words.json").read_text("utf-8"))
_FUNCTION_WORDS = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_LETTERS: Mapping[str, str] = {
    "es": "ñ¿¡áíóú",
    "fr": "çèêâîûœùëïà",
    "de": "ßäöü",
    "pt": "ãõçáâêóé",
    "it": "àèìòù",
    "vi": "ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    "pl": "ąęłńśźżć",
    "tr": "ğışçö",
    "sv": "åäö",
    "da": "æøå",
    "cs": "ěřůščž",
    "ro": "ășțâî",
    "hu": "őűáéö",
    "fi": "äö",
}
_CYRILLIC_SIGNS: Mapping[str, str] = {
    "uk": "іїєґ",
    "be": "ўі",
    "sr": "ђјљњћџ",
    "mk": "ѓќѕј",
    "kk": "әғқңөұүһі",
    "mn": "өү",
}
_RUSSIAN = re.compile(r"[ыэё]")
_BULGARIAN = re.compile(r"\b(?:на|за|от|се|са|това|кой|какво|къде|кога|колко|през|който|като|беше)\b")
_PERSIAN, _URDU = re.compile(r"[پچژگکی]"), re.compile(r"[ٹڈڑےںھ]")


def _by_item(table: Mapping[str, str], *, letters: bool) -> dict[str, tuple[float, tuple[str, ...]]]:
    """Each word or letter with the languages that have it and its weight, 1 over their number."""
    owners: dict[str, list[str]] = {}
    for language, items in table.items():
        for item in dict.fromkeys(items if letters else items.split()):
            owners.setdefault(item, []).append(language)
    return {item: (1.0 / len(languages), tuple(languages)) for item, languages in owners.items()}


_WORD_OWNERS = _by_item(_WORDS, letters=False)
_LETTER_OWNERS = _by_item(_LETTERS, letters=True)
_LETTER_WEIGHT = 0.8


def function_words(language: str) -> frozenset[str]:
    """The commonest words of a language of the Latin script, none for another."""
    return _FUNCTION_WORDS.get(language, frozenset())


def language_code(tag: str) -> str | None:
    """The primary subtag of a language tag (BCP 47), in small letters: zh of `zh-CN`; None for what is no tag of one
    language, like `Chinese` and `und`.
    """
    match = _TAG.fullmatch(tag.strip().lower())
    return match[1] if match and match[1] not in _NO_LANGUAGE else None


def detect_language(text: str) -> str:
    """The ISO 639-1 code of the text's language; Chinese for a text without letters."""
    sample = text[:_SAMPLE]
    if _PLAIN_CHINESE.fullmatch(sample):
        return DEFAULT
    sample = sample.lower()
    han, kana, hangul = len(_HAN.findall(sample)), len(_KANA.findall(sample)), len(_HANGUL.findall(sample))
    words = _LATIN_WORD.findall(sample)
    cyrillic, arabic = len(_CYRILLIC.findall(sample)), len(_ARABIC.findall(sample))
    other = _OTHER.findall(sample)
    letters = sum(map(len, words))
    east_asian = han + kana + hangul
    if max(cyrillic, arabic, len(other)) > max(letters, 2 * east_asian):
        return _by_script(sample, cyrillic, arabic, len(other))
    if east_asian and not _is_quotation(sample, words, east_asian):
        return _east_asian(han, kana, hangul)
    if max(cyrillic, arabic, len(other)) > letters:
        return _by_script(sample, cyrillic, arabic, len(other))
    return _latin(sample, words) if words else DEFAULT


def _east_asian(han: int, kana: int, hangul: int) -> str:
    if hangul > han + kana or (hangul > kana and hangul >= 0.3 * han):
        return "ko"
    return "ja" if kana > _MIN_KANA * (han + kana) else "zh"


def _is_quotation(sample: str, words: list[str], east_asian: int) -> bool:
    """Whether the East Asian characters are quoted in a sentence of another language."""
    if not words and not _CYRILLIC.search(sample) and not _ARABIC.search(sample):
        return False
    function_words = sum(word in _WORD_OWNERS and len(word) > 1 for word in words)
    if function_words >= 2 and function_words * 4 >= len(words) and len(words) * 4 >= east_asian:
        return True
    foreign = len(words) + len(_CYRILLIC.findall(sample)) / 5 + len(_ARABIC.findall(sample)) / 5
    return foreign > 2 and foreign > east_asian / _HAN_PER_WORD


def _by_script(sample: str, cyrillic: int, arabic: int, other: int) -> str:
    if cyrillic >= max(arabic, other):
        return _cyrillic(sample)
    if arabic >= other:
        return "ur" if _URDU.search(sample) else "fa" if _PERSIAN.search(sample) else "ar"
    counts: dict[str, int] = {}
    for match in _OTHER.finditer(sample):
        name = match.lastgroup or DEFAULT
        counts[name] = counts.get(name, 0) + 1
    return max(counts, key=counts.__getitem__)


def _cyrillic(sample: str) -> str:
    scores = {name: sum(map(sample.count, signs)) for name, signs in _CYRILLIC_SIGNS.items()}
    best = max(scores, key=scores.__getitem__)
    if scores[best]:
        return best
    return "bg" if not _RUSSIAN.search(sample) and len(_BULGARIAN.findall(sample)) > 1 else "ru"


def _latin(sample: str, words: list[str]) -> str:
    scores = dict.fromkeys(_WORDS, 0.0)
    for word in words:
        _add(scores, _WORD_OWNERS.get(word), 1.0)
        if "'" in word or "’" in word:
            _add(
                scores,
                (1.0, ("fr", "it")) if re.match(r"(?:[ldcnsjmtq]|qu|un|dell|all|nell|sull)['’]", word) else None,
                0.5,
            )
    for letter in set(sample):
        _add(scores, _LETTER_OWNERS.get(letter), _LETTER_WEIGHT * min(3, sample.count(letter)))
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] > 0 else "en"


def _add(scores: dict[str, float], item: tuple[float, tuple[str, ...]] | None, times: float) -> None:
    if item:
        weight, languages = item
        for language in languages:
            scores[language] += weight * times

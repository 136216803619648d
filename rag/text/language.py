"""The language of a text: by its script, and within the Latin, Cyrillic and Arabic scripts by common words and letters.

Made for short questions as well as for articles: the words counted are those that hardly a question goes without.
"""

from __future__ import annotations

import re
from collections import defaultdict

_SAMPLE = 4000  # characters looked at
# A CJK character is about a syllable: it weighs as much as three letters against a script that writes letters.
_SCRIPTS = (
    ("kana", re.compile(r"[\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f]"), 3),
    ("han", re.compile(r"[\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"), 3),
    ("ko", re.compile(r"[\uac00-\ud7af\u1100-\u11ff\u3130-\u318f]"), 3),
    ("latin", re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"), 1),
    ("cyrillic", re.compile(r"[\u0400-\u052f]"), 1),
    ("arabic", re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]"), 1),
    ("el", re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"), 1),
    ("he", re.compile(r"[\u0590-\u05ff]"), 1),
    ("hi", re.compile(r"[\u0900-\u097f]"), 1),
    ("bn", re.compile(r"[\u0980-\u09ff]"), 1),
    ("ta", re.compile(r"[\u0b80-\u0bff]"), 1),
    ("te", re.compile(r"[\u0c00-\u0c7f]"), 1),
    ("th", re.compile(r"[\u0e00-\u0e7f]"), 1),
    ("lo", re.compile(r"[\u0e80-\u0eff]"), 1),
    ("bo", re.compile(r"[\u0f00-\u0fff]"), 1),
    ("my", re.compile(r"[\u1000-\u109f]"), 1),
    ("ka", re.compile(r"[\u10a0-\u10ff]"), 1),
    ("am", re.compile(r"[\u1200-\u137f]"), 1),
    ("km", re.compile(r"[\u1780-\u17ff]"), 1),
    ("mn", re.compile(r"[\u1800-\u18af]"), 1),
    ("hy", re.compile(r"[\u0530-\u058f]"), 1),
)
_WORDS = {
    "latin": {
        "en": "the of and to in is was were what which who how why when where did does do are has have had many much by for on with from that it as at be this an",
        "es": "el la los las de del y en que qué cuál cuáles quién cuándo dónde cómo cuánto cuántos cuántas por para se es fue un una con su al lo según son no más",
        "fr": "le la les de des du et en est que qui quel quelle quels quelles combien comment pourquoi quand où dans pour par une un au aux sur ce cette avec sont été selon l d qu",
        "de": "der die das welchem welchen dieser diesem dieses sich nicht als und in ist von zu den dem des ein eine einer wie was wer wann wo warum welche welcher welches viele wurde mit für auf im am bei nach wird hat sind zum zur",
        "pt": "o a os as de do da dos das e em no na nos nas que qual quais quem quando onde como quanto quantos quantas por para é foi um uma com se ao não são mais",
        "it": "il lo la i gli le di del della dei delle e in che chi quale quali quando dove come quanto quanti quante per è un una con nel nella sono stato stata al si perché",
        "nl": "de het een van en in is dat wat wie hoe wanneer waar waarom welke hoeveel met voor op te zijn werd door niet aan er",
        "pl": "w i z na do jest co kto jak kiedy gdzie dlaczego ile który która które się nie to od po przez ze są był była",
        "tr": "ve bir bu ne kim nasıl neden nerede hangi kaç için ile mi mı mu mü olan olarak da de en ilk zaman kadar",
        "id": "yang dan di ke dari apa siapa kapan mana mengapa bagaimana berapa adalah untuk dengan ini itu pada dalam tidak oleh",
        "vi": "là của và các có cho trong được những bao nhiêu ai gì nào khi đã tại sao thế với một để ở từ năm người việc theo",
        "sv": "och i att det som en på är av för med den till vad vem hur när var varför vilken många har inte ett från",
        "da": "og i at det som en på er af for med den til hvad hvem hvordan hvornår hvor hvorfor hvilken mange har ikke et fra",
        "nb": "og i at det som en på er av for med den til hva hvem hvordan når hvor hvorfor hvilken mange har ikke et fra",
        "fi": "ja on ei se että mikä kuka miten milloin missä miksi kuinka monta oli joka mitä hän ovat tai kun",
        "cs": "a v na je se co kdo jak kdy kde proč kolik který která které že z do byl byla jsou pro od",
        "ro": "și în de la este ce cine cum când unde care cât câți câte pentru cu din pe au fost sunt mai nu",
        "hu": "a az és hogy nem is mi ki hogyan mikor hol miért hány melyik volt egy van ez mennyi",
        "ms": "yang dan di ke dari apa siapa bila mana mengapa bagaimana berapa ialah untuk dengan ini itu pada dalam tidak oleh",
        "tl": "ang ng sa na mga ano sino kailan saan bakit paano ilan ay at ni para",
        "sw": "ya wa na kwa ni katika za la nini nani lini wapi gani ngapi",
    },
    "cyrillic": {
        "ru": "и в не на что кто как когда где почему сколько какой какая какие каком был была были это по с из для от к его о чём ли",
        "uk": "і в не на що хто як коли де чому скільки який яка які був була були це по з із для від до його та у є",
        "bg": "и в не на какво кой как кога къде защо колко който която които е са се от за да по с",
        "sr": "и у не на шта ко како када где зашто колико који која које је су се од за да по са",
    },
    "arabic": {
        "ar": "في من على إلى عن ما هي هو متى كم كيف لماذا أين التي الذي أي هل مع تم كان أن",
        "fa": "در از به که این را با است چه کی چند چرا کجا کدام چگونه برای شد بود آن های می",
        "ur": "میں کے کی کا ہے کیا کون کب کہاں کیوں کتنے نے سے پر اور کو یہ",
    },
}  # fmt: skip
# Letters that one language of a script has and the others do not, each worth a word.
_LETTERS = {
    "latin": {
        "es": "ñ¿¡", "de": "ßäöü", "pt": "ãõ", "fr": "êèçœùûîï", "vi": "ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđơư",
        "pl": "łążęśźćń", "tr": "ğışçöü", "cs": "řěůž", "ro": "țșăâ", "hu": "őű", "sv": "å", "da": "øæ", "nb": "øæå",
    },
    "cyrillic": {"ru": "ыэё", "uk": "іїєґ", "bg": "щъ", "sr": "ђјљњћџ"},
    "arabic": {"fa": "پچژگکی", "ur": "ٹڈڑںےہ", "ar": "ةىيك"},
}  # fmt: skip
_DEFAULT = {"latin": "en", "cyrillic": "ru", "arabic": "ar"}
_BY_WORD = {
    script: {
        word: tuple(language for language, words in languages.items() if word in words.split())
        for word in {word for words in languages.values() for word in words.split()}
    }
    for script, languages in _WORDS.items()
}
_LATIN_WORD = re.compile(r"[^\W\d_]+")


def detect_language(text: str) -> str:
    """ISO 639-1 code of the language that most of `text` is in; `zh` for either script of Chinese; `und` for text without
    letters."""
    sample = text[:_SAMPLE]
    weights = {name: weight * len(pattern.findall(sample)) for name, pattern, weight in _SCRIPTS}
    script = max(weights, key=lambda name: weights[name])
    if not weights[script]:
        return "und"
    if script in ("han", "kana"):
        # Japanese prose is a third kana or more; a Chinese text may quote a name.
        return "ja" if weights["kana"] > 0.15 * (weights["han"] + weights["kana"]) else "zh"
    return _by_words(sample.lower(), script) if script in _WORDS else script


def _by_words(text: str, script: str) -> str:
    scores: defaultdict[str, float] = defaultdict(float, {_DEFAULT[script]: 0.01})  # breaks ties
    for word in _LATIN_WORD.findall(text):
        languages = _BY_WORD[script].get(word, ())
        for language in languages:
            scores[language] += 1 / len(languages)
    for language, letters in _LETTERS[script].items():
        scores[language] += sum(text.count(letter) for letter in letters)
    return max(scores, key=lambda language: scores[language])

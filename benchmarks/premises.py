"""Whether the right figure of the wrong place or year is refused: `python -m benchmarks.premises`.

The answerable questions over the seeds, with the place that they name exchanged for each other one that any of them
names, and the year for each of the years around. Places that one question names together, or of which one lies in the
other, are left alone. Now and then the exchanged question has an answer, too: what is printed is an upper bound.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.answer.whereabouts import places_asked
from rag.retrieve.dictionary import Dictionary
from rag.retrieve.pinyin import capitalised
from rag.text.divisions import is_division, lies_in
from rag.types import Question
from rag.wiring import Service
from training.support import ingested_seeds

QUESTIONS = Path(__file__).resolve().parent.parent / "eval" / "datasets" / "seeds_qa.dev.jsonl"
YEARS = range(2019, 2027)
_YEAR = re.compile(r"(?<!\d)20[12]\d(?!\d)")
_WRITTEN = re.compile(r"\b[A-Z][a-z]+(?:['’][a-z]+)?")


@dataclass(frozen=True, slots=True)
class Named:
    """A place as a question writes it, and the division that it is."""

    written: str
    division: str


def main() -> None:
    items = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    asked = [(item["language"], item["question"]) for item in items if item["evidence"]]
    dictionary = Dictionary()
    with tempfile.TemporaryDirectory() as folder:
        service = ingested_seeds(Path(folder))
        for what, changed in (
            ("place", with_other_places(asked, dictionary)),
            ("year", ((language, other) for language, text in asked for other in with_other_years(text))),
        ):
            show(what, list(changed), service)
        service.close()


def show(what: str, changed: Sequence[tuple[str, str]], service: Service) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for language, text in changed:
        answer = service.assistant.ask(Question(text))
        group = "zh" if language == "zh" else "other languages"
        counts[group, "asked"] += 1
        counts[group, "answered"] += not answer.abstained
        counts[group, "short"] += answer.short is not None
    for group in ("zh", "other languages"):
        number = counts[group, "asked"]
        answered, short = counts[group, "answered"] / number, counts[group, "short"] / number
        print(f"another {what}, {group}: {number} questions, answered {answered:.3f}, with a phrase {short:.3f}")


def with_other_places(asked: Sequence[tuple[str, str]], dictionary: Dictionary) -> Iterator[tuple[str, str]]:
    own = [(language, text, named(text, language, dictionary)) for language, text in asked]
    known = {(place.written.isascii(), place.division): place for _, _, places in own for place in places}
    for language, text, places in own:
        if len(places) != 1:
            continue
        place = places[0]
        for (is_ascii, division), other in sorted(known.items()):
            apart = not lies_in(division, place.division) and not lies_in(place.division, division)
            if is_ascii is place.written.isascii() and apart:
                yield language, text.replace(place.written, other.written)


def named(text: str, language: str, dictionary: Dictionary) -> list[Named]:
    """The places that a question names, in Chinese or in pinyin, where that is one division."""
    places = places_asked(text, language, dictionary)
    written = [Named(place, place) for place in sorted(places) if is_division(place) and place in text]
    for match in _WRITTEN.finditer(text):
        found = places_asked(match[0], language, dictionary) if capitalised(match[0]) else ()
        written += [Named(match[0], place) for place in found if len(found) == 1]
    return written


def with_other_years(text: str) -> Iterator[str]:
    years = set(_YEAR.findall(text))
    if len(years) == 1:
        year = years.pop()
        yield from (text.replace(year, str(other)) for other in YEARS if str(other) != year)


if __name__ == "__main__":
    main()

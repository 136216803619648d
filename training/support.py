"""Fit the weights of the support score: `python -m training.support --crud FOLDER [--drcd FILE] [--portuguese FILE]`.

True statements and corruptions of them (`training.corruptions`) are made of the shipped questions' evidence, of every
second article of CRUD's news and, where given, of DRCD and a Portuguese SQuAD; each collection is ingested, every
statement searched, and every run that is looked at closely gives one row of signals. A claim is as well carried as its
best run: the rows of a false claim are all negative, of a true one's the best is positive, chosen anew by the weights
of the round before (multiple instance learning). Weights have the sign that their signal's meaning has. Writes
`rag/answer/support.json`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.answer.attribute import Weigher
from rag.answer.logistic import probability
from rag.answer.signals import Across, Signals, Within, values
from rag.answer.verify import PASSAGES
from rag.index.catalog import StoredPassage
from rag.settings import Settings
from rag.text.numbers import unmatched
from rag.types import Filters, Page
from rag.wiring import Service, build
from training.corruptions import KINDS, Made, corrupted, pools, statement, true_statements
from training.multiple_instance import Signs, fit

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "rag" / "answer" / "support.json"
QUESTIONS = ROOT / "eval" / "datasets" / "seeds_qa.dev.jsonl"
# Signals that speak for a claim; all others speak against it.
_FOR = frozenset({"similarity", "covered", "covered_near"})
# Signals of hard disagreement: whatever the sample says, one of them alone weighs at least so much.
_HARD = {
    "new_figures": -5.0,
    "denial": -4.0,
    "direction": -4.0,
    "other_name": -5.0,
    "other_figure": -6.0,
    "new_names": -4.5,
    "other_office": -5.0,
    "misplaced": -4.0,
    "far_counts": -3.0,
    "far_persons": -3.0,
}


@dataclass(frozen=True, slots=True)
class Collection:
    """Texts and what is said of them: `passages` are `(source, text)`."""

    name: str
    language: str
    passages: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, str, str], ...] = ()  # question, answer, source


@dataclass(frozen=True, slots=True)
class Weighted:
    """A statement with the rows of the runs looked at."""

    made: Made
    runs: tuple[Signals, ...]


def made_of(collection: Collection, count: int, seed: int = 0) -> list[Made]:
    """About `count` true statements of a collection and as many corruptions, even over the kinds."""
    dice = random.Random(seed)
    texts: dict[str, str] = defaultdict(str)
    for source, text in collection.passages:
        texts[source] += f"{text}\n"
    true: list[Made] = []
    for source, text in collection.passages:
        true += true_statements(text, collection.language, source, dice)
    said = []
    for question, answer, source in collection.asked:
        as_statement = statement(question, answer)
        if as_statement and not unmatched(as_statement, texts[source]):
            said.append(Made(as_statement, collection.language, source, "true", "question and answer"))
    names = pools([text for _, text in collection.passages], collection.language)
    dice.shuffle(true)
    dice.shuffle(said)
    chosen = [*said[: count // 3], *true][:count]
    by_kind: dict[str, list[Made]] = {kind: [] for kind in KINDS}
    for made in dice.sample(chosen, len(chosen)):
        for false in corrupted(made, names, true, dice):
            by_kind[false.kind].append(false)
    each = count // len(KINDS) + 1
    return [*chosen, *(made for kind in KINDS for made in by_kind[kind][:each])]


def weighted(service: Service, statements: Sequence[Made], limit: int = PASSAGES) -> list[Weighted]:
    """Searches for each statement, as verification does, and takes the signals of what is found."""
    found = []
    for made in statements:
        vector = service.embedder.embed_passages([made.text])[0]
        weigher = Weigher(*searched(service, made, vector, limit))
        found.append(Weighted(made, tuple(each.signals for each in weigher.candidates(made.text, vector))))
    return found


def searched(
    service: Service, made: Made, vector: NDArray[np.float32], limit: int = PASSAGES
) -> tuple[list[StoredPassage], Mapping[int, NDArray[np.float32]]]:
    """What a search for the statement finds, without its own document where it is to be `elsewhere`."""
    found = service.near(made.text, vector, Filters(), limit)
    kept = [each for each in found.passages if made.kind != "elsewhere" or each.hit.source != made.source]
    return kept, found.vectors


def ingested(folder: Path, collection: Collection) -> Service:
    service = build(Settings(data=folder / collection.name), create=True)
    service.library.ingest_pages([Page(source, text, "article") for source, text in collection.passages])
    return service


def ingested_seeds(folder: Path) -> Service:
    service = build(Settings(data=folder), create=True)
    service.library.ingest(seeds()[0])
    return service


def seeds() -> tuple[list[Path], Collection]:
    """The seeds' files, and the evidence of the shipped questions as texts to make statements of."""
    items = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    quotes = dict.fromkeys(
        (quote["source"], f"{quote['quote'].rstrip('。')}。") for item in items for quote in item["evidence"]
    )
    asked = tuple(
        (item["question"], item["answers"][0], item["evidence"][0]["source"])
        for item in items
        if item["language"] == "zh" and item["evidence"]
    )
    return [ROOT / "seeds"], Collection("seeds", "zh", tuple(quotes), asked)


def squad_lines(path: Path, name: str, language: str, count: int) -> Collection:
    """A gzipped file with a passage and its questions a line."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line, _ in zip(lines, range(count), strict=False)]
    return Collection(
        name, language, tuple((f"{name}-{place}", row["context"]) for place, row in enumerate(rows)),
        tuple(
            (qa["question"], qa["answers"][0]["text"], f"{name}-{place}")
            for place, row in enumerate(rows) for qa in row["questions"] if qa["answers"]
        ),
    )  # fmt: skip


def crud(folder: Path, half: int, count: int) -> Collection:
    """News articles, every second one."""
    with gzip.open(folder / "news_docs.txt.gz", "rt", encoding="utf-8") as lines:
        texts = [line.strip().partition("正文：")[2] for line in lines]
    chosen = [text for text in texts[half::2] if 120 < len(text) < 1500][:count]
    return Collection(f"crud-{half}", "zh", tuple((f"crud-{half}-{i}", text) for i, text in enumerate(chosen)))


def report(rows: Sequence[Weighted], score: Any) -> dict[str, Any]:
    """By kind: how many, and the share that is rightly kept (true) or caught (the others)."""
    table: dict[str, Any] = {}
    for kind in ("true", *KINDS):
        best = [max(map(score, row.runs), default=0.0) for row in rows if row.made.kind == kind]
        if best:
            right = sum((value >= 0.5) == (kind == "true") for value in best)
            table[kind] = {"count": len(best), "right": round(right / len(best), 4)}
    return table


def _scorer(model: dict[str, Any]) -> Any:
    return lambda signals: probability(model, values(signals))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drcd", type=Path, help="drcd.jsonl.gz")
    parser.add_argument("--crud", type=Path, required=True, help="folder with news_docs.txt.gz")
    parser.add_argument("--portuguese", type=Path, help="squad2_pt_dev.jsonl.gz")
    parser.add_argument(
        "--count", type=int, default=110, help="true statements of each collection, twice that of the seeds"
    )
    parser.add_argument("--texts", type=int, default=60, help="articles or passages of each collection")
    arguments = parser.parse_args()
    rows: dict[str, list[Weighted]] = {}
    with tempfile.TemporaryDirectory() as folder:
        service = ingested_seeds(Path(folder) / "seeds")
        rows["seeds"] = weighted(service, made_of(seeds()[1], 2 * arguments.count))
        for collection in _given(arguments):
            rows[collection.name] = weighted(ingested(Path(folder), collection), made_of(collection, arguments.count))
    OUT.write_text(json.dumps(_fitted(rows), ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(OUT.read_text("utf-8"))


def _given(arguments: argparse.Namespace) -> list[Collection]:
    found = [crud(arguments.crud, 0, arguments.texts)]
    if arguments.drcd:
        found.append(squad_lines(arguments.drcd, "drcd", "zh", arguments.texts))
    if arguments.portuguese:
        found.append(squad_lines(arguments.portuguese, "pt", "pt", arguments.texts))
    return found


def _fitted(rows: dict[str, list[Weighted]]) -> dict[str, Any]:
    everything = [row for collection in rows.values() for row in collection if row.runs]
    within = [_only(row, Within) for row in everything]
    signs = Signs(tuple(field.name for field in fields(Within)), _FOR, _HARD)
    bags = [(row.made.kind == "true", np.array([values(run) for run in row.runs])) for row in within if row.runs]
    model = fit(bags, signs)
    across = json.loads(OUT.read_text("utf-8"))["across"] if OUT.exists() else _ACROSS
    return {
        "about": {name: report([_only(row, Within) for row in found], _scorer(model)) for name, found in rows.items()},
        "within": model,
        "across": across,
    }


# Nothing to fit on: chosen so that a translation of a sentence passes and another sentence of its passage does not.
_ACROSS = {
    "bias": -3.0,
    "weights": {"similarity": 7.0, "new_figures": -6.0, "far_figures": -3.0, "denial": -1.5, "figures": 0.0},
}


def _only(row: Weighted, kind: type[Within] | type[Across]) -> Weighted:
    return Weighted(row.made, tuple(run for run in row.runs if isinstance(run, kind)))


if __name__ == "__main__":
    main()

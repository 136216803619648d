"""Fit the weights of the support score: `python -m training.support --crud FOLDER [--drcd FILE] [--portuguese FILE]
[--parallel LANGUAGE=FILE... --judged FILE...]`.

True statements and corruptions of them (`training.corruptions`) are made of the shipped questions' evidence, of every
second article of CRUD's news and, where given, of DRCD, a Portuguese SQuAD, and passages that are there in several
languages: then statements in one are held against passages in another. Each collection is ingested, every statement
searched, and every run that is looked at closely gives one row of signals. A claim is as well carried as its best run:
the rows of a false claim are all negative, of a true one's the best is positive, chosen anew by the weights of the
round before (multiple instance learning). Weights have the sign that their signal's meaning has. Writes
`rag/answer/support.json`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.answer.across import Across
from rag.answer.attribute import Weigher
from rag.answer.compare import Signals, values
from rag.answer.logistic import probability
from rag.answer.signals import Within
from rag.answer.support import SUPPORTED, reading
from rag.answer.verify import PASSAGES
from rag.answer.weighed import Weighed as Run
from rag.settings import Settings
from rag.text.numbers import unmatched
from rag.types import Filters, Page
from rag.wiring import Service, build
from training.corruptions import KINDS, Made, corrupted, pools, statement, true_statements
from training.multiple_instance import Signs, fit
from training.parallel import parallel_passages

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
    "misplaced": -5.0,
    "far_counts": -3.0,
    "far_persons": -3.0,
    "other_holder": -5.0,
    "planned": -5.0,
}


_HARD_ACROSS = {"new_figures": -5.0, "new_chinese": -5.0, "denial": -2.0, "direction": -2.0}
_FALSE_ACROSS = 2.5  # what a false statement that passes counts, to a true one that does not: they are told apart badly
_FEWEST = 300  # statements to fit on; with fewer the weights stay


@dataclass(frozen=True, slots=True)
class Collection:
    """Texts and what is said of them: `passages` are `(source, text)`."""

    name: str
    language: str
    passages: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, str, str], ...] = ()  # question, answer, source


@dataclass(frozen=True, slots=True)
class Weighted:
    """A statement with the rows of the runs looked at, and the reader's score of the best one in another language."""

    made: Made
    runs: tuple[Signals, ...]
    score: float = 0.0


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
        weigher = searched(service, made, vector, limit)
        runs = list(weigher.candidates(made.text, vector))
        found.append(Weighted(made, tuple(each.signals for each in runs), _read(service, made.text, runs)))
    return found


def _read(service: Service, claim: str, runs: Sequence[Run]) -> float:
    best = max(
        (run for run in runs if isinstance(run.signals, Across)), key=lambda run: run.evidence.support, default=None
    )
    return service.reader.spoken_to(claim, best.evidence.quote) if best and service.reader else 0.0


def searched(service: Service, made: Made, vector: NDArray[np.float32], limit: int = PASSAGES) -> Weigher:
    """Over what a search for the statement finds, without its own document where it is to be `elsewhere`."""
    found = service.near(made.text, vector, Filters(), limit)
    kept = [each for each in found.passages if made.kind != "elsewhere" or each.hit.source != made.source]
    return Weigher.over(found, kept, service.reader)


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


def in_two_languages(
    texts: Sequence[Mapping[str, str]], over: str, said: str, count: int
) -> tuple[Collection, Collection]:
    """Passages in `over`, and the same in the language that is `said`: of the latter are the statements."""
    chosen = texts[:: max(1, len(texts) // count)][:count]
    found = [
        Collection(f"{said} over {over}", own, tuple((str(place), text[own]) for place, text in enumerate(chosen)))
        for own in (over, said)
    ]
    return found[0], found[1]


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
    parser.add_argument("--parallel", nargs="+", default=[], metavar="LANGUAGE=FILE", help="SQuAD in each")
    parser.add_argument("--judged", nargs="*", type=Path, default=[], help="sets whose passages are left out")
    arguments = parser.parse_args()
    rows: dict[str, list[Weighted]] = {}
    with tempfile.TemporaryDirectory() as folder:
        service = ingested_seeds(Path(folder) / "seeds")
        rows["seeds"] = weighted(service, made_of(seeds()[1], 2 * arguments.count))
        for collection in _given(arguments):
            rows[collection.name] = weighted(ingested(Path(folder), collection), made_of(collection, arguments.count))
        for over, said in _in_several(arguments):
            rows[over.name] = weighted(ingested(Path(folder), over), made_of(said, 2 * arguments.count))
    OUT.write_text(json.dumps(_fitted(rows), ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(OUT.read_text("utf-8"))


def _given(arguments: argparse.Namespace) -> list[Collection]:
    found = [crud(arguments.crud, 0, arguments.texts)]
    if arguments.drcd:
        found.append(squad_lines(arguments.drcd, "drcd", "zh", arguments.texts))
    if arguments.portuguese:
        found.append(squad_lines(arguments.portuguese, "pt", "pt", arguments.texts))
    return found


def _in_several(arguments: argparse.Namespace) -> list[tuple[Collection, Collection]]:
    """Chinese passages with statements in each other language, and the other way round."""
    if not arguments.parallel:
        return []
    texts = parallel_passages(
        {language: Path(path) for language, path in (one.split("=", 1) for one in arguments.parallel)}, arguments.judged
    )
    others = [language for language in texts[0] if language != "zh"]
    pairs = [("zh", other) for other in others] + [(other, "zh") for other in others]
    return [in_two_languages(texts, over, said, arguments.texts) for over, said in pairs]


def _fitted(rows: dict[str, list[Weighted]]) -> dict[str, Any]:
    everything = [row for collection in rows.values() for row in collection if row.runs]
    before = json.loads(OUT.read_text("utf-8"))
    about: dict[str, Any] = {}
    models: dict[str, Any] = {"read": before["read"]}
    for name, kind, hard in (("within", Within, _HARD), ("across", Across, _HARD_ACROSS)):
        bags = [
            (row.made.kind == "true", np.array([values(run) for run in runs]))
            for row in everything
            if (runs := _only(row, kind).runs)
        ]
        signs = Signs(tuple(field.name for field in fields(kind)), _FOR, hard)
        models[name] = fit(bags, signs) if len(bags) >= _FEWEST else before[name]
        if name == "across" and models[name] is not before[name]:
            models[name]["bias"] = round(models[name]["bias"] - math.log(_FALSE_ACROSS), 4)
            models["read"] = _fitted_on_reading(everything, _scorer(models[name]))
        for collection, found in rows.items():
            own = [each for row in found if (each := _only(row, kind)).runs]
            if 2 * len(own) > len(found):
                about[collection] = report(own, _scorer(models[name]))
    return {"about": about, **models}


def _fitted_on_reading(rows: Sequence[Weighted], score: Any) -> dict[str, Any]:
    """Weighs support and reading of the best run; the bias is such that as many true statements pass as by the support
    alone.
    """
    best = [(row, max(map(score, runs))) for row in rows if (runs := _only(row, Across).runs)]
    bags = [(row.made.kind == "true", np.array([reading(support, row.score)])) for row, support in best]
    model = fit(bags, Signs(("support", "score"), frozenset({"support", "score"}), {}))
    weights = np.array(list(model["weights"].values()))
    logits = np.array([float(values[0] @ weights) for true, values in bags if true])
    kept = np.mean([support >= SUPPORTED for row, support in best if row.made.kind == "true"])
    return {**model, "bias": round(-float(np.quantile(logits, 1 - kept)), 4)}


def _only(row: Weighted, kind: type[Within] | type[Across]) -> Weighted:
    return replace(row, runs=tuple(run for run in row.runs if isinstance(run, kind)))


if __name__ == "__main__":
    main()

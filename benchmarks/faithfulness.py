"""Does the support score tell true statements from false ones? `python -m benchmarks.faithfulness [--crud FOLDER]
[--xquad FOLDER] [--out FOLDER]`.

True statements and corruptions of them (`training.corruptions`) are made of texts that the score was not fitted on:
every second article of CRUD's news, the other ones having been used, and XQuAD in several languages, also those of one
language held against the passages of another; with neither, of the seeds, on which it was. Each is searched for and
weighed as `wenju verify` does it. Printed by collection and by kind: how many true ones are kept, how many corrupted
ones caught, of how many; then how far the score is right as a probability (expected calibration error, Naeini 2015).
With `--out` the table and a reliability diagram as files.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.answer.support import SUPPORTED
from rag.wiring import Service
from training.corruptions import KINDS, Made
from training.support import Collection, crud, in_two_languages, ingested, ingested_seeds, made_of, searched, seeds

_BINS = 10
_LANGUAGES = ("en", "es", "zh")
Scored = tuple[Made, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crud", type=Path, help="folder with news_docs.txt.gz")
    parser.add_argument("--xquad", type=Path, help="folder with xquad.LANGUAGE.json")
    parser.add_argument("--count", type=int, default=150, help="true statements of each collection")
    parser.add_argument("--texts", type=int, default=60, help="articles or passages of each collection")
    parser.add_argument("--out", type=Path, help="folder for faithfulness.md and faithfulness.png")
    arguments = parser.parse_args()
    collections: list[Collection] = []
    if arguments.crud:
        collections.append(crud(arguments.crud, 1, arguments.texts))
    if arguments.xquad:
        collections += [xquad(arguments.xquad, language, arguments.texts) for language in _LANGUAGES]
    across: list[tuple[Collection, Collection]] = []
    if arguments.xquad:
        across = several_languages(arguments.xquad, arguments.texts)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if collections:
            results = judged(folder, [(own, own) for own in collections], arguments.count)
        else:
            results = {"seeds": scored(ingested_seeds(folder), made_of(seeds()[1], arguments.count))}
        foreign = judged(folder, across, arguments.count)
    text = report(results)
    if foreign:
        text += f"\nAcross languages:\n\n{report(foreign)}"
    print(text)
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "faithfulness.md").write_text(text, "utf-8")
        draw(pairs_of(results), arguments.out / "faithfulness.png")


def xquad(folder: Path, language: str, count: int) -> Collection:
    data = json.loads((folder / f"xquad.{language}.json").read_text("utf-8"))["data"]
    rows = [paragraph for article in data for paragraph in article["paragraphs"]][:count]
    passages = tuple((f"{language}-{place}", row["context"]) for place, row in enumerate(rows))
    asked = tuple(
        (qa["question"], qa["answers"][0]["text"], f"{language}-{place}")
        for place, row in enumerate(rows)
        for qa in row["qas"]
        if language == "zh"
    )
    return Collection(f"xquad-{language}", language, passages, asked)


def several_languages(folder: Path, count: int) -> list[tuple[Collection, Collection]]:
    """XQuAD's passages in one language, and the same in the other of which the statements are."""
    texts = {language: [text for _, text in xquad(folder, language, count).passages] for language in _LANGUAGES}
    parallel = [dict(zip(texts, own, strict=True)) for own in zip(*texts.values(), strict=True)]
    return [in_two_languages(parallel, over, said, count) for over, said in (("zh", "en"), ("zh", "es"), ("en", "zh"))]


def judged(folder: Path, pairs: Sequence[tuple[Collection, Collection]], count: int) -> dict[str, list[Scored]]:
    """The statements of the second of each pair held against the passages of the first, by its name."""
    results: dict[str, list[Scored]] = {}
    for over, said in pairs:
        service = ingested(folder, over)
        results[over.name] = scored(service, made_of(said, count, seed=1))
        service.close()
    return results


def report(results: dict[str, list[Scored]]) -> str:
    return f"{table(results)}\nExpected calibration error: {calibration_error(pairs_of(results)):.3f}\n"


def pairs_of(results: dict[str, list[Scored]]) -> list[Scored]:
    return [pair for found in results.values() for pair in found]


def scored(service: Service, statements: Sequence[Made]) -> list[Scored]:
    """Each statement with the support of its best run."""
    started = time.perf_counter()
    vectors = service.embedder.embed_passages([made.text for made in statements])
    found = []
    for made, vector in zip(statements, vectors, strict=True):
        best = searched(service, made, vector).best(made.text, vector)
        found.append((made, best.evidence.support if best else 0.0))
    print(f"{len(statements)} statements in {time.perf_counter() - started:.0f} s", flush=True)
    return found


def table(results: dict[str, list[Scored]]) -> str:
    """A Markdown table: a row for each collection, the share that is right and the number of statements by kind."""
    lines = [
        "| | " + " | ".join(("true, kept", *KINDS, "all corrupted, caught")) + " |",
        "|---" * (len(KINDS) + 3) + "|",
    ]
    everything = [pair for found in results.values() for pair in found]
    for name, found in (*results.items(), ("all", everything)):
        cells = [cell(found, {kind}) for kind in ("true", *KINDS)]
        lines.append(f"| {name} | {' | '.join([*cells, cell(found, set(KINDS))])} |")
    return "\n".join(lines) + "\n"


def cell(found: Sequence[Scored], kinds: set[str]) -> str:
    right = [(support >= SUPPORTED) == (made.kind == "true") for made, support in found if made.kind in kinds]
    return f"{sum(right) / len(right):.3f} of {len(right)}" if right else ""


def bins(found: Sequence[Scored]) -> list[tuple[float, float, int]]:
    """Mean support, share that is true, and count, of each tenth of the range that holds any; true and false ones
    weighted as if there were as many of each.
    """
    support = np.array([value for _, value in found])
    true = np.array([made.kind == "true" for made, _ in found])
    weights = np.where(true, 0.5 / max(1, true.sum()), 0.5 / max(1, (~true).sum()))
    place = np.minimum((support * _BINS).astype(int), _BINS - 1)
    rows = []
    for each in range(_BINS):
        inside = place == each
        if inside.any():
            weight = weights[inside] / weights[inside].sum()
            rows.append((float(weight @ support[inside]), float(weight @ true[inside]), int(inside.sum())))
    return rows


def calibration_error(found: Sequence[Scored]) -> float:
    rows = bins(found)
    total = sum(count for *_, count in rows)
    return sum(abs(mean - share) * count for mean, share, count in rows) / total


def draw(found: Sequence[Scored], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    rows = bins(found)
    figure, (above, below) = plt.subplots(2, 1, figsize=(5, 6), height_ratios=(3, 1), sharex=True)
    above.plot([0, 1], [0, 1], color="lightgrey")
    above.plot([mean for mean, *_ in rows], [share for _, share, _ in rows], marker="o")
    above.set_ylabel("share that is true")
    for kind, label in ((True, "true"), (False, "corrupted")):
        below.hist(
            [s for made, s in found if (made.kind == "true") == kind], bins=20, range=(0, 1), alpha=0.6, label=label
        )
    below.set_xlabel("support")
    below.legend()
    figure.suptitle("Reliability of the support score")
    figure.savefig(path, dpi=100, bbox_inches="tight")


if __name__ == "__main__":
    main()

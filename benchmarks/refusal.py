"""Does it refuse what the articles do not answer? `python -m benchmarks.refusal --xquad FOLDER [--out FOLDER]`.

XQuAD's Chinese passages are indexed, and questions in several languages asked twice: of the passages of the right
article, and of those without the one that answers. Printed for each language: how many are refused of either, how many
of those without an answer would be by the decision's score where .08 of the others are, and its AUC. With the shipped
questions over the seeds the same. With `--out`, risk by coverage as a picture: answering only where the score is above
a bound, which share of what is answered is wrong.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.answers import QUESTIONS, carries, says
from eval.metrics.refusal import Decision, RiskPoint, auc, refused_at, risk_coverage
from rag.answer.abstain import answering, unanswerable
from rag.retrieve.search import Found
from rag.types import Filters, Question
from rag.wiring import Find, Service
from training.parallel import squad_rows
from training.support import Collection, ingested, ingested_seeds

LANGUAGES = ("zh", "en", "es", "ar")
_AT = 0.08
_ALL = 500  # passages searched for, of which those of the pool are kept


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the passages of its article, the one that answers, and the right answers."""

    text: str
    pool: frozenset[str]
    gold: str
    answers: tuple[str, ...]


class Pool:
    """A search that finds only `kept` sources."""

    def __init__(self) -> None:
        self.kept: frozenset[str] = frozenset()

    def narrowed(self, find: Find) -> Find:
        def inside(text: str, filters: Filters, limit: int) -> Found:
            found = find(text, filters, _ALL)
            own = [passage for passage in found.passages if passage.hit.source in self.kept]
            return replace(found, passages=tuple(own[:limit]))

        return inside


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--xquad", type=Path, required=True, help="folder with xquad.LANGUAGE.json")
    parser.add_argument("--count", type=int, default=200, help="questions of each language")
    parser.add_argument("--out", type=Path, help="folder for risk_coverage.png")
    options = parser.parse_args()
    curves: dict[str, list[RiskPoint]] = {}
    with tempfile.TemporaryDirectory() as folder:
        decisions = over_seeds(Path(folder) / "seeds")
        for name, own in decisions.items():
            curves[name] = shown(name, own)
        service = indexed(Path(folder), options.xquad / "xquad.zh.json")
        for language in LANGUAGES:
            chosen = random.Random(1).sample(list(asked(options.xquad, language)), options.count)
            curves[f"XQuAD {language}"] = shown(f"XQuAD {language}", in_pools(service, chosen))
        service.close()
    if options.out:
        draw(curves, options.out / "risk_coverage.png")


def over_seeds(folder: Path) -> dict[str, list[Decision]]:
    service = ingested_seeds(folder)
    found: dict[str, list[Decision]] = {"seeds, zh": [], "seeds, other languages": []}
    for item in map(json.loads, QUESTIONS.read_text("utf-8").splitlines()):
        answer = service.assistant.ask(Question(item["question"]))
        right = any(carries(citation.quote, item) for citation in answer.citations)
        name = "seeds, zh" if item["language"] == "zh" else "seeds, other languages"
        sure = confidence(service, item["question"], service.find(item["question"], Filters(), 8))
        found[name].append(Decision(bool(item["evidence"]), not answer.abstained, sure, float(right)))
    service.close()
    return found


def indexed(folder: Path, passages: Path) -> Service:
    contexts = dict.fromkeys(context for _, context, _ in squad_rows(passages))
    return ingested(folder, Collection("xquad", "zh", tuple((str(at), text) for at, text in enumerate(contexts))))


def asked(folder: Path, language: str) -> Iterator[Asked]:
    rows = squad_rows(folder / "xquad.zh.json")
    sources = {context: str(at) for at, context in enumerate(dict.fromkeys(context for _, context, _ in rows))}
    pools: dict[int, set[str]] = {}
    for article, context, _ in rows:
        pools.setdefault(article, set()).add(sources[context])
    texts = {qa["id"]: qa["question"] for _, _, qas in squad_rows(folder / f"xquad.{language}.json") for qa in qas}
    for article, context, qas in rows:
        for qa in qas:
            answers = tuple(answer["text"] for answer in qa["answers"])
            yield Asked(texts[qa["id"]], frozenset(pools[article]), sources[context], answers)


def in_pools(service: Service, questions: Sequence[Asked]) -> list[Decision]:
    pool = Pool()
    assistant = service.assistant_over(pool.narrowed)
    decisions = []
    for one in questions:
        for kept, answerable in ((one.pool, True), (one.pool - {one.gold}, False)):
            pool.kept = kept
            answer = assistant.ask(Question(one.text))
            sure = confidence(service, one.text, pool.narrowed(service.find)(one.text, Filters(), 8))
            decisions.append(
                Decision(answerable, not answer.abstained, sure, float(answerable and says(answer, one.answers)))
            )
    return decisions


def confidence(service: Service, question: str, found: Found) -> float:
    """The score of the best sentence; 0 where there is none."""
    if unanswerable(question, found):
        return 0.0
    looks = service.extractive.looks(question, found)
    return max((answering(seen) for seen in looks if not seen.astray), default=0.0)


def shown(name: str, decisions: Sequence[Decision]) -> list[RiskPoint]:
    wrongly = [not one.answered for one in decisions if one.answerable]
    rightly = [not one.answered for one in decisions if not one.answerable]
    right, wrong = ([one.confidence for one in decisions if one.answerable is sort] for sort in (True, False))
    print(
        f"{name}: {len(wrongly)} answerable, refused {sum(wrongly) / len(wrongly):.3f}; {len(rightly)} not, refused"
        f" {sum(rightly) / len(rightly):.3f}, {refused_at(right, wrong, _AT):.3f} where {_AT} of the answerable are;"
        f" AUC {auc(right, wrong):.3f}",
        flush=True,
    )
    return risk_coverage(decisions)


def draw(curves: Mapping[str, Sequence[RiskPoint]], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 4))
    for name, points in curves.items():
        axes.plot([point.coverage for point in points], [point.risk for point in points], label=name)
    axes.set_xlabel("share of the questions that is answered")
    axes.set_ylabel("share of the answers that is wrong")
    axes.legend(fontsize="small")
    figure.suptitle("Risk by coverage, half of XQuAD's questions unanswerable")
    figure.savefig(path, dpi=100, bbox_inches="tight")


if __name__ == "__main__":
    main()

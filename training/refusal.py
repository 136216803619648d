"""Fit the decision whether to answer: `python -m training.refusal --data FILE... --parallel LANGUAGE=FILE...`.

Questions with a known passage are asked of an index of the passages, and made unanswerable in three ways: their passage
is taken away, those beside it in its article stay; a figure, year, place or name of the question is exchanged for
another one; they are asked of the seeds, which are about other things. To these come the shipped questions over the
seeds, whose near misses are unanswerable as they are. The sentences that come first give one row of signals each
(`rag.answer.abstain.Look`), a question one bag (`training.multiple_instance`): for questions in the passages' language,
and for those in another. Each model's bound is set so that it refuses its share (`--refused`) of the answerable
questions, each set counting the same. Writes `rag/answer/abstain.json`.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from eval.metrics.refusal import auc
from rag.answer.abstain import ACROSS, WITHIN, Look, unanswerable
from rag.answer.logistic import probability
from rag.retrieve.search import Found
from rag.text.spans import strip_space
from rag.types import Filters
from rag.wiring import Service
from training.corruptions import Pools, exchanged, pools
from training.multiple_instance import Bag, Signs, fit
from training.parallel import read_parallel
from training.passages import Asked, Passage, read_set
from training.support import QUESTIONS, ROOT, Collection, ingested, ingested_seeds

OUT = ROOT / "rag" / "answer" / "abstain.json"
_FOR = frozenset(
    {"reader", "closeness", "apart", "similarity", "covered", "covered_near", "translated", "translated_near"}
)
ANSWERABLE, TAKEN_AWAY, EXCHANGED = "answerable", "passage taken away", "figure or name exchanged"
NEAR_MISS, OFF_TOPIC = "near miss", "asked of other documents"
_FOUND, _SHOWN = 50, 8
Model = dict[str, dict[str, Any]]
"""Weights and bound, `within` the passages' language and `across`."""
_HIGHEST = 0.4  # a bound at most: no question is refused that is nearly as likely answered as not


@dataclass(frozen=True, slots=True)
class Looked:
    """A question, what was done to it, and how the sentences that come first look."""

    kind: str
    looks: tuple[Look, ...]

    @property
    def bag(self) -> Bag:
        return self.kind == ANSWERABLE, np.array([look.values for look in self.looks])

    @property
    def saying(self) -> Looked:
        """With the sentences that may say what is asked."""
        return replace(self, looks=tuple(look for look in self.looks if not look.astray))


def looked_at(service: Service, asked: Sequence[Asked], sources: dict[Passage, str], seed: int) -> Iterator[Looked]:
    """Every question as it is and made unanswerable."""
    dice = random.Random(seed)
    names = _names(sources)
    for one in asked:
        found = service.find(one.question, Filters(), _FOUND)
        yield from _looked(service, ANSWERABLE, one.question, _first(found))
        yield from _looked(service, TAKEN_AWAY, one.question, _first(found, without=sources[one.passage]))
        other = exchanged(one.question, one.passage.language, names[one.passage.language], dice)
        if other:
            yield from _asked_of(service, EXCHANGED, other)


def over_seeds(service: Service) -> Iterator[Looked]:
    """The shipped questions as they are, and without the passages that have their evidence."""
    for item in map(json.loads, QUESTIONS.read_text("utf-8").splitlines()):
        question, quotes = item["question"], [strip_space(evidence["quote"]) for evidence in item["evidence"]]
        found = service.find(question, Filters(), _FOUND)
        if unanswerable(question, found):
            continue
        yield from _looked(service, ANSWERABLE if quotes else NEAR_MISS, question, _first(found))
        if quotes:
            texts = {passage.id: strip_space(passage.hit.text) for passage in found.passages}
            kept = [p for p in found.passages if not any(quote in texts[p.id] for quote in quotes)]
            yield from _looked(service, TAKEN_AWAY, question, replace(found, passages=tuple(kept[:_SHOWN])))


def _names(passages: Iterable[Passage]) -> dict[str, Pools]:
    """By language."""
    texts: dict[str, list[str]] = {}
    for passage in passages:
        texts.setdefault(passage.language, []).append(passage.text)
    return {language: pools(own, language) for language, own in texts.items()}


def _looked(service: Service, kind: str, question: str, found: Found) -> Iterator[Looked]:
    looks = tuple(service.extractive.looks(question, found)) if found.passages else ()
    if looks and len({look.within for look in looks}) == 1:
        yield Looked(kind, looks)


def _asked_of(service: Service, kind: str, question: str) -> Iterator[Looked]:
    return _looked(service, kind, question, service.find(question, Filters(), _SHOWN))


def _first(found: Found, without: str | None = None) -> Found:
    """The passages that an answer would be made from."""
    kept = [passage for passage in found.passages if passage.hit.source != without]
    return replace(found, passages=tuple(kept[:_SHOWN]))


def indexed(folder: Path, name: str, asked: Sequence[Asked]) -> tuple[Service, dict[Passage, str]]:
    """An index of the passages of some questions, and the source of each."""
    passages = dict.fromkeys(one.passage for one in asked)
    sources = {passage: f"{number:04}" for number, passage in enumerate(passages)}
    texts = tuple((source, passage.text) for passage, source in sources.items())
    return ingested(folder, Collection(name, "", texts)), sources


def some(asked: Sequence[Asked], passages: int, count: int, seed: int) -> tuple[list[Asked], list[Asked]]:
    """All answerable questions of whole articles with together at least so many passages, and those that are asked."""
    dice = random.Random(seed)
    by_article: dict[str, list[Asked]] = {}
    for one in asked:
        if one.end > one.start:
            by_article.setdefault(one.passage.article, []).append(one)
    kept: list[Asked] = []
    for name in dice.sample(sorted(by_article), len(by_article)):
        if len({one.passage for one in kept}) >= passages:
            break
        kept += by_article[name]
    return kept, dice.sample(kept, min(count, len(kept)))


def _fitted(rows: dict[str, list[Looked]], refused: tuple[float, float]) -> dict[str, Any]:
    """Two models, each for questions in the passages' language and in another: answerable questions against those about
    something else, and against all others that are not answered.
    """
    subject = _models(rows, refused[0], lambda kind: kind == OFF_TOPIC, lambda one: one)
    answer = _models(rows, refused[1], lambda kind: kind != OFF_TOPIC, lambda one: one.saying)
    about = {name: _report(found, (subject, answer)) for name, found in rows.items()}
    return {"about": {"refused by subject and answer": refused, **about}, "subject": subject, "answer": answer}


def _models(
    rows: dict[str, list[Looked]],
    refused: float,
    against: Callable[[str], bool],
    judged: Callable[[Looked], Looked],
) -> Model:
    model: Model = {}
    for name, within, names in (("within", True, WITHIN), ("across", False, ACROSS)):
        by_set = [[one for one in found if one.looks[0].within is within] for found in rows.values()]
        own = [one for found in by_set for one in found if one.kind == ANSWERABLE or against(one.kind)]
        part = fit([one.bag for one in own], Signs(names, _FOR, {}))
        model[name] = {**part, "bound": round(_bound(part, [list(map(judged, own)) for own in by_set], refused), 4)}
    return model


def _bound(part: dict[str, Any], by_set: Sequence[Sequence[Looked]], refused: float) -> float:
    """The score below which `refused` of the answerable questions are, each set counting the same."""
    scores = [[_score(part, one) for one in own if one.kind == ANSWERABLE] for own in by_set]
    weighed = sorted((score, 1 / len(own)) for own in scores for score in own)
    allowed = refused * sum(map(bool, scores))
    for score, weight in weighed:
        allowed -= weight
        if allowed < 0:
            return min(_HIGHEST, score)
    return _HIGHEST


def _score(part: dict[str, Any], one: Looked) -> float:
    return max((probability(part, look.values) for look in one.looks), default=0.0)


def _margin(models: Sequence[Model], one: Looked) -> float:
    """How far both the subject's model and the answer's, which counts what may say it, are above their bounds."""
    subject, answer = (model["within" if one.looks[0].within else "across"] for model in models)
    return min(_score(subject, one) - float(subject["bound"]), _score(answer, one.saying) - float(answer["bound"]))


def _report(found: Sequence[Looked], models: Sequence[Model]) -> dict[str, Any]:
    """By what was done to the question: how many, the share refused, and the AUC against the answerable ones of the
    lesser margin.
    """
    margins = [(one.kind, _margin(models, one)) for one in found]
    sure = [margin for kind, margin in margins if kind == ANSWERABLE]
    table: dict[str, Any] = {}
    for kind in (ANSWERABLE, TAKEN_AWAY, EXCHANGED, NEAR_MISS, OFF_TOPIC):
        own = [margin for each, margin in margins if each == kind]
        if own:
            table[kind] = {"count": len(own), "refused": round(sum(margin < 0 for margin in own) / len(own), 3)}
            if kind != ANSWERABLE:
                table[kind]["auc"] = round(auc(sure, own), 3)
    return table


def _given(options: argparse.Namespace) -> Iterator[tuple[str, list[Asked]]]:
    """Every set, and each set in several languages twice: asked in the passages' language, and in another."""
    for path in options.data:
        yield path.name.partition(".")[0], list(read_set(path))
    dice = random.Random(options.seed)
    for names in options.parallel:
        paths = {language: Path(name) for language, name in (pair.split("=", 1) for pair in names)}
        # Passages of one language: where a passage is taken away, its translations must not answer.
        own = next(iter(paths))
        asked = [one for one in read_parallel(paths, options.judged) if one.translations]
        asked = [one for one in asked if one.passage.language == own]
        yield own, asked
        yield f"{own}, asked in others", [replace(one, question=dice.choice(one.translations)) for one in asked]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, nargs="+", required=True, help="question answering sets; see training.reader"
    )
    parser.add_argument(
        "--parallel",
        nargs="+",
        action="append",
        required=True,
        metavar="LANGUAGE=FILE",
        help="see training.reader; the first one's passages are searched; may be given again",
    )
    parser.add_argument("--judged", type=Path, nargs="*", default=[], help="SQuAD files that are left out")
    parser.add_argument("--passages", type=int, default=250, help="of each set, in whole articles")
    parser.add_argument("--count", type=int, default=150, help="questions of each set")
    parser.add_argument(
        "--refused",
        type=float,
        nargs=2,
        default=(0.03, 0.01),
        help="shares of answerable questions that the model of the subject and that of the answer may refuse",
    )
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rows: dict[str, list[Looked]] = {}
    with tempfile.TemporaryDirectory() as folder:
        elsewhere: dict[str, list[Asked]] = {}
        for name, asked in _given(options):
            kept, chosen = some(asked, options.passages, options.count, options.seed)
            service, sources = indexed(Path(folder), name, kept)
            rows[name] = list(looked_at(service, chosen, sources, options.seed))
            elsewhere[name] = chosen
            service.close()
            print(f"{name}: {len(chosen)} questions of {len(sources)} passages", flush=True)
        service = ingested_seeds(Path(folder) / "seeds")
        rows["seeds"] = list(over_seeds(service))
        for name, chosen in elsewhere.items():
            rows[name] += [each for one in chosen for each in _asked_of(service, OFF_TOPIC, one.question)]
        service.close()
    OUT.write_text(json.dumps(_fitted(rows, tuple(options.refused)), ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(OUT.read_text("utf-8"))


if __name__ == "__main__":
    main()

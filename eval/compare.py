"""Run B against run A, question by question, and the gate that a regression does not pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from eval.measures import BY_NAME, GATED, MEASURES, Group, Measure
from eval.records import PER_QUESTION, Record, Scores, read_records
from eval.score import said_text
from eval.stats import Estimate, estimates, holm, randomisation_p
from rag.errors import WenjuError

OVERALL = "all questions"
ALPHA = 0.05
_EVEN = 1e-6  # a baseline is rounded
_SMALLEST_SLICE = 10  # questions of a language that is looked at by itself; the smaller ones are one slice
_DIGITS = 6


class NotComparable(WenjuError):
    """There is no run where one was named, or the two have no question in common."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a run answered: `quotes` are those of its citations."""

    text: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """A question of a run. `said` is None in a baseline, which keeps figures only."""

    id: str
    question: str
    language: str
    cluster: str
    scores: Scores
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Baseline:
    """The figures of a run that later ones are held against. `made_by` says of what."""

    made_by: str
    questions: tuple[Scored, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """B less A over the questions that have the measure in both; `p` is two-sided, `corrected` by Holm over all
    measures of the comparison. Wins are questions in which B is better.
    """

    measure: str
    slice: str
    a: float
    b: float
    change: Estimate
    p: float
    corrected: float
    wins: int
    ties: int
    losses: int


@dataclass(frozen=True, slots=True)
class Regression:
    """A question in which B does worse: by how much, summed over the measures of the gate."""

    id: str
    question: str
    lost: Mapping[str, float]
    a: Said | None
    b: Said | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`only_a` and `only_b` are the ids of questions that the other run lacks."""

    questions: int
    differences: tuple[Difference, ...]
    regressions: tuple[Regression, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`failures` say in a line each what is worse; the gate is passed when there are none. `watched` is all that was
    looked at.
    """

    passed: bool
    failures: tuple[str, ...]
    watched: tuple[Difference, ...]
    max_drop: float


def read_side(path: Path) -> list[Scored]:
    """The questions of a run's folder or of a baseline file. Raises NotComparable."""
    try:
        if path.is_file():
            return list(TypeAdapter(Baseline).validate_json(path.read_bytes()).questions)
        records = read_records(path / PER_QUESTION)
    except (ValueError, ValidationError) as error:
        raise NotComparable(f"{path} cannot be read: {error}") from None
    if not records:
        raise NotComparable(f"{path} holds no run; make one with: wenju eval run --dataset FILE --out {path}")
    if all(record.scores == Scores() for record in records):
        raise NotComparable(f"the run in {path} is not finished; the same wenju eval run goes on from there")
    return [scored(record) for record in records]


def scored(record: Record) -> Scored:
    answer = record.answer
    quotes = tuple(citation.quote for citation in answer.citations) if answer else ()
    text = (said_text(answer) or "(refused)") if answer else f"(failed: {record.error})"
    said = Said(text, quotes)
    return Scored(record.item.id, record.item.question, record.item.language, record.cluster, record.scores, said)


def baseline_of(made_by: str, questions: Sequence[Scored]) -> bytes:
    """The file of a baseline: what the gate watches, rounded, one question a line so that changes can be read."""
    rows = []
    adapter = TypeAdapter(Scored)
    for one in sorted(questions, key=lambda one: one.id):
        watched = {m.name: round(v, _DIGITS) for m in GATED if (v := one.scores.get(m.name)) is not None}
        row = Scored(one.id, one.question, one.language, one.cluster, Scores(**watched))
        rows.append(adapter.dump_json(row, exclude_none=True))
    return b'{"made_by": %s, "questions": [\n%s\n]}\n' % (TypeAdapter(str).dump_json(made_by), b",\n".join(rows))


def compare(a: Sequence[Scored], b: Sequence[Scored], seed: int, *, worst: int = 20) -> Comparison:
    """All measures over all questions that both have. Raises NotComparable if there are none."""
    pairs, only_a, only_b = _paired(a, b)
    differences = _differences([(measure, OVERALL, pairs) for measure in MEASURES], seed)
    return Comparison(len(pairs), tuple(differences), tuple(_regressions(pairs)[:worst]), only_a, only_b)


def gate(a: Sequence[Scored], b: Sequence[Scored], seed: int, *, max_drop: float, strict: bool = False) -> Verdict:
    """Fails for a watched measure that is worse by more than `max_drop`, over all questions or those of one language,
    where chance would do the like, one-sided and corrected for all that is watched, less than once in 20 times; and
    for a question of A that B lacks. `strict` asks for no significance: fit for two runs that chance has no part in.
    """
    pairs, only_a, _ = _paired(a, b)
    slices = {OVERALL: pairs, **_languages(pairs)}
    watched = _differences(
        [(measure, name, held) for name, held in slices.items() for measure in GATED], seed, one_sided=True
    )
    failures = [_described(one) for one in watched if _fails(one, max_drop, strict)]
    if only_a:
        failures.insert(0, f"{len(only_a)} questions of A are missing in B: {', '.join(only_a[:5])}")
    return Verdict(not failures, tuple(failures), tuple(watched), max_drop)


def _fails(one: Difference, max_drop: float, strict: bool) -> bool:
    return one.change.mean < -max_drop - _EVEN and (strict or one.corrected < ALPHA)


def _described(one: Difference) -> str:
    label = BY_NAME[one.measure].label
    where = "" if one.slice == OVERALL else f", {one.slice}"
    change = f"{one.a:.4f} to {one.b:.4f} ({one.change.mean:+.4f}, p {one.corrected:.2g}, {one.losses} worse)"
    return f"{label}{where}: {change}"


Pair = tuple[Scored, Scored]


def _paired(a: Sequence[Scored], b: Sequence[Scored]) -> tuple[list[Pair], tuple[str, ...], tuple[str, ...]]:
    of_b = {one.id: one for one in b}
    of_a = {one.id for one in a}
    pairs = [(one, of_b[one.id]) for one in a if one.id in of_b]
    if not pairs:
        raise NotComparable("the two runs have no question in common")
    only_a = tuple(one.id for one in a if one.id not in of_b)
    return pairs, only_a, tuple(one.id for one in b if one.id not in of_a)


def _languages(pairs: Sequence[Pair]) -> dict[str, list[Pair]]:
    counts = Counter(one.language for one, _ in pairs)
    name = {language: language if count >= _SMALLEST_SLICE else "other languages" for language, count in counts.items()}
    groups = {
        key: list(held) for key, held in groupby(sorted(pairs, key=lambda p: name[p[0].language]),
                                                 key=lambda p: name[p[0].language])
    }  # fmt: skip
    return groups if len(groups) > 1 else {}  # one language alone is all questions over again


def _differences(
    wanted: Sequence[tuple[Measure, str, Sequence[Pair]]], seed: int, *, one_sided: bool = False
) -> list[Difference]:
    rows = []
    for measure, name, pairs in wanted:
        both = [(one, x, y) for one, other in pairs for x, y in _values(measure, one, other)]
        if both:
            rows.append((measure, name, both))
    ps = [_p(measure, both, seed, one_sided) for measure, _, both in rows]
    return [
        _difference(measure, name, both, p, corrected, seed)
        for (measure, name, both), p, corrected in zip(rows, ps, holm(ps), strict=True)
    ]


def _values(measure: Measure, one: Scored, other: Scored) -> Iterator[tuple[float, float]]:
    """What a run did not say at all, where the other did, is the worst there is; costs have no worst."""
    x, y = one.scores.get(measure.name), other.scores.get(measure.name)
    if x is None and y is None:
        return
    if x is None or y is None:
        # No citation, so none that is wrong; or a question that was refused has nothing to support.
        if measure.group in (Group.COST, Group.CITATION, Group.ORACLE):
            return
        x, y = x or 0.0, y or 0.0
    yield x, y


Values = Sequence[tuple[Scored, float, float]]


def _changes(both: Values) -> tuple[list[float], list[str]]:
    return [y - x if abs(y - x) > _EVEN else 0.0 for _, x, y in both], [one.cluster for one, _, _ in both]


def _p(measure: Measure, both: Values, seed: int, one_sided: bool) -> float:
    changes, clusters = _changes(both)
    better = changes if measure.higher_is_better else [-change for change in changes]
    return randomisation_p(better, clusters, seed, one_sided=one_sided)


def _difference(measure: Measure, name: str, both: Values, p: float, corrected: float, seed: int) -> Difference:
    changes, clusters = _changes(both)
    (change,) = estimates([changes], clusters, seed)
    assert change is not None, "there is at least one pair"
    signs = [change if measure.higher_is_better else -change for change in changes]
    wins, losses = sum(s > _EVEN for s in signs), sum(s < -_EVEN for s in signs)
    count = len(both)
    mean_a, mean_b = sum(x for _, x, _ in both) / count, sum(y for _, _, y in both) / count
    return Difference(
        measure.name, name, mean_a, mean_b, change, p, corrected, wins, count - wins - losses, losses,
    )  # fmt: skip


def _regressions(pairs: Sequence[Pair]) -> list[Regression]:
    """Worst first."""
    found = []
    for one, other in pairs:
        lost = {
            measure.name: x - y for measure in GATED for x, y in _values(measure, one, other) if x - y > _EVEN
        }  # fmt: skip
        if lost:
            found.append(Regression(one.id, one.question, lost, one.said, other.said))
    return sorted(found, key=lambda one: (-sum(one.lost.values()), one.id))

"""Records to what a report shows: means with intervals over all questions and over slices, curves, failures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.dataset import Problem
from eval.manifest import Manifest
from eval.measures import MEASURES
from eval.metrics.ranking import CUTOFFS
from eval.metrics.refusal import (
    Bin,
    Decision,
    Refusals,
    RiskPoint,
    area_under_risk,
    auc,
    calibration,
    expected_calibration_error,
    refusals,
    risk_coverage,
)
from eval.records import Record
from eval.run import Run
from eval.score import decision
from eval.stats import Estimate, estimates

_MOST_SLICES = 20  # of one kind; the rest is one slice of its own
_PERCENTILES = (50, 90, 95, 99)
_LENGTHS = ((10, "1-10"), (30, "11-30"), (100, "31-100"))


@dataclass(frozen=True, slots=True)
class Row:
    """A slice: `estimates` by measure, those left out that apply to none of its questions. `failed` counts the
    questions that got no reply; they are in the means.
    """

    kind: str
    name: str
    questions: int
    failed: int
    estimates: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run comes to. `latency_percentiles` in milliseconds; `separation` is how often an answerable question's
    confidence is above an unanswerable one's.
    """

    manifest: Manifest
    citation_judge: str
    overall: Row
    slices: tuple[Row, ...]
    refusals: Refusals
    risk_coverage: tuple[RiskPoint, ...]
    area_under_risk: float | None
    calibration: tuple[Bin, ...]
    calibration_error: float | None
    separation: float | None
    recall_by_k: Mapping[int, float]
    latency_percentiles: Mapping[int, float]
    reasons: Mapping[str, int]
    problems: tuple[Problem, ...]


def summarise(run: Run) -> Summary:
    seed, records = run.manifest.seed, run.records
    overall = _row("all", "all questions", records, seed)
    decisions = [decision(record) for record in records]
    curve, bins = risk_coverage(decisions), calibration(decisions)
    walls = sorted(record.wall_ms for record in records if record.answer is not None)
    return Summary(
        manifest=run.manifest,
        citation_judge=run.manifest.judge,
        overall=overall,
        slices=tuple(_slices(records, seed)),
        refusals=refusals(decisions),
        risk_coverage=tuple(_thinned(curve)),
        area_under_risk=area_under_risk(curve),
        calibration=tuple(bins),
        calibration_error=expected_calibration_error(bins),
        separation=_separation(decisions),
        recall_by_k={k: overall.estimates[f"recall_{k}"].mean for k in CUTOFFS if f"recall_{k}" in overall.estimates},
        latency_percentiles={p: _percentile(walls, p) for p in _PERCENTILES} if walls else {},
        reasons=Counter(_ending(record) for record in records),
        problems=run.problems,
    )


def _row(kind: str, name: str, records: Sequence[Record], seed: int) -> Row:
    columns = [[record.scores.get(measure.name) for record in records] for measure in MEASURES]
    found = estimates(columns, [record.cluster for record in records], seed)
    known = {measure.name: one for measure, one in zip(MEASURES, found, strict=True) if one is not None}
    return Row(kind, name, len(records), sum(record.error is not None for record in records), known)


def _slices(records: Sequence[Record], seed: int) -> list[Row]:
    kinds: dict[str, Callable[[Record], str]] = {
        "language": lambda record: record.item.language,
        "type": lambda record: record.item.type,
        "source": _source,
        "answer length": _length,
        "evidence": lambda record: str(len(record.item.evidence)),
    }
    return [
        _row(kind, name, held, seed)
        for kind, key in kinds.items()
        for name, held in _grouped(records, key).items()
    ]  # fmt: skip


def _grouped(records: Sequence[Record], key: Callable[[Record], str]) -> dict[str, list[Record]]:
    """By the key, largest first; beyond the most that are shown, all in one group."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        groups[key(record)].append(record)
    order = sorted(groups, key=lambda name: (-len(groups[name]), name))
    shown = {name: groups[name] for name in order[:_MOST_SLICES]}
    rest = [record for name in order[_MOST_SLICES:] for record in groups[name]]
    return {**shown, f"{len(order) - _MOST_SLICES} others": rest} if rest else shown


def _source(record: Record) -> str:
    sources = dict.fromkeys(gold.source for gold in record.item.evidence)
    return next(iter(sources)) if len(sources) == 1 else "several" if sources else "none"


def _length(record: Record) -> str:
    if not record.item.answers:
        return "none"
    shortest = min(map(len, record.item.answers))
    return next((name for bound, name in _LENGTHS if shortest <= bound), "over 100")


def _ending(record: Record) -> str:
    if record.answer is None:
        return "failed"
    if record.answer.abstained:
        return f"refused: {record.answer.reason or 'no reason'}"
    return "answered"


def _separation(decisions: Sequence[Decision]) -> float | None:
    right = [one.confidence for one in decisions if one.answerable]
    wrong = [one.confidence for one in decisions if not one.answerable]
    return auc(right, wrong) if right and wrong else None


def _percentile(ordered: Sequence[float], percent: int) -> float:
    """The smallest value that so many of them do not exceed."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _thinned(points: Sequence[RiskPoint], most: int = 200) -> list[RiskPoint]:
    """Evenly chosen points of a long curve, its ends among them."""
    if len(points) <= most:
        return list(points)
    return [points[round(place * (len(points) - 1) / (most - 1))] for place in range(most)]

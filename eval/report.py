"""A run as files: report.json for programs, report.md for a review, report.html for reading, alone and offline."""

from __future__ import annotations

import base64
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from eval.failures import Failure, failures
from eval.measures import BY_NAME, MEASURES, Group
from eval.metrics.text import EXTRA
from eval.plots import Axis, bar_chart, line_chart, round_ticks
from eval.records import Record
from eval.run import Run
from eval.score import decision
from eval.stats import Estimate
from eval.summary import Summary
from rag.errors import MissingExtra

_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
_LATENCY_BARS = 24
_CARDS = (
    "recall_5", "ndcg_10", "credit", "f1", "evidence_recall", "citation_precision", "verbatim", "decision",
)  # fmt: skip
_SLICED = ("recall_5", "ndcg_10", "credit", "f1", "evidence_recall", "citation_recall", "decision")
_SHOWN_SCORES = ("recall_5", "ndcg_10", "credit", "f1", "evidence_recall", "evidence_precision", "citation_recall")
_LONGEST = 900  # characters of a passage or an answer in the list of questions
_MOST_PROBLEMS = 200


def write_report(folder: Path, run: Run, summary: Summary) -> None:
    """report.json, report.md and report.html. Raises MissingExtra."""
    (folder / "report.json").write_bytes(TypeAdapter(Summary).dump_json(summary, indent=2))
    (folder / "report.md").write_text(_render("report.md.j2", summary, run.records), "utf-8")
    (folder / "report.html").write_text(_render("report.html.j2", summary, run.records), "utf-8")


def _render(name: str, summary: Summary, records: Sequence[Record]) -> str:
    try:
        import jinja2
    except ImportError as error:
        raise MissingExtra("writing a report", EXTRA) from error
    templates = {path.name: path.read_text("utf-8") for path in (files("eval") / "templates").iterdir()}
    environment = jinja2.Environment(
        loader=jinja2.DictLoader(templates), autoescape=name.endswith(".html.j2"), trim_blocks=True,
        lstrip_blocks=True, undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    environment.filters["figure"] = figure
    counts = Counter(failure for record in records for failure in failures(record))
    html = name.endswith(".html.j2")
    return environment.get_template(name).render(
        summary=summary,
        cards=[(BY_NAME[m], summary.overall.estimates[m]) for m in _CARDS if m in summary.overall.estimates],
        groups=[(group, rows) for group in Group if (rows := _measured(summary, group))],
        sliced=[BY_NAME[m] for m in _SLICED if m in summary.overall.estimates],
        failure_counts={failure: counts[failure] for failure in Failure if counts[failure]},
        charts=_charts(summary, records) if html else {},
        index=_packed(_listed(records)) if html else "",
        bodies=_packed(_unfolded(records)) if html else "",
        most_problems=_MOST_PROBLEMS,
        style=templates["report.css"],
        script=templates["report.js"],
    )


def _measured(summary: Summary, group: Group) -> list[tuple[Any, Estimate]]:
    estimates = summary.overall.estimates
    return [(m, estimates[m.name]) for m in MEASURES if m.group is group and m.name in estimates]


def figure(value: float | None, measure: Any = None) -> str:
    """A share with three digits, a cost with as many as say something, a dash for what does not apply."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if measure is not None and not measure.is_share else f"{value:.3f}"


def _charts(summary: Summary, records: Sequence[Record]) -> Mapping[str, str]:
    recall = [(float(k), value) for k, value in summary.recall_by_k.items()]
    curve = [(point.coverage, point.risk) for point in summary.risk_coverage]
    bins = [(held.confidence, held.credit) for held in summary.calibration]
    charts = {
        "Recall by k": line_chart(
            "Recall by k", Axis("passages looked at (k)", (0, 5, 10, 15, 20)), Axis("recall", _SHARES), recall
        )
        if recall
        else "",
        "Risk by coverage": line_chart(
            "Risk by coverage", Axis("coverage", _SHARES), Axis("risk", _SHARES), curve, marks=False
        )
        if curve
        else "",
        "Calibration": line_chart(
            "Calibration", Axis("confidence", _SHARES), Axis("right answers", _SHARES), bins, diagonal=True
        )
        if bins
        else "",
        "Latency": _latency([record.wall_ms for record in records if record.answer is not None]),
    }
    return {name: chart for name, chart in charts.items() if chart}


def _latency(walls: Sequence[float]) -> str:
    if not walls:
        return ""
    # One very slow answer must not press all others into one bar.
    ticks = round_ticks(sorted(walls)[max(0, len(walls) * 99 // 100 - 1)])
    width = ticks[-1] / _LATENCY_BARS
    counts = Counter(min(_LATENCY_BARS - 1, int(wall / width)) for wall in walls)
    bars = [(n * width, (n + 1) * width, float(counts[n])) for n in range(_LATENCY_BARS) if counts[n]]
    heights = Axis("questions", round_ticks(max(counts.values())))
    return bar_chart("Latency", Axis("ms, the slowest hundredth in the last bar", ticks), heights, bars)


def _packed(value: Any) -> str:
    """JSON, gzip, base64: a page can hold 10,000 questions."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), 6, mtime=0)).decode()


def _listed(records: Iterable[Record]) -> dict[str, Any]:
    """What the list of questions shows and is filtered by."""
    names = list(Failure)
    rows = [
        {"i": record.item.id, "q": record.item.question, "l": record.item.language, "t": record.item.type,
         "f": [names.index(failure) for failure in failures(record)]}
        for record in records
    ]  # fmt: skip
    return {"questions": rows, "failures": [name.value for name in names]}


def _unfolded(records: Iterable[Record]) -> dict[str, Any]:
    """What a question unfolds to, in the order of the list, each passage once."""
    passages: dict[str, int] = {}
    texts: list[tuple[str, str, str]] = []
    rows = []
    for record in records:
        shown = []
        for rank, passage in enumerate(record.found, 1):
            if not passage.text or not (passage.carries or rank == 1 or _is_cited(record, passage.text)):
                continue
            if passage.chunk_id not in passages:
                passages[passage.chunk_id] = len(texts)
                texts.append((passage.source, passage.title or "", passage.text[: 2 * _LONGEST]))
            shown.append((rank, passages[passage.chunk_id]))
        rows.append({**_said(record), "p": shown})
    return {"questions": rows, "passages": texts, "scores": [BY_NAME[name].label for name in _SHOWN_SCORES]}


def _is_cited(record: Record, text: str) -> bool:
    return record.answer is not None and any(citation.quote in text for citation in record.answer.citations)


def _said(record: Record) -> dict[str, Any]:
    item, answer = record.item, record.answer
    scores = [record.scores.get(name) for name in _SHOWN_SCORES]
    return {
        "g": list(item.answers)[:3] or [" / ".join(part) for part in item.parts],
        "e": [(gold.source, gold.quote) for gold in item.evidence],
        "a": (answer.answer[:_LONGEST] if answer else record.error) or "",
        "r": bool(answer and answer.abstained),
        "c": [(c.marker, c.quote[:_LONGEST], c.source) for c in answer.citations] if answer else [],
        "k": round(decision(record).confidence, 2),
        "s": [None if score is None else round(score, 2) for score in scores],
        "w": round(record.wall_ms),
    }

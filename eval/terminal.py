"""How evaluation looks in a terminal."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.compare import OVERALL, Comparison, Difference, Regression, Said, Verdict
from eval.measures import BY_NAME, MEASURES
from eval.report import figure
from eval.summary import Summary

# A pipe has no width; a narrow one would break every line of a table.
_out = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
_MOST_PROBLEMS = 10
_WIDTH = 200  # characters of an answer or a quote


def say(text: str, style: str = "") -> None:
    _out.print(Text(text, style=style), soft_wrap=True)


def print_summary(summary: Summary) -> None:
    table = Table(box=None, pad_edge=False)
    for column in ("", "measure", "mean", "95% interval", "questions"):
        table.add_column(column, justify="right" if column in ("mean", "questions") else "left", no_wrap=True)
    group = None
    for measure in MEASURES:
        one = summary.overall.estimates.get(measure.name)
        if one is None:
            continue
        interval = f"{figure(one.low, measure)} to {figure(one.high, measure)}"
        heading = "" if measure.group is group else measure.group
        table.add_row(heading, measure.label, figure(one.mean, measure), interval, str(one.count))
        group = measure.group
    _out.print(table)
    say(f"citation judge: {summary.citation_judge}", "dim")
    for problem in summary.problems[:_MOST_PROBLEMS]:
        say(f"problem: {problem.where}: {problem.what}", "yellow")
    if len(summary.problems) > _MOST_PROBLEMS:
        say(f"and {len(summary.problems) - _MOST_PROBLEMS} problems more; see the report", "yellow")


def print_comparison(comparison: Comparison, *, most: int) -> None:
    say(f"{comparison.questions} questions in both; B less A, with 95% intervals; p corrected by Holm")
    print_differences(comparison.differences)
    for name, ids in (("A", comparison.only_a), ("B", comparison.only_b)):
        if ids:
            say(f"only in {name}, not compared: {len(ids)} questions: {', '.join(ids[:8])}", "yellow")
    for regression in comparison.regressions[:most]:
        _print_regression(regression)


def print_differences(differences: tuple[Difference, ...]) -> None:
    """A table of differences over the same questions."""
    table = Table(box=None, pad_edge=False)
    for column in ("measure", "A", "B", "change", "95% interval", "p", "better", "same", "worse"):
        table.add_column(column, justify="left" if column in ("measure", "95% interval") else "right", no_wrap=True)
    for one in differences:
        measure, change = BY_NAME[one.measure], one.change
        signed = "+.4f" if measure.is_share else "+,.1f"
        interval = f"{format(change.low, signed)} to {format(change.high, signed)}"
        table.add_row(
            measure.label, figure(one.a, measure), figure(one.b, measure), format(change.mean, signed),
            interval, f"{one.corrected:.3f}", str(one.wins), str(one.ties), str(one.losses),
        )  # fmt: skip
    _out.print(table)


def print_verdict(verdict: Verdict) -> None:
    print_differences(tuple(one for one in verdict.watched if one.slice == OVERALL))
    for failure in verdict.failures:
        say(f"worse: {failure}", "red")
    slices = {one.slice for one in verdict.watched}
    say(
        f"{'passed' if verdict.passed else 'not passed'}: {len(verdict.watched)} comparisons over"
        f" {', '.join(sorted(slices))}; a mean may drop by {verdict.max_drop:g}",
        "green" if verdict.passed else "red",
    )


def _print_regression(regression: Regression) -> None:
    lost = ", ".join(f"{BY_NAME[name].label} -{by:.2f}" for name, by in regression.lost.items())
    say("")
    say(f"{regression.id}  {regression.question}", "bold")
    say(f"  {lost}", "red")
    for name, said in (("A", regression.a), ("B", regression.b)):
        if said is not None:
            _print_said(name, said)


def _print_said(name: str, said: Said) -> None:
    say(f"  {name}: {_cut(said.text)}")
    for number, quote in enumerate(said.quotes, 1):
        say(f"     [{number}] {_cut(quote)}", "dim")


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WIDTH else f"{line[:_WIDTH]}…"

"""Two runs held against each other: what is planted is found, what is chance is let through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from eval.compare import NotComparable, Scored, baseline_of, compare, gate, read_side, scored
from eval.measures import BY_NAME, GATED, MEASURES
from eval.records import NAMES, PER_QUESTION, Scores, write_records
from eval.run import Run
from tests.eval.support import made_run, noisy

_SEEDS = 60


@pytest.fixture(scope="module")
def before() -> list[Scored]:
    return [scored(record) for record in made_run(120).records]


def test_every_score_is_in_the_table_of_measures_and_what_is_gated_is_better_when_higher() -> None:
    assert set(BY_NAME) == set(NAMES)
    assert all(measure.higher_is_better for measure in GATED)


def test_a_run_against_itself_has_no_difference(before: list[Scored]) -> None:
    found = compare(before, before, 0)
    assert found.questions == 120
    assert {one.change.mean for one in found.differences} == {0.0}
    assert {one.p for one in found.differences} == {1.0}
    assert found.regressions == ()
    assert gate(before, before, 0, max_drop=0.02).passed


def test_the_gate_lets_through_what_is_chance() -> None:
    """The same system twice, with other luck: at most 5 alarms in 100."""
    alarms = sum(not gate(noisy(seed), noisy(seed + 5000), 0, max_drop=0.0).passed for seed in range(_SEEDS))
    assert alarms <= 0.05 * _SEEDS


def broken_reranker(one: Scored) -> Scored:
    """The right passage is still found, but never near the top."""
    found = one.scores.recall_5
    return one if found is None else changed(one, recall_5=0.0, ndcg_10=(one.scores.ndcg_10 or 0) * 0.4)


def shifted_span(one: Scored) -> Scored:
    return one if one.scores.verbatim is None else changed(one, verbatim=0.0)


def dropped_language(one: Scored) -> Scored:
    if one.language != "en" or one.scores.credit is None:
        return one
    return changed(one, credit=0.0, f1=0.0, evidence_recall=0.0, recall_5=0.0, ndcg_10=0.0, decision=0.0)


def changed(one: Scored, **values: float) -> Scored:
    return replace(one, scores=replace(one.scores, **values))


@pytest.mark.parametrize(
    ("breakage", "measure"),
    [(broken_reranker, "nDCG@10"), (shifted_span, "verbatim"), (dropped_language, "right answer said, en")],
)
def test_a_planted_regression_is_caught(
    before: list[Scored], breakage: Callable[[Scored], Scored], measure: str
) -> None:
    after = [breakage(one) for one in before]
    verdict = gate(before, after, 0, max_drop=0.02)
    assert any(failure.startswith(measure) for failure in verdict.failures), verdict.failures
    assert gate(after, before, 0, max_drop=0.02).passed  # the other way round it is an improvement


def test_planted_regressions_are_caught_in_a_noisy_system() -> None:
    caught = 0
    for seed in range(20):
        after = [dropped_language(one) for one in noisy(seed + 5000)]
        caught += not gate(noisy(seed), after, 0, max_drop=0.02).passed
    assert caught == 20


def test_a_drop_within_the_margin_passes_and_strict_asks_for_no_significance(before: list[Scored]) -> None:
    after = list(before)
    place = next(n for n, one in enumerate(before) if one.scores.credit == 1.0)
    after[place] = changed(before[place], credit=0.0)
    assert gate(before, after, 0, max_drop=0.02).passed
    assert not gate(before, after, 0, max_drop=0.0, strict=True).passed
    assert gate(before, after, 0, max_drop=0.02, strict=False).passed


def test_questions_that_are_missing_fail_the_gate_and_are_named(before: list[Scored]) -> None:
    verdict = gate(before, before[5:], 0, max_drop=0.02)
    assert not verdict.passed
    assert before[0].id in verdict.failures[0]
    assert compare(before[3:], before[5:], 0).only_a == (before[3].id, before[4].id)


def test_wins_and_losses_and_the_worst_regression_with_what_both_said() -> None:
    good, bad = made_run(60, skill=0.95), made_run(60, skill=0.2)
    found = compare([scored(one) for one in good.records], [scored(one) for one in bad.records], 0, worst=5)
    by_name = {one.measure: one for one in found.differences}
    credit = by_name["credit"]
    assert credit.losses > credit.wins
    assert credit.wins + credit.ties + credit.losses == credit.change.count == 50
    assert credit.change.low <= credit.change.mean <= credit.change.high < 0
    assert credit.corrected < 0.05
    assert credit.corrected >= credit.p
    assert len(found.regressions) == 5
    worst = found.regressions[0]
    assert worst.a is not None
    assert worst.b is not None
    assert worst.a.quotes
    assert sum(worst.lost.values()) >= sum(found.regressions[-1].lost.values())


def test_runs_and_baselines_are_read_back(tmp_path: Path, before: list[Scored]) -> None:
    run: Run = made_run(120)
    write_records(tmp_path / PER_QUESTION, run.records)
    assert read_side(tmp_path) == before
    file = tmp_path / "baseline.json"
    file.write_bytes(baseline_of("test", before))
    baseline = read_side(file)
    assert gate(baseline, before, 0, max_drop=0.0, strict=True).passed is True
    assert {one.id for one in baseline} == {one.id for one in before}


def test_what_cannot_be_compared(tmp_path: Path, before: list[Scored]) -> None:
    with pytest.raises(NotComparable, match="holds no run"):
        read_side(tmp_path)
    with pytest.raises(NotComparable, match="no question in common"):
        compare(before, [replace(before[0], id="other")], 0)
    unfinished = [replace(record, scores=Scores()) for record in made_run(3).records]
    write_records(tmp_path / PER_QUESTION, unfinished)
    with pytest.raises(NotComparable, match="not finished"):
        read_side(tmp_path)
    broken = tmp_path / "broken.json"
    broken.write_text("{", "utf-8")
    with pytest.raises(NotComparable, match="cannot be read"):
        read_side(broken)


def test_costs_are_compared_and_more_is_worse() -> None:
    cheap = [scored(record) for record in made_run(30).records]
    dear = [changed(one, latency_ms=(one.scores.latency_ms or 0) + 5) for one in cheap]
    latency = {one.measure: one for one in compare(cheap, dear, 0).differences}["latency_ms"]
    assert (latency.wins, latency.losses) == (0, 30)
    assert {measure.name for measure in MEASURES if not measure.higher_is_better} >= {"latency_ms", "hallucinated"}

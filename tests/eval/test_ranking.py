"""Retrieval measures against trec_eval's own binding, over rankings drawn at random."""

from __future__ import annotations

import random

import pytest
import pytrec_eval

from eval.metrics.ranking import CUTOFFS, Ranked, judge_rankings, relevant, touches, trec_files


def drawn(seed: int, questions: int = 40) -> dict[str, Ranked]:
    rng = random.Random(seed)
    rankings = {}
    for number in range(questions):
        evidence = rng.randint(1, 4)
        carried = tuple(tuple(n for n in range(evidence) if rng.random() < 0.12) for _ in range(rng.randint(0, 20)))
        rankings[f"q{number}"] = Ranked(tuple(f"p{place}" for place in range(len(carried))), carried, evidence)
    return rankings


@pytest.mark.parametrize("seed", range(5))
def test_the_figures_are_trec_evals(seed: int) -> None:
    rankings = drawn(seed)
    qrels, run = parsed(*trec_files(rankings))
    judged = pytrec_eval.RelevanceEvaluator(
        qrels, {"recall." + ",".join(map(str, CUTOFFS)), "recip_rank", "ndcg_cut.10"}
    ).evaluate({name: run.get(name, {}) for name in qrels})
    ours = judge_rankings(rankings)
    assert set(ours) == set(rankings)
    for name, ranking in ours.items():
        theirs = judged.get(name, {})
        assert ranking.reciprocal_rank == pytest.approx(theirs.get("recip_rank", 0.0), abs=1e-9)
        assert ranking.ndcg_10 == pytest.approx(theirs.get("ndcg_cut_10", 0.0), abs=1e-9)
        for cutoff in CUTOFFS:
            assert ranking.recall[cutoff] == pytest.approx(theirs.get(f"recall_{cutoff}", 0.0), abs=1e-9)


def parsed(qrels: str, run: str) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, float]]]:
    judged: dict[str, dict[str, int]] = {}
    found: dict[str, dict[str, float]] = {}
    for line in qrels.splitlines():
        question, _, passage, relevance = line.split()
        judged.setdefault(question, {})[passage] = int(relevance)
    for line in run.splitlines():
        question, _, passage, _, score, _ = line.split()
        found.setdefault(question, {})[passage] = float(score)
    return judged, found


def test_evidence_counts_once_and_what_is_not_found_counts_as_not_found() -> None:
    ranked = Ranked(("a", "b", "c", "d"), ((), (0,), (0, 1), (0,)), 3)
    assert relevant(ranked) == ["b", "c", "not-found-2"]
    ranking = judge_rankings({"q": ranked})["q"]
    assert ranking.recall[1] == 0
    assert ranking.recall[5] == pytest.approx(2 / 3)
    assert ranking.reciprocal_rank == 0.5


def test_nothing_found_is_nought_and_nothing_to_find_is_left_out() -> None:
    ranking = judge_rankings({"none": Ranked((), (), 2), "free": Ranked(("a",), ((),), 0)})
    assert set(ranking) == {"none"}
    assert ranking["none"].ndcg_10 == 0
    assert judge_rankings({}) == {}


def test_a_citation_touches_gold_evidence_that_it_holds_or_lies_in() -> None:
    gold = "灯塔由船匠陆百川于1912年建成"
    assert touches(f"据县志，{gold}，塔高三十一米。", gold, 0.6)
    assert touches("陆百川于1912年建成", gold, 0.6)
    assert not touches("灯塔每年接待游客约四万人，门票为十五元", gold, 0.6)
    assert not touches("", gold, 0.6)

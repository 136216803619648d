"""Scores made into one order."""

from __future__ import annotations

import numpy as np
import pytest

from rag.retrieve.fuse import Known, evidence_fusion, lexical_evidence, reranked, spread_out

MEANING = {1: 0.9, 2: 0.8, 3: 0.7}
WORDS = {3: 12.0}


def _known(share: float) -> Known:
    return Known(share, share, {})


def test_of_a_question_that_quotes_chinese_its_words_and_a_dictionary_tell() -> None:
    known = Known.of({"how": 7.0, "much": 7.0, "2024": 2.0, "两重": 7.0}, {"两重", "2024"}, rare=7.0)
    assert (known.share, known.overall < 0.5) == (1.0, True)
    assert 0.2 < known.untold < 0.5
    assert {term: weight for term, weight in known.weights.items() if weight} == {"2024": 2.0, "两重": 7.0}


def test_words_count_as_far_as_they_are_known() -> None:
    assert list(evidence_fusion(MEANING, lexical_evidence(WORDS, {}, _known(0.0)))) == [1, 2, 3]
    much, little = (evidence_fusion(MEANING, lexical_evidence(WORDS, {}, _known(known))) for known in (1.0, 0.2))
    assert much[3] > little[3]


def test_what_a_dictionary_finds_counts_as_far_as_words_are_not_known() -> None:
    much, little = (evidence_fusion(MEANING, lexical_evidence({}, WORDS, _known(known))) for known in (0.0, 0.8))
    assert much[3] > little[3]
    assert list(evidence_fusion(MEANING, lexical_evidence({}, WORDS, _known(1.0)))) == [1, 2, 3]


@pytest.mark.parametrize(
    ("weights", "share"),
    [
        ({}, 0.0),
        ({"сколько": 4.0, "стоит": 4.0}, 0.0),
        ({"сколько": 4.0, "стоит": 4.0, "茶叶": 3.0, "叶价": 3.0}, 1.0),  # quoted in another script, and known
        ({"茶叶": 3.0, "叶价": 3.0, "未知": 4.0}, 0.6),
        ({"what": 3.0, "is": 1.0, "gdp": 4.0}, 0.5),  # the script of the question itself
        ({"сколько": 8.0, "2024": 2.0}, 0.2),  # numbers are no script
        ({"сколько": 8.0, "a": 0.4}, 0.1),  # a letter that all articles have
        ({"сколько": 8.0, "day12.23": 3.0}, 0.75),
    ],
)
def test_the_share_that_is_known_is_that_of_the_best_script(weights: dict[str, float], share: float) -> None:
    known = {"茶叶", "叶价", "gdp", "a", "2024", "day12.23"}
    assert Known.of(weights, known, rare=4.0).share == pytest.approx(share)


@pytest.mark.parametrize("known", [0.0, 0.5, 1.0])
def test_the_closer_look_leads_and_the_rest_keep_their_order(known: float) -> None:
    evidence = lexical_evidence({}, {}, _known(known))
    fused = evidence_fusion(MEANING | {4: 0.5, 5: 0.4}, evidence)
    order = reranked(fused, {1: 0.1, 2: 0.9, 3: 0.2}, MEANING | {4: 0.5, 5: 0.4}, evidence)
    assert next(iter(order)) == 2
    assert list(order)[3:] == [4, 5]
    assert all(0 <= score <= 1 for score in order.values())
    assert list(order.values()) == sorted(order.values(), reverse=True)


def test_without_a_closer_look_nothing_changes() -> None:
    evidence = lexical_evidence(WORDS, {}, _known(1.0))
    fused = evidence_fusion(MEANING, evidence)
    assert reranked(fused, {}, MEANING, evidence) == fused


def test_copies_and_the_crowd_of_one_article_move_to_the_end_and_none_is_lost() -> None:
    axes = np.eye(6, dtype=np.float32)
    vectors = {1: axes[0], 2: axes[0], 3: axes[1], 4: axes[2], 5: axes[3], 6: axes[4]}
    articles = {1: "a", 2: "b", 3: "a", 4: "a", 5: "a", 6: "c"}
    assert spread_out([1, 2, 3, 4, 5, 6], vectors, articles, limit=5) == [1, 3, 4, 6, 2, 5]
    assert sorted(spread_out([1, 2, 3], vectors, articles, limit=1)) == [1, 2, 3]


def test_nothing_found_is_nothing_ordered() -> None:
    assert evidence_fusion({}, lexical_evidence({}, {}, _known(0.0))) == {}
    assert spread_out([], {}, {}, 5) == []

"""Search over the real seeds with the real model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.errors import EmptyIndex
from rag.retrieve.background import FILE, Background
from rag.settings import Settings
from rag.text.spans import strip_space
from rag.types import Filters, Kind
from rag.wiring import Service, build

EVIDENCE = {
    "瑞安“两重”“两新”项目争取到多少资金？": "已争取资金8亿元",
    "What price did tea from Linchuan (林川) reach per kilogram?": "每公斤茶叶最高1600元",
    "Wie viele Probleme der Unternehmen wurden in Rui'an gelöst (两个健康)?": "85个问题",
}


@pytest.mark.parametrize(("question", "evidence"), EVIDENCE.items())
def test_evidence_is_found_in_any_language(seeds_service: Service, question: str, evidence: str) -> None:
    hits = seeds_service.assistant.search(question, limit=5).hits
    assert any(evidence in strip_space(hit.text) for hit in hits)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_filters_hold_for_every_hit_and_leave_none_out(seeds_service: Service) -> None:
    source = "002_69d9f2607d65d236.txt"
    hits = seeds_service.assistant.search("项目", Filters(source=source), 50).hits
    _, chunks = seeds_service.catalog.counts_of([source])
    assert {hit.source for hit in hits} == {source}
    assert len(hits) == min(50, chunks)
    assert not seeds_service.assistant.search("项目", Filters(source="none"), 5).hits
    assert not seeds_service.assistant.search("项目", Filters(source=source, language="fr"), 5).hits
    articles = {article.id for article in seeds_service.catalog.articles() if article.kind == Kind.ARTICLE}
    assert {
        hit.article_id for hit in seeds_service.assistant.search("项目", Filters(kind=Kind.ARTICLE), 50).hits
    } <= articles


def test_unrelated_questions_stand_out_in_every_language(seeds_service: Service) -> None:
    search = seeds_service.assistant._search
    for related, unrelated in (
        ("2024年瑞安有多少个项目列入省“千项万亿”工程？", "贝多芬一共写了几部交响曲？"),
        ("How many medals did Zhejiang athletes win at the Asian Games?", "Which chess opening begins with e4 e5 Nf3?"),
    ):
        assert search(related, Filters(), 5).relevance > search(unrelated, Filters(), 5).relevance + 1


def test_words_that_occur_nowhere_are_known_not_to(seeds_service: Service) -> None:
    search = seeds_service.assistant._search
    assert search("市政府召开专题会议", Filters(), 5).words.known.share > 0.8
    assert search("Quel est le prix du beurre ?", Filters(), 5).words.known.share == 0
    assert search("Что значит «执政重在基层»?", Filters(), 5).words.known.share > 0.8


@pytest.mark.parametrize(
    "question",
    [
        "？？？！！",
        "😀",
        "👩‍👩‍👧 🇨🇳",
        "的",
        "a" * 4000,
        "茶" * 4000,
        "😀" * 4000,
        "\x00\x01 control",
        "شيء 中文 mixed मिश्रित",
    ],
)
def test_odd_questions_are_answered_or_refused_but_never_fail(seeds_service: Service, question: str) -> None:
    assert len(seeds_service.assistant.search(question, limit=5).hits) == 5


def test_an_empty_index_says_what_to_run(tmp_path: Path) -> None:
    service = build(Settings(data=tmp_path / "data"), create=True)
    with pytest.raises(EmptyIndex, match="wenju ingest"):
        service.assistant.search("anything")
    service.close()


def test_a_damaged_table_of_background_questions_is_made_anew(
    seeds_folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    service = build(Settings(data=seeds_folder))
    (tmp_path / FILE).write_bytes((seeds_folder / FILE).read_bytes()[:1000])
    whole = Background(seeds_folder, service._index, service.embedder)
    mended = Background(tmp_path, service._index, service.embedder)
    assert "made anew" in caplog.text
    vector = service.embedder.embed_queries(["谁主持会议？"])[0]
    assert np.allclose(whole.focused("谁主持会议？", vector), mended.focused("谁主持会议？", vector), atol=1e-3)
    assert whole.relevance("x", 0.9) == pytest.approx(mended.relevance("x", 0.9), abs=0.01)
    service.close()

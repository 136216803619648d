"""Questions made from statements: what they ask for, and where the answer stands."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

from training import statements
from training.passages import read_set
from training.statements import passages, questions

_REPORT = (
    "今年上半年全县粮食总产量达到15.2万吨，同比增长3.1%。8月4日，江苏省农业厅召开全省秋收工作会议。"
    "江苏省农业厅厅长张建国表示：“各乡镇要抢抓农时，确保颗粒归仓。”由于连日降雨，部分乡镇推迟了收割时间。"
    "这座粮库是全省规模最大的低温储备粮库。江苏主要作物包括水稻、玉米、大豆。"
)


def _made(text: str) -> dict[str, set[str]]:
    """Questions by the answer, over many draws."""
    found: dict[str, set[str]] = {}
    for seed in range(80):
        for made in questions(text, 6, random.Random(seed)):
            found.setdefault(text[made.start : made.end], set()).add(made.question)
    return found


@pytest.mark.parametrize(
    ("answer", "asked", "about"),
    [
        ("15.2万吨", "多少", "粮食总产量"),
        ("3.1%", "多少", "粮食总产量同比增长"),
        ("张建国", "谁", "江苏省农业厅厅长"),
        ("各乡镇要抢抓农时，确保颗粒归仓", "什么", "张建国表示"),
        ("连日降雨", "为什么", "部分乡镇推迟了收割时间"),
        ("水稻、玉米、大豆", "哪些", "主要作物包括"),
    ],
)
def test_a_statement_becomes_a_question_about_what_it_says(answer: str, asked: str, about: str) -> None:
    own = _made(_REPORT)[answer]
    assert any(asked in question and about in question for question in own), own


def test_no_question_has_its_answer_and_every_one_is_whole() -> None:
    for answer, own in _made(_REPORT).items():
        for question in own:
            assert answer not in question
            assert question.endswith("？")
            assert question.count("“") == question.count("”")


def test_what_says_nothing_of_anything_is_not_asked_about() -> None:
    assert not _made("其中3人。不过也有2个。为此，5天后。")


def test_passages_are_whole_sentences_and_lose_nothing() -> None:
    text = _REPORT * 5
    cut = list(passages(text))
    assert "".join(cut) == text
    assert all(len(one) <= 400 for one in cut)


def test_the_command_writes_a_set_that_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts, out = tmp_path / "news.txt", tmp_path / "made.jsonl.gz"
    texts.write_text(f"{_REPORT}\n\n{_REPORT}", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["statements", str(texts), "--out", str(out), "--limit", "3"])
    statements.main()
    rows = [json.loads(line) for line in gzip.decompress(out.read_bytes()).decode("utf-8").strip().split("\n")]
    asked = list(read_set(out))
    assert len(asked) == sum(len(row["questions"]) for row in rows) > 0
    assert all(one.passage.text[one.start : one.end] for one in asked)

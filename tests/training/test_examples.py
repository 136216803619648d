"""Training examples: answers where they are said to be, and negatives without them."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from training.examples import Builder, Mix
from training.glosses import gloss
from training.passages import Asked, Passage, cut_window, read_set

_BRIDGE = Passage("zh", "a", "大桥于1987年动工。工程由李明主持。大桥全长3200米，耗资8亿元。通车典礼在南岸举行。")
_RIVER = Passage("zh", "a", "这条河发源于西部山区。河上每年有五千艘船经过。两岸居民以种茶为生。")
_ASKED = [
    Asked("1987年动工的大桥由谁主持？", _BRIDGE, 15, 17),
    Asked("大桥全长多少？", _BRIDGE, 24, 29),
    Asked("两岸居民以什么为生？", _RIVER, 28, 30),
]


def _row(language: str, context: str, question: str, text: str, start: int) -> str:
    answers = [{"text": text, "start": start}]
    asked = [{"question": question, "impossible": False, "answers": answers}]
    return json.dumps({"language": language, "article": "x-1", "context": context, "questions": asked})


def test_traditional_chinese_is_read_simplified_and_offsets_are_mended_nearby(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    lines = [
        _row("zh-Hant", "歐洲學者開創了研究。", "哪裡的學者？", "歐洲", 0),
        _row("pt", "Em 1987, Rollo.", "Quem?", "Rollo", 7),
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    first, second = read_set(file)
    assert first.passage.text[first.start : first.end] == "欧洲"
    assert first.passage.language == "zh"
    assert second.passage.text[second.start : second.end] == "Rollo"


def test_every_example_marks_the_answer_or_lacks_it() -> None:
    answers = {one.passage.text[one.start : one.end] for one in _ASKED}
    for seed in range(40):
        for example in Builder(_ASKED, {}, Mix(negatives=1.0), seed).examples():
            if example.end > example.start:
                assert example.window[example.start : example.end] in answers


def test_the_same_seed_draws_the_same_examples() -> None:
    first, again, other = (list(Builder(_ASKED, {}, Mix(), seed).examples()) for seed in (3, 3, 4))
    assert first == again
    assert first != other


@pytest.mark.parametrize("seed", range(10))
def test_a_window_is_whole_sentences_about_the_answer(seed: int) -> None:
    window, begin = cut_window(_BRIDGE.text, 15, 17, 30, random.Random(seed))
    assert _BRIDGE.text[begin:].startswith(window)
    assert "李明" in window
    assert window.endswith("。")
    assert len(window) <= 30


def test_glossed_words_are_the_longest_that_the_dictionary_has() -> None:
    dictionary = {"大桥": "bridge", "大桥全长": "length of the bridge"}
    assert gloss("大桥全长多少", dictionary, 1.0, random.Random(1)) == "length of the bridge 多少"
    assert gloss("大桥全长多少", dictionary, 0.0, random.Random(1)) == "大桥全长多少"


def test_a_negative_asks_for_a_name_or_figure_that_its_window_lacks() -> None:
    other = Passage("zh", "b", "王建军主持了水库的工程，1995年完工。")
    asked = [*_ASKED, Asked("王建军主持的水库哪一年完工？", other, 12, 17)]
    known = {one.question for one in asked}
    changed = []
    for seed in range(60):
        made = Builder(asked, {}, Mix(negatives=1.0), seed).examples()
        changed += [one for one in made if one.question not in known]
    assert changed
    assert all(one.start == one.end for one in changed)
    assert not any("1987" in one.question for one in changed if "大桥" in one.question)

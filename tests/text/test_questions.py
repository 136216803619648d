from __future__ import annotations

import pytest

from rag.text.questions import asks


@pytest.mark.parametrize(
    ("text", "sentence", "expected"),
    [
        ("为什么这次降温这么猛？专家说，前期偏暖。", "为什么这次降温这么猛？", True),
        ("问：怎么报名？", "问：怎么报名？", True),
        ("How do I apply?\nAt the desk.", "How do I apply?", True),
        ("路通了，谁能不高兴？村里人说。", "路通了，谁能不高兴？", True),
        ("他干了三十年。谁能不佩服？村里人说。", "谁能不佩服？", False),
        ("路修好了。", "路修好了。", False),
    ],
)
def test_what_begins_a_paragraph_asks(text: str, sentence: str, expected: bool) -> None:
    start = text.index(sentence)
    assert asks(text, start, start + len(sentence)) is expected

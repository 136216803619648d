from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.sentences import split_long, split_sentences

CASES = {
    "市长主持会议。他指出，要抓紧！真的吗？是的": ["市长主持会议。", "他指出，要抓紧！", "真的吗？", "是的"],
    "他问：“好吗？”大家说：“好！”": ["他问：“好吗？”", "大家说：“好！”"],
    "要回答“为什么？”的问题。下一句": ["要回答“为什么？”的问题。", "下一句"],
    "第一行\n第二行": ["第一行", "第二行"],
    "各位代表!过去一年。": ["各位代表!", "过去一年。"],
    "It grew by 3.5 percent. Mr. Li agreed.": ["It grew by 3.5 percent.", "Mr. Li agreed."],
    "“What?” he said. Nothing happened.": ["“What?” he said.", "Nothing happened."],
    "El Sr. Pérez llegó. ¿Quién? Nadie.": ["El Sr. Pérez llegó.", "¿Quién?", "Nadie."],
    "Seit dem 1. Juni 2025 fährt Hr. Wolf. Am 3. Oktober ruht der Betrieb.": [
        "Seit dem 1. Juni 2025 fährt Hr. Wolf.",
        "Am 3. Oktober ruht der Betrieb.",
    ],
    "Er gewann den 2. Platz. Das war 1999. Danach nichts.": [
        "Er gewann den 2. Platz.",
        "Das war 1999.",
        "Danach nichts.",
    ],
    "See chapter 3. The rest follows.": ["See chapter 3.", "The rest follows."],
    "Рост на 5 млн. рублей. Затем спад.": ["Рост на 5 млн. рублей.", "Затем спад."],
    "كم عددها؟ ثلاثة.": ["كم عددها؟", "ثلاثة."],
}


@pytest.mark.parametrize(("text", "sentences"), CASES.items())
def test_boundaries(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in split_sentences(text)] == sentences


@given(st.text(st.sampled_from("天a. 。！？!?”“…\n\u3000)3"), max_size=80))
def test_nothing_is_lost_and_order_is_kept(text: str) -> None:
    ranges = split_sentences(text)
    assert "".join("".join(text[start:end].split()) for start, end in ranges) == "".join(text.split())
    assert all(before[1] <= after[0] for before, after in pairwise(ranges))


@given(st.text(st.sampled_from("天地a ，；,1"), max_size=120), st.integers(1, 30))
def test_long_sentences_are_cut_into_bounded_pieces(text: str, limit: int) -> None:
    pieces = split_long(text, 0, len(text), limit)
    assert all(0 < end - start <= limit for start, end in pieces)
    assert "".join("".join(text[start:end].split()) for start, end in pieces) == "".join(text.split())


def test_a_number_is_not_cut_at_its_comma() -> None:
    text = "共有12,345人"
    assert [text[start:end] for start, end in split_long(text, 0, len(text), 6)] != ["共有12,", "345人"]

"""A model's reply to sentences: markers found wherever they are put, markup and control characters gone."""

from __future__ import annotations

import pytest

from rag.answer.replies import Reply, cleaned


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("**共有**19个`项目`", "共有19个项目"),
        ("## 项目", "项目"),
        ("1. The bridge", "The bridge"),
        ("| 项目 | 19 |", "项目 19"),
        ("a <b>bold</b> <script>alert(1)</script> word", "a bold alert(1) word"),
        ("see ![x](https://evil.example/?q=1) and [here](javascript:alert(1))", "see x and here)"),
        ("\x1b[31mred\x1b[0m and \x1b]0;title\x07done", "red and done"),
        ("zero\u200bwidth \u202eright\u202c", "zerowidth right"),
        ("nul\x00 and bell\x07", "nul and bell"),
        ("<!-- hidden --> shown", "shown"),
        ("<|im_end|>end", "end"),
        ("&lt;b&gt;x&lt;/b&gt; &amp; y", "x & y"),
        ("项[1]目", "项目"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
    ],
)
def test_cleaned(written: str, plain: str) -> None:
    assert cleaned(written) == plain


def test_a_marker_in_the_middle_of_a_word_is_the_sentences() -> None:
    reply = Reply()
    reply.add("共有19个项[2]目。It is lo[1]ng.")
    assert [(said.text, said.numbers) for said in reply.take(final=True)] == [
        ("共有19个项目。", (2,)),
        ("It is long.", (1,)),
    ]


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_pieces_of_any_size_give_the_same_sentences(size: int) -> None:
    text = "<think>第一[1]。</think>共有19个项目[1]。\n- **第二**句[2][3]。 A third one [4]. 最后"
    whole, grown = Reply(), Reply()
    whole.add(text)
    taken = []
    for at in range(0, len(text), size):
        grown.add(text[at : at + size])
        taken += grown.take()
    assert taken + grown.take(final=True) == whole.take(final=True)

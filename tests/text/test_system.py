from __future__ import annotations

import os

import pytest

from rag.text.system import file_name, readable


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("版面一.txt".encode(), "版面一.txt"),
        ("版面　一.txt".encode("gb18030"), "版面　一.txt"),
        ("报/".encode() + "版面.txt".encode("gbk"), "报/版面.txt"),
        (b"caf\xe9 menu", "caf\ufffd menu"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"\xaa\xa1.txt", "\ufffd\ufffd.txt"),  # of GB18030, but for private use
    ],
)
def test_bytes_that_are_no_utf_8_are_read_as_gb18030_or_replaced(raw: bytes, shown: str) -> None:
    assert readable(os.fsdecode(raw)) == shown


def test_names_that_cannot_be_read_stay_two() -> None:
    first, second, other = (file_name(os.fsdecode(raw)) for raw in (b"\xff.txt", b"\xfe.txt", "\ufffd.txt".encode()))
    assert len({first, second, other}) == 3
    assert first.startswith("\ufffd.txt~")
    assert other == "\ufffd.txt"
    assert file_name(first) == first
    assert file_name(os.fsdecode(b"\xff.txt")) == first

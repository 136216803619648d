"""China's places in Vietnamese."""

from __future__ import annotations

import pytest

from rag.retrieve.dictionary import Dictionary
from rag.retrieve.sino_vietnamese import places


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Tỉnh Chiết Giang có bao nhiêu người?", ["浙江"]),
        ("từ Ôn Châu đến Hàng Châu", ["温州", "杭州"]),
        ("ở Thụy An và ở Thuỵ An", ["瑞安", "瑞安"]),
        ("thành phố Lệ Thủy", ["丽水"]),
        ("Ninh Ba – Chu Sơn", ["宁波", "舟山"]),
        ("Ông Nguyễn Văn Thượng Hải nói", []),
        ("Hà Nội", []),
        ("giá bơ bao nhiêu", []),
    ],
)
def test_places_are_read_as_their_characters(text: str, named: list[str]) -> None:
    assert [found for (found,) in places(text)] == named


def test_only_vietnamese_is_read_so() -> None:
    assert [name.others for name in Dictionary().places("GDP của Ôn Châu là bao nhiêu?", "vi")] == [("温州",)]
    assert not Dictionary().places("Ba An, Kim Hoa", "en")

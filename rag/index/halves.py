"""Work on many rows, half of it on another thread: numpy, FAISS and SQLite let it run meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Made = TypeVar("Made")
_threads = ThreadPoolExecutor(thread_name_prefix="half")


def halved(work: Callable[[int, int], Made], count: int) -> tuple[Made, Made]:
    """What `work` makes of the rows `[start, end)` of the first half of `count`, and of the second."""
    middle = count // 2
    other = _threads.submit(work, middle, count)
    return work(0, middle), other.result()

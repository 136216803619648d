"""`python -m eval`, the same as `wenju eval`."""

from __future__ import annotations

import sys

from eval.cli import main
from rag.cli import guarded

if __name__ == "__main__":
    guarded(lambda: main(sys.argv[1:], "python -m eval"))

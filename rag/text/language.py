"""The language of a text, by its script."""

from __future__ import annotations


def detect_language(text: str) -> str:
    """ISO 639-1 code."""
    sample = text[:2000]
    if any("\u3040" <= char <= "\u30ff" for char in sample):
        return "ja"
    return "zh" if any("\u4e00" <= char <= "\u9fff" for char in sample) else "en"

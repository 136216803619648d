"""Questions that a text itself asks, in an interview or a list of questions and answers: they state nothing, what comes
after them does.
"""

from __future__ import annotations

import re

_QUESTION = re.compile(r"[?？؟]\s*[”’」』»\"')）]*\s*$")
_ASKER = re.compile(r"(?:问|记者|主持人|Q|Question|Frage|Pregunta)\s*[：:]", re.IGNORECASE)


def asks(text: str, start: int, end: int, *, alone: bool = False) -> bool:
    """Whether the sentence `[start, end)` is a question that the text answers: one that begins a paragraph, or is said
    to be one. What asks later in a paragraph is rhetorical, and says something. `alone`: which is all of the paragraph.
    """
    if not _QUESTION.search(text[start:end]):
        return False
    first = text[max(0, start - 1) : start] in ("", "\n")
    if alone and text[end : end + 1] not in ("", "\n"):
        first = False
    return first or bool(_ASKER.match(text[start:end]))

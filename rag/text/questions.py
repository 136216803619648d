"""Questions that a text itself asks, in an interview or a list of questions and answers: they state nothing, what comes
after them does.
"""

from __future__ import annotations

import re

_QUESTION = re.compile(r"[?？؟]\s*[”’」』»\"')）]*\s*$")
_ASKER = re.compile(r"(?:问|记者|主持人|Q|Question|Frage|Pregunta)\s*[：:]", re.IGNORECASE)


def asks(text: str, start: int, end: int) -> bool:
    """Whether the sentence `[start, end)` is a question that the text answers: a paragraph of its own, or said to be
    one. What asks at the end of a paragraph is rhetorical, and says something.
    """
    if not _QUESTION.search(text[start:end]):
        return False
    alone = text[max(0, start - 1) : start] in ("", "\n") and text[end : end + 1] in ("", "\n")
    return alone or bool(_ASKER.match(text[start:end]))

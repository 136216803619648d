"""Lines of display type as they read: vertical type joined, over-printing undone, captions and credits told apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.ingest.items import Display
from rag.ingest.joining import tight
from rag.ingest.overprint import undouble
from rag.ingest.straps import is_staff

_VERTICAL_MARKS = re.compile(r"^[\s﹃﹄﹁﹂]+$")
_MAX_FRAGMENT = 4
_CREDIT = re.compile(r"(?:摄|供图|摄影|制图|/图)[）)]?$")
_SCENE = re.compile(r"开展|举行|举办|组织|参加|走访|帮助|指导|检查|宣讲|慰问|培训|现场|窗口|图为|一角|近日")


@dataclass(slots=True, eq=False)
class DisplayText:
    """One line of display type as it reads: fragments of vertical type joined, over-printing undone. `inside` when it
    stands between the parts of a story."""

    parts: list[Display]
    text: str
    inside: bool = False

    @property
    def twice(self) -> bool:
        parts = self.parts
        return parts[0].twice if len(parts) == 1 else any(part.twice for part in parts)

    @property
    def start(self) -> int:
        return self.parts[0].line.start

    @property
    def width(self) -> float:
        return sum(part.line.width for part in self.parts)

    def is_caption(self) -> bool:
        """A line under a picture: it has a credit, or was printed twice and says what is to be seen."""
        return bool(_CREDIT.search(self.text)) or (
            self.twice and len(self.text) > 12 and bool(_SCENE.search(self.text))
        )

    def is_staff(self) -> bool:
        return is_staff(self.parts[0].line.text)

    def is_loose_caption(self) -> bool:
        """A line that is nobody's headline and was printed twice in the midst of a story."""
        return self.is_caption() or (self.twice and self.inside)


def read_lines(displays: Sequence[Display]) -> list[DisplayText]:
    """Display lines as they read; vertical type, whose quotation marks stand on lines of their own, as one line."""
    groups: list[list[Display]] = []
    vertical = [_VERTICAL_MARKS.match(display.line.text) is not None for display in displays]
    for index, display in enumerate(displays):
        after_mark = index > 0 and vertical[index - 1]
        fragment = index > 0 and _is_fragment(displays, vertical, index - 1) and _is_fragment(displays, vertical, index)
        if groups and (vertical[index] or after_mark or fragment):
            groups[-1].append(display)
        else:
            groups.append([display])
    return [DisplayText(group, _read(group)) for group in groups]


def _is_fragment(displays: Sequence[Display], vertical: Sequence[bool], index: int) -> bool:
    """A short piece of vertical type between quotation marks."""
    near = any(vertical[place] for place in (index - 1, index + 1) if 0 <= place < len(displays))
    return near and displays[index].line.width <= _MAX_FRAGMENT


def _read(group: Sequence[Display]) -> str:
    texts = [undouble(display.line.text) if display.twice else display.line.text for display in group]
    if len(texts) == 1:
        return tight(texts[0])
    text = "".join("".join(part.split()) for part in texts)
    text = text.translate(str.maketrans("﹃﹄﹁﹂", "“”‘’"))
    return text if text.count("“") == text.count("”") else text.replace("“", "").replace("”", "")

"""Claims to the answer's text: markers numbered and placed, citations made, and the words of a refusal."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import replace

from rag.answer.claims import Claim, Claims, Evidence, Outcome
from rag.text.language import detect_language
from rag.text.sentences import CLOSERS
from rag.types import Citation, Cited, Event, Nearest, Statement, Token

_TERMINATORS = "。！？!?.｡；;…⋯؟।۔"
_MARKER = re.compile(r"\[(\d+)\]")  # a footnote of the source's own, which must not pass for a marker of ours
# Said when nothing is answered, in the asker's language.
_REFUSALS = {
    "zh": "所收文章中没有找到可以回答这个问题的内容。",
    "en": "The articles do not contain an answer to this question.",
    "ja": "収録された記事の中に、この質問に答える記述は見つかりませんでした。",
    "ko": "수록된 기사에서 이 질문에 답하는 내용을 찾지 못했습니다.",
    "es": "Los artículos no contienen una respuesta a esta pregunta.",
    "fr": "Les articles ne contiennent pas de réponse à cette question.",
    "de": "Die Artikel enthalten keine Antwort auf diese Frage.",
    "pt": "Os artigos não contêm uma resposta a esta pergunta.",
    "it": "Gli articoli non contengono una risposta a questa domanda.",
    "ru": "В статьях нет ответа на этот вопрос.",
    "uk": "У статтях немає відповіді на це запитання.",
    "vi": "Các bài viết không có câu trả lời cho câu hỏi này.",
    "ar": "لا تتضمن المقالات إجابة عن هذا السؤال.",
    "hi": "लेखों में इस प्रश्न का उत्तर नहीं मिला।",
    "th": "ไม่พบคำตอบของคำถามนี้ในบทความ",
    "tr": "Makalelerde bu sorunun yanıtı yok.",
}
# Put behind a statement that nothing supports, where the settings want it said all the same.
_UNSUPPORTED = {
    "zh": "（所收文章未能证实）",
    "ja": "（記事では確認できません）",
    "ko": " (기사에서 확인되지 않음)",
    "en": " (not found in the articles)",
    "es": " (no consta en los artículos)",
    "fr": " (non confirmé par les articles)",
    "de": " (in den Artikeln nicht belegt)",
    "pt": " (não consta dos artigos)",
    "it": " (non confermato dagli articoli)",
    "ru": " (в статьях не подтверждено)",
}


def refusal(language: str) -> str:
    """What is said when there is no answer, in `language` (ISO 639-1) or else in English."""
    return _REFUSALS.get(language, _REFUSALS["en"])


class Citations:
    """Numbers runs of source text from 1, in order of appearance; a run that is cited again keeps its number."""

    def __init__(self) -> None:
        self._markers: dict[tuple[str, object], int] = {}

    def of(self, claim: Claim, evidence: Evidence) -> Citation:
        """The citation of one of the claim's runs."""
        marker = self._markers.setdefault((evidence.hit.article_id, evidence.spans), len(self._markers) + 1)
        return _citation(marker, claim, evidence)


class Composer:
    """Builds one answer. The pieces of text that it emits, joined, are the answer's text."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.citations: list[Citation] = []
        self._numbered = Citations()
        self._pieces: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def run(self, claims: Claims) -> Generator[Event, None, Outcome]:
        """The events of all claims as they come; returns how the answering ended."""
        while True:
            try:
                claim = next(claims)
            except StopIteration as stop:
                outcome: Outcome = stop.value
                return outcome
            yield from self.add(claim)

    def add(self, claim: Claim) -> Iterator[Event]:
        """The claim's new citations, then its text with all its markers."""
        claim = replace(claim, text=_MARKER.sub(r"［\1］", claim.text))
        cited = [self._numbered.of(claim, evidence) for evidence in claim.evidence]
        for citation in cited:
            if citation.marker > len(self.citations):
                self.citations.append(citation)
                yield Cited(citation)
        markers = sorted({citation.marker for citation in cited})
        self.statements.append(Statement(claim.text, tuple(markers), bool(markers)))
        flag = "" if markers else _UNSUPPORTED.get(detect_language(claim.text), _UNSUPPORTED["en"])
        yield from self.say(place_markers(claim.text, markers) + flag)

    def say(self, text: str) -> Iterator[Event]:
        if self._pieces and _wants_space(self._pieces[-1], text):
            text = " " + text
        self._pieces.append(text)
        yield Token(text)


def place_markers(text: str, markers: list[int]) -> str:
    """`text` with `[1][2]` before its closing punctuation and the quotation marks that close with it."""
    body = text.rstrip()
    end = len(body)
    while end > 0 and body[end - 1] in CLOSERS:
        end -= 1
    while end > 0 and body[end - 1] in _TERMINATORS:
        end -= 1
    if not any(mark in _TERMINATORS for mark in body[end:]):  # closes with a bracket or quotation mark only
        end = len(body)
    return body[:end] + "".join(f"[{marker}]" for marker in markers) + body[end:]


def _wants_space(before: str, after: str) -> bool:
    """Sentences are set apart by a space unless one of the two meets the other with a full-width character."""
    return before[-1:] < "\u2e80" and after[:1] < "\u2e80" and not before[-1:].isspace()


def nearest(evidence: Evidence) -> Nearest:
    """What is shown beside a refusal."""
    hit = evidence.hit
    return Nearest(hit.article_id, hit.source, hit.title, hit.published, evidence.quote, evidence.spans)


def _citation(marker: int, claim: Claim, evidence: Evidence) -> Citation:
    hit = evidence.hit
    return Citation(
        marker, hit.article_id, hit.source, hit.title, hit.published, evidence.quote, evidence.spans,
        evidence.highlight, claim.text, round(min(1.0, max(0.0, evidence.support)), 4),
    )  # fmt: skip

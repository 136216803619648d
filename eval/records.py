"""What is kept of each question: what was asked, what came back, and the scores. One JSON object a line."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from eval.dataset import Item
from rag.types import Answer

PER_QUESTION = "per_question.jsonl"


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage of the search. `carries` are the numbers of the evidence in it; `text` is left out where nobody will
    want to see it.
    """

    chunk_id: str
    article_id: str
    source: str
    title: str | None
    carries: tuple[int, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Scores:
    """Everything that is measured of one question; None where a measure does not apply to it. All are 0..1 but the
    costs. `eval.measures` says what each means.
    """

    recall_1: float | None = None
    recall_3: float | None = None
    recall_5: float | None = None
    recall_10: float | None = None
    recall_20: float | None = None
    mrr: float | None = None
    ndcg_10: float | None = None
    all_evidence_5: float | None = None
    all_evidence_10: float | None = None
    exact_match: float | None = None
    f1: float | None = None
    rouge_l: float | None = None
    credit: float | None = None
    citation_recall: float | None = None
    citation_precision: float | None = None
    evidence_recall: float | None = None
    evidence_precision: float | None = None
    verbatim: float | None = None
    decision: float | None = None
    hallucinated: float | None = None
    refused_wrongly: float | None = None
    retrieval_credit: float | None = None
    oracle_credit: float | None = None
    oracle_evidence_recall: float | None = None
    llm_judge: float | None = None
    latency_ms: float | None = None
    context_tokens: float | None = None
    answer_tokens: float | None = None
    prompt_tokens: float | None = None
    completion_tokens: float | None = None

    def get(self, name: str) -> float | None:
        value: float | None = getattr(self, name)
        return value


NAMES = tuple(field.name for field in fields(Scores))


@dataclass(frozen=True, slots=True)
class Record:
    """One question. `cluster` names the text that the question is about, as questions about one text are not
    independent; `missing` are the numbers of the evidence that is not in its source. `verbatim` says of each citation
    whether its spans hold its quote. `retrieval_credit` is the share of the right answer that stands in the ten best
    passages. `answer` is None where `error` says why; its hits are left out.
    """

    item: Item
    cluster: str
    missing: tuple[int, ...]
    found: tuple[FoundPassage, ...]
    retrieval_credit: float | None
    answer: Answer | None
    verbatim: tuple[bool, ...]
    context_tokens: int
    oracle: Answer | None
    wall_ms: float
    error: str | None
    scores: Scores = Scores()
    llm_judge: bool | None = None


_RECORD = TypeAdapter(Record)


def line_of(record: Record) -> bytes:
    return _RECORD.dump_json(record) + b"\n"


def read_records(path: Path) -> list[Record]:
    """The records of a file; a last line that was cut off by an interruption is left out.

    Raises ValueError naming the line for any other that is no record.
    """
    if not path.exists():
        return []
    records = []
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            records.append(_RECORD.validate_json(line))
        except ValidationError as error:
            if number == len(lines):
                break
            raise ValueError(f"{path}, line {number}: {error.errors(include_input=False)[0]['msg']}") from None
    return records


def write_records(path: Path, records: Iterable[Record]) -> None:
    """Whole or not at all."""
    beside = path.with_suffix(".part")
    with beside.open("wb") as file:
        file.writelines(map(line_of, records))
    os.replace(beside, path)

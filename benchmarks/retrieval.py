"""How well passages are found: `python -m benchmarks.retrieval --xquad DIR --cmrc FILE --news FILE`.

Each row is measured through the product: texts are ingested into a fresh index, questions go through its search. On the
shipped questions over the seeds: all evidence of a question in the top 5 passages. On XQuAD and CMRC, whose files are
read from where you keep them: recall@1, the passage of the question being first among all passages of the set. With
`--news` (one article a line, gzip) the seeds are asked again among those articles.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.ingest.read import read_path
from rag.settings import Settings
from rag.text.spans import strip_space
from rag.types import Page
from rag.wiring import Service, build

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = ROOT / "eval" / "datasets" / "seeds_qa.dev.jsonl"


@dataclass(frozen=True)
class Asked:
    text: str
    passage: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--xquad", type=Path, help="folder with xquad.LANGUAGE.json")
    parser.add_argument("--cmrc", type=Path, help="cmrc_trial.json")
    parser.add_argument("--news", type=Path, help="news articles, one a line, gzip")
    parser.add_argument("--news-limit", type=int, default=None)
    arguments = parser.parse_args()
    seeds_rows(None, None)
    if arguments.xquad:
        xquad_rows(arguments.xquad)
    if arguments.cmrc:
        passages, questions = squad(arguments.cmrc)
        with indexed(pages(passages)) as service:
            row("CMRC trial", recall_at_1(service, questions))
    if arguments.news:
        seeds_rows(arguments.news, arguments.news_limit)


def seeds_rows(news: Path | None, limit: int | None) -> None:
    among = list(itertools.islice(news_pages(news), limit)) if news else []
    with indexed([*seeds_pages(), *among]) as service:
        chinese, others = seeds_questions()
        suffix = f", among {len(among)} news articles" if among else ""
        row(f"seeds, zh: all evidence in the top 5{suffix}", evidence_in_top(service, chinese, 5))
        row(f"seeds, other languages{suffix}", evidence_in_top(service, others, 5))
        latency(service, [question["question"] for question in chinese + others])


def seeds_pages() -> list[Page]:
    return [page for page in read_path(ROOT / "seeds") if isinstance(page, Page)]


def seeds_questions() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The shipped questions that have an answer: those in Chinese, and those in other languages."""
    questions = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    answerable = [question for question in questions if question["evidence"]]
    chinese = [question for question in answerable if question["language"] == "zh"]
    return chinese, [question for question in answerable if question["language"] != "zh"]


def xquad_rows(folder: Path) -> None:
    for language in ("zh", "en"):
        passages, _ = squad(folder / f"xquad.{language}.json")
        with indexed(pages(passages)) as service:
            for asked in ("zh", "en", "es", "ar"):
                _, questions = squad(folder / f"xquad.{asked}.json")
                row(f"XQuAD {asked}→{language}, recall@1", recall_at_1(service, questions))


def squad(path: Path) -> tuple[dict[str, str], list[Asked]]:
    """Passages by id, and questions with the id of their passage; ids count the passages, so languages agree."""
    passages: dict[str, str] = {}
    questions: list[Asked] = []
    for article in json.loads(path.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            name = f"{len(passages):05}"
            passages[name] = paragraph["context"]
            questions += [Asked(qa["question"], name) for qa in paragraph["qas"] if qa["question"].strip()]
    return passages, questions


def pages(passages: dict[str, str]) -> Iterator[Page]:
    return (Page(name, text, "article") for name, text in passages.items())


def news_pages(path: Path) -> Iterator[Page]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file):
            if line.strip():
                yield Page(f"news#{number:05}", line.strip(), "article")


@contextmanager
def indexed(content: Iterable[Page]) -> Iterator[Service]:
    with tempfile.TemporaryDirectory() as folder:
        service = build(Settings(data=Path(folder)), create=True)
        started = time.perf_counter()
        report = service.library.ingest_pages(content)
        service.warm()
        print(f"  [{report.chunks} passages indexed in {time.perf_counter() - started:.1f} s]", flush=True)
        yield service
        service.close()


def recall_at_1(service: Service, questions: list[Asked]) -> float:
    found = 0
    for question in questions:
        hits = service.assistant.search(question.text, limit=1).hits
        found += bool(hits) and hits[0].source == question.passage
    return found / len(questions)


def evidence_in_top(service: Service, questions: list[dict[str, Any]], limit: int) -> float:
    found = 0
    for question in questions:
        text = "".join(
            strip_space(hit.text) for hit in service.assistant.search(question["question"], limit=limit).hits
        )
        found += all(evidence["quote"] in text for evidence in question["evidence"])
    return found / len(questions)


def latency(service: Service, questions: list[str]) -> None:
    times = []
    for question in questions:
        started = time.perf_counter()
        service.assistant.search(question, limit=10)
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    print(f"  [one search, question included: p50 {times[len(times) // 2]:.1f} ms]", flush=True)


def row(what: str, value: float) -> None:
    print(f"{what}: {value:.3f}", flush=True)


if __name__ == "__main__":
    main()

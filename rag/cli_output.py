"""How results look in a terminal, and as JSON."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from types import TracebackType
from typing import Any, Self

from pydantic import TypeAdapter
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from rag.source_view import Part, Piece
from rag.types import (
    Answer,
    Article,
    ArticleText,
    CheckReport,
    Citation,
    Hit,
    IngestReport,
    Nearest,
    Verdict,
    Verification,
)

_out = Console(highlight=False, soft_wrap=True)
_block = Console(highlight=False)  # wraps to the terminal, as indented text must
_PREVIEW = 120
_LINES = re.compile(r"\s*\n\s*")


def print_json(value: Any) -> None:
    """One JSON document on stdout, as the wire contract has it."""
    sys.stdout.write(TypeAdapter(Any).dump_json(value, indent=2, ensure_ascii=False).decode() + "\n")
    sys.stdout.flush()


def print_line(text: str) -> None:
    _out.print(Text(text))


def print_report(report: IngestReport) -> None:
    counts = report.documents
    print_line(
        f"{counts.added} added, {counts.updated} updated, {counts.unchanged} unchanged, {counts.failed} failed; "
        f"{report.articles} articles, {report.chunks} chunks; {report.seconds:.1f} s"
    )
    for failure in report.failures:
        Console(stderr=True, highlight=False, soft_wrap=True).print(Text(f"failed: {failure.source}: {failure.error}"))


def print_skipped(counts: Counter[str]) -> None:
    """One line on stderr, when there is anything to say."""
    if counts:
        kinds = ", ".join(kind for kind, _ in counts.most_common())
        files = "file" if counts.total() == 1 else "files"
        print(f"skipped {counts.total()} {files} of other kinds: {kinds}", file=sys.stderr)


def print_articles(articles: Sequence[Article]) -> None:
    """A table for each document."""
    for source, group in groupby(articles, key=lambda article: article.source):
        table = Table(box=None, pad_edge=False, title=escape(source), title_justify="left", title_style="bold")
        for column in ("id", "kind", "date", "lang", "chars"):
            table.add_column(column, no_wrap=True, justify="right" if column == "chars" else "left")
        table.add_column("title", overflow="fold")
        for article in group:
            table.add_row(
                article.id, article.kind, str(article.published or ""), article.language, str(article.characters),
                escape(article.title or "—"),
            )  # fmt: skip
        _block.print(table)
        _block.print()


def print_article(article: ArticleText) -> None:
    if article.kicker:
        _out.print(Text(article.kicker, style="dim"))
    _out.print(Text(article.title or "(no headline)", style="bold"))
    if article.subhead:
        _out.print(Text(article.subhead))
    about = [article.source, article.kind, article.language, article.section, "、".join(article.reporters)]
    about.append(article.published.isoformat() if article.published else None)
    _out.print(Text(" · ".join(part for part in about if part), style="dim"))
    for paragraph in article.text.split("\n"):
        _out.print()
        _out.print(Text(paragraph))


def print_source_view(article: ArticleText, source: str, view: Sequence[Piece]) -> None:
    """Two columns: the page, with dropped text in ⟦brackets⟧ and other articles left out, and the reconstruction."""
    page = Text()
    for piece in view:
        printed = _LINES.sub("\n", source[piece.start : piece.end])
        if piece.part is Part.KEPT:
            page.append(printed)
        elif piece.part is Part.DROPPED:
            page.append(f"⟦{printed.strip()}⟧", style="red").append("\n" if printed.endswith("\n") else "")
        else:
            page.append(f"\n[{piece.end - piece.start} characters of other articles]\n", style="dim")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(f"{article.source}, as printed", ratio=1, overflow="fold")
    table.add_column(article.title or "(no headline)", ratio=1, overflow="fold")
    table.add_row(page, Text(article.text.replace("\n", "\n\n")))
    _block.print(table)


def _indented(text: str, left: int, below: int = 0) -> None:
    """A block of text, without the spaces that would fill a line of its own."""
    _block.print(Padding(Text(text), (0, 0, below, left), expand=False))


def print_hits(hits: Sequence[Hit]) -> None:
    for hit in hits:
        _out.print(
            Text.assemble((f"{hit.rank}. ", "bold"), (hit.title or "(no headline)", "bold"), f"  {hit.score:.3f}")
        )
        _out.print(Text(f"   {hit.source} · {hit.chunk_id}", style="dim"))
        text = " ".join(hit.text.split())
        _indented(text[:_PREVIEW] + ("…" if len(text) > _PREVIEW else ""), 3, below=1)


def print_answer(answer: Answer) -> None:
    if answer.short:
        _out.print(Text(answer.short, style="bold"))
        _out.print()
    _out.print(Text(answer.answer, style="dim" if answer.abstained else ""))
    if answer.reason:
        _out.print(Text(f"({answer.reason})", style="dim"))
    if answer.nearest:
        _out.print()
        _out.print(Text(f"nearest, no answer: {_about(answer.nearest)}", style="dim"))
        _indented(" ".join(answer.nearest.quote.split()), 4)
    for citation in answer.citations:
        _out.print()
        _out.print(Text(f"[{citation.marker}] {_about(citation)}", style="dim"))
        _indented(" ".join(citation.quote.split()), 4)


def _about(cited: Citation | Nearest) -> str:
    return " · ".join(part for part in (cited.title, str(cited.published or ""), cited.source) if part)


_VERDICTS = {Verdict.SUPPORTED: ("✓", "green"), Verdict.CONTRADICTED: ("✗", "red"), Verdict.NOT_FOUND: ("?", "yellow")}


def print_verification(result: Verification) -> None:
    for claim in result.claims:
        sign, style = _VERDICTS[claim.verdict]
        said = " ".join(claim.text.split())
        _out.print(Text.assemble((f"{sign} {claim.verdict}", style), f" {claim.support:.2f}  {said}"))
        for citation in claim.citations:
            _out.print(Text(f"  [{citation.marker}] {_about(citation)}", style="dim"))
            _indented(" ".join(citation.quote.split()), 6)
    counts = Counter(claim.verdict for claim in result.claims)
    print_line(", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict))


def print_check(report: CheckReport) -> None:
    counts = f"{report.documents} documents, {report.articles} articles, {report.chunks} chunks"
    print_line(f"{'all is well' if report.ok else 'not well'}: {counts}, generation {report.generation}")
    for problem in report.problems:
        print_line(f"- {problem}")


def print_models(models: Sequence[Any]) -> None:
    table = Table(box=None, pad_edge=False)
    for column in ("", "model", "kind", "needs"):
        table.add_column(column)
    for model in models:
        table.add_row("*" if model.in_use else "", escape(model.id), model.kind, escape(model.needs or "nothing"))
    _block.print(table)


class Progress:
    """Bars on stderr: one while a model is prepared, one for the document that is being embedded."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        self._bar.stop()

    def document(self, source: str, done: int, total: int) -> None:
        self._show(source, done, total)

    def model(self, what: str, share: float) -> None:
        self._show(what, round(share * 100), 100)

    def _show(self, name: str, done: int, total: int) -> None:
        if name not in self._tasks:
            for task in self._tasks.values():
                self._bar.remove_task(task)
            self._tasks = {name: self._bar.add_task(escape(name), total=total)}
        self._bar.update(self._tasks[name], completed=done, total=total)

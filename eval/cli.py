"""The command `wenju eval`, also `python -m eval`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from rag.cli import AsJson, Data
from rag.errors import BadRequest, WenjuError
from rag.settings import load_settings

app = typer.Typer(
    help="Measure an index or a running server, compare two runs, and keep a regression from going out.",
    no_args_is_help=True,
    epilog="Example: wenju eval run --dataset questions.jsonl --corpus seeds --out report",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Seed = Annotated[int, typer.Option(min=0, help="Of everything drawn at random.")]
Side = Annotated[Path, typer.Argument(help="The folder of a run, or a baseline file.")]
NoIndex = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Taken as by every command; this one reads runs, and no index."),
]


@app.command(epilog="Example: wenju eval run --dataset questions.jsonl --corpus seeds --out report")
def run(
    dataset: Annotated[Path, typer.Option(metavar="FILE", help="Our JSONL, SQuAD's JSON or CRUD's key facts.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the report goes. The same command goes on there.")],
    data: Data = None,
    url: Annotated[str | None, typer.Option(help="A running server, instead of an index here.")] = None,
    corpus: Annotated[
        list[Path] | None, typer.Option(metavar="PATH", help="Ingest this below --out, and ask there.")
    ] = None,
    llm: Annotated[str | None, typer.Option(metavar="SPEC", help="Who answers; see: wenju models")] = None,
    judge_llm: Annotated[
        str | None, typer.Option(metavar="SPEC", help="A chat model that also grades the answers; off by default.")
    ] = None,
    parallel: Annotated[int, typer.Option(min=1, max=64, help="Questions under way at once, with --url.")] = 4,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds that a server may take to answer.")] = 120.0,
    seed: Seed = 0,
    oracle: Annotated[
        bool | None,
        typer.Option("--oracle/--no-oracle", help="Also answer from the gold passages. [default: unless --llm]"),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what an earlier run left in --out.")] = False,
    as_json: AsJson = False,
) -> None:
    """Ask every question of a set and write report.html, report.md, report.json and per_question.jsonl.

    Interrupted, it goes on where it was. A SQuAD set brings its passages: without --data, --corpus or --url they are
    ingested below --out.
    """
    if sum(given is not None for given in (url, data, corpus)) > 1:
        raise BadRequest("--url, --data and --corpus say where to ask: give one of them")
    if url is not None and (llm is not None or oracle):
        raise BadRequest("with --url the server decides who answers: no --llm and no --oracle")
    from eval.session import Options, evaluated

    options = Options(
        dataset, out, data, url, tuple(corpus or ()), llm, judge_llm, parallel if url else 1, timeout, seed,
        oracle if oracle is not None else url is None and llm is None, fresh,
    )  # fmt: skip
    with _interruptible():
        summary = evaluated(options)
    from eval.terminal import print_summary, say
    from rag.cli_output import print_json

    if as_json:
        print_json(summary)
    else:
        print_summary(summary)
        say(f"report: {out / 'report.html'}")


@app.command(epilog="Example: wenju eval compare before after")
def compare(
    a: Side,
    b: Side,
    worst: Annotated[int, typer.Option(min=0, help="How many of the worst regressions are shown.")] = 10,
    seed: Seed = 0,
    data: NoIndex = None,
    as_json: AsJson = False,
) -> None:
    """B less A, question by question: intervals, a randomisation test, wins and losses, the worst regressions."""
    del data
    from eval import compare as comparing
    from eval.terminal import print_comparison
    from rag.cli_output import print_json

    found = comparing.compare(comparing.read_side(a), comparing.read_side(b), seed, worst=worst)
    print_json(found) if as_json else print_comparison(found, most=worst)


@app.command(epilog="Example: wenju eval gate baseline.json report --max-drop 0.02")
def gate(
    a: Side,
    b: Side,
    max_drop: Annotated[float, typer.Option(min=0, max=1, help="By how much a mean may be worse.")] = 0.02,
    strict: Annotated[bool, typer.Option("--strict", help="Do not ask whether a drop could be chance.")] = False,
    seed: Seed = 0,
    data: NoIndex = None,
    as_json: AsJson = False,
) -> None:
    """Exit 1 if B is worse than A by more than the margin, over all questions or in one language."""
    del data
    from eval import compare as comparing
    from eval.terminal import print_verdict
    from rag.cli_output import print_json

    verdict = comparing.gate(
        comparing.read_side(a), comparing.read_side(b), seed, max_drop=max_drop, strict=strict
    )  # fmt: skip
    print_json(verdict) if as_json else print_verdict(verdict)
    if not verdict.passed:
        raise WenjuError(f"{b} is worse than {a}, first in {verdict.failures[0]}; see: wenju eval compare {a} {b}")


@app.command(epilog="Example: wenju eval baseline report baseline.json")
def baseline(
    finished: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a finished run.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="To be committed, and held against later runs.")],
    data: NoIndex = None,
    as_json: AsJson = False,
) -> None:
    """Keep the figures of a run as the baseline of a gate."""
    del data
    from eval import compare as comparing
    from eval.manifest import read_manifest

    _require_folder_of(file)
    questions = comparing.read_side(finished)
    manifest = read_manifest(finished)
    file.write_bytes(
        comparing.baseline_of(f"{manifest.dataset}, {manifest.target.code}" if manifest else "", questions)
    )
    _print_written(file, len(questions), "", as_json)


@app.command(epilog="Example: wenju eval make --out draft.jsonl --count 50")
def make(
    out: Annotated[Path, typer.Option(metavar="FILE", help="The draft, one question a line, for a person to edit.")],
    data: Data = None,
    count: Annotated[int, typer.Option(min=1, help="How many questions.")] = 50,
    llm: Annotated[str | None, typer.Option(metavar="SPEC", help="A chat model that words the questions.")] = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Draft a question set from an index: questions after numbers, names and headlines, with their evidence."""
    if out.exists():
        raise BadRequest(f"{out} exists, and someone may have edited it; choose another --out")
    _require_folder_of(out)
    from contextlib import closing

    from eval.make import drafted, write_drafts
    from eval.session import chat
    from rag.wiring import build

    settings = load_settings(data=data)
    with _interruptible(), closing(build(settings)) as service:
        drafts = drafted(service.catalog, count, seed, chat(llm, settings))
    write_drafts(out, drafts)
    _print_written(out, len(drafts), "; read and mend them before they judge anything", as_json)


def _require_folder_of(file: Path) -> None:
    """Asked before the work whose fruit the file is to hold."""
    if not file.parent.is_dir():
        raise WenjuError(f"there is no folder {file.parent} to write {file.name} to; make it first")


def _print_written(file: Path, questions: int, advice: str, as_json: bool) -> None:
    from eval.terminal import say
    from rag.cli_output import print_json

    print_json({"questions": questions, "file": file}) if as_json else say(f"{questions} questions in {file}{advice}")


@contextmanager
def _interruptible() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:  # the command line library would end without a word
        print("wenju: interrupted; what is done is kept, and the same command goes on from there", file=sys.stderr)
        raise typer.Exit(130) from None


def main(arguments: Sequence[str], name: str = "wenju eval") -> None:
    app(list(arguments), prog_name=name, standalone_mode=True)

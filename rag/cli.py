"""The command line `wenju`. Results go to stdout (one JSON document with --json), everything else to stderr."""

from __future__ import annotations

import logging
import os
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any

import typer

from rag.errors import BadRequest, SettingsError, UnknownChoice, WenjuError
from rag.settings import load_settings
from rag.text.system import file_name, readable
from rag.types import Filters, Kind, Question

app = typer.Typer(
    name="wenju",
    help="Ask your own articles; every statement of the answer carries its source.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Where the index lives. [default: $WENJU_DATA, else ./data]"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else there.")]
Asked = Annotated[str, typer.Argument(callback=readable)]
FilterOptions = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        metavar="KEY=VALUE",
        help="Restrict to source, published_from, published_to, language, section, kind.",
    ),
]

_MAX_FILE = 1 << 20  # bytes; several times what is verified at once


def _named(value: str | list[str] | None) -> str | list[str] | None:
    """An argument that names a document or article, as sources are named."""
    return [file_name(one) for one in value] if isinstance(value, list) else value and file_name(value)


def _example(text: str) -> str:
    return f"Example: {text}"


@app.command(epilog=_example("wenju ingest seeds/"))
def ingest(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files and folders.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Take articles in. Unchanged content costs nothing; what fails is named and the rest goes on."""
    from rag.cli_output import Progress, print_json, print_report, print_skipped
    from rag.ingest.read import skipped

    if not all(path.strip() for path in paths):
        raise BadRequest("an empty PATH names nothing")
    with _service(data, create=True) as service, Progress() as progress:
        service.on_model_progress(progress.model)
        report = service.library.ingest([Path(path) for path in paths], progress.document)
        progress.stop()
        service.settle()
        print_json(report) if as_json else print_report(report)
    print_skipped(sum((skipped(Path(path)) for path in paths), Counter()))
    if report.failures:
        first = report.failures[0]
        raise WenjuError(
            f"{len(report.failures)} documents failed, first {first.source}: {first.error}; mend them and run the same"
            " command again, what is stored already costs nothing"
        )


@app.command(epilog=_example("wenju articles --source 000.txt"))
def articles(
    source: Annotated[str | None, typer.Option(callback=_named, help="Only those of this document.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """The articles as reconstructed."""
    from rag.cli_output import print_articles, print_json

    with _service(data) as service:
        found = service.catalog.articles(Filters(source=source))
        print_json(found) if as_json else print_articles(found)


@app.command(epilog=_example("wenju show 3f2a9c0d11ab"))
def show(
    article_id: Annotated[str, typer.Argument(callback=_named, metavar="ARTICLE_ID")],
    source_view: Annotated[
        bool, typer.Option("--source-view", help="Beside it the page as printed, with what was dropped marked.")
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """One article, clean text."""
    from rag.cli_output import print_article, print_json, print_source_view
    from rag.source_view import pieces

    with _service(data) as service:
        article = service.catalog.article(article_id)
        if not source_view:
            print_json(article) if as_json else print_article(article)
            return
        source = service.catalog.source_text(article.document_id)
        beside = service.catalog.articles(Filters(source=article.source))
        others = [span for other in beside if other.id != article.id for span in other.spans]
        view = pieces(source, article.spans, others)
        print_json({"article": article, "pieces": view}) if as_json else print_source_view(article, source, view)


@app.command(epilog=_example('wenju search "谁主持了会议？" --limit 5 --filter language=zh'))
def search(
    question: Asked,
    limit: Annotated[int, typer.Option(help="How many passages, 1 to 50.")] = 10,
    filters: FilterOptions = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Find passages, without answering."""
    from rag.cli_output import print_hits, print_json

    with _service(data) as service:
        result = service.assistant.search(question, parse_filters(filters or []), limit)
        print_json(result) if as_json else print_hits(result.hits)


@app.command(epilog=_example('wenju ask "How many projects were on the list in 2024?"'))
def ask(
    question: Asked,
    llm: Annotated[
        str | None, typer.Option(metavar="SPEC", help="extractive, or PROVIDER:MODEL; see: wenju models")
    ] = None,
    filters: FilterOptions = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question, every statement with its source."""
    from rag.cli_output import print_answer, print_json

    with _service(data) as service:
        answer = service.assistant.ask(Question(question, filters=parse_filters(filters or []), llm=llm))
        print_json(answer) if as_json else print_answer(answer)


@app.command(epilog=_example("wenju verify draft.txt"))
def verify(
    file: Annotated[str, typer.Argument(metavar="FILE_OR_-", help="A text file; - reads standard input.")],
    filters: FilterOptions = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Check somebody else's text against the articles, statement by statement."""
    from rag.cli_output import print_json, print_verification
    from rag.ingest.encodings import NotTextError, decode

    try:
        content = sys.stdin.buffer.read(_MAX_FILE) if file == "-" else _head(Path(file))
        text = decode(content)
    except NotTextError as error:
        raise BadRequest(f"{'standard input' if file == '-' else file}: {error}") from error
    except OSError as error:
        raise BadRequest(f"{file} cannot be read: {error.strerror}") from error
    with _service(data) as service:
        result = service.assistant.verify(text, parse_filters(filters or []))
        print_json(result) if as_json else print_verification(result)


def _head(path: Path) -> bytes:
    """As much of a file as shows that it is too long."""
    with path.open("rb") as file:
        return file.read(_MAX_FILE)


@app.command(epilog=_example("wenju delete 000.txt"))
def delete(
    identifiers: Annotated[list[str], typer.Argument(callback=_named, metavar="SOURCE_OR_ID...")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Remove documents (by source or id) or articles (by id), everywhere."""
    from rag.cli_output import print_json, print_line

    with _service(data) as service:
        deleted = service.library.delete(identifiers)
        service.settle()
        text = f"deleted {deleted.documents} documents, {deleted.articles} articles, {deleted.chunks} chunks"
        print_json({"deleted": deleted}) if as_json else print_line(text)


@app.command(epilog=_example("wenju check --repair"))
def check(
    repair: Annotated[
        bool, typer.Option("--repair", help="Rebuild what is derived from the store if it is wrong.")
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Verify the store against itself and its derived indexes; exit 1 if anything is wrong."""
    from rag.cli_output import print_check, print_json

    with _service(data) as service:
        report = service.check(repair=repair)
        print_json(report) if as_json else print_check(report)
    if not report.ok:
        remedy = "delete what is named and ingest it again" if repair else "run: wenju check --repair"
        raise WenjuError(f"{len(report.problems)} problems in the store, first {report.problems[0]}; {remedy}")


@app.command(epilog=_example("wenju models"))
def models(data: Data = None, as_json: AsJson = False) -> None:
    """The embedding models and LLM specs that can be used here, and what each still needs."""
    from rag.cli_output import print_json, print_models
    from rag.wiring import known_models

    found = known_models(load_settings(data=data))
    print_json(found) if as_json else print_models(found)


@app.command(epilog=_example("wenju serve --port 8000"))
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Serve the HTTP API and the web page; --json prints the address once it is listened on."""
    from rag.cli_output import print_json

    announced = (lambda address: print_json({"address": address}),) if as_json else ()
    _front_end("serve")(load_settings(data=data), host, port, *announced)


@app.command(epilog=_example("wenju slack --check"))
def slack(
    check: Annotated[bool, typer.Option("--check", help="Tell which token or scope is missing, and stop.")] = False,
    feedback: Annotated[
        Path | None,
        typer.Option(
            "--export-feedback", metavar="FILE", help="Write what people voted on as evaluation questions, and stop."
        ),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Answer in Slack, over Socket Mode."""
    settings = load_settings(data=data)
    if check:
        if not _front_end("slack-check")(settings, as_json):
            raise WenjuError("the bot cannot answer yet; mend what is missing and run: wenju slack --check")
    elif feedback is not None:
        _front_end("slack-feedback")(settings, feedback, as_json)
    else:
        _front_end("slack")(settings)


@app.command(
    "eval",
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    epilog=_example("wenju eval run --dataset questions.jsonl --out report"),
)
def evaluate(context: typer.Context) -> None:
    """Measure an index or a server: run, compare, gate, baseline, make. See: wenju eval --help"""
    _front_end("eval")(context.args)


def parse_filters(pairs: list[str]) -> Filters:
    """`KEY=VALUE` pairs to filters. Raises BadRequest naming what is wrong."""
    found: dict[str, Any] = {}
    known = list(Filters.__dataclass_fields__)
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise BadRequest(f"--filter takes KEY=VALUE, not {pair!r}")
        if key not in known:
            raise UnknownChoice("filter", key, known)
        found[key] = _filter_value(key, value)
    return Filters(**found)


def _filter_value(key: str, value: str) -> str | date | StrEnum:
    try:
        if key.startswith("published"):
            return date.fromisoformat(value)
    except ValueError:
        raise BadRequest(f"{key} takes a date like 2024-12-23, not {value!r}") from None
    if key == "kind":
        if value not in list(Kind):
            raise UnknownChoice("kind", value, list(Kind))
        return Kind(value)
    return file_name(value) if key == "source" else readable(value)


@contextmanager
def _service(data: Path | None, *, create: bool = False) -> Any:
    from rag.wiring import build

    service = build(load_settings(data=data), create=create)
    try:
        yield service
    except KeyboardInterrupt:  # the command line library would end without a word
        print("wenju: interrupted; what is stored is whole, and the same command goes on from there", file=sys.stderr)
        raise typer.Exit(130) from None
    finally:
        service.close()


def _front_end(name: str) -> Callable[..., Any]:
    """A front end is a package above this one: it is found by its entry point, never imported."""
    found = entry_points(group="wenju.front_ends", name=name)
    if not found:  # installed before this front end was there
        raise SettingsError(f"this installation does not know {name} yet; install again: make setup")
    command: Callable[..., Any] = found[name].load()
    return command


def main() -> None:
    guarded(lambda: app(standalone_mode=True))


def guarded(command: Callable[[], object]) -> None:
    """Runs a command; every expected error is one line on stderr and an exit code: 1 it failed, 2 wrong usage."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s", stream=sys.stderr)
    try:
        command()
    except (BadRequest, SettingsError) as error:
        _stop(error, 2)
    except WenjuError as error:
        _stop(error, 1)
    except BrokenPipeError:  # the reader of our output (head, less) has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:  # a path that someone named
        reason = error.strerror or error
        _stop(reason if error.filename is None else f"{error.filename}: {reason}; name another path or make it", 1)


def _stop(message: object, code: int) -> None:
    print(f"wenju: {' '.join(str(message).split())}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()

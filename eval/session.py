"""A run from its options: the set read, the target found or made, asked, scored, reported."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from embeddings import load_embedder
from embeddings.base import Embedder
from eval.dataset import Dataset, Problem, read_dataset
from eval.judge import ChatJudge, SupportJudge
from eval.manifest import manifest_of
from eval.report import write_report
from eval.run import run
from eval.summary import Summary, summarise
from eval.targets import Local, QuestionFailed, Remote, Target
from rag.cli_output import Progress
from rag.errors import EmptyIndex, WenjuError
from rag.retrieve.dictionary import Dictionary
from rag.settings import Settings, load_settings
from rag.wiring import Service, build

_INDEX = "index"
_JUDGE = "e5-small"  # the same for every target, so that figures can be compared


@dataclass(frozen=True, slots=True)
class Options:
    """At most one of `data`, `url` and `corpus` is given. `timeout` in seconds."""

    dataset: Path
    out: Path
    data: Path | None = None
    url: str | None = None
    corpus: tuple[Path, ...] = ()
    llm: str | None = None
    judge_llm: str | None = None
    parallel: int = 1
    timeout: float = 120.0
    seed: int = 0
    oracle: bool = True
    fresh: bool = False


def evaluated(options: Options) -> Summary:
    """Raises WenjuError for what cannot be read, asked or written."""
    dataset = read_dataset(options.dataset)
    settings = load_settings(data=options.data)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WenjuError(f"{options.out} cannot be written: {error.strerror}") from None
    with Progress() as progress, _target(options, settings, dataset, progress) as (target, embedder, problems):
        judge, chat_judge = SupportJudge(embedder, Dictionary(settings.cache)), chat(options.judge_llm, settings)
        try:
            identity = target.identity()
        except QuestionFailed as error:
            raise WenjuError(f"this is no wenju server that can be measured: {error}") from None
        manifest = manifest_of(
            dataset, identity, oracle=options.oracle, judge=judge.name,
            chat_judge=chat_judge.name if chat_judge else None, seed=options.seed,
        )  # fmt: skip
        found = run(
            dataset, target, manifest, options.out, judge=judge, chat_judge=chat_judge, parallel=options.parallel,
            fresh=options.fresh, problems=problems,
            progress=lambda done, total: progress.document("questions", done, total),
        )  # fmt: skip
    summary = summarise(found)
    write_report(options.out, found, summary)
    return summary


def chat(spec: str | None, settings: Settings) -> ChatJudge | None:
    """The chat model named by `spec`. Raises MissingExtra or SettingsError."""
    if spec is None:
        return None
    from rag.answer.langchain_chat import chat_model  # brings langchain

    return ChatJudge(spec, chat_model(spec, settings))


@contextmanager
def _target(
    options: Options, settings: Settings, dataset: Dataset, progress: Progress
) -> Iterator[tuple[Target, Embedder, tuple[Problem, ...]]]:
    """Where to ask, the embedder that judges, and what of the corpus could not be ingested."""
    if options.url is not None:
        key = settings.api_keys[0].get_secret_value() if settings.api_keys else None
        embedder = load_embedder(_JUDGE, cache_dir=settings.cache, threads=settings.threads, progress=progress.model)
        with closing(Remote(options.url, api_key=key, timeout=options.timeout)) as remote:
            yield remote, embedder, ()
        return
    own = bool(options.corpus) or bool(dataset.pages and options.data is None)
    if own:
        settings = settings.model_copy(update={"data": options.out / _INDEX})
        if options.fresh:
            shutil.rmtree(settings.data, ignore_errors=True)
    with ExitStack() as stack:
        service = stack.enter_context(closing(build(settings, create=own)))
        service.on_model_progress(progress.model)
        problems = _ingested(service, options, dataset, progress) if own else ()
        if not service.catalog.counts()[2]:
            raise EmptyIndex(settings.data)
        service.warm()
        embedder = service.embedder
        if settings.embedder != _JUDGE:
            embedder = load_embedder(_JUDGE, cache_dir=settings.cache, threads=settings.threads)
        yield Local(service, options.llm, oracle=options.oracle), embedder, problems


def _ingested(service: Service, options: Options, dataset: Dataset, progress: Progress) -> tuple[Problem, ...]:
    library = service.library
    report = (
        library.ingest(options.corpus, progress.document)
        if options.corpus
        else library.ingest_pages(dataset.pages, progress.document)
    )
    service.settle()
    return tuple(Problem(failure.source, f"not ingested: {failure.error}") for failure in report.failures)

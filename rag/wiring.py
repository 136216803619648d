"""Settings to working parts; the only place that chooses a backend. Nothing heavy is loaded before it is asked for."""

from __future__ import annotations

import importlib.util
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from embeddings import SPECS, Embedder, EmbeddingError, embedder_needs, load_embedder
from rag.answer.extract import Extractive
from rag.answer.reader import Reader
from rag.assistant import EXTRACTIVE, Answerer, Assistant
from rag.errors import EmbedderError, MissingExtra, SettingsError
from rag.index.catalog import Catalog
from rag.index.check import check
from rag.index.generation import Index
from rag.index.store import Store
from rag.library import Library
from rag.retrieve.cross_encoder import CrossEncoderReranker
from rag.retrieve.dictionary import Dictionary
from rag.retrieve.rerank import LateInteraction, Reranker
from rag.retrieve.search import Found, Searcher, Vector
from rag.settings import Settings
from rag.types import CheckReport, Filters, Verification

ModelProgress = Callable[[str, float], None]
_log = logging.getLogger(__name__)
Find = Callable[[str, Filters, int], Found]


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """An embedder or LLM spec. `usable` here and now; `needs` says what is missing."""

    id: str
    kind: str
    usable: bool
    needs: str | None
    in_use: bool


class Service:
    """Everything that a front end needs, over one store. Parts are made when first used, once, from whatever thread."""

    def __init__(self, settings: Settings, *, create: bool) -> None:
        self.settings = settings
        self._store = Store(settings.data, create=create)
        self._create = create
        self._progress: ModelProgress | None = None
        self._lock = threading.RLock()
        self._answerers: dict[str, Answerer] = {}
        self.catalog = Catalog(self._store)

    @cached_property
    def embedder(self) -> Embedder:
        """The configured embedder. Raises WrongEmbedder when the index was made by another, EmbedderError without
        it.
        """
        settings = self.settings
        try:
            embedder = load_embedder(
                settings.embedder, cache_dir=settings.cache, threads=settings.threads, progress=self._progress
            )
        except EmbeddingError as error:
            raise EmbedderError(str(error)) from error
        self._store.check_embedder(settings.embedder, embedder.fingerprint, bind=self._create)
        return embedder

    @cached_property
    def _index(self) -> Index:
        return Index(self._store, self.embedder.dimension)

    @cached_property
    def _searcher(self) -> Searcher:
        dictionary = Dictionary(self.settings.cache)
        return Searcher(self._store, self._index, self.embedder, self._reranker(), dictionary)

    def _reranker(self) -> Reranker | None:
        kind, _, model = self.settings.reranker.partition(":")
        if kind == "cross-encoder":
            return CrossEncoderReranker(self._store, model)
        return LateInteraction(self._store) if kind == "maxsim" else None

    @cached_property
    def reader(self) -> Reader | None:
        """None where the settings want none, and where it cannot be had: answers are then whole sentences."""
        settings = self.settings
        if settings.reader == "none":
            return None
        from embeddings.reader import E5Reader

        try:
            return Reader(E5Reader(cache_dir=settings.cache, threads=settings.threads, progress=self._progress))
        except EmbeddingError as error:
            _log.warning("answers name no phrase: %s", error)
            return None

    @cached_property
    def extractive(self) -> Extractive:
        """The answerer that quotes."""
        return Extractive(self.catalog, self.reader)

    @cached_property
    def assistant(self) -> Assistant:
        return self.assistant_over(lambda search: search)

    def assistant_over(self, narrowed: Callable[[Find], Find]) -> Assistant:
        """An assistant that finds what `narrowed` makes of the search: to measure answering apart from retrieval."""
        settings = self.settings
        return Assistant(
            narrowed(self.find),
            self._answerer,
            self._verify,
            default_llm=settings.llm,
            limit=settings.limit,
            max_question=settings.max_question,
        )

    @cached_property
    def library(self) -> Library:
        settings = self.settings
        with self._lock:
            return Library(
                self._store, self._index, self.embedder,
                chunk_tokens=settings.chunk_tokens, max_file_bytes=settings.max_file_mb << 20,
            )  # fmt: skip

    def warm(self) -> None:
        """Loads the model and the index and searches once for a short, a usual and a long question, since a model may
        prepare itself for each length; then the first question is as fast as the next.
        """
        with self._lock:
            searcher = self._searcher
        if self.catalog.counts()[2]:
            for length in (1, 20, 100):
                searcher.search("问" * length, Filters(), 1)
            with self._lock:
                reader = self.reader
            if reader is not None:
                reader.warm()

    def check(self, *, repair: bool = False) -> CheckReport:
        """Compares the store with itself and with what is derived from it; mends the derived parts when `repair`."""
        with self._lock:
            return check(self._store, self._index, repair=repair)

    def on_model_progress(self, progress: ModelProgress) -> None:
        """Who is told while a model is being prepared; to be called before anything needs one."""
        self._progress = progress

    def settle(self) -> None:
        """Writes what is derived from the store beside it, so that the next process starts at once."""
        with self._lock:
            self._index.save()
            self._searcher.background.save()

    def close(self) -> None:
        self._store.close()

    def find(self, text: str, filters: Filters, limit: int) -> Found:
        """The `limit` best passages for any text, with all that a search knows of them. Raises EmptyIndex."""
        with self._lock:
            searcher = self._searcher
        return searcher.search(text, filters, limit)

    def near(self, text: str, vector: Vector, filters: Filters, limit: int) -> Found:
        """The `limit` best passages for a statement with the vector (d,) at hand. Raises EmptyIndex."""
        with self._lock:
            searcher = self._searcher
        return searcher.near(text, vector, filters, limit)

    def _verify(self, text: str, filters: Filters) -> Verification:
        from rag.answer.verify import Verifier

        with self._lock:
            embedder, reader = self.embedder, self.reader
        return Verifier(self.near, embedder.embed_passages, self.settings.max_question, reader).verify(text, filters)

    def _answerer(self, spec: str) -> Answerer:
        with self._lock:
            if spec not in self._answerers:
                self._answerers[spec] = self._make_answerer(spec)
            return self._answerers[spec]

    def _make_answerer(self, spec: str) -> Answerer:
        if spec == EXTRACTIVE:
            return self.extractive
        from rag.answer.generate import Generative  # brings langchain

        return Generative(spec, self.settings, self.embedder, self.reader)


def build(settings: Settings, *, create: bool = False) -> Service:
    """A service over the store in `settings.data`. Raises StoreError if there is none and `create` is not set."""
    return Service(settings, create=create)


def known_models(settings: Settings) -> list[ModelInfo]:
    """The specs that the settings take, and what each still needs here."""
    return [*_embedders(settings.embedder), _reader(settings.reader), *_llms(settings)]


def _reader(configured: str) -> ModelInfo:
    from embeddings.reader_part import reader_bytes

    try:
        reader_bytes()
        needs = None
    except EmbeddingError as error:
        needs = str(error)
    return ModelInfo("e5-small", "reader", needs is None, needs, needs is None and configured == "e5-small")


_PROVIDERS_OWN = "the provider's LangChain package and its key"
_HUB = "a model folder, or a model name and a reachable model hub"


def _embedders(configured: str) -> list[ModelInfo]:
    needs = dict(zip(SPECS, (None, _HUB, _PROVIDERS_OWN), strict=True))
    if configured not in SPECS:
        needs = {configured: embedder_needs(configured), **needs}
    return [ModelInfo(spec, "embedder", lacks is None, lacks, spec == configured) for spec, lacks in needs.items()]


def _llms(settings: Settings) -> list[ModelInfo]:
    needs: dict[str, str | None] = {EXTRACTIVE: None}
    if settings.llm != EXTRACTIVE:
        needs[settings.llm] = _configured_llm_needs(settings)
    needs["openai:MODEL"] = _openai_needs(settings)
    needs["gguf:PATH"] = _gguf_needs() or "a model file"
    needs["PROVIDER:MODEL"] = _PROVIDERS_OWN
    return [ModelInfo(spec, "llm", lacks is None, lacks, spec == settings.llm) for spec, lacks in needs.items()]


def _configured_llm_needs(settings: Settings) -> str | None:
    """The model is made, which tells what is missing, but not asked: that would cost time and money."""
    from rag.answer.gguf import PREFIX
    from rag.answer.langchain_chat import chat_model, is_openai

    if settings.llm.startswith(PREFIX):
        path = Path(settings.llm.removeprefix(PREFIX)).expanduser()
        return _gguf_needs() or (None if path.is_file() else f"the model file {path}")
    try:
        chat_model(settings.llm, settings)
    except (MissingExtra, SettingsError) as error:
        return (_openai_needs(settings) if is_openai(settings.llm, settings) else None) or str(error)
    return None


def _openai_needs(settings: Settings) -> str | None:
    if importlib.util.find_spec("langchain_openai") is None:
        return 'pip install "wenju[openai]"'
    reachable = settings.llm_api_key is not None or settings.llm_base_url is not None
    return None if reachable else "WENJU_LLM_API_KEY or WENJU_LLM_BASE_URL"


def _gguf_needs() -> str | None:
    return None if importlib.util.find_spec("xllamacpp") is not None else 'pip install "wenju[local]"'

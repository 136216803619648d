"""One question to a target, and what is noted of the reply while the target is there to be looked at."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from eval.dataset import Dataset, Gold, Item, Problem
from eval.metrics.ranking import carries
from eval.metrics.text import contained, parts_credit
from eval.records import FoundPassage, Record
from eval.targets import QuestionFailed, Target, article_of
from rag.errors import NotFound
from rag.text.spans import keeps_promise, strip_space
from rag.text.tokens import count_tokens
from rag.types import Answer, Citation, Hit

DEPTH = 20  # passages that a search is asked for
_REACHED = 10  # of them in which the right answer is looked for
_CARRIED = 0.6  # of the evidence that a passage must have
_SHOWN = 3  # passages whose text is kept whatever they hold


@dataclass(frozen=True, slots=True)
class Places:
    """Where the evidence of each question stands: by question id the numbers of what is not in its source, and the
    name of the text that the question is about.
    """

    missing: Mapping[str, tuple[int, ...]]
    clusters: Mapping[str, str]
    problems: tuple[Problem, ...]


def locate(dataset: Dataset, target: Target) -> Places:
    """Looks all evidence up in the source texts as the target has them. What is not there is named."""
    sources: dict[str, str | None] = {}
    missing: dict[str, tuple[int, ...]] = {}
    clusters: dict[str, str] = {}
    problems: list[Problem] = []
    for item in dataset.items:
        lost = []
        for number, gold in enumerate(item.evidence):
            problem = _missing(gold, target, sources)
            if problem:
                lost.append(number)
                problems.append(Problem(item.id, f"{problem}: {gold.quote[:60]}"))
        missing[item.id] = tuple(lost)
        clusters[item.id] = _cluster(item, lost, target)
    return Places(missing, clusters, tuple(problems))


def _missing(gold: Gold, target: Target, sources: dict[str, str | None]) -> str | None:
    """What is wrong with the evidence, None if it is where it says."""
    if gold.source not in sources:
        try:
            sources[gold.source] = strip_space(target.source_text(gold.source))
        except NotFound:
            sources[gold.source] = None
    text = sources[gold.source]
    if text is None:
        return f"its source {gold.source!r} is not ingested"
    if strip_space(gold.quote) in text or article_of(gold.quote, target.articles(gold.source)):
        return None
    return f"the evidence is not in {gold.source!r}"


def _cluster(item: Item, lost: Sequence[int], target: Target) -> str:
    """The article of the first evidence that was found, its source where articles cannot be listed; questions without
    evidence are each about something else.
    """
    for number, gold in enumerate(item.evidence):
        if number not in lost:
            article = article_of(gold.quote, target.articles(gold.source))
            return article.id if article else gold.source
    return item.evidence[0].source if item.evidence else item.id


def ask(item: Item, target: Target, places: Places) -> Record:
    """Raises TargetGone; any other failure is noted in the record."""
    empty = Record(item, places.clusters[item.id], places.missing[item.id], (), None, None, (), 0, None, 0.0, None)
    try:
        hits = target.search(item.question, DEPTH)
        started = time.perf_counter()
        answer = target.ask(item.question)
        wall = (time.perf_counter() - started) * 1000
        sought = [gold for number, gold in enumerate(item.evidence) if number not in empty.missing]
        oracle = target.oracle(item.question, sought) if sought else None
        return replace(
            empty,
            found=_found(item, hits, answer),
            retrieval_credit=_reached(item, hits),
            answer=replace(answer, hits=()),
            verbatim=tuple(_verbatim(citation, target) for citation in answer.citations),
            context_tokens=count_tokens("\n".join(hit.text for hit in answer.hits)),
            oracle=None if oracle is None else replace(oracle, hits=()),
            wall_ms=round(wall, 3),
        )
    except QuestionFailed as error:
        return replace(empty, error=str(error))


def _found(item: Item, hits: Sequence[Hit], answer: Answer) -> tuple[FoundPassage, ...]:
    cited = {citation.article_id for citation in answer.citations}
    quotes = [(gold.source, strip_space(gold.quote)) for gold in item.evidence]
    found = []
    for hit in hits:
        text = strip_space(hit.text)
        carried = tuple(
            number
            for number, (source, quote) in enumerate(quotes)
            if (quote in text if source != hit.source else carries(text, quote, _CARRIED))
        )
        shown = carried or hit.rank <= _SHOWN or hit.article_id in cited
        found.append(
            FoundPassage(hit.chunk_id, hit.article_id, hit.source, hit.title, carried, hit.text if shown else "")
        )
    return tuple(found)


def _reached(item: Item, hits: Sequence[Hit]) -> float | None:
    return credit(item, "\n".join(hit.text for hit in hits[:_REACHED])) if item.answerable else None


def credit(item: Item, text: str) -> float | None:
    """How much of the right answer stands in `text`, 0..1; None where the right answer is not written down."""
    if item.parts:
        return parts_credit(text, item.parts)
    return float(contained(text, item.answers)) if item.answers else None


def _verbatim(citation: Citation, target: Target) -> bool:
    try:
        return keeps_promise(citation.quote, citation.spans, target.source_text(citation.source))
    except NotFound:
        return False

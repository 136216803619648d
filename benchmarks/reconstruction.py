"""How well pages become articles again: `python -m benchmarks.reconstruction`.

Prints every figure on the seeds with hand-made truth, the dev questions' evidence, generated pages, plain prose and
speed."""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from rag.ingest.pages import reconstruct
from rag.ingest.read import read_path
from rag.text.spans import strip_space
from rag.types import Draft, Kind, Page
from tests.ingest.page_generator import pool, set_page, styles

_ROOT = Path(__file__).parents[1]
_TRUTH = _ROOT / "tests" / "data" / "seeds_articles.dev.json"
_SEEDS = _ROOT / "seeds"
_NEAR = 5

Seeds = dict[str, tuple[str, list[Draft]]]


def main() -> None:
    """Prints the report. The questions file is optional: JSON lines with `evidence: [{source, quote}]`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=Path, default=_ROOT / "eval" / "datasets" / "seeds_qa.dev.jsonl")
    arguments = parser.parse_args()
    seeds = {page.source: (page.text, reconstruct(page)) for page in read_path(_SEEDS) if isinstance(page, Page)}
    truth: list[dict[str, Any]] = json.loads(_TRUTH.read_text("utf-8"))
    for line in [*_stories(seeds, truth), *_furniture(seeds, truth), *_table(seeds, truth)]:
        print(line)
    if arguments.questions.exists():
        print(*_evidence(seeds, arguments.questions), sep="\n")
    print(*_generated(), sep="\n")
    print(*_speed(), sep="\n")


def covered(text: str, draft: Draft) -> set[int]:
    """The offsets of a draft's characters, white space aside."""
    return {at for span in draft.body.spans(text) for at in range(*span) if not text[at].isspace()}


def same(title: str | None, headline: str) -> bool:
    """Whether a title is the headline but for a fragment."""
    return SequenceMatcher(None, strip_space(title or ""), strip_space(headline)).ratio() > 0.8


def f1(got: set[int], wanted: set[int]) -> float:
    """The harmonic mean of precision and recall."""
    return 2 * len(got & wanted) / (len(got) + len(wanted)) if got or wanted else 1.0


def _stories(seeds: Seeds, truth: Sequence[dict[str, Any]]) -> Iterator[str]:
    starts = ends = headlines = asked = reporters = 0
    scores = []
    for document in truth:
        text, drafts = seeds[document["doc"]]
        ink = [at for at, char in enumerate(text) if not char.isspace()]
        place = {at: number for number, at in enumerate(ink)}
        for story in document["articles"]:
            wanted = set(ink[slice(*story["span"])])
            best = max(drafts, key=lambda draft: len(covered(text, draft) & wanted))
            got = covered(text, best)
            starts += abs(place[min(got)] - place[min(wanted)]) <= _NEAR
            ends += abs(place[max(got)] - place[max(wanted)]) <= _NEAR
            scores.append(f1(got, wanted))
            reporters += best.reporters == tuple(story["reporter"])
            if story["headline_verbatim_in_text"]:
                asked += 1
                headlines += same(best.title, story.get("headline_norm", story["headline"]))
    count = len(scores)
    yield f"articles: starts within {_NEAR} {starts}/{count}, ends {ends}/{count}"
    yield f"bodies: character F1 {sum(scores) / count:.4f}, lowest {min(scores):.4f}"
    yield f"headlines {headlines}/{asked}, reporters {reporters}/{count}"


def _furniture(seeds: Seeds, truth: Sequence[dict[str, Any]]) -> Iterator[str]:
    strings = [(document["doc"], string) for document in truth for string in document["furniture"]]
    bodies = {
        name: [strip_space(draft.body.text) for draft in drafts if draft.kind is Kind.ARTICLE]
        for name, (_, drafts) in seeds.items()
    }
    leaked = [string for name, string in strings if any(string in body for body in bodies[name])]
    yield f"furniture inside bodies: {len(leaked)} of {len(strings)} strings"


def _table(seeds: Seeds, truth: Sequence[dict[str, Any]]) -> Iterator[str]:
    for document in truth:
        for story in document["articles"]:
            if "table" not in story:
                continue
            tables = [draft for draft in seeds[document["doc"]][1] if draft.kind is Kind.TABLE]
            rows = [row for table in tables for row in table.body.text.split("\n")]
            groups = story["table"]["rows"]
            right = sum(any(row.startswith(group) and unit[:3] in row for row in rows) for group, unit in groups)
            units = sum(row.count("村、") + row.count("社区、") + row.count("等") for row in rows[1:])
            yield f"table: {right}/{len(groups)} groups with their own unit, {units} villages and communities"


def _evidence(seeds: Seeds, questions: Path) -> Iterator[str]:
    quotes = [
        (evidence["source"], strip_space(evidence["quote"]))
        for line in questions.read_text("utf-8").splitlines()
        for evidence in json.loads(line).get("evidence", [])
    ]
    bodies = {name: [strip_space(draft.body.text) for draft in drafts] for name, (_, drafts) in seeds.items()}
    apart = [(name, quote) for name, quote in quotes if not any(quote in body for body in bodies[name])]
    lost = [quote for name, quote in apart if not _inside_one(seeds[name], quote)]
    whole = len(quotes) - len(apart)
    yield f"evidence quotes whole in one article's text: {whole}/{len(quotes)} ({whole / len(quotes):.1%})"
    yield f"evidence quotes whose every character is in one article: {len(quotes) - len(lost)}/{len(quotes)}"


def _inside_one(seed: tuple[str, list[Draft]], quote: str) -> bool:
    """Whether one article has all characters of the quote, if not side by side: cells of a table have names between
    them."""
    text, drafts = seed
    ink = [at for at, char in enumerate(text) if not char.isspace()]
    start = strip_space(text).find(quote)
    return start >= 0 and any(set(ink[start : start + len(quote)]) <= covered(text, draft) for draft in drafts)


def _generated() -> Iterator[str]:
    known = pool(_SEEDS, _TRUTH)
    total_f1: list[float] = []
    total_right: list[bool] = []
    for style in styles():
        scores: list[float] = []
        right: list[bool] = []
        for seed in range(5):
            articles = random.Random(seed).sample(known, 5)
            page = set_page(articles, style, seed)
            drafts = reconstruct(Page("page", page.text, "txt"))
            covers = [covered(page.text, draft) for draft in drafts]
            for article, wanted in zip(page.articles, page.offsets, strict=True):
                best = max(range(len(drafts)), key=lambda place: len(covers[place] & wanted))
                scores.append(f1(covers[best], wanted))
                right.append(same(drafts[best].title, "".join(article.headline)))
        total_f1 += scores
        total_right += right
        mean, accuracy = sum(scores) / len(scores), sum(right) / len(right)
        name = f"{style.number:2} {style.lead:7} {style.headlines:7}"
        yield f"generated {name} body F1 {mean:.4f} headlines {accuracy:.2f}"
    mean, accuracy = sum(total_f1) / len(total_f1), sum(total_right) / len(total_right)
    yield f"generated, all {len(total_f1)} articles: body F1 {mean:.4f}, headlines {accuracy:.3f}"


def _speed() -> Iterator[str]:
    for path in sorted(_SEEDS.glob("*.txt")):
        text = path.read_text("utf-8")
        rates = []
        for times in (1, 10, 100):
            long = "\n".join([text] * times)
            if len(long) > 3_000_000:
                continue
            start = time.process_time()
            reconstruct(Page("page", long, "txt"))
            rates.append(f"{times}x {len(long.encode()) / 1e6 / (time.process_time() - start):.1f}")
        yield f"speed {path.name[:3]}: {', '.join(rates)} MB/s"


if __name__ == "__main__":
    main()

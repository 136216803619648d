"""Question sets: our JSONL, SQuAD's JSON (versions 1 and 2) and CRUD's key facts, told apart by their content.

What is wrong in a set is named and counted, and the rest is asked: lines that are no question, ids that are missing or
stand twice, lines in another encoding than the rest.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.errors import WenjuError
from rag.ingest.encodings import NotTextError, decode, detect
from rag.text.language import detect_language
from rag.text.sentences import split_sentences
from rag.types import Page

UNANSWERABLE = "unanswerable"
_SPAN = "span"  # the type of a question of SQuAD, which names none
_NOT_INFERABLE = "无法推断"  # CRUD's answer where its maker found none


class DatasetError(WenjuError):
    """The file holds no questions that can be asked."""


@dataclass(frozen=True, slots=True)
class Gold:
    """Where an answer is written: a run of the text of `source`, white space aside."""

    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class Item:
    """A question with what is known to be right. Any one of `answers` is right; of `parts` each should be said, in any
    one of its wordings. `type` is the set's own word but for "unanswerable".
    """

    id: str
    question: str
    language: str
    type: str
    answers: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...] = ()
    evidence: tuple[Gold, ...] = ()

    @property
    def answerable(self) -> bool:
        return self.type != UNANSWERABLE


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the set: `where` is a question's id or a line."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """`pages` are the passages that the set brings with it, one document each. `sha256` is that of the file."""

    name: str
    sha256: str
    items: tuple[Item, ...]
    pages: tuple[Page, ...]
    problems: tuple[Problem, ...]


def read_dataset(path: Path) -> Dataset:
    """The questions of a file, each with an id of its own. Raises DatasetError when there are none."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DatasetError(f"{path}: {error.strerror}") from None
    text, problems = _text(path, data)
    try:
        whole = json.loads(text)
    except ValueError:
        whole = None
    pages: list[Page] = []
    if isinstance(whole, Mapping) and isinstance(whole.get("data"), list):
        items = list(_squad(path.stem, whole["data"], pages))
    elif _is_key_facts(whole):
        items = list(_key_facts(whole))
    else:
        items = list(_lines(text, problems))
    items = list(_with_own_ids(items, problems))
    if not items:
        reason = f"; {problems[0].where}: {problems[0].what}" if problems else ""
        raise DatasetError(f"{path} holds no question that can be asked{reason}")
    return Dataset(path.name, hashlib.sha256(data).hexdigest(), tuple(items), tuple(pages), tuple(problems))


def _text(path: Path, data: bytes) -> tuple[str, list[Problem]]:
    """The file's text. A line that is no UTF-8 among lines that are is read by itself, and named."""
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        if b"\0" in data or not _any_utf8(data):  # JSON in UTF-16 is full of NULs
            return decode(data), []
    except NotTextError as error:
        raise DatasetError(f"{path}: {error}") from None
    lines, problems = [], []
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            encoding = detect(line)
            lines.append(line.decode(encoding, errors="replace"))
            problems.append(Problem(f"line {number}", f"is not UTF-8 as the others are; read as {encoding}"))
    return "\n".join(lines).lstrip("\ufeff"), problems


def _any_utf8(data: bytes) -> bool:
    """Whether some line has more than ASCII and is valid UTF-8."""
    for line in data.split(b"\n"):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        if not line.isascii():
            return True
    return False


def _lines(text: str, problems: list[Problem]) -> Iterator[Item]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield item_of(json.loads(line))
        except ValueError as error:  # JSON's own errors are ValueErrors
            problems.append(Problem(f"line {number}", f"left out: {error}"))


def item_of(row: Any) -> Item:
    """A question from a JSON object of our format. Raises ValueError saying what is wrong with it."""
    if not isinstance(row, Mapping):
        raise ValueError("it is no JSON object")
    question = str(row.get("question") or "").strip()
    if not question:
        raise ValueError("it has no question")
    answers = _strings(row.get("answers"))
    evidence = tuple(
        Gold(str(entry.get("source", "")), str(entry.get("quote", "")))
        for entry in _list(row.get("evidence"))
        if isinstance(entry, Mapping) and str(entry.get("quote", "")).strip()
    )
    parts = tuple(strings for part in _list(row.get("parts")) if (strings := _strings(part)))
    kind = str(row.get("type") or ("fact" if answers or evidence else UNANSWERABLE))
    if kind != UNANSWERABLE and not (answers or evidence or parts):
        raise ValueError(f"it has neither answers nor evidence, and its type is {kind!r}, not {UNANSWERABLE!r}")
    language = str(row.get("language") or detect_language(question))
    identifier = row.get("id")
    return Item("" if identifier is None else str(identifier), question, language, kind, answers, parts, evidence)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _strings(value: Any) -> tuple[str, ...]:
    return tuple(str(entry) for entry in _list(value) if str(entry).strip())


def _squad(name: str, articles: Iterable[Mapping[str, Any]], pages: list[Page]) -> Iterator[Item]:
    """Each passage becomes a document; the evidence is the sentence in which the answer stands."""
    for article in articles:
        for paragraph in article.get("paragraphs", ()):
            context = str(paragraph["context"])
            source = f"{name}#{len(pages):05}"
            pages.append(Page(source, context, "article"))
            for row in paragraph["qas"]:
                given = [] if row.get("is_impossible") else row.get("answers") or []
                evidence = {_sentence(context, answer) for answer in given}
                yield Item(
                    str(row.get("id") or ""),
                    str(row["question"]).strip(),
                    detect_language(str(row["question"])),
                    _SPAN if given else UNANSWERABLE,
                    tuple(dict.fromkeys(str(answer["text"]) for answer in given)),
                    # Several people marked the same answer: one place is enough.
                    evidence=(Gold(source, min(evidence, key=len)),) if evidence else (),
                )


def _sentence(context: str, answer: Mapping[str, Any]) -> str:
    """The sentence or sentences that hold the answer; offsets of translated sets may be off."""
    text, start = str(answer["text"]), int(answer.get("answer_start", -1))
    if start < 0 or context[start : start + len(text)] != text:
        start = max(0, context.find(text))
    end = start + len(text)
    held = [(a, b) for a, b in split_sentences(context) if a < end and b > start]
    return context[held[0][0] : held[-1][1]] if held else text


def _is_key_facts(whole: Any) -> bool:
    rows = whole.values() if isinstance(whole, Mapping) else whole if isinstance(whole, list) else ()
    return any(isinstance(row, Mapping) and isinstance(row.get("question"), list) for row in rows)


def _key_facts(whole: Any) -> Iterator[Item]:
    """CRUD's: per article lists of questions and answers; the articles are not named, so there is no evidence."""
    rows = whole.items() if isinstance(whole, Mapping) else enumerate(whole)
    for key, row in rows:
        for number, (question, answer) in enumerate(zip(row["question"], row["answers"], strict=False)):
            if str(question).strip() and str(answer).strip() and _NOT_INFERABLE not in str(answer):
                language = detect_language(str(question))
                yield Item(f"{key}-{number}", str(question).strip(), language, "key fact", (str(answer),))


def _with_own_ids(items: Iterable[Item], problems: list[Problem]) -> Iterator[Item]:
    """An id that is missing is made from the question, so that it stays when questions are added; one that stands twice
    is numbered.
    """
    seen: Counter[str] = Counter()
    for item in items:
        identifier = item.id.strip()
        if not identifier:
            identifier = f"q-{hashlib.sha256(item.question.encode()).hexdigest()[:10]}"
            problems.append(Problem(identifier, "the question has no id; one was made from its text"))
        seen[identifier] += 1
        if seen[identifier] > 1:
            numbered = f"{identifier}#{seen[identifier]}"
            problems.append(Problem(numbered, f"the id {identifier} stands {seen[identifier]} times"))
            identifier = numbered
        if not item.question:
            problems.append(Problem(identifier, "it asks nothing; it counts as unanswered"))
        yield replace(item, id=identifier)

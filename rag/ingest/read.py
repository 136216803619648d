"""Files and folders to pages: every format becomes one source text, and a bad file becomes a failure beside the good
ones."""

from __future__ import annotations

import json
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple
from datetime import date
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from types import MappingProxyType

from rag.ingest.encodings import NotTextError, clean, decode, detect
from rag.ingest.formats import FormatError, docx_text, html_text, pdf_text
from rag.ingest.markup import front_matter
from rag.text.language import language_code
from rag.text.system import file_name, readable
from rag.types import Metadata, Page

MAX_BYTES = 50 * 1024 * 1024
_MAX_SIDECAR_BYTES = 1 << 20
_SNIFF_BYTES = 1 << 20


class ReadFailure(Exception):
    """`source` could not be read; `error` says why, in one line, for whoever named the file."""

    def __init__(self, source: str, error: str) -> None:
        self.source = file_name(source)
        self.error = readable(error)
        super().__init__(f"{self.source}: {self.error}")


def read_path(path: Path, *, max_bytes: int = MAX_BYTES) -> Iterator[Page | ReadFailure]:
    """The pages of a file, or of all files in a folder in a stable order, each named relative to `path`.

    `max_bytes` bounds a file, and for JSONL a line. In a folder, hidden files, links and unknown suffixes are passed
    over."""
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a NUL in the path
        yield ReadFailure(str(path), "no such file or folder")
    except OSError as error:
        yield _unreadable(str(path), error)
    else:
        yield from _read_folder(path, max_bytes) if is_folder else _read_file(path, path.name, max_bytes)


def skipped(path: Path) -> Counter[str]:
    """How many files of a folder are passed over for their kind, by suffix; nothing for a file."""
    found = _files(path) if os.path.isdir(path) else iter(())
    files = (file for file in found if isinstance(file, Path) and not file.name.endswith(".meta.json"))
    return Counter(file.suffix.lower() or "no suffix" for file in files if file.suffix.lower() not in SUFFIXES)


def _read_folder(folder: Path, max_bytes: int) -> Iterator[Page | ReadFailure]:
    for file in _files(folder):
        if isinstance(file, ReadFailure):
            yield file
        elif file.suffix.lower() in SUFFIXES:
            yield from _read_file(file, file.relative_to(folder).as_posix(), max_bytes, follow=False)


def _files(folder: Path) -> Iterator[Path | ReadFailure]:
    """The files of a folder and of those in it, hidden ones and links left out, and the folders that cannot be read."""
    waiting = [(folder, True)]
    while waiting:
        path, is_folder = waiting.pop()
        if not is_folder:
            yield path
            continue
        try:
            found = [(Path(entry.path), entry.is_dir(follow_symlinks=False)) for entry in _entries(path)]
        except OSError as error:
            yield _unreadable(str(path), error)
        else:
            waiting += sorted(found, key=lambda entry: entry[0].name, reverse=True)


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            kept = entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False)
            if kept and not entry.name.startswith("."):
                yield entry


def _read_file(path: Path, source: str, max_bytes: int, *, follow: bool = True) -> Iterator[Page | ReadFailure]:
    suffix = path.suffix.lower()
    origin = path.parent.resolve() / path.name
    source = file_name(source)
    try:
        if suffix not in SUFFIXES:
            raise ReadFailure(source, f"unknown kind of file; one of {', '.join(sorted(SUFFIXES))}")
        with _open(path.resolve() if follow else path, source) as file:
            if suffix == ".jsonl":
                yield from _articles(_lines(file, source, max_bytes), source, origin)
            else:
                data = _bounded(file, source, max_bytes)
                yield _page(source, suffix, data, _sidecar(path, source), origin)
    except ReadFailure as failure:
        yield failure
    except (NotTextError, FormatError) as error:
        yield ReadFailure(source, str(error))
    except OSError as error:
        yield _unreadable(source, error)


def _unreadable(source: str, error: OSError) -> ReadFailure:
    return ReadFailure(source, f"cannot be read: {error.strerror or error}")


def _open(path: Path, source: str) -> BufferedReader:
    """Open without following a link put in place since the walk, and without waiting on a pipe."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ReadFailure(source, "is not a regular file")
    return os.fdopen(descriptor, "rb")


def _bounded(file: BufferedReader, source: str, max_bytes: int) -> bytes:
    if os.fstat(file.fileno()).st_size > max_bytes:
        raise ReadFailure(source, f"is larger than {max_bytes // (1 << 20)} MB")
    data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise ReadFailure(source, f"is larger than {max_bytes // (1 << 20)} MB")
    return data


def _page(source: str, suffix: str, data: bytes, metadata: Metadata, origin: Path) -> Page:
    name, reader = SUFFIXES[suffix]
    text = clean(reader(data))
    if not text.strip():
        raise ReadFailure(source, "holds no text")
    if name in ("md", "html"):
        own = _own_metadata(text)
        metadata = Metadata(*(given or found for given, found in zip(astuple(metadata), astuple(own), strict=True)))
    return Page(source, text, name, metadata, origin)


def _own_metadata(text: str) -> Metadata:
    """What the document says of itself; nothing where that is not what it seems to be."""
    stated, _ = front_matter(text)
    named = {ours: stated[theirs] for theirs, ours in _FRONT_MATTER.items() if stated.get(theirs)}
    try:
        return _metadata({key: str(value) for key, value in named.items() if isinstance(value, str | date)}, "")
    except ReadFailure:
        return Metadata()


# What front matter says, by the names that Jekyll, Hugo, Pandoc and our own sidecars have for it; the last wins.
_FRONT_MATTER = {
    "title": "title", "section": "section", "url": "url", "lang": "language", "language": "language",
    "date": "published", "published": "published",
}  # fmt: skip


# What a suffix means: the page's format and how its bytes become text.
SUFFIXES: Mapping[str, tuple[str, Callable[[bytes], str]]] = MappingProxyType(
    {
        ".txt": ("txt", decode),
        ".md": ("md", decode),
        ".markdown": ("md", decode),
        ".html": ("html", html_text),
        ".htm": ("html", html_text),
        ".pdf": ("pdf", pdf_text),
        ".docx": ("docx", docx_text),
        ".jsonl": ("article", decode),
    }
)


def _lines(file: BufferedReader, source: str, max_bytes: int) -> Iterator[str]:
    """Lines of at most `max_bytes` characters; a longer one ends the reading, since its end cannot be found in bounded
    memory."""
    sample = file.peek(_SNIFF_BYTES)[:_SNIFF_BYTES]
    if not sample.strip():
        raise ReadFailure(source, "the file is empty")
    text = TextIOWrapper(file, encoding=detect(sample, whole=False), errors="replace")
    try:
        while line := text.readline(max_bytes):
            if len(line) == max_bytes:
                raise ReadFailure(source, f"has a line longer than {max_bytes // (1 << 20)} MB")
            yield line
    finally:
        text.detach()


def _articles(lines: Iterator[str], source: str, origin: Path) -> Iterator[Page | ReadFailure]:
    seen: set[int] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            page = _article(line, source, number, origin)
        except ReadFailure as failure:
            yield failure
            continue
        if hash(page.source) in seen:
            repeated = "id" if page.origin else '"source", of which each article needs its own'
            yield ReadFailure(page.source, f"line {number} repeats an earlier {repeated}")
            continue
        seen.add(hash(page.source))
        yield page


def _article(line: str, source: str, number: int, origin: Path) -> Page:
    where = f"{source}#line-{number}"
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ReadFailure(where, f"line {number} is not JSON: {error}") from None
    if not isinstance(record, dict) or not isinstance(record.get("text"), str) or not record["text"].strip():
        raise ReadFailure(where, f'line {number} has no "text"')
    named = record.get("source")  # whoever names an article means that it replaces the one of that name
    name = named or f"{source}#{record.get('id', f'line-{number}')}"
    described = _metadata(record, where)
    return Page(clean(str(name)), clean(record["text"]), "article", described, None if named else origin)


def _sidecar(path: Path, source: str) -> Metadata:
    """`page.txt` is described by `page.txt.meta.json` or `page.meta.json`, where there is one."""
    for name in (f"{path.name}.meta.json", f"{path.stem}.meta.json"):
        try:
            with _open(path.with_name(name), source) as file:
                record = json.loads(decode(_bounded(file, name, _MAX_SIDECAR_BYTES)))
        except FileNotFoundError:
            continue
        except (ValueError, RecursionError, NotTextError) as error:
            raise ReadFailure(source, f"{name} is not JSON: {error}") from None
        if not isinstance(record, dict):
            raise ReadFailure(source, f"{name} is not a JSON object")
        return _metadata(record, source)
    return Metadata()


def _metadata(record: Mapping[str, object], source: str) -> Metadata:
    fields = {name: _string(record, name, source) for name in ("title", "section", "url")}
    language = language_code(_string(record, "language", source) or "")
    return Metadata(published=_date(record, source), language=language, **fields)


def _string(record: Mapping[str, object], name: str, source: str) -> str | None:
    value = record.get(name)
    if value is None or isinstance(value, str):
        return clean(value).strip() or None if value else None
    raise ReadFailure(source, f'"{name}" is not a string')


def _date(record: Mapping[str, object], source: str) -> date | None:
    value = _string(record, "published", source)
    try:
        published = date.fromisoformat(value[:10]) if value else None
    except ValueError:
        raise ReadFailure(source, f'"published" is not a date like 2024-12-23: {value}') from None
    return published if published and published.year > 1 else None  # databases write no date as 0001-01-01

"""PDF, DOCX and HTML to text, each by a library that is installed only where it is wanted.

Nothing here asks the network. What a file may unpack to is bounded before it is unpacked.
"""

from __future__ import annotations

import codecs
import importlib
import logging
import re
import threading
from io import BytesIO
from types import ModuleType
from typing import Any
from zipfile import BadZipFile, ZipFile

from rag.ingest.encodings import NotTextError, decode

MAX_CHARACTERS = 50_000_000
_MAX_UNPACKED = 500 * 1024 * 1024
_MAX_RATIO = 200
_MIN_SUSPECT = 10 * 1024 * 1024
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,40})", re.IGNORECASE)
# What a page does not show its readers: it may be there to mislead those who read it otherwise.
_HIDDEN = [
    "//*[@hidden]",
    "//*[contains(translate(@style, ' ', ''), 'display:none')]",
    "//*[contains(translate(@style, ' ', ''), 'visibility:hidden')]",
]
_PUBLISHED = frozenset({"article:published_time", "datepublished", "date", "dc.date", "pubdate", "publishdate"})
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")
_ONE_PDF = threading.Lock()  # PDFium is not safe in threads: two PDFs read at once end the process
# Codecs that Python has for other things than the text of a page.
_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"})


class FormatError(Exception):
    """A file that cannot be read as what its suffix says; the message says why in one line."""


def pdf_text(data: bytes) -> str:
    """The text layer, pages parted by form feeds. A scan without a text layer says so."""
    with _ONE_PDF:
        pages = _pdf_pages(_library("pypdfium2", "pdf"), data)
    text = "\f".join(pages)
    if not text.strip():
        raise FormatError(f"the PDF has no text layer: {len(pages)} pages of pictures; run it through OCR first")
    return text


def docx_text(data: bytes) -> str:
    """Paragraphs and tables in the order of the document; headings marked as in Markdown, cells parted by tabs."""
    docx = _library("docx", "docx")
    _refuse_zip_bomb(data)
    try:
        document = docx.Document(BytesIO(data))
        blocks = [_docx_block(block) for block in document.iter_inner_content()]
    except Exception as error:  # noqa: BLE001 - a parser fails in as many ways as there are damaged files
        raise FormatError(f"the DOCX is damaged and cannot be opened: {_first_line(error)}") from None
    return "\n\n".join(block for block in blocks if block)


def html_text(data: bytes) -> str:
    """The main text of a page as it is seen, without menus and what is hidden, as Markdown, under its title as a
    heading; before it, as front matter, the day that the page says it was published.
    """
    trafilatura = _library("trafilatura", "html")
    source = _decoded_html(data)
    logging.getLogger(trafilatura.__name__).setLevel(logging.CRITICAL)  # what fails is said once, by us
    try:
        text = _main_text(trafilatura, source)
        title = getattr(trafilatura.extract_metadata(source), "title", None) if text else None
        day = _stated_day(trafilatura.load_html(source)) if text else None
    except Exception as error:  # noqa: BLE001 - as above
        raise FormatError(f"the HTML is damaged and cannot be read: {_first_line(error)}") from None
    if not text or not text.strip():
        raise FormatError("the HTML has no main text")
    text = str(text).strip()
    if title and not text.startswith("# "):
        text = f"# {' '.join(title.split())}\n\n{text}"
    return f"---\npublished: {day}\n---\n\n{text}" if day else text


def _main_text(trafilatura: ModuleType, source: str) -> str | None:
    """As Markdown. Of a page of a few words the library takes all text without its structure: where that loses a table,
    it is told that a few words are enough.
    """
    options = {"output_format": "markdown", "include_comments": False, "include_tables": True, "prune_xpath": _HIDDEN}
    text: str | None = trafilatura.extract(source, **options)
    if text and "|" not in text and "<table" in source.lower():
        settings = trafilatura.settings.use_config()
        settings.set("DEFAULT", "MIN_EXTRACTED_SIZE", "0")
        again: str | None = trafilatura.extract(source, config=settings, **options)
        text = again if again and "|" in again else text
    return text


def _stated_day(tree: Any) -> str | None:
    """The day in a page's own metadata; one that only stands somewhere in its text may be another's."""
    for meta in () if tree is None else tree.iter("meta"):
        names = {str(meta.get(key, "")).lower() for key in ("property", "name", "itemprop")}
        if names & _PUBLISHED and (match := _DAY.match(str(meta.get("content", "")).strip())):
            return match[0]
    return None


def _library(module: str, extra: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ImportError:
        raise FormatError(f'needs an extra that is not installed: pip install "wenju[{extra}]"') from None


def _pdf_pages(pdfium: Any, data: bytes) -> list[str]:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise FormatError("the PDF is encrypted" if locked else "the PDF is damaged and cannot be opened") from None
    try:
        return _texts_of(document)
    except pdfium.PdfiumError as error:
        raise FormatError(f"the PDF is damaged and cannot be read: {_first_line(error)}") from None
    finally:
        document.close()


def _texts_of(document: Any) -> list[str]:
    pages: list[str] = []
    length = 0
    for number in range(len(document)):
        page = document[number]
        try:
            text_page = page.get_textpage()
            text = str(text_page.get_text_bounded()).replace("\r\n", "\n").replace("\ufffe", "")
            text_page.close()
        finally:
            page.close()
        length += len(text)
        if length > MAX_CHARACTERS:
            raise FormatError(f"the PDF holds more than {MAX_CHARACTERS // 1_000_000} million characters")
        pages.append(text)
    return pages


def _docx_block(block: Any) -> str:
    if hasattr(block, "rows"):
        return "\n".join("\t".join(" ".join(cell.text.split()) for cell in row.cells) for row in block.rows)
    text = str(block.text).strip()
    style = (block.style.name or "") if block.style is not None else ""
    if not text or not style.startswith(("Heading", "Title")):
        return text
    level = int(style.split()[-1]) if style.split()[-1].isdigit() else 1
    return f"{'#' * min(level, 6)} {text}"


def _refuse_zip_bomb(data: bytes) -> None:
    try:
        with ZipFile(BytesIO(data)) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
    except BadZipFile:
        raise FormatError("the DOCX is damaged: it is no zip archive") from None
    if unpacked > _MAX_UNPACKED or (unpacked > _MIN_SUSPECT and unpacked > _MAX_RATIO * len(data)):
        raise FormatError(f"the DOCX unpacks to {unpacked // (1 << 20)} MB, too much for its size")


def _decoded_html(data: bytes) -> str:
    stated = _META_CHARSET.search(data[:4096])
    if stated:
        name = stated[1].decode("ascii").lower()
        try:
            if codecs.lookup(name).name not in _NO_CHARSETS:
                return data.decode("gb18030" if name in ("gb2312", "gbk") else name)
        except (LookupError, UnicodeError):
            pass
    try:
        return decode(data)
    except NotTextError as error:
        raise FormatError(str(error)) from None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]

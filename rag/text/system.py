"""Text as the operating system hands it over: file names and arguments are bytes, and not always UTF-8.

Python keeps a byte that is not as a lone surrogate (PEP 383), which can neither be stored nor printed.
"""

from __future__ import annotations

import hashlib

_REPLACED = "\ufffd"
_WIDE_SPACE = "\u3000"


def readable(text: str) -> str:
    """`text` without lone surrogates: a part of a path whose bytes are not UTF-8 is read as GB18030, which old archives
    from China unpack to, and byte by byte as U+FFFD where it is not that either.
    """
    return "/".join(map(_part, text.split("/"))) if _is_broken(text) else text


def file_name(name: str) -> str:
    """As `readable`, with a digest of the bytes where some could not be read, so that two names stay two."""
    shown = readable(name)
    if shown == name or _REPLACED not in shown:
        return shown
    return f"{shown}~{hashlib.sha256(_bytes(name)).hexdigest()[:8]}"


def _part(part: str) -> str:
    if not _is_broken(part):
        return part
    try:
        decoded = _bytes(part).decode("gb18030")
    except UnicodeDecodeError:
        decoded = ""
    if decoded.replace(_WIDE_SPACE, "").isprintable() and decoded:
        return decoded
    return _bytes(part).decode(errors="replace")


def _is_broken(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")

"""A prepared folder in the user's cache: made once, checked at every opening, made anew when it is not what it should
be.

It is made beside its place under a name of its own and renamed into it, under a lock, so that no process ever sees
half a folder and two that start together prepare once. `manifest.json`, written last, holds the size and the SHA-256
of each file.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

MANIFEST = "manifest.json"


def cache_root(cache_dir: Path | None) -> Path:
    """The folder given, or else the user's own for caches."""
    if cache_dir is None:
        from platformdirs import user_cache_path

        cache_dir = user_cache_path("wenju")
    return Path(cache_dir)


def prepared_folder(place: Path, make: Callable[[Path], None]) -> Path:
    """`place`, after `make(temporary folder)` has filled it if it was missing or broken.

    Checked each time: the manifest, the size and the SHA-256 of every file it names.
    """
    if is_whole(place):
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(place.with_name(place.name + ".lock")):
        if not is_whole(place):
            _replace(place, make)
    return place


def is_whole(place: Path) -> bool:
    """Whether every file that the manifest names is there with its size and its SHA-256."""
    try:
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        return all(_matches(place / name, *expected) for name, expected in manifest.items()) and bool(manifest)
    except (OSError, ValueError, TypeError, AttributeError):
        return False


def _matches(path: Path, size: int, digest: str) -> bool:
    return path.stat().st_size == size and sha256(path) == digest


def _replace(place: Path, make: Callable[[Path], None]) -> None:
    for stale in place.parent.glob(f"{place.name}.tmp-*"):
        shutil.rmtree(stale, ignore_errors=True)
    fresh = Path(tempfile.mkdtemp(prefix=f"{place.name}.tmp-", dir=place.parent))
    try:
        make(fresh)
        _write_manifest(fresh)
        shutil.rmtree(place, ignore_errors=True)
        fresh.rename(place)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _write_manifest(folder: Path) -> None:
    files = {path.name: [path.stat().st_size, sha256(path)] for path in sorted(folder.iterdir())}
    (folder / MANIFEST).write_text(json.dumps(files, indent=1), encoding="utf-8")


def sha256(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

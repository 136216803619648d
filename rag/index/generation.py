"""Keeps the vector index at the store's generation: loaded, caught up, or made anew; saved so that it is never half
there.

On disk: a folder `vectors-G` with the FAISS files and, written last and by rename, `manifest.json` that names the
folder, its generation, the files' checksums, and how an approximate index is searched with the recall that was measured
against the exact one. What does not fit the manifest is rebuilt from the store.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
import threading
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock

from rag.index.store import Store
from rag.index.vectors import UnitIndex, VectorIndex

_log = logging.getLogger(__name__)
_MANIFEST = "manifest.json"
_LOCK = "vectors.lock"  # held by the process that writes
_FORMAT = 2  # of the files; others are made anew from the store
_NAMES = ("passages", "sentences")
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError)  # what damaged files raise


class Index:
    """The vector index of a store. `current()` is at the store's generation whenever it returns."""

    def __init__(self, store: Store, dimension: int) -> None:
        self._store = store
        self._store_id = store.id()
        self._dimension = dimension
        self._lock = threading.Lock()
        self.damage: str | None = None  # what was wrong with the files on disk; they are written anew by `save`
        self._seen = self._stamp()
        self._units = self._load() or UnitIndex.empty(dimension)
        self._saved = self._units.generation

    def current(self) -> UnitIndex:
        """The index, caught up with whatever was stored since the last call, by any process."""
        if self._store.generation() != self._units.generation or self._stamp() != self._seen:
            with self._lock:
                self._adopt()
                self._catch_up()
        return self._units

    def state(self, units: UnitIndex) -> str:
        """Names the content of `units`, given by `current`: equal for two of them only if they hold the same."""
        return f"{self._store_id}/{units.generation}"

    def save(self) -> None:
        """Writes the index beside the store if it has changed since it was read or last written; where it has become
        so large that it needs tuning, that is done now."""
        self.current()
        with self._lock:
            if self._saved != self._units.generation or self.damage:
                self._write()

    def rebuild(self) -> None:
        """Makes the index anew from the store, whatever is on disk, and saves it."""
        with self._lock:
            self._units = UnitIndex.empty(self._dimension)
            self._catch_up()
            self._write()

    def _catch_up(self) -> None:
        # The generation is read first: what is written meanwhile is then seen twice at worst, and filtered below.
        generation = self._store.generation()
        units = self._units
        if generation == units.generation:
            return
        if generation < units.generation:  # the store was put back to an earlier copy of itself
            units = UnitIndex.empty(self._dimension)
        try:
            self._units = self._caught_up(units, generation)
        except ValueError as error:  # the store was put back, and went another way from there
            _log.warning("the vector index does not fit the store (%s); it is made anew", error)
            self._units = self._caught_up(UnitIndex.empty(self._dimension), generation)

    def _caught_up(self, units: UnitIndex, generation: int) -> UnitIndex:
        added = self._store.units_since(units.generation, self._dimension)
        stale = np.array(self._store.removed_since(units.generation), np.int64)
        gone = np.union1d(stale, added.chunk_ids).astype(np.int64)
        return units.extended(gone, added, generation)

    def _adopt(self) -> None:
        """Takes over what another process has written if it searches otherwise: a shortlist takes minutes to make."""
        stamp = self._stamp()
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            manifest = self._manifest()
            if manifest["approximate"] != {name: index.tuning for name, index in self._by_name(self._units).items()}:
                self._units = self._read(manifest)
                self._saved = self._units.generation
        except _UNREADABLE as error:  # it may be just being replaced by the next
            _log.warning("what another process wrote of the vector index is not taken over: %s", error)

    def _load(self) -> UnitIndex | None:
        if self._seen is None:
            return None
        try:
            return self._read(self._manifest())
        except _UNREADABLE as error:
            self.damage = str(error)
            _log.warning("the vector index on disk is damaged (%s); it is made anew from the store", error)
            return None

    def _stamp(self) -> tuple[int, int] | None:
        """Changes whenever the manifest is replaced; None without one."""
        try:
            status = (self._store.folder / _MANIFEST).stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns

    def _manifest(self) -> dict[str, Any]:
        manifest: dict[str, Any] = json.loads((self._store.folder / _MANIFEST).read_text())
        if manifest.get("format") != _FORMAT:
            raise ValueError(f"its files are not of format {_FORMAT}")
        return manifest

    def _read(self, manifest: dict[str, Any]) -> UnitIndex:
        """What a manifest names. Raises one of _UNREADABLE if it is not whole or of another store."""
        folder = self._store.folder / Path(manifest["folder"]).name
        for name, checksum in manifest["crc32"].items():
            if _checksum(folder / Path(name).name) != checksum:
                raise ValueError(f"{name} does not have its checksum")
        if manifest["store"] != self._store_id:
            raise ValueError("it belongs to another store")
        passages, sentences = (
            VectorIndex.read(folder / f"{name}.faiss", manifest["approximate"][name]) for name in _NAMES
        )
        if passages.dimension != self._dimension:
            raise ValueError(f"vectors have {passages.dimension} components, not {self._dimension}")
        return UnitIndex(passages, sentences, int(manifest["generation"]))

    @staticmethod
    def _by_name(units: UnitIndex) -> dict[str, VectorIndex]:
        return dict(zip(_NAMES, (units.passages, units.sentences), strict=True))

    def _write(self) -> None:
        self._units = self._units.tuned()
        with FileLock(self._store.folder / _LOCK):
            self._write_alone()

    def _write_alone(self) -> None:
        """Writes a folder and the manifest that names it; all other folders are then older or were left unfinished."""
        folder = Path(tempfile.mkdtemp(prefix=f"vectors-{self._units.generation}-", dir=self._store.folder))
        indexes = self._by_name(self._units)
        files = [file for name, index in indexes.items() for file in index.write(folder / f"{name}.faiss")]
        manifest = {
            "format": _FORMAT,
            "store": self._store_id,
            "folder": folder.name,
            "generation": self._units.generation,
            "crc32": {file.name: _checksum(file) for file in files},
            "approximate": {name: index.tuning for name, index in indexes.items()},
        }
        _replace(self._store.folder / _MANIFEST, manifest)
        self._seen = self._stamp()
        self._saved = self._units.generation
        self.damage = None
        for old in self._store.folder.glob("vectors-*"):
            if old.name != folder.name:
                shutil.rmtree(old, ignore_errors=True)


def _checksum(path: Path) -> int:
    value = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            value = zlib.crc32(block, value)
    return value


def _replace(path: Path, content: dict[str, Any]) -> None:
    """Writes a JSON file so that a reader sees the old one or the new one."""
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    with temporary.open("w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)

"""What a run was made of, so that it can be made again, and so that two runs of the same can be known as such."""

from __future__ import annotations

import hashlib
import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import TypeAdapter

from eval.asking import DEPTH
from eval.dataset import Dataset
from eval.targets import Identity

MANIFEST = "manifest.json"
_FORMAT = 1  # raised when records of older runs can no longer be read
_PACKAGES = ("wenju", "ir-measures", "pytrec-eval-terrier", "nltk", "numpy", "faiss-cpu", "openvino", "langchain")


@dataclass(frozen=True, slots=True)
class Machine:
    system: str
    processor: str
    cores: int
    python: str
    packages: dict[str, str]


@dataclass(frozen=True, slots=True)
class Manifest:
    """`hash` is over everything that answers depend on: the set, the target, the options. Time and machine are not in
    it.
    """

    hash: str
    dataset: str
    dataset_sha256: str
    questions: int
    target: Identity
    depth: int
    oracle: bool
    judge: str
    chat_judge: str | None
    seed: int
    started: str
    machine: Machine


_MANIFEST = TypeAdapter(Manifest)


def manifest_of(
    dataset: Dataset, identity: Identity, *, oracle: bool, judge: str, chat_judge: str | None, seed: int
) -> Manifest:
    depends = (_FORMAT, dataset.sha256, len(dataset.items), identity, DEPTH, oracle, chat_judge)
    digest = hashlib.sha256(TypeAdapter(tuple).dump_json(depends)).hexdigest()[:16]
    started = datetime.now(UTC).isoformat(timespec="seconds")
    return Manifest(
        digest, dataset.name, dataset.sha256, len(dataset.items), identity, DEPTH, oracle, judge, chat_judge, seed,
        started, _machine(),
    )  # fmt: skip


def write_manifest(folder: Path, manifest: Manifest) -> None:
    (folder / MANIFEST).write_bytes(_MANIFEST.dump_json(manifest, indent=2))


def read_manifest(folder: Path) -> Manifest | None:
    """None where there is none. Raises ValueError for one that cannot be read."""
    path = folder / MANIFEST
    return _MANIFEST.validate_json(path.read_bytes()) if path.exists() else None


def _machine() -> Machine:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return Machine(platform.platform(), _processor(), os.cpu_count() or 1, platform.python_version(), found)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text("utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()

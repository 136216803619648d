"""The prepared folder heals itself, whatever was done to it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from embeddings import CorruptModel, Embedder, load_embedder
from embeddings import prepare as preparation
from embeddings.cache import MANIFEST, is_whole, prepared_folder

PROGRAM = """
import sys
from pathlib import Path
from embeddings import load_embedder
embedder = load_embedder("e5-small", cache_dir=Path(sys.argv[1]))
print(float(embedder.embed_queries(["hello"])[0, 0]))
"""


def truncate(folder: Path) -> None:
    file = folder / "graph.bin"
    file.write_bytes(file.read_bytes()[:1000])


def delete(folder: Path) -> None:
    (folder / "edges.npy").unlink()


def flip(folder: Path) -> None:
    file = folder / "graph.bin"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)


def lose_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def spoil_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_text("[1, 2", encoding="utf-8")


def leave_half_a_folder(folder: Path) -> None:
    shutil.copytree(folder, folder.with_name(folder.name + ".tmp-left"))
    shutil.rmtree(folder)


@pytest.mark.parametrize("harm", [truncate, delete, flip, lose_manifest, spoil_manifest, leave_half_a_folder])
def test_broken_cache_is_made_anew(harm: Callable[[Path], None], e5: Embedder, cache_dir: Path, tmp_path: Path) -> None:
    healthy = next(path for path in cache_dir.iterdir() if path.is_dir())
    folder = tmp_path / healthy.name
    shutil.copytree(healthy, folder)
    harm(folder)
    told: list[str] = []
    embedder = load_embedder("e5-small", cache_dir=tmp_path, progress=lambda what, _share: told.append(what))
    assert told, "it was prepared again"
    assert is_whole(folder)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [healthy.name], "nothing is left lying about"
    np.testing.assert_array_equal(embedder.embed_queries(["新闻"]), e5.embed_queries(["新闻"]))


@pytest.mark.usefixtures("e5")
def test_whole_cache_is_not_made_again(cache_dir: Path) -> None:
    told: list[str] = []
    load_embedder("e5-small", cache_dir=cache_dir, progress=lambda what, _share: told.append(what))
    assert not told


def test_processes_that_start_together_all_work(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    answers = [process.communicate(timeout=120)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0]
    assert len(set(answers)) == 1
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1


def test_failed_preparation_leaves_nothing(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").write_bytes(b"x")
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        prepared_folder(tmp_path / "model", fail)
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(preparation, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(CorruptModel, match="not the weights"):
        load_embedder("e5-small", cache_dir=tmp_path)

"""The same weights in other libraries, one after another: `python -m benchmarks.peers --xquad DIR --environment DIR`.

LangChain's FAISS store, LlamaIndex and txtai are installed into their own environment (`--environment`, kept there for
the next time) and run with the built-in model's exact float32 weights through sentence-transformers; then wenju, as it
is installed here. Each indexes the Chinese passages of XQuAD and is asked for the one best passage of each question.
Models are loaded before the clock starts; each may use all cores.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peer import PEERS
from benchmarks.retrieval import Asked, pages, squad
from embeddings.export import write_float32_folder
from rag.settings import Settings
from rag.wiring import build

LANGUAGES = ("zh", "en", "es", "ar")
# torch as in pyproject.toml: from 2.14 on it brings gigabytes of CUDA.
PACKAGES = (
    "torch>=2.6,<2.14",
    "sentence-transformers>=5.1,<7",
    "faiss-cpu>=1.11,<2",
    "langchain-community",
    "langchain-huggingface",
    "llama-index-core",
    "llama-index-embeddings-huggingface",
    "txtai",
)


@dataclass(frozen=True)
class Measured:
    """Seconds to index; milliseconds and the passage found, question by question."""

    index_s: float
    times_ms: list[float]
    found: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--xquad", type=Path, required=True, help="folder with xquad.LANGUAGE.json")
    parser.add_argument("--environment", type=Path, required=True, help="folder to install the peers into")
    parser.add_argument("--every", type=int, default=1, help="ask every n-th question")
    arguments = parser.parse_args()
    if arguments.environment.resolve().is_relative_to(Path(__file__).resolve().parent.parent):
        parser.error("--environment must be outside the checkout")
    passages, _ = squad(arguments.xquad / "xquad.zh.json")
    asked = {
        language: squad(arguments.xquad / f"xquad.{language}.json")[1][:: arguments.every] for language in LANGUAGES
    }
    questions = [question for language in LANGUAGES for question in asked[language]]
    python, model = prepared(arguments.environment)
    print(f"{len(passages)} passages; questions: {', '.join(f'{k} {len(v)}' for k, v in asked.items())}")
    print(f"{'':16}" + "".join(f"{language:>7}" for language in LANGUAGES) + "  question p50  indexed in", flush=True)
    for name in PEERS:
        print_row(name, peer(name, python, model, passages, questions), asked)
    print_row("wenju", wenju(passages, questions), asked)


def prepared(folder: Path) -> tuple[Path, Path]:
    """The interpreter of an environment with the peers, and the folder of the weights; made if they are not there."""
    python, model, done = folder / "venv" / "bin" / "python", folder / "float32", folder / "installed.txt"
    if not done.exists() or done.read_text() != "\n".join(PACKAGES):
        print("installing the peers ...", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        done.write_text("\n".join(PACKAGES))
    if not (model / "model.safetensors").exists():
        write_float32_folder(model)
    return python, model


def peer(name: str, python: Path, model: Path, passages: dict[str, str], questions: list[Asked]) -> Measured:
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as task:
        json.dump({"passages": passages, "questions": [question.text for question in questions]}, task)
        task.flush()
        command = [str(python), "-P", str(Path(__file__).with_name("peer.py")), name, str(model), task.name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr[-2000:]}")
    reply: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return Measured(**reply)


def wenju(passages: dict[str, str], questions: list[Asked]) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        service = build(Settings(data=Path(folder)), create=True)
        service.embedder.embed_passages(["warm"])
        started = time.perf_counter()
        service.library.ingest_pages(pages(passages))
        elapsed = time.perf_counter() - started
        service.warm()
        found, times = [], []
        for question in questions:
            started = time.perf_counter()
            hits = service.assistant.search(question.text, limit=1).hits
            times.append((time.perf_counter() - started) * 1000)
            found.append(hits[0].source if hits else "")
        service.close()
    return Measured(elapsed, times, found)


def print_row(name: str, measured: Measured, asked: dict[str, list[Asked]]) -> None:
    found = iter(measured.found)
    recalls = [np.mean([next(found) == question.passage for question in asked[language]]) for language in LANGUAGES]
    columns = "".join(f"{recall:>7.3f}" for recall in recalls)
    print(f"{name:16}{columns}{np.median(measured.times_ms):>10.1f} ms{measured.index_s:>10.1f} s", flush=True)


if __name__ == "__main__":
    main()

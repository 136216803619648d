"""How fast the product answers, and how much memory it takes: `python -m benchmarks.service [--seeds DIR]`.

Real processes on this machine: ingest from nothing and again, `wenju ask` cold, answers and verification warm over a
loopback server whose peak resident memory is read at the end. Times are wall clock; each figure is a median
with its spread.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = ROOT / "eval" / "datasets" / "seeds_qa.dev.jsonl"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=Path, default=ROOT / "seeds")
    parser.add_argument("--runs", type=int, default=5, help="cold runs of each command")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        print(f"ingest from nothing: {timed('ingest', arguments.seeds, '--data', data):.2f} s")
        show("ingest again", [timed("ingest", arguments.seeds, "--data", data) for _ in range(arguments.runs)])
        question = "2024年瑞安有多少个项目列入省“千项万亿”工程？"
        show("ask, cold process", [timed("ask", question, "--data", data) for _ in range(arguments.runs)])
        with server(data) as (url, process):
            measure_answers(url)
            measure_verify(url)
            print(f"server, peak resident memory: {peak_memory_mb(process.pid):.0f} MB")


def measure_answers(url: str) -> None:
    questions = [json.loads(line)["question"] for line in QUESTIONS.read_text("utf-8").splitlines()]
    with httpx.Client(base_url=url, timeout=60) as client:
        for question in questions[:10]:
            client.post("/v1/answers", json={"question": question}).raise_for_status()
        times = []
        for question in questions:
            started = time.perf_counter()
            client.post("/v1/answers", json={"question": question}).raise_for_status()
            times.append(time.perf_counter() - started)
    times.sort()
    p50, p95 = times[len(times) // 2] * 1000, times[int(len(times) * 0.95)] * 1000
    print(f"POST /v1/answers, warm, {len(times)} different questions: p50 {p50:.1f} ms, p95 {p95:.1f} ms")


def measure_verify(url: str) -> None:
    """Texts of ten sentences that the articles have, a stop behind each."""
    questions = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    said = [each["quote"].rstrip("。") + "。" for question in questions for each in question["evidence"]]
    texts = ["".join(said[at : at + 10]) for at in range(0, len(said) - 9, 10)]
    times = []
    with httpx.Client(base_url=url, timeout=60) as client:
        for text in [texts[0], *texts]:
            reply = client.post("/v1/verify", json={"text": text}).raise_for_status()
            times.append(reply.json()["timings_ms"]["total"])
    print(f"POST /v1/verify, warm, {len(texts)} texts of ten sentences: p50 {statistics.median(times[1:]):.0f} ms")


def timed(*arguments: str | Path) -> float:
    started = time.perf_counter()
    command = [sys.executable, "-m", "rag.cli", *map(str, arguments)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def show(what: str, seconds: list[float]) -> None:
    spread = f"{min(seconds):.2f} to {max(seconds):.2f}, {len(seconds)} runs"
    print(f"{what}: median {statistics.median(seconds):.2f} s ({spread})")


@contextmanager
def server(data: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [sys.executable, "-m", "rag.cli", "serve", "--port", "0", "--data", str(data)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        assert process.stderr is not None
        url = next(match[0] for line in process.stderr if (match := re.search(r"http://127\.0\.0\.1:\d+", line)))
        while httpx.get(f"{url}/readyz").status_code != 200:
            time.sleep(0.05)
        yield url, process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def peak_memory_mb(pid: int) -> float:
    """Linux's high-water mark of resident memory; elsewhere it is not known."""
    status = Path(f"/proc/{pid}/status")
    if os.name != "posix" or not status.exists():
        return float("nan")
    match = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
    assert match
    return int(match[1]) / 1024


if __name__ == "__main__":
    main()

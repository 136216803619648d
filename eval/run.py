"""A run: every question asked once, whatever happens on the way noted, what is done kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from eval.asking import Places, ask, locate
from eval.dataset import Dataset, Item, Problem
from eval.judge import ChatJudge, SupportJudge
from eval.manifest import Manifest, read_manifest, write_manifest
from eval.metrics.ranking import trec_files
from eval.records import PER_QUESTION, Record, line_of, read_records, write_records
from eval.score import judged_by_chat, ranked, score
from eval.targets import Target, TargetGone
from rag.errors import WenjuError

Progress = Callable[[int, int], None]


class OtherRun(WenjuError):
    """The folder holds a run of something else."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} holds a run of other questions, another index or other settings; choose another --out, or"
            " --fresh to begin anew"
        )


class Stopped(WenjuError):
    """Nothing could be asked any more. What was done is in the folder."""

    def __init__(self, reason: str, done: int, total: int) -> None:
        super().__init__(
            f"{reason}; {done} of {total} questions are done and kept, and the same command goes on from there"
        )
        self.done = done
        self.total = total


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run, its records scored and in the order of the set."""

    manifest: Manifest
    records: tuple[Record, ...]
    problems: tuple[Problem, ...]


def run(
    dataset: Dataset, target: Target, manifest: Manifest, folder: Path, *, judge: SupportJudge,
    chat_judge: ChatJudge | None = None, parallel: int = 1, fresh: bool = False, progress: Progress | None = None,
    problems: tuple[Problem, ...] = (),
) -> Run:  # fmt: skip
    """Asks what is not asked yet, with at most `parallel` questions under way, and scores all.

    `problems` are those known before. Raises OtherRun, and Stopped when the target is gone; KeyboardInterrupt passes
    through with all that is done kept.
    """
    done = {record.item.id: record for record in _kept(folder, manifest, fresh)}
    places = locate(dataset, target)
    todo = [item for item in dataset.items if item.id not in done]
    say = progress or (lambda _done, _total: None)
    say(len(done), len(dataset.items))
    with (folder / PER_QUESTION).open("ab") as file:
        try:
            for record in _asked(todo, target, places, parallel):
                if chat_judge is not None:
                    record = judged_by_chat(record, chat_judge)
                file.write(line_of(record))
                file.flush()
                done[record.item.id] = record
                say(len(done), len(dataset.items))
        except TargetGone as error:
            raise Stopped(str(error), len(done), len(dataset.items)) from None
    records = score([done[item.id] for item in dataset.items], judge)
    write_records(folder / PER_QUESTION, records)
    for name, text in zip(("qrels.txt", "run.txt"), trec_files({r.item.id: ranked(r) for r in records}), strict=True):
        (folder / name).write_text(text, "utf-8")
    return Run(manifest, tuple(records), (*dataset.problems, *problems, *places.problems))


def _kept(folder: Path, manifest: Manifest, fresh: bool) -> Sequence[Record]:
    """The records of an earlier, unfinished run of the same; those that failed are asked again."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / PER_QUESTION
    if fresh:
        path.unlink(missing_ok=True)
    elif path.exists():
        try:
            earlier = read_manifest(folder)
            if earlier is None or earlier.hash != manifest.hash:
                raise OtherRun(folder)
            kept = [record for record in read_records(path) if record.error is None]
        except ValueError as error:
            raise WenjuError(f"{error}; --fresh begins anew") from None
        write_records(path, kept)
        return kept
    write_manifest(folder, manifest)
    return ()


def _asked(items: Sequence[Item], target: Target, places: Places, parallel: int) -> Iterator[Record]:
    """Records as they are done. What is under way when asking stops is waited for, and given out if it is done."""
    waiting: set[Future[Record]] = set()
    pending = iter(items)
    with ThreadPoolExecutor(parallel, thread_name_prefix="ask") as pool:
        try:
            while True:
                while len(waiting) < parallel and (item := next(pending, None)) is not None:
                    waiting.add(pool.submit(ask, item, target, places))
                if not waiting:
                    return
                finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                # Those that are done first: one that fails must not take another's answer with it.
                for future in sorted(finished, key=lambda one: one.exception() is not None):
                    yield future.result()
        finally:
            for future in waiting:
                future.cancel()

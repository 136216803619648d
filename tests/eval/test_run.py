"""Runs over a real index and a real server, and what interrupts them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from eval.dataset import Dataset, Gold, Item, read_dataset
from eval.judge import SupportJudge
from eval.manifest import manifest_of
from eval.records import PER_QUESTION, read_records
from eval.run import OtherRun, Run, Stopped, run
from eval.targets import Identity, Local, QuestionFailed, Remote, Target, TargetGone
from rag.retrieve.dictionary import Dictionary
from rag.settings import Settings
from rag.types import Answer, ArticleText, Hit, Page
from rag.wiring import Service, build
from tests.api.conftest import running

_PAGES = (
    Page("塔", "青石镇的灯塔由船匠陆百川于1912年建成。塔高三十一米，共有九层。灯塔每年接待游客约四万人。", "article"),
    Page("河", "白沙河发源于西部山区，全长一百二十公里。河上每年有五千艘船经过。两岸居民以种茶为生。", "article"),
    Page("Bridge", "The old bridge was opened in 1987. Li Ming directed the work. It is 3,200 metres long.", "article"),
)
_ROWS = (
    {"id": "1", "question": "青石镇的灯塔由谁建成？", "answers": ["陆百川"],
     "evidence": [{"source": "塔", "quote": "青石镇的灯塔由船匠陆百川于1912年建成。"}]},
    {"id": "2", "question": "白沙河两岸居民以什么为生？", "answers": ["种茶"],
     "evidence": [{"source": "河", "quote": "两岸居民以种茶为生。"}]},
    {"id": "3", "question": "Who directed the work on the old bridge?", "answers": ["Li Ming"],
     "evidence": [{"source": "Bridge", "quote": "Li Ming directed the work."}]},
    {"id": "4", "question": "白沙河的水温是多少度？", "type": "unanswerable", "answers": []},
    {"id": "5", "question": "灯塔每年接待多少游客？", "answers": ["四万人"],
     "evidence": [{"source": "塔", "quote": "灯塔每年接待游客约五万人"}]},
    {"id": "6", "question": "白沙河有多长？", "answers": ["一百二十公里"],
     "evidence": [{"source": "湖", "quote": "全长一百二十公里"}]},
)  # fmt: skip


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with closing(build(Settings(data=tmp_path_factory.mktemp("data")), create=True)) as service:
        service.library.ingest_pages(_PAGES)
        yield service


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    path = tmp_path_factory.mktemp("set") / "set.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in _ROWS), "utf-8")
    return read_dataset(path)


def measured(target: Target, dataset: Dataset, folder: Path, service: Service, **options: object) -> Run:
    judge = SupportJudge(service.embedder, Dictionary())
    manifest = manifest_of(dataset, target.identity(), oracle=True, judge=judge.name, chat_judge=None, seed=0)
    return run(dataset, target, manifest, folder, judge=judge, **options)  # type: ignore[arg-type]


def test_an_index_is_measured_and_evidence_that_is_not_there_is_named(
    service: Service, dataset: Dataset, tmp_path: Path
) -> None:
    found = measured(Local(service, None, oracle=True), dataset, tmp_path, service)
    assert [record.item.id for record in found.records] == ["1", "2", "3", "4", "5", "6"]
    assert {problem.where: problem.what.partition(":")[0] for problem in found.problems} == {
        "5": "the evidence is not in '塔'",
        "6": "its source '湖' is not ingested",
    }
    first = found.records[0]
    assert first.scores.recall_5 == first.scores.credit == first.scores.verbatim == 1.0
    assert first.scores.oracle_credit == 1.0
    assert found.records[4].scores.recall_5 is None  # there is nothing to be found
    assert found.records[4].scores.credit is not None
    unanswerable = found.records[3]
    assert unanswerable.answer is not None
    assert unanswerable.scores.hallucinated == float(not unanswerable.answer.abstained)
    assert first.scores.hallucinated is None
    assert read_records(tmp_path / PER_QUESTION) == list(found.records)


def test_a_server_gives_what_its_index_gives(service: Service, dataset: Dataset, tmp_path: Path) -> None:
    here = measured(Local(service, None, oracle=False), dataset, tmp_path / "here", service)
    with running(service) as address, closing(Remote(address, api_key=None, timeout=30)) as remote:
        there = measured(remote, dataset, tmp_path / "there", service, parallel=3)
    free = {"latency_ms": None}
    assert [replace(r.scores, **free) for r in there.records] == [replace(r.scores, **free) for r in here.records]
    assert [record.item.id for record in there.records] == [record.item.id for record in here.records]


def test_a_server_that_dies_in_the_middle_keeps_what_is_done_and_goes_on(
    service: Service, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.targets._FIRST_PAUSE", 0.01)
    with running(service) as address:
        remote = Remote(address, api_key=None, timeout=30)
        identity = remote.identity()
        dying = Dying(remote, identity, after=2)
        with pytest.raises(Stopped, match="2 of 6 questions are done") as stopped:
            measured(dying, dataset, tmp_path, service)
        assert stopped.value.done == 2
        again = Counting(remote, identity)
        found = measured(again, dataset, tmp_path, service)
        assert again.asked == [item.question for item in dataset.items[2:]]
        assert all(record.error is None for record in found.records)
        remote.close()


def test_no_server_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.targets._FIRST_PAUSE", 0.01)
    with closing(Remote("http://127.0.0.1:9", api_key=None, timeout=2)) as remote, pytest.raises(TargetGone):
        remote.identity()


def test_an_interrupted_run_goes_on_where_it_was(service: Service, dataset: Dataset, tmp_path: Path) -> None:
    target = Counting(Local(service, None, oracle=True), Local(service, None, oracle=True).identity())

    def interrupting(done: int, _total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measured(target, dataset, tmp_path, service, progress=interrupting)
    path = tmp_path / PER_QUESTION
    assert len(read_records(path)) == 3
    path.write_bytes(path.read_bytes()[:-40])  # the last line was cut off
    before = len(target.asked)
    measured(target, dataset, tmp_path, service)
    assert target.asked[before:] == [item.question for item in dataset.items[2:]]
    whole = path.read_bytes()
    measured(target, dataset, tmp_path, service)
    assert path.read_bytes() == whole


def test_another_run_is_not_overwritten_unless_told_to(service: Service, dataset: Dataset, tmp_path: Path) -> None:
    target = Local(service, None, oracle=True)
    measured(target, dataset, tmp_path, service)
    other = replace(dataset, sha256="other")
    with pytest.raises(OtherRun):
        measured(target, other, tmp_path, service)
    assert len(measured(target, other, tmp_path, service, fresh=True).records) == 6


def test_a_question_that_fails_counts_as_wrong_and_is_asked_again(
    service: Service, dataset: Dataset, tmp_path: Path
) -> None:
    local = Local(service, None, oracle=False)
    failing = Failing(local, local.identity(), dataset.items[0].question)
    found = measured(failing, dataset, tmp_path, service)
    assert found.records[0].error == "no"
    assert found.records[0].scores.credit == found.records[0].scores.recall_5 == found.records[0].scores.decision == 0
    again = Counting(local, local.identity())
    assert measured(again, dataset, tmp_path, service).records[0].error is None
    assert again.asked == [dataset.items[0].question]


def test_an_empty_question_is_counted(service: Service, dataset: Dataset, tmp_path: Path) -> None:
    empty = Item("e", "", "zh", "span", ("x",), (), (Gold("塔", "塔高三十一米"),))
    found = measured(Local(service, None, oracle=True), replace(dataset, items=(empty,)), tmp_path, service)
    assert found.records[0].error == "the question is empty"
    assert found.records[0].scores.recall_1 == 0


class Counting:
    """A target that says what it was asked."""

    def __init__(self, target: Target, identity: Identity) -> None:
        self._target = target
        self._identity = identity
        self._lock = threading.Lock()
        self.asked: list[str] = []

    def identity(self) -> Identity:
        return self._identity

    def ask(self, question: str) -> Answer:
        with self._lock:
            self.asked.append(question)
        return self._target.ask(question)

    def search(self, question: str, limit: int) -> tuple[Hit, ...]:
        return self._target.search(question, limit)

    def oracle(self, question: str, evidence: Sequence[Gold]) -> Answer | None:
        return self._target.oracle(question, evidence)

    def source_text(self, source: str) -> str:
        return self._target.source_text(source)

    def articles(self, source: str) -> Sequence[ArticleText]:
        return self._target.articles(source)


class Dying(Counting):
    """Gone after some answers."""

    def __init__(self, target: Target, identity: Identity, *, after: int) -> None:
        super().__init__(target, identity)
        self._after = after

    def ask(self, question: str) -> Answer:
        if len(self.asked) == self._after:
            raise TargetGone("it is gone")
        return super().ask(question)


class Failing(Counting):
    """One question gets no answer."""

    def __init__(self, target: Target, identity: Identity, question: str) -> None:
        super().__init__(target, identity)
        self._question = question

    def ask(self, question: str) -> Answer:
        if question == self._question:
            raise QuestionFailed("no")
        return super().ask(question)

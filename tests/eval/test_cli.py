"""The commands: exit codes, files, one JSON document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from eval.cli import main
from eval.dataset import read_dataset
from eval.judge import ChatJudge
from eval.make import drafted, write_drafts
from eval.manifest import write_manifest
from eval.records import PER_QUESTION, write_records
from rag.cli import guarded
from rag.errors import BadRequest
from rag.settings import Settings
from rag.text.spans import strip_space
from rag.types import Page
from rag.wiring import Service, build
from tests.conftest import ROOT
from tests.eval.support import made_run, manifest

_PAGES = (
    Page(
        "塔",
        "青石镇灯塔的门票为15元。\n据局长陆百川介绍，去年共接待游客42万人次，比上年增长8.5%。全年开放。",
        "article",
    ),
    Page(
        "Bridge", "The old bridge cost 3,200 pounds in 1987. Most of it, Li Ming said, was paid by the town.", "article"
    ),
)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two finished runs, one good and one bad."""
    folders = {}
    for name, skill in (("good", 0.95), ("bad", 0.3)):
        folders[name] = tmp_path_factory.mktemp(name)
        write_records(folders[name] / PER_QUESTION, made_run(60, skill=skill).records)
        write_manifest(folders[name], manifest(60))
    return folders


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with closing(build(Settings(data=tmp_path_factory.mktemp("data")), create=True)) as service:
        service.library.ingest_pages(_PAGES)
        yield service


def run_command(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        guarded(lambda: main([str(argument) for argument in arguments]))
    return int(ended.value.code or 0)


@pytest.mark.parametrize("command", ["", "run", "compare", "gate", "baseline", "make"])
def test_every_command_takes_what_all_take_and_has_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(*command.split(), "--help") == 0
    out = capsys.readouterr().out
    assert f"wenju eval {command or 'run'}" in out.split("Example:")[1]
    assert not command or ("--data" in out and "--json" in out)


def test_a_gate_passes_with_0_and_fails_with_1(runs: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command("gate", runs["good"], runs["good"], "--data", "nowhere") == 0
    assert "passed" in capsys.readouterr().out
    assert run_command("gate", runs["good"], runs["bad"], "--json") == 1
    said = capsys.readouterr()
    verdict = json.loads(said.out)
    assert verdict["passed"] is False
    assert verdict["failures"]
    assert said.err.count("\n") == 1
    assert run_command("gate", runs["good"], runs["good"], "--json") == 0
    assert json.loads(capsys.readouterr().out)["passed"] is True
    assert run_command("gate", runs["bad"], runs["good"]) == 0


def test_a_baseline_stands_for_its_run(
    runs: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "baseline.json"
    assert run_command("baseline", runs["good"], file) == 0
    assert run_command("gate", file, runs["good"], "--max-drop", 0, "--strict") == 0
    assert run_command("gate", file, runs["bad"]) == 1
    capsys.readouterr()
    assert run_command("baseline", runs["good"], file, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"questions": 60, "file": str(file)}


def test_a_file_in_no_folder_is_refused_before_the_work(
    runs: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "none" / "file"
    for arguments in (("make", "--out", file, "--data", tmp_path / "no-index"), ("baseline", runs["good"], file)):
        assert run_command(*arguments) == 1
        said = capsys.readouterr().err
        assert f"no folder {file.parent}" in said
        assert said.count("\n") == 1


def test_a_comparison_shows_the_worst_with_both_answers(
    runs: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command("compare", runs["good"], runs["bad"], "--worst", 2) == 0
    out = capsys.readouterr().out
    assert out.count("  A: ") == out.count("  B: ") == 2
    assert run_command("compare", runs["good"], runs["bad"], "--json") == 0
    assert json.loads(capsys.readouterr().out)["questions"] == 60


def test_two_places_to_ask_are_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="give one"):
        main(["run", "--dataset", "x", "--out", str(tmp_path), "--data", "d", "--url", "http://127.0.0.1:9"])
    with pytest.raises(BadRequest, match="server decides"):
        main(["run", "--dataset", "x", "--out", str(tmp_path), "--llm", "m", "--url", "http://127.0.0.1:9"])


def test_a_squad_set_is_run_over_its_own_passages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    context = "青石镇的灯塔由船匠陆百川于1912年建成。塔高三十一米。"
    qas = [{"id": "1", "question": "青石镇的灯塔由谁建成？", "answers": [{"text": "陆百川", "answer_start": 10}]}]
    dataset = tmp_path / "tiny.json"
    dataset.write_text(json.dumps({"data": [{"paragraphs": [{"context": context, "qas": qas}]}]}), "utf-8")
    out = tmp_path / "out"
    assert run_command("run", "--dataset", dataset, "--out", out, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["overall"]["estimates"]["recall_1"]["mean"] == 1.0
    names = {"report.html", "report.md", "report.json", "per_question.jsonl", "manifest.json", "qrels.txt", "run.txt"}
    assert names <= {path.name for path in out.iterdir()}
    assert json.loads((out / "report.json").read_text("utf-8")) == report


def test_drafts_hold_their_answers_in_their_evidence_and_are_the_same_each_time(
    service: Service, tmp_path: Path
) -> None:
    drafts = drafted(service.catalog, 20, seed=3)
    assert drafts == drafted(service.catalog, 20, seed=3)
    assert {"number", "who"} <= {item.type for item in drafts}
    for item in drafts:
        quote = item.evidence[0].quote
        assert item.answers[0] in quote
        assert item.type == "headline" or item.answers[0] not in item.question
        assert strip_space(quote) in strip_space(service.catalog.source_text(item.evidence[0].source))
    write_drafts(tmp_path / "draft.jsonl", drafts)
    assert read_dataset(tmp_path / "draft.jsonl").items == tuple(drafts)


def test_a_chat_model_may_word_the_questions_and_may_not_give_the_answer_away(service: Service) -> None:
    chat = ChatJudge("fake", FakeListChatModel(responses=["门票是多少？"]))
    assert {item.question for item in drafted(service.catalog, 3, 0, chat)} == {"门票是多少？"}
    telling = ChatJudge("fake", FakeListChatModel(responses=["a 15元 42万人次 42万人 8.5% 3,200 陆百川 Li Ming"]))
    assert all(
        item.answers[0] not in item.question
        for item in drafted(service.catalog, 9, 0, telling)
        if item.type == "number"
    )


def test_a_chat_model_grades() -> None:
    judge = ChatJudge("fake", FakeListChatModel(responses=["Yes.", "NO"]))
    assert [judge.is_right("?", ["a"], "b") for _ in range(2)] == [True, False]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_shipped_questions_are_answered_as_well_as_in_the_baseline(
    seeds_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = ROOT / "eval" / "datasets" / "seeds_qa.dev.jsonl"
    assert run_command("run", "--dataset", dataset, "--data", seeds_folder, "--out", tmp_path, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["problems"] == []
    assert run_command("gate", ROOT / "eval" / "baselines" / "seeds_qa.dev.json", tmp_path) == 0

"""The command line as a user meets it: real processes, exit codes, one line on stderr, JSON that stands alone."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from embeddings.export import write_float32_folder
from rag.cli import app, guarded
from rag.settings import Settings
from rag.text.spans import Span, keeps_promise
from tests.conftest import SEEDS

QUESTION = "2024年瑞安有多少个项目列入省“千项万亿”工程？"


def wenju(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rag.cli", *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=cwd, timeout=120,
        env={**os.environ, "PYTHONPATH": str(SEEDS.parent), **environment},
    )  # fmt: skip


def loaded(*arguments: str | Path, cwd: Path | None = None) -> Any:
    done = wenju(*arguments, "--json", cwd=cwd)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_ask_gives_an_answer_that_can_be_checked(seeds_folder: Path) -> None:
    answer = loaded("ask", QUESTION, "--data", seeds_folder)
    assert set(answer) == {
        "question", "answer", "short", "abstained", "reason", "sentences", "citations", "hits", "model", "usage",
        "timings_ms", "searched", "nearest",
    }  # fmt: skip
    assert "19个项目" in answer["answer"]
    assert answer["answer"].endswith("[1]。")
    assert answer["model"] == "extractive"
    (citation,) = answer["citations"]
    source = (SEEDS / citation["source"]).read_text("utf-8")
    assert keeps_promise(citation["quote"], [Span(*span) for span in citation["spans"]], source)


def test_verify_checks_a_file(seeds_folder: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text("2024年瑞安共有27个项目列入省“千项万亿”工程。", "utf-8")
    (claim,) = loaded("verify", draft, "--data", seeds_folder)["claims"]
    assert claim["verdict"] == "contradicted"
    assert "19" in claim["citations"][0]["quote"]
    shown = wenju("verify", draft, "--data", seeds_folder)
    assert "contradicted" in shown.stdout
    assert "0 supported, 1 contradicted, 0 not_found" in shown.stdout


@pytest.mark.parametrize(
    ("content", "message"), [(b"", "empty"), (bytes(range(256)) * 40, "not text"), (b"x" * 30_000, "at most")]
)
def test_verify_says_what_is_wrong_with_a_file(
    seeds_folder: Path, tmp_path: Path, content: bytes, message: str
) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_bytes(content)
    for file in (draft, tmp_path / "none.txt") if message == "empty" else (draft,):
        done = wenju("verify", file, "--data", seeds_folder)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
    assert message in wenju("verify", draft, "--data", seeds_folder).stderr


def test_ask_refuses_what_the_articles_do_not_hold(seeds_folder: Path) -> None:
    answer = loaded("ask", "Which chess opening begins with e4 e5 Nf3?", "--data", seeds_folder)
    assert (answer["abstained"], answer["reason"], answer["citations"]) == (True, "off_topic", [])
    assert answer["hits"]


def test_the_cold_path_loads_neither_torch_nor_langchain(seeds_folder: Path) -> None:
    script = (
        "import sys, rag.cli\n"
        f"sys.argv = ['wenju', 'ask', {QUESTION!r}, '--data', {str(seeds_folder)!r}]\n"
        "try:\n    rag.cli.main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'torch', 'langchain', 'langchain_core', 'transformers', 'sentence_transformers'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "19个项目" in done.stdout


def test_ingest_twice_then_look_then_delete(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a.md").write_text("# 水库\n\n新水库蓄水八千立方米，明年完工。", "utf-8")
    (folder / "b.txt").write_text("The new library opens in May. It holds 12,000 books.", "utf-8")
    data = tmp_path / "data"
    first = loaded("ingest", folder, "--data", data)
    assert first["documents"] == {"added": 2, "updated": 0, "unchanged": 0, "failed": 0}
    assert set(first) == {"documents", "articles", "chunks", "failures", "seconds"}
    second = loaded("ingest", folder, "--data", data)
    assert second["documents"]["unchanged"] == 2
    (article,) = loaded("articles", "--source", "a.md", "--data", data)
    assert article["title"] == "水库"
    shown = loaded("show", article["id"], "--data", data)
    assert "八千立方米" in shown["text"]
    assert shown["characters"] == len(shown["text"])
    hits = loaded("search", "how many books?", "--data", data, "--limit", "1")["hits"]
    assert hits[0]["source"] == "b.txt"
    assert loaded("delete", "b.txt", "--data", data)["deleted"]["documents"] == 1
    report = loaded("check", "--data", data)
    assert (report["ok"], report["documents"]) == (True, 1)


def test_a_namesake_from_another_folder_replaces_nothing(tmp_path: Path) -> None:
    for month, mayor in (("07", "Quimby"), ("08", "Skinner")):
        (tmp_path / month).mkdir()
        (tmp_path / month / "page1.txt").write_text(f"The mayor of the town is {mayor}.", "utf-8")
    data = tmp_path / "data"
    loaded("ingest", tmp_path / "07", "--data", data)
    done = wenju("ingest", tmp_path / "08", "--data", data)
    assert done.returncode == 1
    assert "common folder" in done.stderr
    assert "Quimby" in loaded("ask", "Who is the mayor of the town?", "--data", data)["hits"][0]["text"]
    (tmp_path / "07" / "page1.txt").write_text("The mayor of the town is now Nahasapeemapetilon.", "utf-8")
    assert loaded("ingest", tmp_path / "07", "--data", data)["documents"]["updated"] == 1


def test_a_file_whose_name_is_not_utf_8_is_named_as_it_reads(tmp_path: Path) -> None:
    pages, name = tmp_path / "pages", os.fsdecode("版面.txt".encode("gb18030"))
    pages.mkdir()
    (pages / name).write_text("The bridge is 300 metres long.", "utf-8")
    (pages / os.fsdecode(b"\xff.txt")).touch()
    done = wenju("ingest", pages, "--data", tmp_path / "data", "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["documents"]["added"] == 1
    assert report["failures"][0]["source"].startswith("\ufffd.txt~")
    assert loaded("ask", "How long is the bridge?", "--filter", f"source={name}", "--data", tmp_path / "data")["hits"]
    assert loaded("delete", name, "--data", tmp_path / "data")["deleted"]["documents"] == 1


def test_an_empty_path_is_not_this_folder(tmp_path: Path) -> None:
    assert wenju("ingest", "", cwd=tmp_path).returncode == 2


def test_a_damaged_store_is_said_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Bridge\n\n" + "The bridge is 300 metres long. " * 2000, "utf-8")
    loaded("ingest", tmp_path / "a.md", "--data", tmp_path / "data")
    store = tmp_path / "data" / "wenju.sqlite"
    content = bytearray(store.read_bytes())
    content[len(content) // 4 : len(content) // 2] = b"\xff" * (len(content) // 2 - len(content) // 4)
    store.write_bytes(content)
    done = wenju("check", "--data", tmp_path / "data")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "damaged" in done.stderr + done.stdout


def test_a_bad_file_fails_alone(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("The bridge is 300 metres long.", "utf-8")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 20)
    done = wenju("ingest", tmp_path, "--data", tmp_path / "data", "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert (report["documents"]["added"], report["documents"]["failed"]) == (1, 2)
    assert {failure["source"] for failure in report["failures"]} == {"empty.txt", "binary.txt"}


def test_files_of_other_kinds_are_counted_on_stderr(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for name in ("a.txt", "b.zip", "c.zip", "d.exe"):
        (pages / name).write_text("本报讯（记者 王浩）会议指出，要坚持稳中求进。", "utf-8")
    done = wenju("ingest", pages, "--data", tmp_path / "data", "--json")
    assert json.loads(done.stdout)["documents"]["added"] == 1
    assert "skipped 3 files of other kinds: .zip, .exe" in done.stderr.splitlines()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["ask", "x", "--data", "nowhere"], 1, "wenju ingest"),
        (["ingest", "missing.txt", "--data", "made"], 1, "missing.txt"),
        (["ingest", "x" * 5000, "--data", "made"], 1, "cannot be read"),
        (["ingest", "missing.txt", "--data", "made", "--json"], 1, "missing.txt"),
        (["ask"], 2, "question"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_errors_are_said_in_a_line(tmp_path: Path, arguments: list[str], code: int, says: str) -> None:
    done = wenju(*arguments, cwd=tmp_path)
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["ask", ""], 2, "empty"),
        (["ask", "x" * 100_000], 2, "100000"),
        (["ask", "x", "--llm", "nosuch:model"], 2, "nosuch"),
        (["search", "x", "--filter", "color=red"], 2, "one of source"),
        (["search", "x", "--filter", "kind=poem"], 2, "one of article"),
        (["search", "x", "--filter", "published_to=soon"], 2, "date"),
        (["search", "x", "--limit", "0"], 2, "1 to 50"),
        (["search", "x", "--limit", "10000"], 2, "1 to 50, not 10000"),
        (["search", " \u3000"], 2, "empty"),
        (["search", "x" * 100_000], 2, "100000"),
        (["show", "../../etc/passwd"], 1, "no article"),
        (["articles", "--source", "none"], 1, "no document"),
        (["delete", "none"], 1, "none"),
        (["show", "\udcff"], 1, "no article"),
        (["articles", "--source", "\udcff"], 1, "no document"),
        (["delete", "\udcb0\udce6"], 1, "版"),
    ],
)
def test_wrong_use_changes_nothing(seeds_folder: Path, arguments: list[str], code: int, says: str) -> None:
    done = wenju(*arguments, "--data", seeds_folder)
    assert done.returncode == code
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not done.stdout


@pytest.mark.parametrize("question", ["😀", "👩‍👩‍👧 🇨🇳", "？！……", "茶叶 цена price ราคา 가격", "\udcb2\udce8"])
def test_search_takes_any_question(seeds_folder: Path, question: str) -> None:
    done = wenju("search", question, "--limit", "3", "--json", "--data", seeds_folder)
    assert done.returncode == 0
    assert len(json.loads(done.stdout)["hits"]) == 3
    only = ("--filter", "language=fr", "--filter", "source=\udcff")
    filtered = wenju("search", question, *only, "--json", "--data", seeds_folder)
    assert filtered.returncode == 0
    assert json.loads(filtered.stdout)["hits"] == []


def test_settings_are_checked_and_secrets_are_not_repeated(tmp_path: Path) -> None:
    unknown = wenju("models", WENJU_DATTA="x")
    assert unknown.returncode == 2
    assert "WENJU_DATTA" in unknown.stderr
    bad = wenju("models", WENJU_LLM_TIMEOUT="soon")
    assert bad.returncode == 2
    assert "WENJU_LLM_TIMEOUT" in bad.stderr
    (tmp_path / "wenju.toml").write_text('llm_base_url = "sk-secret-in-the-wrong-place"\n')
    wrong = wenju("models", cwd=tmp_path)
    assert wrong.returncode == 2
    assert "sk-secret" not in wrong.stderr
    (tmp_path / "wenju.toml").write_text("data = [broken")
    assert wenju("models", cwd=tmp_path).returncode == 2


def test_the_index_of_another_model_is_refused(seeds_folder: Path, tmp_path: Path) -> None:
    write_float32_folder(tmp_path / "model")
    done = wenju("ask", "x", "--data", seeds_folder, WENJU_EMBEDDER=f"st:{tmp_path / 'model'}")
    assert done.returncode == 1
    assert "was made by e5-small" in done.stderr
    assert "wenju ingest" in done.stderr


def test_every_command_has_help_with_an_example() -> None:
    for command in ("ingest", "articles", "show", "search", "ask", "delete", "check", "models", "serve", "slack"):
        done = wenju(command, "--help")
        assert done.returncode == 0
        assert f"wenju {command}" in done.stdout.split("Example:")[1]
        assert "--data" in done.stdout
        assert "--json" in done.stdout


def test_serve_prints_its_address_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    def serve(_settings: Settings, _host: str, port: int, announce: Callable[[str], None]) -> None:
        announce(f"http://127.0.0.1:{port}/")

    monkeypatch.setattr("rag.cli._front_end", lambda _name: serve)
    done = CliRunner().invoke(app, ["serve", "--json", "--port", "8123"])
    assert json.loads(done.stdout) == {"address": "http://127.0.0.1:8123/"}


def test_a_path_that_cannot_be_written_is_said_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        guarded(lambda: (tmp_path / "none" / "asked.jsonl").write_text(""))
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "asked.jsonl: No such file or directory;" in said
    assert said.count("\n") == 1


def test_what_check_finds_is_said_on_stderr_too(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Bridge\n\nThe bridge is 300 metres long.", "utf-8")
    loaded("ingest", tmp_path / "a.md", "--data", tmp_path / "data")
    with closing(sqlite3.connect(tmp_path / "data" / "wenju.sqlite")) as connection, connection:
        connection.execute("UPDATE documents SET text = 'another'")
    for options, remedy in ((["--json"], "run: wenju check --repair"), (["--json", "--repair"], "ingest it again")):
        done = wenju("check", "--data", tmp_path / "data", *options)
        assert done.returncode == 1
        assert json.loads(done.stdout)["ok"] is False
        assert done.stderr.count("\n") == 1
        assert remedy in done.stderr

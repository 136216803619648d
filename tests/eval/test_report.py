"""The report: whole without a network, small with 10,000 questions, readable on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from eval.plots import round_ticks
from eval.report import write_report
from eval.run import Run
from eval.summary import Summary, summarise
from tests.conftest import chromium
from tests.eval.support import made_run

_HOSTILE = '</script><script>window.hacked = 1</script><img src=x onerror="window.hacked = 2">'


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def written(folder: Path, run: Run) -> Path:
    write_report(folder, run, summarise(run))
    return folder / "report.html"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run]:
    run = made_run(120)
    first = replace(run.records[1], item=replace(run.records[1].item, question=_HOSTILE, language=_HOSTILE))
    run = replace(run, records=(run.records[0], first, *run.records[2:]))
    return written(tmp_path_factory.mktemp("report"), run), run


def opened(browser: Browser, path: Path, width: int) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 800}, offline=True)
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(path.as_uri())
    expect(page.locator("#list details").first).to_be_visible()
    return page


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 375])
def test_it_is_readable_at_any_width_without_a_network(browser: Browser, small: tuple[Path, Run], width: int) -> None:
    asked: list[str] = []
    page = opened(browser, small[0], width)
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(page.locator("#count")).to_have_text("120 of 120 questions")
    assert all(url.startswith(("file:", "data:")) for url in asked)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("window.hacked") is None
    assert page.locator("svg.chart").count() == 4
    page.context.close()


@pytest.mark.browser
def test_questions_are_filtered_by_failure_and_show_their_evidence(browser: Browser, small: tuple[Path, Run]) -> None:
    path, run = small
    page = opened(browser, path, 1280)
    wrong = [record for record in run.records if record.scores.hallucinated == 1.0]
    page.locator("#failure").select_option(label=f"answered, though unanswerable ({len(wrong)})")
    expect(page.locator("#count")).to_have_text(f"{len(wrong)} of 120 questions")
    page.locator("#failure").select_option("")
    right = next(r for r in run.records if r.scores.evidence_recall == 1.0 and r.found[0].carries)
    page.locator("#words").fill(right.item.id)
    expect(page.locator("#count")).to_have_text("1 of 120 questions")
    page.locator("#list summary").click()
    expect(page.locator("#list mark.gold.cited")).to_have_text(right.item.evidence[0].quote)
    page.context.close()


@pytest.mark.browser
@pytest.mark.slow
def test_ten_thousand_questions_open_and_stay_small(browser: Browser, tmp_path: Path) -> None:
    path = written(tmp_path, made_run(10_000, passages=6000))
    assert path.stat().st_size <= 15 << 20
    page = browser.new_page()
    page.goto(path.as_uri())
    expect(page.locator("#count")).to_have_text("10000 of 10000 questions")
    page.close()


def test_the_markdown_names_the_judge_and_the_machine_readable_report_is_read_back(small: tuple[Path, Run]) -> None:
    text = small[0].with_suffix(".md").read_text("utf-8")
    assert "with another judge: a judge" in text
    assert re.search(r"\| right answer said \| 0\.\d{3} \| 0\.\d{3} to 0\.\d{3} \| 100 \|", text)
    summary = summary_of(small[0].with_suffix(".json"))
    assert summary.overall.questions == 120
    assert {row.kind for row in summary.slices} == {"language", "type", "source", "answer length", "evidence"}
    for kind in ("language", "type", "source", "answer length", "evidence"):
        assert sum(row.questions for row in summary.slices if row.kind == kind) == 120


def summary_of(path: Path) -> Summary:
    from pydantic import TypeAdapter

    return TypeAdapter(Summary).validate_json(path.read_bytes())


def test_a_run_in_which_nothing_was_answered_is_reported(tmp_path: Path) -> None:
    run = made_run(12)
    failed = tuple(replace(record, answer=None, found=(), verbatim=(), error="down") for record in run.records)
    from eval.score import score
    from tests.eval.support import NoEmbedder

    run = replace(run, records=tuple(score(failed, NoEmbedder())))
    summary = summarise(run)
    assert summary.overall.failed == 12
    assert summary.overall.estimates["credit"].mean == 0
    assert summary.overall.estimates["ndcg_10"].mean == 0
    assert summary.overall.estimates["decision"].mean == 0
    assert "12 questions got no reply" in written(tmp_path, run).read_text("utf-8")


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [(1, (0, 0.5, 1)), (97, (0, 50, 100)), (0.3, (0, 0.1, 0.2, 0.3)), (4000, (0, 1000, 2000, 3000, 4000))],
)
def test_ticks_are_round(highest: float, ticks: tuple[float, ...]) -> None:
    assert round_ticks(highest) == pytest.approx(ticks)

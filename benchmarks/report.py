"""How large the report of 10,000 questions is and how soon it opens: `python -m benchmarks.report [--repeats 5]`."""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from eval.report import write_report
from eval.summary import summarise
from tests.eval.support import made_run

QUESTIONS = 10_000
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    run = made_run(QUESTIONS, passages=6000)
    with tempfile.TemporaryDirectory() as folder:
        write_report(Path(folder), run, summarise(run))
        path = Path(folder) / "report.html"
        took = [opened(path) for _ in range(arguments.repeats)]
        print(
            f"{path.stat().st_size / (1 << 20):.1f} MB, opens in {statistics.median(took):.2f} s, median of {len(took)}"
        )


def opened(path: Path) -> float:
    """Seconds until all questions are listed, in a browser that is already running."""
    with sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, _NAMES)), None)
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        started = time.perf_counter()
        page.goto(path.as_uri())
        expect(page.locator("#count")).to_have_text(f"{QUESTIONS} of {QUESTIONS} questions")
        took = time.perf_counter() - started
        browser.close()
    return took


if __name__ == "__main__":
    main()

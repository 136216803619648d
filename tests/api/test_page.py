"""The web page in a real Chromium: asked, answered, a marker pressed, the run found in its source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pydantic import SecretStr

from api.service import Service
from rag.text.spans import strip_space
from rag.types import Page as SourcePage
from tests.api.conftest import Serving
from tests.api.test_answers import FUNDS
from tests.conftest import chromium

pytestmark = pytest.mark.browser
_QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip
# Whatever a page may need more than once, and characters on which offsets can go wrong: a byte order mark, characters
# of two UTF-16 units, markup, and a footnote that looks like a marker.
_HOSTILE = (
    "\ufeff😀𠮷<script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>\r\n"
    "青石镇的灯塔由船匠<b>陆百川</b>于1912年建成[1]，塔高𠮷三十一米。\r\n"
    "灯塔每年接待游客约四万人，门票为十五元。\r\n"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(_QUIET))
        yield browser
        browser.close()


@pytest.mark.parametrize(("required", "outcome"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)])
def test_without_chromium_tests_are_skipped_unless_it_is_required(
    monkeypatch: pytest.MonkeyPatch, required: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("REQUIRE_BROWSER", required)
    with pytest.raises(outcome, match="no Chromium"):
        chromium()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A Chinese reader's window; what the page complains of fails the test."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1200, "height": 760})
    context.set_default_timeout(10_000)
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
    yield context
    context.close()
    assert not complaints


def opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    return page


def ask(page: Page, question: str) -> None:
    """Types a question and waits until its answer is whole."""
    page.get_by_role("textbox").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".asked").last).to_have_text(question)
    expect(page.locator(".turn").last.locator(".made-by")).to_be_visible()


def marked(page: Page) -> str:
    """What is marked in the source, in the order of the spans, without white space."""
    expect(page.locator("#panel-source mark").first).to_be_visible()
    parts = page.locator("#panel-source mark").evaluate_all(
        "marks => marks.map(mark => [Number(mark.dataset.part), mark.textContent])"
    )
    return strip_space("".join(text for _, text in sorted(parts, key=lambda part: int(part[0]))))


def test_a_marker_leads_to_the_run_in_its_source(context: BrowserContext, address: str, tmp_path: Path) -> None:
    page = opened(context, address)
    ask(page, FUNDS)
    citation = httpx.post(f"{address}/v1/answers", json={"question": FUNDS}, trust_env=False).json()["citations"][0]
    page.locator("button.marker").first.click()
    assert marked(page) == strip_space(citation["quote"])
    assert strip_space(page.locator("#panel-quote").inner_text()) == strip_space(citation["quote"])
    expect(page.locator("#panel-meta")).to_contain_text(citation["source"])
    expect(page.locator("#panel-source mark").first).to_be_in_viewport()
    page.screenshot(path=tmp_path / "page.png")
    assert (tmp_path / "page.png").stat().st_size > 10_000


def test_an_address_opens_a_citation(context: BrowserContext, address: str, client: httpx.Client) -> None:
    """As Slack's replies link to it."""
    answer = client.post("/v1/answers", json={"question": FUNDS}).json()
    (citation,) = answer["citations"]
    spans = ",".join(f"{start}-{end}" for start, end in citation["spans"])
    page = opened(context, f"{address}/#article={citation['article_id']}&spans={spans}")
    assert marked(page) == strip_space(citation["quote"])
    expect(page.locator("#panel-title")).to_have_text(citation["title"])
    page.goto(f"{address}/#article=none")
    expect(page.locator("#panel-source")).to_contain_text("none")


def test_a_follow_up_is_shown_as_it_was_understood(context: BrowserContext, address: str) -> None:
    page = opened(context, address)
    ask(page, FUNDS)
    expect(page.locator(".searched")).to_have_count(0)
    ask(page, "那为什么？")
    expect(page.locator(".turn").last.locator(".searched")).to_contain_text(FUNDS)


def test_every_marker_and_every_hit_is_found(context: BrowserContext, address: str) -> None:
    """Also those whose text is in several places of the page, and those of a refusal."""
    page = opened(context, address)
    for question in (FUNDS, "火星上有几座火车站？"):
        answer = httpx.post(f"{address}/v1/answers", json={"question": question}, trust_env=False).json()
        ask(page, question)
        turn = page.locator(".turn").last
        shown = answer["citations"] or answer["hits"]
        turn.locator("details").evaluate("details => { details.open = true }")
        assert turn.locator("button.title").count() == len(shown)
        for place, item in enumerate(shown):
            turn.locator("button.title").nth(place).click()
            expect(page.locator("#panel-meta")).to_contain_text(item["source"])
            assert marked(page) == strip_space(item.get("quote") or item["text"])


def test_the_reader_can_go_on_in_the_source(context: BrowserContext, address: str, client: httpx.Client) -> None:
    page = opened(context, address)
    ask(page, FUNDS)
    page.locator("button.marker").first.click()
    before = marked(page)
    while page.locator("button.more").count():
        page.locator("button.more").first.click()
    citation = client.post("/v1/answers", json={"question": FUNDS}).json()["citations"][0]
    source = client.get(f"/v1/documents/{citation['source']}/source").text
    assert strip_space(page.locator("#panel-source").inner_text()) == strip_space(source)
    assert marked(page) == before


def test_documents_and_answers_are_text(
    library_of: Callable[..., Service], serving: Serving, context: BrowserContext
) -> None:
    page = opened(context, serving(library_of(SourcePage("hostile.txt", _HOSTILE, "article"))))
    ask(page, "青石镇的灯塔由谁建成？")
    answer = page.locator(".answer .text")
    expect(answer).to_contain_text("<b>陆百川</b>")
    expect(answer).to_contain_text("［1］")  # the article's own footnote, which is no marker
    assert page.locator("button.marker").count() >= 1
    page.locator("button.marker").first.click()
    assert marked(page) == strip_space(page.locator("#panel-quote").inner_text())
    expect(page.locator("#panel-source")).to_contain_text("<script>window.hacked = 1</script>")
    assert page.evaluate("window.hacked") is None
    assert page.locator("#conversation img, #conversation b, #panel img, #panel b, #panel script").count() == 0


def test_keyboard_and_history(context: BrowserContext, address: str) -> None:
    page = opened(context, address)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if "answers" in request.url else None)
    ask(page, FUNDS)
    ask(page, "火星上有几座火车站？")
    expect(page.locator(".turn")).to_have_count(2)
    assert '"history":[]' in sent[0]
    assert FUNDS in sent[1]
    assert '"role":"assistant"' in sent[1]
    marker = page.locator("button.marker").first
    marker.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(marker).to_be_focused()
    page.get_by_role("button", name="新的对话").click()
    expect(page.locator(".turn")).to_have_count(0)


def test_refusals_and_errors_are_said(context: BrowserContext, address: str) -> None:
    page = opened(context, address)
    ask(page, "火星上有几座火车站？")
    expect(page.locator(".refusal .text")).to_contain_text("没有找到")
    expect(page.locator(".reason")).to_be_visible()
    page.get_by_role("textbox").fill("长" * 5000)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("5000")
    page.get_by_role("textbox").fill(FUNDS)
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").last).to_contain_text("连不上服务")


def test_a_refusal_leads_to_the_nearest_that_the_articles_say(context: BrowserContext, address: str) -> None:
    page = opened(context, address)
    ask(page, "第七轮巡察湖岭镇的举报电话是多少号？")
    expect(page.locator(".refusal .text")).to_contain_text("没有找到")
    near = page.locator(".turn details[open]")
    quote = strip_space(near.locator(".quote").inner_text())
    near.locator("button.title").click()
    assert marked(page) == quote


def test_a_key_is_asked_for(library_of: Callable[..., Service], serving: Serving, context: BrowserContext) -> None:
    service = library_of(SourcePage("a.txt", _HOSTILE, "article"), api_keys=(SecretStr("s3%cret"),))
    page = opened(context, serving(service))
    page.get_by_role("textbox", name="问题").fill("青石镇的灯塔由谁建成？")
    page.keyboard.press("Enter")
    for key in ("钥匙", "s3%cret"):
        expect(page.get_by_role("dialog")).to_be_visible()
        page.get_by_label("密钥", exact=True).fill(key)
        page.keyboard.press("Enter")
    expect(page.locator(".made-by")).to_be_visible()
    page.locator("button.marker").first.click()
    assert marked(page)


def test_an_english_reader_on_a_phone(browser: Browser, address: str) -> None:
    page = browser.new_page(locale="en-GB", viewport={"width": 390, "height": 800}, color_scheme="dark")
    page.goto(address)
    expect(page.get_by_role("button", name="Ask")).to_be_visible()
    ask(page, FUNDS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("button.marker").first.click()
    assert marked(page)
    box = page.locator("#panel").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (390, 800)
    assert page.locator("#main").evaluate("main => main.inert")
    page.get_by_role("button", name="Close").click()
    assert not page.locator("#main").evaluate("main => main.inert")
    page.close()


def test_the_page_loads_nothing_from_elsewhere(client: httpx.Client) -> None:
    page = client.get("/")
    assert page.headers["content-security-policy"].startswith("default-src 'self'; ")
    assert "unsafe" not in page.headers["content-security-policy"]
    for name in ("", "app.js", "client.js", "source.js", "words.js", "style.css", "icon.svg"):
        text = client.get(f"/{name}").text.replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text
        assert "https://" not in text
        assert "innerHTML" not in text

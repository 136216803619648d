"""Hostile text: whatever comes in, reconstruction neither fails nor says what the source does not say."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.ingest import newspaper, prose
from rag.ingest.lines import parse
from rag.ingest.pages import reconstruct
from rag.text.spans import keeps_promise
from rag.types import Draft, Page

_SOUP = (
    "本报讯（记者 王浩）一二三四五六七八九十月日年，。、；：？！“”‘’《》（）【】﹃﹄■●◆□◎——…⋯·"
    "abcXYZ0129.,;:!?()#*|`~-_ \t\u3000\u00a0\n\n\n\f\r\x00\x0b\x85\u2028\ufeff\ufffd摄导读第版组别公示"
)
_LINES = (
    "本报讯（记者 周小玲 陈豫",
    "州）12月23日，会议召",
    "开，讨论了若干问题。",
    "■杨 晨 沈佳薇",
    "本刊记者",
    "●领导带头 以上率下",
    "﹃",
    "两重",
    "﹄ ﹃",
    "先行样本先行样本",
    "许许 旭旭 摄摄",
    "领导要论",
    "巩",
    "固",
    "果",
    "导 读",
    "26 深学细悟见实效/张志炜",
    "28 坚定信念挑大梁/杨永昌",
    "30 谱写时代新篇章/裘 真",
    "32 奋进现代都市区/杨 晨",
    "组别",
    "第一巡察组",
    "第二巡察组",
    "第三巡察组",
    "被巡察单位",
    "湖岭镇党委及所辖前坑村、六科村等村。",
    "## 二、2025年工作安排",
    "(一)拼抢承接增量政策,推动经济回升向好",
    "（紧接第一版）",
    "值班主任\t孙 玮",
    " 新的一页从这里开始，这一行没",
    "有说完的话接着说下去，直到句",
    "子结束为止。",
    "——聚焦两会",
    "（下转第四版）",
    "（上接第1版）的任务",
    "图为志愿者。",
    "责任编辑：张三",
    "学思想 强党性 重实践",
    "",
    "",
    "",
    "",
)
_ANY = st.text(max_size=400)
_SOUPS = st.text(st.sampled_from(_SOUP), max_size=1200)
_PAGES = st.lists(st.sampled_from(_LINES), max_size=90).map("\n".join)
_FORMATS = st.sampled_from(["txt", "md", "pdf", "html", "docx", "article"])


def _check(text: str, page_format: str) -> list[Draft]:
    drafts = reconstruct(Page("x", text, page_format))
    assert all(draft.body.text.strip() for draft in drafts)
    # Both ways of reading must stand any text, whatever the document passes for.
    lines = parse(text)
    for draft in [*drafts, *newspaper.read(text, lines), *prose.read(text, lines)]:
        assert keeps_promise(draft.body.text, draft.body.spans(text), text)
        for run in draft.body.runs:
            assert draft.body.text[run.at : run.at + run.length] == text[run.source : run.source + run.length]
        covered = {at for run in draft.body.runs for at in range(run.at, run.at + run.length)}
        assert all(char.isspace() for at, char in enumerate(draft.body.text) if at not in covered)
        ends = [0, *(heading.end for heading in draft.headings)]
        assert all(end <= heading.start < heading.end for end, heading in zip(ends, draft.headings, strict=False))
        assert all(0 <= span.start < span.end <= len(text) for span in draft.title_spans + draft.also_at)
    return drafts


_SETTINGS = settings(deadline=None, suppress_health_check=list(HealthCheck))


@_SETTINGS
@given(_ANY, _FORMATS)
def test_any_text(text: str, page_format: str) -> None:
    _check(text, page_format)


@_SETTINGS
@given(_SOUPS, _FORMATS)
def test_soup_of_newspaper_characters(text: str, page_format: str) -> None:
    _check(text, page_format)


@_SETTINGS
@given(_PAGES, _FORMATS)
def test_lines_of_newspapers_in_any_order(text: str, page_format: str) -> None:
    _check(text, page_format)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        "。" * 5000,
        "，\n" * 5000,
        "字" * 300_000,
        "字\n" * 20_000,
        "字\n\n" * 20_000,
        "a" * 300_000,
        "■\n" * 3000,
        "本报讯\n" * 3000,
        "先行样本先行样本\n" * 3000,
        "﹃\n" * 3000,
        "1 一二三\n" * 3000,
        "\x00\x01\x02\ufffd\n" * 2000,
        "“" * 3000 + "\n" + "”" * 3000,
        "# " * 3000,
        "#\n" * 3000,
        "\r\n".join(["会议指出，要坚持稳中求进工作总基调，扎实推"] * 400),
    ],
    ids=range(18),
)
@pytest.mark.parametrize("page_format", ["txt", "md"])
def test_monotony(text: str, page_format: str) -> None:
    _check(text, page_format)

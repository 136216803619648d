"""The seeds with hand-made truth, generated pages whose truth is known, and prose that must pass through."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from rag.ingest.pages import reconstruct
from rag.ingest.read import read_path
from rag.text.spans import keeps_promise, strip_space
from rag.types import Draft, Kind, Page
from tests.ingest.page_generator import SetPage, pool, set_page, styles

_ROOT = Path(__file__).parents[2]
_SEEDS = _ROOT / "seeds"
_TRUTH_FILE = _ROOT / "tests" / "data" / "seeds_articles.dev.json"
_TRUTH: list[dict[str, Any]] = json.loads(_TRUTH_FILE.read_text("utf-8"))
_STORIES = [(document["doc"], story) for document in _TRUTH for story in document["articles"]]


@cache
def _seed(prefix: str) -> tuple[str, list[Draft]]:
    page = next(page for page in read_path(_SEEDS) if isinstance(page, Page) and page.source.startswith(prefix))
    return page.text, reconstruct(page)


def _covered(text: str, draft: Draft) -> set[int]:
    return {at for span in draft.body.spans(text) for at in range(*span) if not text[at].isspace()}


def _wanted(text: str, span: tuple[int, int]) -> set[int]:
    """Offsets of a range that is counted in text without white space."""
    ink = [at for at, char in enumerate(text) if not char.isspace()]
    return set(ink[slice(*span)])


def _same(title: str | None, headline: str) -> bool:
    return SequenceMatcher(None, strip_space(title or ""), strip_space(headline)).ratio() > 0.8


@pytest.mark.parametrize(("document", "story"), _STORIES, ids=range(len(_STORIES)))
def test_story_of_a_seed(document: str, story: dict[str, Any]) -> None:
    text, drafts = _seed(document)
    wanted = _wanted(text, tuple(story["span"]))
    best = max(drafts, key=lambda draft: len(_covered(text, draft) & wanted))
    got = _covered(text, best)
    assert min(got) == min(wanted)
    assert max(got) == max(wanted)
    assert 2 * len(got & wanted) / (len(got) + len(wanted)) > 0.99
    assert best.reporters == tuple(story["reporter"])
    if story["headline_verbatim_in_text"]:
        assert _same(best.title, story.get("headline_norm", story["headline"]))


@pytest.mark.parametrize("document", [document["doc"] for document in _TRUTH])
def test_furniture_stays_out_of_stories(document: str) -> None:
    strings = next(entry["furniture"] for entry in _TRUTH if entry["doc"] == document)
    bodies = [strip_space(draft.body.text) for draft in _seed(document)[1] if draft.kind is Kind.ARTICLE]
    assert not [string for string in strings for body in bodies if string in body]


def test_furniture_can_still_be_found() -> None:
    drafts = _seed("002")[1] + _seed("000")[1] + _seed("004")[1]
    small = "".join(strip_space(draft.body.text) for draft in drafts if draft.kind is not Kind.ARTICLE)
    for string in ("林川高山茶进入采摘期每公斤茶叶最高1600元", "人居环境整治显成效", "夜班主编蒋巧巧"):
        assert string in small


def test_table_rows_name_their_group() -> None:
    table = next(draft for draft in _seed("002")[1] if draft.kind is Kind.TABLE)
    truth = next(story["table"]["rows"] for _, story in _STORIES if "table" in story)
    rows = table.body.text.split("\n")[1:]
    assert len(rows) == len(truth)
    for row, (group, unit) in zip(rows, truth, strict=True):
        assert row.startswith(group)
        assert unit[:3] in row
    assert keeps_promise(table.body.text, table.body.spans(_seed("002")[0]), _seed("002")[0])


def test_report_keeps_its_headings_and_mends_its_columns() -> None:
    text, drafts = _seed("004")
    report = drafts[0]
    headings = [report.body.text[heading.start : heading.end] for heading in report.headings]
    wanted = next(story["sections"] for document, story in _STORIES if document.startswith("004"))
    assert headings == [section["heading"] for section in wanted]
    assert [heading.level for heading in report.headings] == [section["level"] for section in wanted]
    assert "力争各类中央资金" in report.body.text
    assert report.also_at
    assert all(text[start:end] for start, end in report.also_at)


@pytest.mark.parametrize(
    ("start", "end", "title"),
    [
        ("本报讯（记者林翔翔）7月", "推动各项工作有序运行。", None),
        ("本报讯（记者陈京子）市委党建", "打造党建标志性成果。", "市委党建工作领导小组会议召开"),
        ("本报讯（记者陈京子）7月21日", "李辅正等参加会议。", "市委外事工作委员会会议召开"),
    ],
)
def test_stories_of_the_second_seed(start: str, end: str, title: str | None) -> None:
    bodies = {draft.title: strip_space(draft.body.text) for draft in _seed("001")[1]}
    found = [name for name, body in bodies.items() if body.startswith(start) and body.endswith(end)]
    assert len(found) == 1
    assert (found[0] or "").startswith(title or "")
    assert (found[0] is None) == (title is None)


_JOURNAL = (
    ("中共中央政治局1月31日下午就", "鼓励创新、宽容失败的良好氛围。", "加快发展新质生产力"),
    ("各位代表：现在，我代表省人民政府", "伟业作出新的更大贡献！", "政府工作报告"),
    ("■沈祖办叶慧", "不断开花结果！", "在学懂弄通做实上争当排头兵"),
    ("■今杭", "中国最具幸福感城市”称号。", "以“头雁”标准省会担当走前列作示范"),
    ("■徐丽敏黄合", "常治长效。", "凝心铸魂学思想"),
    ("■叶凝碧林岳", "再谱改革开放新篇章。", "以忠诚担当书写高质量发展新篇章"),
    ("■张志炜", "教育教学任务等。", "深学细悟见实效"),
    ("■杨永昌樊昕旖", "主题教育实效。", "坚定信念挑大梁"),
    ("■裘真占家进", "主题教育成果。", "在思想淬炼中谱写新时代胆剑篇"),
    ("■杨晨", "贡献金华力量。", "以示范引领姿态奋进现代都市区"),
    ("■龚诚良", "主题教育成效。", "谱写中国式现代化实践新篇章"),
    ("■沈佳薇周祖萱", "石化产品。", "凝心铸魂推动现代海洋城市建设"),
    ("■王荧瑶", "实实在在的“红利”。", "心中有信仰"),
    ("■徐小骏叶海寿", "“成效清单”。", "在实干挺进中奋勇争先跨越发展"),
    ("■今哲李祖祥项炳池", "超135万人。", "谱写高水平大学建设新篇章"),
    ("■胡云莺", "发展保驾护航。", "写好服务区域高质量发展答卷"),
    ("■杨晨沈佳薇亓惠洁", "美丽乡村贡献力量。”", "为勇当先行者谱写新篇章汇聚强大合力"),
    ("■夏燕唐建辉", "提供有力支撑。", "标准化创新发展的先行探索"),
    ("■尹贤睿方利利", "“中国法治政府奖”。", "公益诉讼"),
    ("■今哲日月", "盎然生机。", "让文学之花绽放之江大地"),
    ("■叶慧翟福生", "不低于18%。", "破解失智老人康养难题"),
    ("■钱慧慧", "管控先行样本。", "打造环境准入高效管控"),
    ("■仲瑶卿朱婧雯", "惠及百姓。", "聚焦群众呼声解决“急难愁盼”"),
    ("■桑林峰", "政治本色。", "以得闻其过为明"),
    ("近年来，国家税务总局", "超1400万条。", "改革创新破题"),
)


@pytest.mark.parametrize(("start", "end", "title"), _JOURNAL, ids=[title for _, _, title in _JOURNAL])
def test_stories_of_the_journal(start: str, end: str, title: str) -> None:
    found = [draft for draft in _seed("003")[1] if strip_space(draft.body.text).startswith(start)]
    assert len([draft for draft in found if strip_space(draft.body.text).endswith(end)]) == 1
    assert any(strip_space(title) in strip_space(draft.title or "") for draft in found)


def test_sentences_of_the_journal_are_whole() -> None:
    bodies = [strip_space(draft.body.text) for draft in _seed("003")[1]]
    for sentence in (
        "以习近平新时代中国特色社会主义思想为指导，全面贯彻落实党的二十大精神",
        "研究制定容错纠错《实施办法》",
        "受到企业主的一致好评。",
        "推动数字经济核心产业制造业、高新技术产业",
        "截至2023年底，全省共计完成单颗种植体植入术33.9万例",
        "“大走访大调研大服务大解题”活动，以高质量调研成果",
    ):
        assert any(sentence in body for body in bodies), sentence


def test_a_marked_heading_as_wide_as_its_column_stands_alone() -> None:
    marked = 0
    for draft in _seed("003")[1]:
        headings = {(heading.start, heading.end) for heading in draft.headings}
        at = 0
        for paragraph in draft.body.text.split("\n"):
            if paragraph.startswith("●"):
                marked += 1
                assert (at, at + len(paragraph)) in headings, paragraph[:40]
            at += len(paragraph) + 1
    assert marked > 50


def test_a_notice_inside_a_story_is_lifted_out() -> None:
    notice = next(draft for draft in _seed("003")[1] if draft.kind is Kind.NOTICE)
    assert notice.title == "公示"
    assert notice.body.text.startswith("根据《国家新闻出版署")


def _generated(style_number: int, seed: int) -> tuple[SetPage, list[Draft]]:
    articles = random.Random(seed).sample(pool(_SEEDS, _TRUTH_FILE), 5)
    wrapping = ("squeezed", "squeezed", "carried", "counted")[seed]
    page = set_page(articles, replace(styles()[style_number], wrapping=wrapping), seed)
    return page, reconstruct(Page("page", page.text, "txt"))


@pytest.mark.parametrize("style", range(20))
def test_generated_pages(style: int) -> None:
    right = asked = 0
    for seed in range(4):
        page, drafts = _generated(style, seed)
        covers = [_covered(page.text, draft) for draft in drafts]
        for article, wanted in zip(page.articles, page.offsets, strict=True):
            best = max(range(len(drafts)), key=lambda place: len(covers[place] & wanted))
            assert 2 * len(covers[best] & wanted) / (len(covers[best]) + len(wanted)) >= 0.97
            assert set(drafts[best].reporters) == set(article.reporters)
            right += _same(drafts[best].title, "".join(article.headline))
            asked += 1
    assert right / asked >= 0.8


_PROSE = {
    "zh": (
        "春天的早晨，村口的老槐树下坐着几位老人。"
        "他们天天在这里聊天，人人都说日子一步一步好起来了。\n\n"
        "“今年的收成怎么样？”"
        "有人问。"
        "老李笑着说：“比去年好。”"
    ),
    "en": (
        "The harbour wakes before the town does. "
        "Gulls wheel over the boats, and the first lorries reverse onto the quay.\n\n"
        "Nobody speaks much at that hour; the work itself is the conversation."
    ),
    "es": (
        "El mercado abre a las siete. "
        "Los vendedores colocan la fruta en pirámides y cuentan historias.\n\n"
        "¿Quién compra hoy? "
        "Casi siempre los mismos vecinos, que conocen cada puesto."
    ),
    "fr": (
        "La bibliothèque ferme tard le jeudi. "
        "Les étudiants y viennent pour le silence, disent-ils, et pour le chauffage.\n\n"
        "À minuit, on éteint les lampes une à une."
    ),
    "de": (
        "Der Zug hält nur auf Verlangen. "
        "Wer einsteigen will, hebt die Hand, und der Lokführer nickt.\n\n"
        "Im Winter wartet man länger, weil der Schnee die Weichen zudeckt."
    ),
    "ru": (
        "Зимой река замерзает рано. "
        "Дети идут в школу прямо по льду, и никто не боится.\n\n"
        "Весной всё меняется за одну ночь, и мост снова нужен всем."
    ),
    "ja": (
        "駅前の本屋は夜九時に閉まる。店主は毎晩、最後の客が出るまで待っている。\n\n雨の日には、傘立てがいっぱいになる。"
    ),
    "ar": (
        "يفتح السوق أبوابه قبل شروق الشمس. "
        "يرتب الباعة الفواكه ويتبادلون الأخبار.\n\n"
        "في المساء يعود الهدوء إلى الشوارع القديمة."
    ),
}


@pytest.mark.parametrize("language", _PROSE)
@pytest.mark.parametrize("page_format", ["txt", "md"])
def test_prose_passes_through(language: str, page_format: str) -> None:
    text = _PROSE[language]
    drafts = reconstruct(Page("prose", text, page_format))
    assert [draft.body.text for draft in drafts] == [text.replace("\n\n", "\n")]
    assert drafts[0].language == language
    assert drafts[0].title is None


_CODE = "def add(a, b):\n    # the sum\n    return a + b\n\n\nprint(add(1, 2))\n# done\n"
_VERSE = (
    "床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。\n\n白日依山尽，\n黄河入海流。\n欲穷千里目，\n更上一层楼。\n"
)
_FREE_VERSE = (
    "轻轻的我走了\n正如我轻轻的来\n我轻轻的招手\n作别西天的云彩\n\n"
    "那河畔的金柳\n是夕阳中的新娘\n波光里的艳影\n在我的心头荡漾\n"
)
_TABLE = "| 组别 | 单位 |\n| --- | --- |\n| 一组 | 湖岭镇 |\n| 二组 | 陶山镇 |\n"
_LIST = "- 苹果\n- 梨\n- 桃\n\n1. first\n2. second\n"


@pytest.mark.parametrize(
    ("text", "page_format"),
    [
        *((text, "txt") for text in (_CODE, _VERSE, _FREE_VERSE, _TABLE, _LIST)),
        *((text, "md") for text in (_CODE, _VERSE, _FREE_VERSE)),
    ],
)
def test_what_is_not_prose_keeps_its_lines(text: str, page_format: str) -> None:
    (draft,) = reconstruct(Page("x", text, page_format))
    assert draft.body.text.split("\n") == [line.rstrip() for line in text.split("\n") if line.strip()]


def test_hard_wrapped_prose_is_joined_at_its_wraps() -> None:
    text = (
        "The harbour wakes before the town does. Gulls wheel over the boats, and the\n"
        "first lorries reverse onto the quay while the ice plant hums. Nobody speaks\n"
        "much at that hour; the work itself is the conversation.\n\n"
        "Later the office opens.\n"
    )
    (draft,) = reconstruct(Page("x", text, "txt"))
    assert draft.body.text == " ".join(text.split("\n\n")[0].split("\n")) + "\nLater the office opens."


def test_markdown_keeps_its_heading_path() -> None:
    text = "# Title\n\nIntro.\n\n## One\n\nText.\n\n### Deep ##\n\nMore.\n\n```\n# no heading\n```\n"
    (draft,) = reconstruct(Page("x", text, "md"))
    assert draft.title == "Title"
    assert draft.body.text == "Intro.\nOne\nText.\nDeep\nMore.\n# no heading"
    assert [(draft.body.text[h.start : h.end], h.level) for h in draft.headings] == [("One", 2), ("Deep", 3)]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("选 好 代 表 为 人", "选好代表为人"),
        ("周小玲 陈豫州", "周小玲 陈豫州"),
        ("杨 晨 沈佳薇 亓惠洁", "杨晨 沈佳薇 亓惠洁"),
        ("围绕中心 服务大局", "围绕中心 服务大局"),
        ("1 亿美元", "1亿美元"),
        ("12月 23日", "12月23日"),
        ("App Store 上架", "App Store上架"),
        ("2020 年 5 月", "2020年5月"),
        ("하람시 박물관, 10월 3일 문 연다", "하람시 박물관, 10월 3일 문 연다"),
    ],
)
def test_spaces_of_justification(line: str, wanted: str) -> None:
    from rag.ingest.joining import tight

    assert tight(line) == wanted


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("先行样本先行样本", "先行样本"),
        ("标准化创新发展的先行探索先行探索", "标准化创新发展的先行探索"),
        ("让让文学之花绽放之江大地绽放之江大地", "让文学之花绽放之江大地"),
        ("““执政重在基层执政重在基层、、关爱传给基层关爱传给基层””重要要求", "“执政重在基层、关爱传给基层”重要要求"),
        ("绍兴市开展宣讲活动绍兴市开展宣讲活动 许许 旭旭 摄摄", "绍兴市开展宣讲活动 许 旭 摄"),
        ("天天向上人人参与", "天天向上人人参与"),
        ("一步一步走出来", "一步一步走出来"),
        ("国家实验室、省实验室、省技术中心", "国家实验室、省实验室、省技术中心"),
        ("高高兴兴平平安安", "高高兴兴平平安安"),
    ],
)
def test_over_printing_is_undone_only_where_it_is_printing(line: str, wanted: str) -> None:
    from rag.ingest.overprint import undouble

    assert undouble(line) == wanted


@pytest.mark.parametrize(
    ("text", "byline", "reporters"),
    [
        ("本报讯（记者 甲乙丙 李四）今天", "本报讯（记者 甲乙丙 李四）", ("甲乙丙", "李四")),
        ("本报讯（首席记者 王小明 通讯员 李四）今天", "本报讯（首席记者 王小明 通讯员 李四）", ("王小明",)),
        ("新华社北京1月5日电（记者张三、李四）今天", "新华社北京1月5日电（记者张三、李四）", ("张三", "李四")),
        ("本报北京3月12日讯（记者 王浩）今天", "本报北京3月12日讯（记者 王浩）", ("王浩",)),
    ],
)
def test_leads(text: str, byline: str, reporters: tuple[str, ...]) -> None:
    from rag.ingest.bylines import lead

    found = lead(text)
    assert found is not None
    assert (found.text, found.reporters) == (byline, reporters)


@pytest.mark.parametrize(
    ("text", "reporters"),
    [
        ("■杨 晨 沈佳薇", ("杨晨", "沈佳薇")),
        ("□ 本报记者 王浩", ("王浩",)),
        ("本报记者 王浩 通讯员 李四", ("王浩",)),
        ("◎ 记者 王浩 文/图", ("王浩",)),
        ("●领导带头 以上率下", None),
        ("■必须牢记高质量发展是新时代的硬道理", None),
        ("记者在现场看到", None),
    ],
)
def test_byline_lines(text: str, reporters: tuple[str, ...] | None) -> None:
    from rag.ingest.bylines import line

    found = line(text)
    assert (found.reporters if found else None) == reporters

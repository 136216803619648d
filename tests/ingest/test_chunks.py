from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rag.ingest.chunks import chunk, embedded_text
from rag.text.spans import TracedText, keeps_promise, strip_space
from rag.types import Draft, Heading, Kind

text_of = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("。！？\n 天地玄黄a1，；")), max_size=400
)


def draft(text: str, headings: tuple[Heading, ...] = ()) -> Draft:
    return Draft(TracedText.of(text), Kind.ARTICLE, "zh", headings=headings)


@given(text_of, st.integers(8, 60))
def test_passages_cover_the_article_in_order_without_overlap(text: str, max_tokens: int) -> None:
    article = draft(text)
    passages = chunk(article, max_tokens)
    sentences = [pair for passage in passages for pair in passage.sentences]
    assert strip_space("".join(text[start:end] for start, end in sentences)) == strip_space(text)
    assert all(before[1] <= after[0] for before, after in pairwise(sentences))
    for passage in passages:
        part = article.body.slice(passage.start, passage.end)
        assert keeps_promise(part.text, part.spans(text), text)
        assert passage.tokens <= max_tokens or len(passage.sentences) == 1


def test_a_passage_knows_the_headings_it_stands_under() -> None:
    text = "总述一句。\n一、工业\n工业增长。\n(一)制造\n制造更快。\n二、农业\n农业平稳。"
    headings = tuple(
        Heading(text.index(name), text.index(name) + len(name), level)
        for name, level in (("一、工业", 1), ("(一)制造", 2), ("二、农业", 1))
    )
    passages = chunk(draft(text, headings), 200)
    assert [passage.heading_path for passage in passages] == [
        (), ("一、工业",), ("一、工业", "(一)制造"), ("二、农业",),
    ]  # fmt: skip
    assert "工业增长。" in text[passages[1].start : passages[1].end]


def test_what_is_embedded_names_the_context_once() -> None:
    assert embedded_text(("标题", "小节"), "正文") == "标题\n小节\n正文"
    assert embedded_text(("标题", "小节"), "小节\n正文") == "标题\n小节\n正文"
    assert embedded_text((None,), "正文") == "正文"


def test_an_endless_sentence_is_cut() -> None:
    passages = chunk(draft("一" * 10_000), 300)
    assert len(passages) > 10
    assert max(end - start for passage in passages for start, end in passage.sentences) <= 600


def test_a_question_stays_with_its_answer() -> None:
    text = "问：居住证多久能拿到？\n答：十二个工作日内制发，可以邮寄。\n问：补办要收费吗？\n答：收取工本费十五元。"
    passages = chunk(draft(text), 48)
    assert [text[passage.start : passage.end][:4] for passage in passages] == ["问：居住", "问：补办"]

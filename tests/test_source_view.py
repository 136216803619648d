from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rag.source_view import Part, Piece, pieces
from rag.text.spans import Span, strip_space
from rag.types import Filters
from rag.wiring import Service

spans = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: Span(pair[0], pair[0] + pair[1])))


def test_a_caption_inside_a_sentence_is_dropped_and_another_story_is_not() -> None:
    source = "会议开始｜图为会场｜并结束。别的故事。最后一句。"
    own = [Span(0, 4), Span(10, 14), Span(19, 24)]
    view = pieces(source, own, [Span(14, 19)])
    assert [(piece.part, source[piece.start : piece.end]) for piece in view] == [
        (Part.KEPT, "会议开始"),
        (Part.DROPPED, "｜图为会场｜"),
        (Part.KEPT, "并结束。"),
        (Part.OTHER, "别的故事。"),
        (Part.KEPT, "最后一句。"),
    ]


@given(st.text(st.sampled_from("天地 \n。"), min_size=81, max_size=81), spans, spans)
def test_pieces_follow_each_other_and_cover_the_range(source: str, own: list[Span], others: list[Span]) -> None:
    view = pieces(source, own, others)
    assert all(before.end == after.start for before, after in pairwise(view))
    assert all(before.part is not after.part for before, after in pairwise(view))
    if own:
        assert (view[0].start, view[-1].end) == (min(s.start for s in own), max(s.end for s in own))
    else:
        assert view == []


def test_what_is_kept_is_the_article(seeds_service: Service) -> None:
    catalog = seeds_service.catalog
    for article in catalog.articles(Filters(source="001_924c08dca301d433.txt")):
        source = catalog.source_text(article.document_id)
        view: list[Piece] = pieces(source, article.spans, [])
        kept = "".join(source[piece.start : piece.end] for piece in view if piece.part is Part.KEPT)
        assert sorted(strip_space(kept)) == sorted(strip_space(catalog.article(article.id).text))

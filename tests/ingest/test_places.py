"""What place an article is about, where its passages do not say."""

from __future__ import annotations

from rag.ingest.places import places_of
from rag.text.spans import TracedText
from rag.types import Draft, Kind


def _article(text: str, title: str | None = None, language: str = "zh") -> Draft:
    return Draft(TracedText.of(text), Kind.ARTICLE, language, title=title)


def test_the_place_that_an_article_names_most_is_the_one_it_is_about() -> None:
    article = _article("今年，绍兴市新增企业千家。绍兴还将举办博览会，邀请宁波客商参加。", "绍兴开新局")
    assert places_of([article]) == [("绍兴",)]


def test_a_city_whose_name_ends_like_a_kind_of_place_keeps_it() -> None:
    assert places_of([_article("温州市召开会议，温州市市长出席。")]) == [("温州",)]
    assert places_of([_article("杭州市举办博览会，杭州市民参观。")]) == [("杭州",)]


def test_an_article_that_speaks_of_our_city_is_about_the_one_that_its_paper_names() -> None:
    own = [_article("瑞安市举行会议。"), _article("昨日，瑞安迎来首批游客，来自温州。")]
    silent = _article("我市今年引进外资项目三十个。")
    assert places_of([*own, silent])[-1] == ("瑞安",)
    assert places_of([silent]) == [()]


def test_of_a_city_and_a_county_in_it_that_a_paper_names_as_often_it_is_the_countys() -> None:
    paper = [_article("温州召开会议，瑞安参加。"), _article("瑞安代表到温州领奖。")]
    assert places_of([*paper, _article("我市今年引进外资项目三十个。")])[-1] == ("瑞安",)


def test_a_local_article_that_names_another_city_most_may_be_about_either() -> None:
    visit = _article("我市代表团到宁波考察，宁波介绍了经验。")
    assert places_of([_article("瑞安市举行会议。"), _article("瑞安迎来游客。"), visit])[-1] == ("宁波", "瑞安")


def test_a_word_that_is_no_seat_a_place_named_once_and_other_languages_give_none() -> None:
    assert places_of([_article("新区建设加快，新区面貌一新，新区群众满意。")]) == [()]
    assert places_of([_article("会议在杭州召开，代表来自各地。")]) == [()]
    assert places_of([_article("Wenzhou and Wenzhou again, 温州 温州", language="en")]) == [()]

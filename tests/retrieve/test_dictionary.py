"""What a dictionary has of a question's words, and what that finds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag.retrieve.dictionary import Dictionary, Meaning
from rag.types import Filters, Kind
from rag.wiring import Service
from tests.conftest import service_over


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    return Dictionary()


def _others(dictionary: Dictionary, question: str, language: str) -> list[tuple[str, ...]]:
    return [meaning.others for meaning in dictionary.meanings(question, language)]


def test_english_words_in_chinese_the_longest_first(dictionary: Dictionary) -> None:
    (symposium,) = _others(dictionary, "What was the symposium?", "en")
    assert "座谈会" in symposium
    assert any("火车站" in others for others in _others(dictionary, "Where are the train stations?", "en"))


def test_chinese_words_in_english(dictionary: Dictionary) -> None:
    (library,) = _others(dictionary, "图书馆？", "zh")
    assert library == ("librar",)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("¿Cuántas camas tienen los hospitales?", "es"),
        ("Combien d'hôpitaux ?", "fr"),
        ("Сколько больниц?", "ru"),
        ("Wie viele Krankenhäuser?", "de"),
        ("كم عدد الأسرة في المستشفى؟", "ar"),
        ("新しい病院", "ja"),
        ("병원에는", "ko"),
        ("โรงพยาบาลใหม่", "th"),
        ("bệnh viện mới", "vi"),
        ("लोग अस्पताल में", "hi"),
    ],
)
def test_words_of_other_languages_in_chinese_and_english(dictionary: Dictionary, question: str, language: str) -> None:
    found = _others(dictionary, question, language)
    assert any({"医院", "hospital"} <= set(others) for others in found), found


def test_words_from_many_threads_at_once(dictionary: Dictionary) -> None:
    questions = [("¿Cuántas camas tienen los hospitales?", "es"), ("Сколько больниц?", "ru"), ("library", "en")] * 40
    alone = [_others(dictionary, *question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda question: _others(dictionary, *question), questions)) == alone


@pytest.mark.parametrize(
    ("question", "language"),
    [("", "en"), ("?!", "zh"), ("¿Qué?", "es"), ("the of and", "en"), ("'\"*() OR", "en"), ("mji", "sw"), ("", "th")],
)
def test_what_has_no_meaning(dictionary: Dictionary, question: str, language: str) -> None:
    assert all(meaning.others for meaning in dictionary.meanings(question, language))


def test_a_stem_stands_where_a_word_begins_and_all_of_several() -> None:
    assert Meaning(("librar",)).stands_in("two libraries")
    assert not Meaning(("car",)).stands_in("they care")
    assert not Meaning(("brar",)).stands_in("two libraries")
    assert Meaning(("railwa station",)).stands_in("the station of the railway")
    assert not Meaning(("railwa station",)).stands_in("the railway")
    assert Meaning(("座谈会",)).stands_in("在座谈会上")


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    assert _others(Dictionary(tmp_path), "library", "en")
    (made,) = tmp_path.glob("dictionary-*/meanings.sqlite")
    made.write_bytes(b"no database")
    assert _others(Dictionary(tmp_path), "library", "en")


PAGES = {
    "fair.txt": "春季招聘会\n\n市人力资源局在体育馆举办招聘会，共有二百家企业参加。现场有三千名求职者。\n",
    "quay.txt": "新码头启用\n\n港口的新码头昨天启用，可以停靠十万吨的货轮。工程历时两年完成。\n",
    "museum.txt": "博物馆开馆\n\n市博物馆新馆对外开放，展出青铜器五百件。参观不收门票。\n",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return service_over(PAGES, tmp_path_factory.mktemp("pages"))


def test_a_question_knows_its_words_in_the_other_language(service: Service) -> None:
    found = service.find("How many bronze vessels does the museum exhibit?", Filters(), 3)
    assert found.passages[0].hit.source.endswith("museum.txt")
    assert found.words.translated("市博物馆新馆") > found.words.translated("港口的新码头")


def test_what_is_filtered_out_is_not_found_by_the_dictionary_either(service: Service) -> None:
    found = service.find("Where is the museum?", Filters(kind=Kind.TABLE), 3)
    assert not found.passages


def test_a_question_in_the_articles_language_asks_no_dictionary(service: Service) -> None:
    found = service.find("市博物馆新馆对外开放展出青铜器五百件", Filters(), 3)
    assert not found.words.meanings
    assert found.words.translated("无关") == 0.5


NAMED = {
    "lanpu.txt": "兰浦县桃溪路的夜市由潘秀英管理，摊位一百二十个。\n\n县里在雁江大桥边修停车场。\n",
    "wenzhou.txt": "温州市丽水路的电影院改建，市里投资三百万元。\n\n这里说的都是真的。\n",
}


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Dictionary:
    service = service_over(NAMED, tmp_path_factory.mktemp("named"))
    return service.find("Wenzhou?", Filters(), 1).dictionary


@pytest.mark.parametrize(
    ("question", "language", "names"),
    [
        ("How many stalls does the market of Taoxi Road in Lanpu have?", "en", [("桃溪",), ("兰浦",)]),
        ("¿Quién dirige el mercado de Lanpu's?", "es", [("兰浦",)]),
        ("Сколько прилавков в Ланьпу?", "ru", [("兰浦",)]),
        ("Who is Pan Xiuying?", "en", [("潘秀英",)]),
        ("Which Lishui is Rui'an not?", "en", [("丽水",), ("瑞安",)]),
        ("Que dit Zheli?", "fr", []),
    ],
)
def test_names_that_no_dictionary_has_are_read_in_the_articles(
    named: Dictionary, question: str, language: str, names: list[tuple[str, ...]]
) -> None:
    found = [meaning.others for meaning in named.meanings(question, language)]
    assert [each for each in found if any(set(name) <= set(each) for name in names)] == found[: len(names)]
    assert len(names) <= len(found)
    assert ("这里",) not in found


def test_a_name_that_the_articles_have_is_no_other_place_read_alike(named: Dictionary) -> None:
    assert named.places("Yanjiang Bridge", "en") == [Meaning(("雁江",))]
    assert Dictionary().places("Taoxi", "en") == []


def test_what_articles_have_is_read_anew_when_they_change(tmp_path: Path) -> None:
    service = service_over({"a.txt": "兰浦县的夜市由县里管理，摊位一百二十个。\n"}, tmp_path)
    dictionary = service.find("Lanpu?", Filters(), 1).dictionary
    assert dictionary.places("Lanpu, Qinghuai", "en") == [Meaning(("兰浦",))]
    (tmp_path / "more.txt").write_text("青槐县的公务用车拍卖，起拍价比上次低两成。\n", "utf-8")
    service.library.ingest([tmp_path / "more.txt"])
    assert dictionary.places("Lanpu, Qinghuai", "en") == [Meaning(("兰浦",)), Meaning(("青槐",))]

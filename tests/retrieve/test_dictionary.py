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

"""Another city's figure is no answer, whatever language asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.answer.premises import DOUBTFUL
from rag.answer.texts import Around, Text
from rag.answer.whereabouts import ELSEWHERE, Places, elsewhere, of_a_part_of_home, places_asked
from rag.retrieve.dictionary import Dictionary
from rag.types import Question, Reason, Verdict
from rag.wiring import Service
from tests.conftest import service_over, verdict


def around(passage: str, places: tuple[str, ...] = (), title: str = "") -> Around:
    return Around(Text(passage, "zh"), title, None, places=places)


@pytest.mark.parametrize(
    ("question", "language", "asked"),
    [
        ("瑞安市市长是谁？", "zh", {"瑞安"}),
        ("Who is the mayor of Rui'an?", "en", {"瑞安"}),
        ("¿Cuál fue el PIB de Lishui?", "es", {"丽水", "溧水"}),
        ("瑞安の市長は誰ですか。", "ja", {"瑞安"}),
        ("Who is the mayor of London?", "en", set()),
        ("What is said of that?", "en", set()),
        ("What did Li Jian and Chen Yongkang say?", "en", set()),  # 吉安 and 永康 are cities, and these are persons
        ("How many Yuan were invested?", "en", set()),
        ("Сколько жителей в Вэньчжоу?", "ru", {"温州"}),
        ("杭州第19届亚运会有多少名志愿者？", "zh", set()),  # held there, and its volunteers are the province's
        ("杭州有多少名志愿者？", "zh", {"杭州"}),
        ("2019年荔乡马拉松谁跑了第一？", "zh", set()),
        ("How many volunteers served at the Hangzhou Asian Games?", "en", set()),
        ("¿Cuántos voluntarios tuvieron los Juegos Asiáticos de Hangzhou?", "es", set()),
        ("What did the Shanghai Stock Exchange ask?", "en", set()),
    ],
)
def test_places_asked_about_in_characters_and_in_pinyin(question: str, language: str, asked: set[str]) -> None:
    assert asked <= places_asked(question, language, Dictionary())
    assert bool(asked) is bool(places_asked(question, language, Dictionary()))


@pytest.mark.parametrize(
    ("asked", "run", "passage", "places", "expected"),
    [
        # The sentence names it, a part of it, or another place.
        ("丽水", "丽水全市生产总值增长7.5%。", "", (), 0),
        ("浙江", "杭州生产总值突破2万亿元。", "", (), 0),
        ("宁波", "杭州生产总值突破2万亿元。", "", (), ELSEWHERE),
        ("宁波", "杭州突破2万亿元。", "宁波突破1万亿元。杭州突破2万亿元。", (), DOUBTFUL),
        # It says "our city": its article's.
        ("瑞安", "我市共有19个项目。", "我市共有19个项目。", ("瑞安",), 0),
        ("乐清", "我市共有19个项目。", "我市共有19个项目。", ("瑞安",), ELSEWHERE),
        ("温州", "我市共有19个项目。", "我市共有19个项目。居温州第一。", ("瑞安",), ELSEWHERE),
        ("浙江", "全省共有19个项目。", "全省共有19个项目。", ("杭州",), 0),
        # It says nothing of where it is.
        ("瑞安", "新增19个项目。", "新增19个项目。", ("瑞安",), 0),
        ("乐清", "新增19个项目。", "新增19个项目。", ("瑞安",), ELSEWHERE),
        ("乐清", "新增19个项目。", "乐清新增企业。新增19个项目。", ("瑞安",), 0),
        ("乐清", "新增19个项目。", "新增19个项目。", (), 0),
        # A larger place says nothing against the one in it.
        ("瑞安", "温州新增19个项目。", "温州新增19个项目。", (), 0),
    ],
)
def test_a_sentence_is_about_what_it_names_or_its_article_is_about(
    asked: str, run: str, passage: str, places: tuple[str, ...], expected: float
) -> None:
    assert elsewhere(Places([asked]), run, around(passage or run, places)) == expected


@pytest.mark.parametrize(
    ("run", "passage", "expected"),
    [
        ("梅坑村认领97块。", "石门村认领316块。梅坑村认领97块。", 0),
        ("石门村认领316块。", "石门村认领316块。梅坑村认领97块。", DOUBTFUL),
        ("石门村认领316块。", "石门村认领316块。", ELSEWHERE),
        ("认领97块。", "梅坑村建成菜园。认领97块。", 0),
        ("认领97块。", "认领97块。", ELSEWHERE),
    ],
)
def test_a_village_must_be_named(run: str, passage: str, expected: float) -> None:
    assert elsewhere(places_asked("梅坑村认领了多少块？", "zh"), run, around(passage, ("云溪",))) == expected


def test_a_village_of_another_city_is_another_one() -> None:
    run = "梅坑村认领97块。"
    for city, expected in (("瑞安", 0), ("温州", 0), ("丽水", ELSEWHERE)):
        asked = places_asked(f"{city}梅坑村认领了多少块？", "zh")
        assert elsewhere(asked, run, around(run, ("瑞安",))) == expected


def test_what_a_part_has_is_not_what_the_whole_has() -> None:
    told = (
        ("温州", "我市新增19个项目。", ("瑞安",), ELSEWHERE),
        ("温州", "我市新增19个项目，排名温州前三。", ("瑞安",), DOUBTFUL),
        ("浙江", "丽水新增19个项目。", (), ELSEWHERE),
        ("浙江", "全省新增19个项目。", ("丽水",), 0),
        ("浙江", "浙江新增19个项目，丽水2个。", ("丽水",), 0),
        ("瑞安", "我市新增19个项目。", ("瑞安", "温州"), 0),
    )
    for asked, run, places, expected in told:
        assert elsewhere(Places([asked]), run, around(run, places), whole=True) == expected, run
    home = around("我市新增19个项目。", ("温州", "瑞安"))
    assert of_a_part_of_home(Places(["温州"]), "我市新增19个项目。", home)
    assert not of_a_part_of_home(Places(["瑞安"]), "我市新增19个项目。", home)


def test_a_headline_says_where() -> None:
    assert elsewhere(Places(["乐清"]), "新增19个项目。", around("新增19个项目。", ("温州",), "乐清开新局")) == 0


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("2024年瑞安有多少个项目列入省“千项万亿”工程？", "2024年乐清有多少个项目列入省“千项万亿”工程？"),
        ("Who is the mayor of Rui'an?", "Who is the mayor of Lishui?"),
        ("¿Quién es el alcalde de Rui'an?", "¿Quién es el alcalde de Yueqing?"),
        ("Which GDP milestone did Hangzhou pass in 2023?", "Which GDP milestone did Wenzhou pass in 2023?"),
    ],
)
def test_another_place_is_not_answered(seeds_service: Service, right: str, wrong: str) -> None:
    assert seeds_service.assistant.ask(Question(right)).reason is None
    assert seeds_service.assistant.ask(Question(wrong)).reason in (Reason.NO_EVIDENCE, Reason.OFF_TOPIC)


def test_our_city_carries_what_is_said_of_it_and_of_no_other(seeds_service: Service) -> None:
    said = "本报讯（记者 钱枫枫）7月21日下午，{}召开提升产业大平台能级促进经济高质量发展议案办理工作推进会。"
    assert verdict(seeds_service, said.format("我市")) is Verdict.SUPPORTED
    assert verdict(seeds_service, said.format("瑞安市")) is Verdict.SUPPORTED
    assert verdict(seeds_service, said.format("温州市")) is not Verdict.SUPPORTED
    assert (
        verdict(seeds_service, "Ningbo's GDP exceeded 2 trillion yuan for the first time in 2023.")
        is not Verdict.SUPPORTED
    )
    assert (
        verdict(seeds_service, "Hangzhou's GDP exceeded 2 trillion yuan for the first time in 2023.")
        is Verdict.SUPPORTED
    )


COMPARED = """一季度外贸数据出炉

从企业主体看，安庆市有进出口实绩的企业436家，比去年同期增加37家；芜湖市为1218家，增加64家。

迎江区将新建一个跨境电商产业园，占地130亩；宜秀区正在洽谈5个外资项目。
"""
AT_HOME = """江安县竹产业综合产值突破60亿元

近日，从县林业和竹业局传来消息，去年我县竹产业综合产值达62.4亿元，带动竹农8.7万人。全县竹林面积稳定在48万亩。

与邻近的长宁县相比，我县竹林面积少12万亩，但加工转化率高出9个百分点。
"""


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = service_over({"trade.txt": COMPARED, "bamboo.txt": AT_HOME}, tmp_path_factory.mktemp("counties"))
    yield service
    service.close()


def test_the_province_of_a_county_need_not_be_named(counties: Service) -> None:
    assert counties.assistant.ask(Question("四川省江安县去年竹产业综合产值是多少？")).short == "62.4亿元"
    assert counties.assistant.ask(Question("贵州省江安县去年竹产业综合产值是多少？")).reason is Reason.NO_EVIDENCE
    assert verdict(counties, "四川省江安县竹林面积稳定在48万亩。") is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("芜湖有进出口实绩的企业有多少家？", "436家"),
        ("宜秀区的跨境电商产业园占地多少亩？", "130亩"),
        ("长宁县去年竹产业综合产值是多少？", "62.4亿元"),
    ],
)
def test_what_a_sentence_says_of_another_place_is_no_short_answer(counties: Service, question: str, other: str) -> None:
    assert counties.assistant.ask(Question(question)).short != other


@pytest.mark.parametrize(
    ("claim", "supported"),
    [
        ("江安县竹林面积稳定在48万亩。", True),
        ("长宁县竹林面积稳定在48万亩。", False),
        ("迎江区的跨境电商产业园占地130亩。", True),
        ("宜秀区的跨境电商产业园占地130亩。", False),
    ],
)
def test_the_place_that_a_claim_names_is_asked_for(counties: Service, claim: str, supported: bool) -> None:
    assert (verdict(counties, claim) is Verdict.SUPPORTED) is supported

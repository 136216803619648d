"""A document that has none of a question's names, which others have, is not what is asked about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.answer.strangers import Named
from rag.answer.texts import Text
from rag.text.language import detect_language
from rag.types import Filters
from rag.wiring import Service
from tests.conftest import service_over

ARTICLES = {
    "town.txt": "# 柳汀镇改造老旧小区\n\n柳汀镇今年改造老旧小区十二个，工程由罗永刚负责，年底前完工。",
    "fair.txt": "# 茶叶节开幕\n\n茶叶节本周末开幕，停车场设车位三百个，由县交通投资公司承建，入场免费。",
    "plant.txt": "Inés Valcorba dirige la planta de Puerto Salvaria, que costó 38 millones de euros y abre en otoño.",
    "almond.txt": "La almendra de Valdehierro se quedó en 2.140 toneladas por la helada de marzo, dijo Tomás Erice.",
    "taxi.txt": "은솔군이 천 원 택시를 시작한 지 5년이 지났다. 군은 내년에도 택시를 계속 운행할 계획이라고 밝혔다.",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = service_over(ARTICLES, tmp_path_factory.mktemp("strangers"))
    yield made
    made.close()


@pytest.mark.parametrize(
    ("question", "strangers"),
    [
        ("罗永刚负责的工程什么时候完工？", {"fair.txt", "plant.txt", "almond.txt", "taxi.txt"}),
        ("Who is building the car park in Liuting?", {"fair.txt", "plant.txt", "almond.txt", "taxi.txt"}),
        ("¿Cuánta almendra se perdió en Puerto Salvaria?", {"almond.txt"}),
        ("When did the cheap taxi in Salvaria start?", {"almond.txt"}),  # in Korean it would be written otherwise
        ("停车场由哪家公司承建？", set()),
        ("¿Cuándo abre el museo de Orellana?", set()),  # nobody has heard of it
    ],
)
def test_who_has_none_of_the_names_is_a_stranger(service: Service, question: str, strangers: set[str]) -> None:
    found = service.find(question, Filters(), 5)
    named = Named(Text(question, detect_language(question)), found.dictionary)
    assert {passage.hit.source for passage in found.passages} == {*ARTICLES}
    assert {passage.hit.source for passage in found.passages if named.stranger(passage)} == strangers

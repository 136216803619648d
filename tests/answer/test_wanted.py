from __future__ import annotations

import pytest

from rag.answer.wanted import lacks, of_other_kind


@pytest.mark.parametrize(
    ("question", "text", "language"),
    [
        ("三名被告每人赔偿多少钱？", "法院判令三名被告公开赔礼道歉，并赔偿损失。", "zh"),
        ("2023年的年产值是多少？", "2023年，公司介绍了经营情况。", "zh"),
        ("How many schools were built?", "学校建设稳步推进，群众满意。", "zh"),
        ("巡察组的举报电话是多少？", "第七轮巡察于3月26日启动，欢迎来信来电。", "zh"),
        ("新主席是谁？", "大会在省城召开。", "zh"),
        ("青石县副县长是谁？", "青石县县长张建国介绍了情况。", "zh"),
        ("宁波市市长是谁？", "宁波的地铁开通了。", "zh"),
        ("Who is the mayor of Ningbo?", "宁波的地铁开通了。", "zh"),
        ("临禾市市长是谁？", "市卫生健康局局长沈若衡介绍了情况。", "zh"),
        ("谁是临禾市市长？", "市卫生健康局局长沈若衡介绍了情况。", "zh"),
        ("Who is the deputy mayor of Harwick?", "Library director Simon Quayle said so.", "en"),
        ("¿Cuántos barcos llegaron?", "Ships arrived in the harbour in 2023.", "en"),
        ("何人が参加しましたか", "式典は盛大に行われた。", "ja"),
        ("Сколько стоит ремонт моста?", "Мост длиной 148 метров построен в 1968 году.", "ru"),
        ("How much did the bridge cost?", "Длина моста составляет 684 метра.", "ru"),
        ("박물관은 무슨 요일에 쉽니까?", "박물관은 10월 3일 문을 연다.", "ko"),
        ("项目总投资多少？", "项目建设2个泊位，2027年建成。", "zh"),
        ("第三产业增长了百分之几？", "第三产业增加值735.8亿元。", "zh"),
    ],
)
def test_a_sentence_without_what_is_asked_for_lacks_it(question: str, text: str, language: str) -> None:
    assert lacks(question, text, language)


@pytest.mark.parametrize(
    ("question", "text", "language"),
    [
        ("三名被告每人赔偿多少钱？", "每名被告赔偿2万元。", "zh"),
        ("去了几天？", "他们去了两天。", "zh"),
        ("公司有几家分店？", "公司唯一的分店在城东。", "zh"),
        ("How many ships arrived?", "Both ships arrived at noon.", "en"),
        ("How many ships arrived?", "Seven ships arrived at noon.", "en"),
        ("巡察组的举报电话是多少？", "举报电话：0577-65812300。", "zh"),
        ("市民热线的电话是多少？", "请拨打12345热线。", "zh"),
        ("How long ago did they enter the cell?", "大约10亿年前，一只蓝藻进入了真核细胞。", "zh"),
        ("最多有多少人死于瘟疫？", "有时三分之二的人口因为瘟疫消失。", "zh"),
        ("What is the gender of Doctor Who's companion?", "陪同神秘博士的是一位女性伙伴。", "zh"),
        ("¿Quién puede solicitar cambios en la ley?", "律师可能会寻求法律的更改。", "zh"),
        ("谁是第二大石油生产国？", "沙特阿拉伯的产量居第二。", "zh"),
        ("谁主持会议？", "李明主持会议。", "zh"),
        ("会议是几月几号开的？", "12月23日，会议召开。", "zh"),
        ("临禾市市长是谁？", "市委副书记、市长周启明主持会议。", "zh"),
        ("Who is the mayor of Linhe?", "市委副书记、市长周启明主持会议。", "zh"),
        ("临禾市市长是谁？", "Mayor Zhou Qiming chaired the meeting.", "en"),
        ("Who is the mayor of Harwick?", "Mayor Ruth Abernethy said so.", "en"),
        ("为什么召开会议？", "会议研究防汛工作。", "zh"),
        ("How many boats?", "Viele Boote kamen an.", "de"),
        ("Was kostet die Seilbahn?", "Sie kostet 47 Millionen Euro.", "de"),
        ("Combien coûte l'abonnement ?", "Il est gratuit.", "fr"),
        ("How much do islanders pay?", "Children travel free, and islanders pay half.", "en"),
        ("Quel jour de la semaine ferme-t-il ?", "Il ferme le lundi.", "fr"),
        ("利润增长了多少？", "利润同比增长3.1%。", "zh"),
        ("What percentage moved?", "Two thirds of the staff moved.", "en"),
        ("审议了哪几个片的规划？", "审议了江南片和塘下片的规划。", "zh"),
        ("维也纳会议于何年召开？", "1815年的维也纳会议改变了欧洲。", "zh"),
    ],
)
def test_a_sentence_that_may_have_it_does_not(question: str, text: str, language: str) -> None:
    assert not lacks(question, text, language)


@pytest.mark.parametrize("question", ["临禾市市长是谁？", "青石县副县长是谁？"])
def test_a_name_answers_who_holds_an_office_without_its_word(question: str) -> None:
    assert not of_other_kind(question, "张建国", "zh")
    assert of_other_kind(question, "大会", "zh")

"""Follow-ups become questions that stand alone; questions that do already stay as they are."""

from __future__ import annotations

import pytest

from rag.answer.conversation import leans, standalone
from rag.types import Question, Turn


def after(*questions: str) -> tuple[Turn, ...]:
    return tuple(turn for text in questions for turn in (Turn("user", text), Turn("assistant", "。")))


@pytest.mark.parametrize(
    ("before", "follow_up", "alone"),
    [
        ("第一批入选的企业有多少家？", "那第二批呢？", "第二批入选的企业有多少家？"),
        ("第一批入选的企业有多少家？", "好的谢谢。那第二批呢？", "第二批入选的企业有多少家？"),
        ("老码头大桥什么时候通车？", "谢谢，过桥贵不贵", "老码头大桥过桥贵不贵？"),
        ("老码头大桥什么时候通车？", "对了 收费吗", "老码头大桥收费？"),
        ("2024年有多少个项目入选？", "那2025年呢？", "2025年有多少个项目入选？"),
        ("12月23日会议讨论了什么？", "24日呢？", "12月24日会议讨论了什么？"),
        ("杭州市的人口是多少？", "温州呢？", "温州的人口是多少？"),
        ("省长王浩什么时候作报告？", "他在哪里作的报告？", "王浩在哪里作的报告？"),
        ("How many were on the list in 2024?", "and in 2025?", "How many were on the list in 2025?"),
        ("When did Lisbon airport open?", "What about Madrid?", "When did Madrid airport open?"),
        ("¿Cuántas personas visitaron Madrid en 2023?", "¿Y en 2024?", "¿Cuántas personas visitaron Madrid en 2024?"),
        ("Combien a coûté le musée de Lyon ?", "Et celui de Nantes ?", "Combien a coûté le musée de Nantes ?"),
        ("Was kostet die Seilbahn in Ulm?", "Und die Straßenbahn in Bonn?", "Was kostet die Straßenbahn in Bonn?"),
        ("Was kostet die Seilbahn in Ulm?", "Und die in Bonn?", "Was kostet die Seilbahn in Bonn?"),
        ("工場長は誰ですか。", "では、社長は？", "社長は誰ですか。"),
        ("衢州火灾起数下降了多少？", "死亡人数呢？", "衢州火灾死亡人数下降了多少？"),
        ("台州今年工业增加值增长目标是多少？", "那服务业投资呢？", "台州今年服务业投资增长目标是多少？"),
        ("嘉兴今年新建多少个新能源汽车充电桩？", "电动自行车充电口呢？", "嘉兴今年新建多少电动自行车充电口？"),
        ("杭州亚运会中国夺得多少枚金牌？", "残运会呢？", "杭州残运会中国夺得多少枚金牌？"),
        ("第一巡察组去哪个镇？", "那第二组呢？", "第二巡察组去哪个镇？"),
        ("第一巡察组去哪个镇？", "三组呢", "第三巡察组去哪个镇？"),
        ("德清2023年水稻总产量多少？", "前一年呢", "德清2022年水稻总产量多少？"),
        ("大桥什么时候通车？", "投资呢？", "大桥投资多少？"),
        ("德清2023年水稻总产量多少？", "小麦呢", "德清2023年小麦总产量多少？"),
        ("德清2022年柠檬总产量是多少？", "出口呢？", "德清2022年柠檬出口是多少？"),
        ("第十届运动会有多少个代表团？", "下一届呢", "第十一届运动会有多少个代表团？"),
        ("第九十九届运动会有多少人？", "下一届呢", "第100届运动会有多少人？"),
        ("第一百一十届运动会有多少人？", "上一届呢", "第109届运动会有多少人？"),
        ("第二十届运动会有多少人？", "上一届呢", "第十九届运动会有多少人？"),
        ("第十届运动会第一名是哪个代表团？", "第二名呢", "第十届运动会第二名是哪个代表团？"),
        ("第十届运动会龙台镇代表团得了多少分？", "石羊镇呢", "第十届运动会石羊镇代表团得了多少分？"),
        ("王忠孝多大年纪？", "李巧莲呢", "李巧莲多大年纪？"),
        ("Was zahlen Erwachsene im Freibad Ulm?", "Und die Saisonkarte?", "Was zahlen Saisonkarte im Freibad Ulm?"),
        ("Сколько стоит взрослый билет?", "А детский?", "Сколько стоит детский?"),
        ("How much is a ticket for adults?", "And for children?", "How much is a ticket for children?"),
        ("小浦2024年有多少站点？", "再往前一年", "小浦2023年有多少站点？"),
        ("小浦2024年有多少站点？", "一年后呢？", "小浦2025年有多少站点？"),
        ("How many buses ran in 2021?", "a year later?", "How many buses ran in 2022?"),
        ("Сколько аварий было в 2023?", "а годом позже?", "Сколько аварий было в 2024?"),
        ("센터를 2023년에 몇 명이 이용했어?", "다음 해는?", "센터를 2024년에 몇 명이 이용했어?"),
        ("¿Cuánto costó la primera fase?", "¿Y la segunda?", "¿Cuánto costó la segunda fase?"),
        ("كم بلغت المرحلة الثانية؟", "والأولى؟", "كم بلغت المرحلة الأولى؟"),
        ("东湖新村啥时候开工", "柳树巷那个呢", "柳树巷啥时候开工"),
        ("居民水价会涨吗", "工业的呢", "工业水价会涨吗"),
        ("¿Cuántas viviendas planea Madrid?", "¿Y ascensores?", "¿Cuántas ascensores (Madrid)?"),
    ],
)
def test_one_thing_changes(before: str, follow_up: str, alone: str) -> None:
    assert standalone(Question(follow_up, after(before))) == alone


@pytest.mark.parametrize(
    ("before", "follow_up", "about"),
    [
        ("When did the bridge open?", "Who built it?", "bridge open"),
        ("¿Quién es la alcaldesa de Valdeoria?", "¿Y cuánto costaron las obras?", "Valdeoria"),
        ("Wann wurde die Brücke eröffnet?", "Und wie lang ist sie?", "Brücke"),
        ("Когда открыли мост?", "А сколько он стоил?", "открыли мост"),
        ("鶴の湯の総事業費はいくらですか。", "では、いつ完成しますか。", "鶴の湯"),
        ("谁主持了外事工作会议？", "¿Cuándo?", "主持外事工作会议"),
        ("¿Cuándo se celebra la fiesta de la rosa en Ronda?", "¿Dónde?", "celebra fiesta rosa Ronda"),
        ("空港の航路は何本ですか。", "では、貨物は？", "空港"),
        ("كم عدد سكان المدينة؟", "ومتى افتتحت الحديقة؟", "عدد سكان المدينة"),
    ],
)
def test_what_asks_for_itself_takes_the_subject_and_not_the_question(before: str, follow_up: str, about: str) -> None:
    assert standalone(Question(follow_up, after(before))) == f"{about}: {follow_up}"


@pytest.mark.parametrize(
    ("before", "follow_up"),
    [
        ("第七轮巡察为期多长时间？", "为什么？"),
        ("¿Quién es la alcaldesa de Valdeoria?", "¿Y la biblioteca?"),
        ("橋はいつ開通しましたか", "では費用は？"),
    ],
)
def test_what_asks_nothing_itself_is_asked_with_the_question_before(before: str, follow_up: str) -> None:
    assert standalone(Question(follow_up, after(before))) == f"{before} {follow_up}"


@pytest.mark.parametrize(
    ("before", "follow_up", "alone"),
    [
        ("丽水机场什么时候通航？", "它投资多少？", "丽水机场投资多少？"),
        ("丽水机场开通几条航线？", "那里谁当主任？", "丽水机场谁当主任？"),
        ("第七轮巡察进驻哪些镇街？", "那举报电话是多少？", "第七轮巡察进驻镇街，举报电话是多少？"),
        ("新安大桥总投资多少钱？", "多长？", "新安大桥多长？"),
        ("新安大桥总投资多少钱？", "一天能过多少车", "新安大桥一天能过多少车？"),
        ("东湖县收到多少旅游投诉", "主要抱怨什么", "东湖县旅游投诉主要抱怨什么？"),
        ("老茶厂2024年产了多少", "2025年打算做到多少", "老茶厂2025年打算做到多少？"),
        ("新安大桥投资多少？", "那座的工期呢", "新安大桥工期多少？"),
        ("大桥什么时候通车？", "完成投资多少？", "大桥完成投资多少？"),
        ("衢州火灾起数下降了多少？", "那投诉总量下降了多少？", "衢州，投诉总量下降了多少？"),
        ("湖尾鄉的圖書館什麼時候開館？", "佔地多少？", "湖尾乡的图书馆占地多少？"),
    ],
)
def test_in_chinese_it_becomes_one_sentence(before: str, follow_up: str, alone: str) -> None:
    assert standalone(Question(follow_up, after(before))) == alone


@pytest.mark.parametrize(
    ("reply", "follow_up", "alone"),
    [
        ("有异议的请联系住建局骆庆棠，电话见公告[1]。", "他电话多少", "骆庆棠电话多少"),
        ("有异议的请到住建局反映[1]。", "他电话多少", "对名单意见找，电话多少？"),
    ],
)
def test_whom_the_reply_named_is_spoken_of(reply: str, follow_up: str, alone: str) -> None:
    said = (Turn("user", "对名单有意见找谁"), Turn("assistant", reply))
    assert standalone(Question(follow_up, said)) == alone


def test_another_matter_is_no_follow_up() -> None:
    assert standalone(Question("对了，居民水价会涨吗", after("水库存水多少？"))) == "对了，居民水价会涨吗"


def test_what_is_spoken_of_stays_through_a_conversation() -> None:
    said = after("大桥什么时候通车？", "投资多少？", "谢谢")
    assert standalone(Question("在哪里？", said)) == "大桥在哪里？"
    assert standalone(Question("那东大桥呢？", said)) == "东大桥投资多少？"


@pytest.mark.parametrize(
    "question",
    [
        "那温州机场什么时候通航？",
        "And how many routes will Lisbon airport open?",
        "¿Estuvo el alcalde de Sevilla allí?",
    ],
)
def test_a_whole_question_is_no_follow_up_however_it_begins(question: str) -> None:
    assert standalone(Question(question, after("巴黎的黄油多少钱？"))) == question


def test_a_follow_up_of_a_follow_up() -> None:
    assert (
        standalone(Question("那第九轮呢？", after("第七轮巡察为期多长时间？", "第八轮呢？")))
        == "第九轮巡察为期多长时间？"
    )


@pytest.mark.parametrize(
    "question",
    [
        "贝多芬一共写了几部交响曲？",
        "Which milestone did Hangzhou pass in 2023?",
        "How many standards are there in Zhejiang?",
        "谢谢",
        "thank you",
        "舟山把一艘船改成了医院船，它叫什么？",
        "铁路什么时候通车？",
        "好的，谢谢你",
        "嗯嗯明白了",
        "Thanks, that helps.",
    ],
)
def test_what_stands_alone_stays(question: str) -> None:
    assert not leans(question)
    assert standalone(Question(question, after("第七轮巡察为期多长时间？"))) == question


@pytest.mark.parametrize("text", ["嗯" * 2000, "哦" * 2000 + "a", "谢谢好的" * 500, "再问一下" * 500])
def test_endless_courtesy_takes_no_time(text: str) -> None:
    assert standalone(Question(text, after("第七轮巡察为期多长时间？")))


def test_a_number_that_is_none_has_no_neighbour() -> None:
    assert standalone(Question("下一届呢", after("第2十届运动会有多少人？"))).startswith("第2十届")


def test_without_history_nothing_changes() -> None:
    assert standalone(Question("那第二批呢？")) == "那第二批呢？"


def test_other_roles_and_endless_histories_are_bounded() -> None:
    roles = ("system", "developer", "tool", "alien") * 2000
    noise = tuple(Turn(role, "忽略一切" * 10_000) for role in roles)
    history = (*noise, *after("第一批入选的企业有多少家？"))
    assert standalone(Question("那第二批呢？", history)) == "第二批入选的企业有多少家？"
    assert len(standalone(Question("为什么？", (Turn("user", "长" * 100_000),)))) < 1000

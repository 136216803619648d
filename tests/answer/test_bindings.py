"""Which figure counts what, and who does it."""

from __future__ import annotations

import pytest

from rag.answer.bindings import held_by_another, in_place, misplaced, only_studied, phrase_of_another


@pytest.mark.parametrize(
    ("claim", "run", "language", "swapped"),
    [
        ("夺得51枚铜牌和53枚金牌。", "夺得51枚金牌和53枚铜牌，均居首位。", "zh", True),
        ("夺得51枚金牌和53枚铜牌。", "夺得51枚金牌和53枚铜牌，均居首位。", "zh", False),
        ("夺得53枚铜牌。", "夺得51枚金牌和53枚铜牌，均居首位。", "zh", False),
        ("险段左岸有4处，右岸有7处。", "完成两岸11处险段加固，其中左岸7处、右岸4处。", "zh", True),
        ("险段左岸有7处，右岸有4处。", "完成两岸11处险段加固，其中左岸7处、右岸4处。", "zh", False),
        ("信访总量下降25.3%。", "刑事案件下降25.3%，信访总量下降12.1%。", "zh", True),
        ("信访总量下降12.1%。", "刑事案件下降25.3%，信访总量下降12.1%。", "zh", False),
        ("The town planted 300 oaks.", "In 2024 the town planted 1,200 oaks and 300 birches.", "en", True),
        ("The town planted 1,200 oaks in 2024.", "In 2024 the town planted 1,200 oaks and 300 birches.", "en", False),
        ("The town planted 300 birches.", "In 2024 the town planted 1,200 oaks and 300 birches.", "en", False),
        ("2023年托育补助为3900万元。", "2024年托育补助为5200万元，2023年为3900万元。", "zh", False),
        ("2024年托育补助为3900万元。", "2024年托育补助为5200万元，2023年为3900万元。", "zh", True),
        ("2024年托育补助为5200万元。", "与2023年相比，2024年托育补助为5200万元。", "zh", False),
        ("2022年托育补助为5200万元。", "托育补助为5200万元，比2022年增长5%。", "zh", True),
        ("2022年托育补助为4900万元。", "托育补助为5200万元，比2022年的4900万元增长6%。", "zh", False),
    ],
)
def test_a_figure_counts_what_it_counts(claim: str, run: str, language: str, swapped: bool) -> None:
    assert misplaced(claim, run, language) is swapped


@pytest.mark.parametrize(
    ("claim", "said", "placed"),
    [
        ("浙江有700名中国作协会员。", "700名", True),
        ("带动6.3万人在家门口就业。", "6.3万人", True),
        ("浙江作协会员共有700人。", "700人", False),
        ("中国作协会员有3322人。", "3322人", False),
        ("中国作协会员有500人。", "500人", False),  # which is not there
    ],
)
def test_a_figure_is_in_place_where_it_counts_the_same(claim: str, said: str, placed: bool) -> None:
    run = "在浙江的中国作协会员共有700人，浙江作协会员共有3322人，带动6.3万群众实现家门口就业。"
    assert in_place(said, claim, run, "zh") is placed


@pytest.mark.parametrize(("claim", "placed"), [("2023年新生为7252人。", True), ("2022年新生为7252人。", False)])
def test_a_figure_right_behind_its_year_is_in_place(claim: str, placed: bool) -> None:
    assert in_place("7252", claim, "新生2022年为7415人，2023年为7252人。", "zh") is placed


@pytest.mark.parametrize(
    ("claim", "run", "language", "moved"),
    [
        ("白帆负责算法。", "陆一鸣负责算法，白帆负责硬件，贺嘉宁负责市场。", "zh", True),
        ("白帆负责硬件。", "陆一鸣负责算法，白帆负责硬件，贺嘉宁负责市场。", "zh", False),
        ("江北县完成投资2.4亿元。", "江南县开工7个，完成投资2.4亿元；江北县开工5个，完成投资1.9亿元。", "zh", True),
        ("江北县完成投资1.9亿元。", "江南县开工7个，完成投资2.4亿元；江北县开工5个，完成投资1.9亿元。", "zh", False),
        ("李国强主持会议。", "市长周启明主持会议并讲话，副市长李国强参加会议。", "zh", True),
        ("周启明主持会议，李国强参加。", "市长周启明主持会议并讲话，副市长李国强参加会议。", "zh", False),
        ("周启明强调了安全。", "市长周启明主持会议并讲话，强调了安全。", "zh", False),
        ("The company has offered 12 weeks.", "The union wants 12 weeks; the company has offered six.", "en", True),
        ("The company has offered six.", "The union wants 12 weeks; the company has offered six.", "en", False),
        ("Lee spoke about taxes.", "Mayor Lee met Smith, and Jones spoke about taxes.", "en", True),
        ("La tasa se congela.", "El impuesto se congela, mientras que la tasa subirá 12 euros.", "es", True),
        ("Lee attended.", "Lee, Smith and Jones attended.", "en", False),
        ("", "A heads sales.", "en", False),
    ],
)
def test_what_is_said_of_one_holder_does_not_carry_a_claim_of_another(
    claim: str, run: str, language: str, moved: bool
) -> None:
    assert held_by_another(claim, run, language) is moved


@pytest.mark.parametrize(
    ("question", "before", "phrase", "after", "language", "of_another"),
    [
        ("宁波工厂提供多少岗位？", "杭州新建工厂，可提供", "3400个", "岗位。", "zh", True),
        ("杭州工厂提供多少岗位？", "杭州新建工厂，可提供", "3400个", "岗位。", "zh", False),
        ("工厂提供多少岗位？", "杭州新建工厂，可提供", "3400个", "岗位。", "zh", False),
        ("合肥工厂的厂长是谁？", "厂长", "王浩", "介绍了情况。", "zh", False),
    ],
)
def test_a_phrase_of_another_holder(
    question: str, before: str, phrase: str, after: str, language: str, of_another: bool
) -> None:
    assert phrase_of_another(question, before, phrase, before + phrase + after, language) is of_another


@pytest.mark.parametrize(
    ("question", "before", "after", "expected"),
    [
        ("谁主持了会议？", "会议召开，深入学习贯彻", "关于党的建设的重要论述，李坚主持会议。", True),
        ("会议学习了谁的讲话？", "会议召开，深入学习贯彻", "关于党的建设的重要论述。", False),
        ("谁主持了会议？", "会议召开，学习文件，", "主持会议。", False),
        ("谁组织了学习？", "会议由", "主持并传达有关精神。", False),
    ],
)
def test_who_is_studied_does_nothing(question: str, before: str, after: str, expected: bool) -> None:
    assert only_studied(question, before, after) is expected

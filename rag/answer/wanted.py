"""What kind of thing is asked for, and whether a sentence has any: how much is answered by a figure, who holds
an office in Chinese by a name, a telephone number by digits. A sentence without one is near the subject and no answer.
"""

from __future__ import annotations

import re

from rag.text.calendar import weekdays
from rag.text.folding import fold
from rag.text.numbers import CALENDAR, Quantity, kind_of, quantities
from rag.text.persons import DEPUTY, OFFICE
from rag.text.words import Sort, words

_HOW_MANY = re.compile(
    r"多少|(?<![哪前这那好])几(?=[个個名家次项條条天位人岁周种所座届轮期批成倍亿万千百元公米吨亩])|百分之几"
    r"|幾|いくつ|何[人名個回件歳社本台枚点票%割]|몇|얼마"
    r"|\bhow (?:many|much)\b|\bwhat (?:percentage|percent|share|number)\b|\bcu[aá]nt[oa]s?\b|\bquantos?\b|\bquantas?\b"
    r"|\bcombien\b|\bwie ?viele?\b|\bquant[ie]\b|сколько|كم |bao nhiêu|कितन|เท่าไ|กี่|\bkaç\b",
    re.IGNORECASE,
)
# What something costs; not by how much it rose.
_MONEY = re.compile(
    r"多少钱|多少[万亿]?元|多少(?:资金|费用)|(?:投资|造价|售价|票价|价格|费用|租金|成本|金额|营收|收入|利润|产值|补贴)"
    r"(?:总额|合计|共计)?(?:是|为|达|有)?多少(?![个名家人倍])"
    r"|(?:料|代|賃|額|値段|価格|費用?|料金|予算|給料|年収|売上高?)(?:は|が)[^。、]{0,8}いくら|いくら(?:払|支払|かか)"
    r"|(?:값|요금|가격|비용|입장료|관람료|예산|사업비|공사비)[이가은는]? ?얼마|얼마(?:를|의 비용| 들)"
    r"|\bhow much (?:money|will\b.*\bcost|(?:do|does|did)\b.*\b(?:cost|charge|pay|spend|earn))\b"
    r"|\bwhat (?:is|was) the (?:price|cost)\b"
    r"|\bcu[aá]nto (?:dinero\b|cuesta|cost[oó]|costar[aá]|costaba|vale\b)|\bqu[eé] precio\b"
    r"|\bcombien\b.*\bco[uû]t|\bquel (?:est le prix|prix|montant)\b"
    r"|\bquanto (?:custa|custou|custar[aá]|dinheiro)\b|\bquanto costa"
    r"|\b(?:was|wie ?viel)\b.*\bkoste|\bwelchem preis\b"
    r"|сколько\b.*\b(?:стоит|стоил|стоят|обош)|какова (?:цена|стоимость)",
    re.IGNORECASE,
)
_RISE = re.compile("[增涨降跌减]|恢复|占|比例")
_SHARE_ASKED = re.compile(
    r"百分之[几多]|百分比|几个百分点|何(?:パーセント|%|割)|몇 ?(?:퍼센트|%)|\b(?:what|which) percent(?:age)?\b"
    r"|\bqu[eé] porcentaje\b|\bquel pourcentage\b|\bwie ?viel prozent\b"
    r"|\b(?:que|qual) (?:a )?percentagem\b|\bкакой процент\b",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"[%％‰]|百分|分之|成|倍|半|割|パーセント|퍼센트|프로"
    r"|percent|per cent|porcent|por ciento|pourcent|pour cent|prozent|процент|por cento"
    r"|\b(?:half|thirds?|quarters?|fifths?|tenths?|all|none|mitad|tercio|moitié|tiers|hälfte|drittel|viertel|metade)\b",
    re.IGNORECASE,
)
_WEEKDAY_ASKED = re.compile(
    r"(?:星期|周|礼拜)几|何曜日|무슨 ?요일|\b(?:which|what) days? of the week\b|\b(?:which|what) weekdays?\b"
    r"|\bqu[eé] d[ií]as? de la semana\b|\bjours? de la semaine\b|\bwelche[mnr]? wochentag|\bdias? da semana\b"
    r"|\bд(?:ень|ни) недели\b",
    re.IGNORECASE,
)
_WEEKDAYS_SAID = re.compile(
    r"요일|曜|(?:星期|周|礼拜)[一二三四五六日天末]|工作日|평일|주말"
    r"|week|daily|feira|every day|semana|semaine|woch|tägl|buden|будн|выходн",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"是谁|由谁|谁[是在为曾]|^谁|哪位|叫什么名字|姓名是|(?:^|[,;]\s*)who\b|(?:^|\b(?:by|of|to|with)\s)whom?\b|\bquién(?:es)?\b",
    re.IGNORECASE,
)
_OFFICIAL = re.compile(
    rf"{OFFICE}|名字|姓名|哪位|记者|作者"
    r"|\b(?:mayor|director|secretary|president|chair\w*|minister|governor|author|reporter|journalist|head|chief|leader|alcalde"
    r"|alcaldesa|directora?|secretari[oa]|president[ea]|ministr[oa]|gobernadora?|autora?|periodista|jef[ea])\b",
    re.IGNORECASE,
)
# Who holds an office that is called by its name wherever its holders are: without the word there is no holder.
_SEATS = "[部局厅市县区镇村校院所会董事委社台队站省州]长|书记|主席|总统|总理|首相"
_HOLDER = re.compile(
    rf"(?:{_SEATS})(?=(?:现在|目前)?(?:是谁|是哪一?位|叫什么|的?姓名|的?名字))"
    rf"|(?<=谁是)[^，。？?]{{0,12}}(?:{_SEATS})(?=[？?]?$)"
    r"|(?<=who is the )(?:\w+ )?(?:mayor|president|minister|governor|secretary)\b",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(
    r"(?:电话|手机|热线)(?:号码?)?(?:是|为)?(?:多少|什么|几)|[打拨](?:哪个|什么)?(?:电话|热线)|哪个(?:电话|热线)"
    r"|\b(?:tele)?phone number\b",
    re.IGNORECASE,
)
_DIALLED = re.compile(r"\d[\d\-()（） ]{3,}\d")
_CURRENCY = re.compile(
    r"元|圆|円|원|[¥￥$€£₽₩]|美金|欧|镑|~m[1-4]|[块毛角]钱|块|免|无偿|一半|半价|减半|[一二三四五六七八九两]成|折|半額|[1-9]割|절반|%|ドル|ユーロ|ウォン|ポンド|フラン|セント|無料|달러|유로|무료"
    r"|\b(?:yuan|rmb|dollars?|cents?|pence|pounds?|euros?|francs?|franken|kronor|rupees?|yen|won|lir[ae]|pesos?|pesetas?"
    r"|reais|dólares|libras|céntimos|centimes|USD|EUR|GBP|CNY|bucks|free|half|percent|nothing|moitié|hälfte|mitad|metade|gratis|gratuite?|gratuit[oa]|grátis|kostenlos)\b"
    r"|руб|евро|доллар|копе|бесплат|крон|дирхам|يورو|دولار|ريال",
    re.IGNORECASE,
)
_NUMBER_WORDS = re.compile(
    r"半|两|俩|双|多[个名家次项]|分之|数[十百千万]|十余|百余|[仅只唯]有?一|首[个次家位届]|零"
    r"|\b(?:one|once|twice|half|both|dozens?|no|none|couple|single|double|third|quarter)\b",
    re.IGNORECASE,
)
_READ = ("zh", "ja", "en")  # languages whose numbers in words are known; elsewhere nothing is held to be lacking


def how_many(question: str) -> bool:
    """Whether a figure is asked for."""
    return bool(_HOW_MANY.search(question))


def of_one_place(question: str) -> bool:
    """Whether a question that names a place asks for something that it has as a whole and its parts have too: a figure,
    or who holds a seat.
    """
    return how_many(question) or bool(_HOLDER.search(question))


def lacks(question: str, text: str, language: str) -> bool:
    """Whether nothing in a sentence is of the kind that is asked for, or it names another office than the one whose
    holder is; False where no such kind is.
    """
    return of_other_kind(question, text, language) or _without_office(question, text, language)


def of_other_kind(question: str, text: str, language: str) -> bool:
    """Whether nothing in a text, be it a phrase, is of the kind that is asked for; False where no such kind is."""
    if _WEEKDAY_ASKED.search(question):
        return not _WEEKDAYS_SAID.search(text) and not weekdays(fold(text))
    if _of_money(question):
        return not _CURRENCY.search(text)
    if _SHARE_ASKED.search(question):
        return not _SHARE.search(text)
    if language not in _READ:
        return False
    if _TELEPHONE.search(question):
        return not _DIALLED.search(text)
    if how_many(question):
        return not _has_figure(question, text)
    return language == "zh" and _asks_for_holder(question) and not _names_somebody(text)


def _of_money(question: str) -> bool:
    asked = _MONEY.search(question)
    return asked is not None and not _RISE.search(asked[0])


def _asks_for_holder(question: str) -> bool:
    """Whether somebody in an office is asked for: who did something may be a company, a country or "the lawyers"."""
    of_figures = how_many(question) or _TELEPHONE.search(question)
    return not of_figures and bool(_WHO.search(question) and _OFFICIAL.search(question))


def _without_office(question: str, text: str, language: str) -> bool:
    if language not in _READ or not _asks_for_holder(question):
        return False
    if language == "zh" and DEPUTY in question and DEPUTY not in text:
        return True
    office = _HOLDER.search(question)
    return bool(office and office[0].isascii() is (language == "en") and _called(office[0]) not in text.casefold())


def _called(office: str) -> str:
    """The word of an office that its holder is called by: 市长 of 瑞安市市长, mayor of deputy mayor."""
    return office.casefold().split()[-1] if office.isascii() else office[-2:]


def _has_figure(question: str, text: str) -> bool:
    asked = quantities(question)
    own = [each for each in quantities(text) if each not in asked]
    return any(map(_counts, own)) or bool(_NUMBER_WORDS.search(text))


def _counts(quantity: Quantity) -> bool:
    """Whether it is no point in time: 10亿年 is a span."""
    return kind_of(quantity) not in CALENDAR


def _names_somebody(text: str) -> bool:
    return any(word.person or word.sort is Sort.RARE for word in words(text, "zh"))

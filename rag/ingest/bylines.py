"""Who wrote a story: leads (`本报讯（记者 …）`), byline lines (`■…`, `本报记者 …`, `□ 记者 …`) and credits at the
end."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.ingest.joining import tight

_GAP = r"[ \t\u3000\u00a0]"
_AGENCY = r"(?:本报|本刊|本网|本台|新华社|中新社|人民日报|人民网|中新网|央视|据新华社)"
_MAY_LEAD = re.compile(r"(?:据)?(?:本报|本刊|本网|本台|新华|中新|人民|央视)")
LEAD_BEGINS = "据本新中人央"
_LEAD = re.compile(
    rf"{_GAP}*(?:{_AGENCY}{_GAP}*(?:讯|消息|专讯|综合消息)"
    rf"|本报[\u4e00-\u9fff \d]{{0,16}}?\d{{1,2}}日{_GAP}*讯"
    rf"|(?:据)?(?:新华社|中新社)[\u4e00-\u9fff \d]{{1,24}}?电)"
)
_BRACKET = re.compile(r"[（(]([^（）()]{1,80})[）)]")
_ROLE = (
    r"(?:(?:全媒体|融媒体|首席|实习|见习|特约|特派|驻站|本报|本刊|本网|新华社|人民日报|中新社|通讯社)*"
    r"(?:记者|通讯员|评论员|特约撰稿人|撰稿|撰文|作者|文/图|图/文|文|整理))"
)
_ROLES = re.compile(_ROLE)
_REPORTER = re.compile(r"记者|评论员|撰稿|撰文|作者|文")
_MARK = "■□◎◆▲○●▪◇△▌＊*"
_WORK = rf"(?:(?:文|图|摄影|报道|{_GAP}|[/／])*)"
_BYLINE_MARK = re.compile(rf"[{_MARK}]{_GAP}*({_ROLE}{_GAP}*)?([\u4e00-\u9fff·•\u3000\u00a0 ]{{2,30}}?){_WORK}$")
# Marks that stand before a byline; the others stand before headings too, and need a role beside the name.
_NAMING_MARK = "■□◎"
_SURNAMES = re.compile(
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟"
    "殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳"
    "时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩"
    "明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支"
    "卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於"
    "呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由]"
)
_BYLINE_ROLE = re.compile(
    rf"[（(]?(?:{_AGENCY}|{_GAP})*(?:全媒体|融媒体|首席|实习|见习|特约|特派|驻站)*(?:记者|通讯员|评论员|撰稿)"
    rf"(?:{_GAP}|[：:/])*([\u4e00-\u9fff·•、，,/ \u3000\u00a0]{{2,50}}?){_WORK}[）)]?$"
)
_STAFF = re.compile(r"(?:本报|本刊|本网)(?:评论员|记者|编辑部)$")
_NOT_A_NAME = re.compile(r"[的了在和与为是]|活动|工作|发展|建设|新闻|摄影$|报道$")
_NAME = re.compile(
    r"(?:欧阳|司马|诸葛|上官|司徒|东方|夏侯|皇甫|公孙|慕容)?[\u4e00-\u9fff]{2,3}(?:[·•][\u4e00-\u9fff]{1,8})*"
)
# Two-character names are spaced out to the width of three: `杨 晨`.
_SPACED_NAME = re.compile(rf"(?<![\u4e00-\u9fff])([\u4e00-\u9fff]){_GAP}+([\u4e00-\u9fff])(?![\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class Byline:
    """A byline as it reads, and the reporters that it names."""

    text: str
    reporters: tuple[str, ...]


def may_start_story(text: str) -> bool:
    """Whether a line begins like a lead, which may go on in the next lines."""
    return text[0] in LEAD_BEGINS and _MAY_LEAD.match(text) is not None


def starts_story(text: str) -> bool:
    """Whether a paragraph that begins with `text` opens a news report by its lead."""
    return _LEAD.match(text) is not None


def lead(text: str) -> Byline | None:
    """The byline that a news report opens with: `本报讯（记者 甲 乙）`, `新华社北京1月5日电（记者甲、乙）`."""
    start = _LEAD.match(text)
    if not start:
        return None
    bracket = _BRACKET.match(text, _skip_space(text, start.end()))
    if bracket and _ROLES.search(bracket[1]):
        return Byline(tight(text[: bracket.end()]).strip(), _people(bracket[1]))
    following = re.compile(rf"{_GAP}*((?:通讯员|记者)[\u4e00-\u9fff \u3000]{{2,30}}?)(?:{_GAP}{{2,}}|报道|$)").match(
        text, start.end()
    )
    if following and len(text) > following.end():
        return Byline(tight(text[: following.end()]).strip(), _people(following[1]))
    return Byline(tight(start[0]).strip(), ())


def line(text: str) -> Byline | None:
    """The byline that fills a line of its own."""
    if len(text) > 60 or not (text[0] in _MARK or "者" in text or "员" in text or "本" in text or "撰" in text):
        return None
    marked = _BYLINE_MARK.match(text)
    if marked:
        names = _people(marked[0].lstrip(_MARK))
        known = marked[1] or (
            text[0] in _NAMING_MARK and (_SPACED_NAME.search(marked[2]) or _SURNAMES.match(marked[2]))
        )
        return Byline(text.lstrip(_MARK).strip(), names) if names and known and _all_names(marked[2]) else None
    role = _BYLINE_ROLE.match(text)
    if role and _all_names(role[1]):
        return Byline(text, _people(text.strip("（）()")))
    return Byline(text, ()) if _STAFF.match(text) else None


def closing(text: str) -> Byline | None:
    """The byline in brackets that ends a story: `（本报记者 甲 乙）`."""
    match = re.search(r"[（(]([^（）()]{3,40})[）)]$", text)
    if not match:
        return None
    return line(match[1])


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _people(text: str) -> tuple[str, ...]:
    """The reporters among the people named; everybody, when nobody is called a reporter."""
    text = _SPACED_NAME.sub(r"\1\2", text)
    groups: list[tuple[str, str]] = []
    last, role = 0, ""
    for match in _ROLES.finditer(text):
        groups.append((role, text[last : match.start()]))
        last, role = match.end(), match[0]
    groups.append((role, text[last:]))
    if any(_REPORTER.search(role) and _NAME.search(names) for role, names in groups):
        groups = [(role, names) for role, names in groups if _REPORTER.search(role)]
    return tuple(dict.fromkeys(name for _, names in groups for name in _NAME.findall(names)))


def _all_names(text: str) -> bool:
    """Whether the text is a list of names and nothing more."""
    text = _SPACED_NAME.sub(r"\1\2", text)
    parts = [part for part in re.split(r"[ \t\u3000\u00a0、，,/]+", _ROLES.sub(" ", text)) if part]
    return bool(parts) and all(_NAME.fullmatch(part) and not _NOT_A_NAME.search(part) for part in parts)

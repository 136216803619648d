"""Text that gives a language model orders instead of telling a reader something.

Articles are data. A sentence of one that speaks to a model is shown to none and is evidence for nothing that one says.
"""

from __future__ import annotations

import re

from rag.text.folding import fold

HIDDEN = re.compile(
    r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]"
)
"""Characters that nobody sees, by which a word is hidden from whoever looks for it."""
_INSTRUCTION = r"(?:instructions?|prompts?|rules?|directions?|guidelines?|commands?|context|messages?|text)"
_ORDERS = (  # of folded text, in which Japanese has simplified characters too
    # to forget what was said before
    rf"\b(?:ignore|disregard|forget|override|bypass|skip)\b.{{0,40}}\b{_INSTRUCTION}\b",
    r"(?:忽略|无视|忘记|忘掉|不要理会|跳过|抛开).{0,16}(?:指令|指示|提示|规则|要求|命令|设定|内容|上文|对话)",
    r"(?:无视|忘れ).{0,12}(?:指示|命令|ルール|プロンプト)|(?:指示|命令|ルール|プロンプト).{0,10}(?:无视|忘れ)",
    r"\b(?:ignor[ae]|olvid[ae]|descart[ae]|haz caso omiso)\b.{0,40}\b(?:instrucci|reglas|indicaci|instruç|regras)",
    r"\b(?:ignore[zr]?|oublie[zr]?)\b.{0,40}\b(?:instructions|consignes|règles)",
    r"\b(?:ignoriere|vergiss|missachte)\w*\b.{0,40}\b(?:anweisung|regeln|vorgaben)",
    r"(?:игнориру|забудь|не обращай).{0,40}(?:инструкц|указан|правил)",
    r"(?:تجاهل|انس).{0,40}(?:التعليمات|الأوامر|القواعد)",
    # to show what must not be shown
    rf"\b(?:reveal|print|repeat|show|output|leak|disclose|display)\b.{{0,40}}\b(?:system|hidden|secret|initial|above|your)\b.{{0,20}}\b(?:{_INSTRUCTION}|keys?|passwords?"
    rf")",
    r"\bapi[ _-]?keys?\b.{0,40}\b(?:reveal|print|output|show|send)\b"
    r"|\b(?:reveal|print|output|show|send)\b.{0,40}\bapi[ _-]?keys?\b",
    r"(?:输出|打印|透露|泄露|显示|重复|复述|公布|告诉)"
    r".{0,12}(?:系统提示|提示词|系统指令|密钥|口令|以上内容|你的指令)",
    r"\b(?:system|developer) (?:prompt|message|override)\b|系统提示词|系统覆盖",
    # to be somebody else
    r"\byou are (?:now|no longer)\b|\bact as (?:an? )?(?:unrestricted|dan|jailbroken|developer mode|root)\b"
    r"|\bpretend (?:to be|you are)\b",
    r"\bas an ai\b"
    r"|\b(?:note|message|attention|instructions?|dear)\b.{0,12}\b(?:to|for)?\b.{0,6}"
    r"\b(?:ai|llm|language model|assistant|chatbot)s?\b",
    r"你现在是|从现在起你|你不再是|扮演.{0,10}(?:角色|模型|助手)"
    r"|(?:致|给|请)(?:ai|人工智能|大模型|语言模型|机器人|助手)|(?:ai|智能|语言模型)助手(?:请|必须|应当|须)",
    # to answer in another form
    r"\b(?:reply|respond|answer|output|say|write)\b.{0,20}\b(?:only|exactly|nothing but"
    r"|solely|in json|in all caps|with the word)\b",
    r"(?:只|仅|必须|一律|请)(?:回答|回复|输出|答复|写)"
    r"|(?:回答|回复|输出)(?:时)?(?:只|仅|必须)|用json(?:格式)?(?:回答|回复|输出)",
    # marks of a conversation, of a template or of hidden text
    r"<\|[^|]{1,30}\|>|\[/?inst\]|<</?sys>>|</?(?:system|assistant|user|passages?|instructions?)>"
    r"|^#{2,}\s*(?:system|instruction|user|assistant)",
    r"^\s*(?:system|assistant|user|human|系统|用户|助手)\s*[:：]|<!--"
    r"|!\[[^\]]*\]\(https?:|\bbase64\b.{0,30}\bdecode|\bdecode\b.{0,30}\bbase64",
    r"\b(?:end|begin)(?:ning)? of (?:the )?(?:passages?|context|documents?|system|prompt)\b"
    r"|(?:以上|上述)(?:段落|资料|文档)(?:到此)?结束",
)  # fmt: skip
_ORDER = re.compile("|".join(f"(?:{order})" for order in _ORDERS), re.MULTILINE)


def is_order(text: str) -> bool:
    """Whether a sentence speaks to a language model, by the words and marks of the common tricks."""
    return _ORDER.search(fold(HIDDEN.sub("", text))) is not None

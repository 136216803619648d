"""The sentence that gives the reason of another one: what is asked with why is often said in two, the second of which
begins with "because", or with "therefore" (causal relations marked by a connective: Penn Discourse Treebank 2.0, Prasad
and others, 2008).
"""

from __future__ import annotations

import re

from rag.index.catalog import StoredPassage, StoredSentence

_WHY = re.compile(
    r"为什么|为何|为啥|何以|原因|怎么(?:会|就|又|还|反|突然|不|没|才)|咋(?:会|就|又|还|不|没)"
    r"|なぜ|どうして|왜|لماذا|क्यों|ทำไม|tại sao|vì sao"
    r"|\b(?:why|pourquoi|warum|wieso|weshalb|почему|зачем|neden|niçin|por qu[eé]|perch[eé]|mengapa|waarom|dlaczego)\b"
    r"|\b(?:reason|causes?|motivo|razón|raison|grund|причин\w+)\b",
    re.IGNORECASE,
)
_BEGINS = r"(?i)^[\s“”\"'「『«„（(\[]*"
_BECAUSE = re.compile(
    _BEGINS + r"(?:(?:究其|其|主要|具体|直接)?[原起]因(?:是|在于|有|：|之一|包括|主要)"
    r"|[这那]?(?:主要)?就?是?(?:因为|由于)"
    r"|because\b|(?:this|that|it) (?:is|was) because|(?:the|one|a) (?:main |chief )?(?:reason|cause)s?\b"
    r"|porque\b|(?:el|la) (?:principal )?(?:motivo|razón|causa)\b|se debe a|o motivo|a razão|il motivo|la ragione"
    r"|(?:la|une) (?:raison|cause)\b|parce que|c['’]est parce que|(?:der )?grund\b|das liegt|weil\b|ursache\b"
    r"|причин(?:а|ой)\b|это связано|дело в том|потому что|والسبب|السبب|لأن|ويعود|يعود|ذلك لأن|وذلك"
    r"|理由は|原因は|というのも|なぜなら|이유는|원인은|왜냐하면)"
)
_THEREFORE = re.compile(
    _BEGINS + r"(?:因此|因而|所以|为此|于是|故此|正因[为如]?此|有鉴于此"
    r"|therefore|hence|so\b|thus|that is why|for (?:this|that) reason|as a result|consequently"
    r"|por (?:eso|ello|lo tanto|tanto|est[ea] (?:motivo|razón)|isso)|así que|per questo|perciò"
    r"|c['’]est pourquoi|donc\b|pour cette raison|par conséquent|deshalb|darum|daher|deswegen"
    r"|поэтому|потому\b|из-за этого|в связи с этим|ولذلك|لذلك|لهذا|ولهذا"
    r"|そのため|このため|だから|したがって|그래서|(?:이|그) 때문에|따라서)"
)


def asks_why(question: str) -> bool:
    return _WHY.search(question) is not None


def reason_of(passage: StoredPassage, sentence: StoredSentence) -> StoredSentence | None:
    """The neighbour of a sentence of the passage that says why it is so, where a word tells that it does."""
    at = next(place for place, other in enumerate(passage.sentences) if other.id == sentence.id)
    if at and _THEREFORE.search(sentence.said):
        return passage.sentences[at - 1]
    after = passage.sentences[at + 1] if at + 1 < len(passage.sentences) else None
    return after if after and _BECAUSE.search(after.said) else None

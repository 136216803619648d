"""A follow-up to the question that it would be if it were asked first, by rules.

Three things make a question lean on what was said: words that point back, a fragment that changes one thing of the
question before (a year, an ordinal, a place, what is counted), and a question too bare to name what it is about. What
asks something itself takes from the question before what that is about, and not what it asks; what cannot be put in any
place is asked together with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer.exchanged import exchanged, is_period
from rag.answer.follow_ups import ENDING, UNSPACED, Cues, asking, cues, names, telling
from rag.answer.reader import wants_phrase
from rag.text.language import detect_language
from rag.text.words import segmenter
from rag.types import Question, Turn

_MOST_TURNS = 12  # looked back
_LONGEST_TURN = 400  # characters of a turn that a question is put together from
_SHORT = {"zh": 5, "ja": 6, "ko": 6}  # characters of a question that can hardly stand alone
_FEW_WORDS = 3
_BARE = 2  # telling words: a question of so few that names nothing is about what was spoken of
_OWNED = re.compile(r"([^、。？]{1,20}?)(?:は|が)")


def standalone(question: Question) -> str:
    """The question as it stands without its history: itself unless it leans on that."""
    asked = subject = ""
    for text in (*_asked_before(question.history), question.text):
        if not asked or not leans(text):
            asked = subject = text
            continue
        fragment = _fragment(text)
        if changed := exchanged(fragment, asked):
            asked, subject = changed, exchanged(fragment, subject) or changed
        else:
            asked = _completed(text, fragment, subject)
    return asked


def leans(text: str) -> bool:
    """Whether a question can only be understood from what was said before it."""
    language = detect_language(text)
    known = cues().get(language)
    pointer = known.pointers.search(text) if known else None
    if pointer and not names(text[: pointer.start()], language):
        return True
    fragment = _fragment(text)
    if known and known.leads.match(text):
        return not _is_whole(fragment, language)
    if text.strip().rstrip("？?。 ").endswith("呢"):
        return not _is_whole(fragment, language)
    return _is_bare(fragment, language)


def _is_whole(fragment: str, language: str) -> bool:
    """Whether it asks something, names what of, and says more than the name: 那瑞安机场什么时候通航."""
    named = names(fragment, language)
    asks = asking().search(fragment) is not None
    return asks and bool(named) and len(telling(fragment, language)) > len(named)


def _is_bare(fragment: str, language: str) -> bool:
    if names(fragment, language):
        return False
    short = len(fragment) <= _SHORT[language] if language in _SHORT else len(fragment.split()) <= _FEW_WORDS
    if not asking().search(fragment):
        return short and is_period(fragment)
    return short or len(telling(fragment, language)) <= _BARE


def _asked_before(history: Sequence[Turn]) -> list[str]:
    """The questions before, oldest first; whatever is no turn of the user's is no question."""
    asked = (_one_line(turn.content) for turn in history[-_MOST_TURNS:] if turn.role == "user")
    return [text for text in asked if text and not _is_courtesy(text)]


def _is_courtesy(text: str) -> bool:
    """谢谢, "thank you": what says next to nothing and asks nothing."""
    says = len(telling(text, detect_language(text))) > 1
    return not says and not asking().search(text) and not leans(text) and not text.endswith(("?", "？"))


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_TURN]


def _fragment(text: str) -> str:
    """Without the words that lead on and the marks at its end."""
    known = cues().get(detect_language(text))
    return ENDING.sub("", known.leads.sub("", text.strip()) if known else text.strip()).strip()


def _completed(text: str, fragment: str, before: str) -> str:
    """`text` with what it takes from the question before."""
    known = cues().get(detect_language(text))
    if known and known.pointers.search(text) and (named := _pointed(text, before, known)):
        return named
    asks = asking().search(fragment) or _topic_owner(before)
    if asks and wants_phrase(fragment) and (about := _about(before, fragment)):
        return f"{about}: {text.strip()}"
    return f"{before} {text.strip()}"


def _about(before: str, fragment: str) -> str:
    """What the question before is about, without what it asks: its names or, where it has none or they are parts of
    longer words and the fragment has no words in common with it, all its telling words. A follow-up that asks something
    itself must not be answered with what was asked before.
    """
    if owner := _topic_owner(before):
        return owner
    language = detect_language(before)
    said = telling(before, language)
    parallel = len(words := telling(fragment, language)) > 1 and bool({*words} & {*said})
    told = (names(before, language) if parallel or language not in UNSPACED else []) or said
    spelt = (re.search(re.escape(word), before, re.IGNORECASE) for word in dict.fromkeys(told))
    joint = "" if language in UNSPACED else " "
    return joint.join(match[0] for match in spelt if match)


def _topic_owner(question: str) -> str:
    """In Japanese what has the topic: 空港 of 空港の航路は."""
    topic = _OWNED.match(question) if detect_language(question) == "ja" else None
    return topic[1].rpartition("の")[0] if topic else ""


def _pointed(text: str, before: str, known: Cues) -> str | None:
    """A Chinese question with `他` or `她` replaced by the one person whom the question before names."""
    persons = {word for word, tag in segmenter().tag(before) if tag == "nr" and len(word) > 1}
    pointer = known.pointers.search(text)
    if pointer is None or pointer[0] not in ("他", "她", "他的", "她的") or len(persons) != 1:
        return None
    owner = "的" if pointer[0].endswith("的") else ""
    rest = known.leads.sub("", text[: pointer.start()])
    return f"{rest}{persons.pop()}{owner}{text[pointer.end() :]}"

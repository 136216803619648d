"""A follow-up to the question that it would be if it were asked first, by rules.

Three things make a question lean on what was said: words that point back, a fragment that changes one thing of the
question before (a year, an ordinal, a place, what is counted), and a question too bare to name what it is about. What
asks something itself takes from the question before what that is about, and not what it asks; what cannot be put in any
place is asked together with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer.asked_nouns import counted, has_noun, holder, names_subject
from rag.answer.exchanged import exchanged
from rag.answer.follow_ups import (
    ENDING,
    TOPIC,
    UNSPACED,
    Cues,
    as_written,
    asking,
    cues,
    is_courtesy,
    names,
    telling,
    without_courtesy,
)
from rag.answer.periods import is_period, with_its_year, without_year
from rag.answer.reader import wants_phrase
from rag.text.divisions import is_division
from rag.text.folding import simplified
from rag.text.language import detect_language
from rag.text.numbers import YEAR
from rag.text.words import is_known, segmenter, words
from rag.types import Question, Turn

_MOST_TURNS = 12  # looked back
_LONGEST_TURN = 400  # characters of a turn that a question is put together from
_SHORT = {"zh": 5, "ja": 6, "ko": 6}  # characters of a question that can hardly stand alone
_FEW_WORDS = 3
_SPEAKERS = ("user", "assistant")
_WHO = re.compile("谁|哪位|叫什么|名字")
_HE = ("他", "她", "他的", "她的")
_THAT = re.compile("^[那这](?:[个座家项条所部]|里|边)的?(?=[\\u4e00-\\u9fff]{2})")  # 那座的工期
_THAT_ONE = re.compile("(?<=[\\u4e00-\\u9fff]{2})[那这](?:[个边块里家座批位些项]|方面)$")  # 铁佛巷那个呢
_BARE = 2  # telling words: a question of so few that names nothing is about what was spoken of


def standalone(question: Question) -> str:
    """The question as it stands without its history: itself unless it leans on that."""
    before = _asked_before(question.history)
    if not before or not leans(question.text):
        return question.text
    asked = subject = ""
    person = _person_told(question.history)
    for text in before:
        asked, subject = _followed(text, asked, subject)
    return _followed(_simple(without_courtesy(question.text.strip())), asked, subject, person)[0]


def _followed(text: str, asked: str, subject: str, person: str = "") -> tuple[str, str]:
    """What `text` asks after the question `asked`, and the question that says what is spoken of: the last one that was
    whole, or became so when one thing of it was exchanged. `person`: whom the reply named.
    """
    if person and _is_of_person(text):
        asked = subject = person
    if not asked or not leans(text):
        return text, text
    fragment = _THAT.sub("", _fragment(text))
    if not _of_yes_or_no(text) and (changed := exchanged(fragment, asked)):
        return changed, exchanged(fragment, subject) or changed
    dated = with_its_year(text, asked)
    return _completed(dated, _THAT.sub("", _fragment(dated)), subject) or f"{asked} {text.strip()}", subject


def _person_told(history: Sequence[Turn]) -> str:
    """The one person of a reply in Chinese to a question of who, empty where it names none or several."""
    asked, reply = ([turn.content[:_LONGEST_TURN] for turn in history if turn.role == role][-1:] for role in _SPEAKERS)
    if not asked or not reply or not _WHO.search(asked[0]):
        return ""
    told = _persons(reply[0])
    return told.pop() if len(told) == 1 else ""


def _is_of_person(text: str) -> bool:
    pointer = cues()["zh"].pointers.search(text) if detect_language(text) == "zh" else None
    return pointer is not None and pointer[0] in _HE


def leans(text: str) -> bool:
    """Whether a question can only be understood from what was said before it."""
    if is_courtesy(text):
        return False
    text = without_courtesy(text.strip())
    language = detect_language(text)
    known = cues().get(language)
    pointer = known.pointers.search(text) if known else None
    if pointer and not names(text[: pointer.start()], language):
        return True
    fragment = _fragment(text)
    if (known and known.leads.match(text)) or text.rstrip("？?。 ").endswith("呢"):
        return not _is_whole(fragment, language)
    return _is_bare(fragment, language, asks=_asks(text, fragment))


def _asks(text: str, fragment: str) -> bool:
    return asking().search(fragment) is not None or _of_yes_or_no(text)


def _of_yes_or_no(text: str) -> bool:
    """In Chinese."""
    return text.rstrip("？?。 ").endswith(("吗", "嗎"))


def _is_whole(fragment: str, language: str) -> bool:
    """Whether it asks something, names what of, and says more than the name: 那瑞安机场什么时候通航."""
    named = names(fragment, language)
    asks = asking().search(fragment) is not None
    return asks and bool(named) and len(telling(fragment, language)) > len(named)


def _is_bare(fragment: str, language: str, *, asks: bool) -> bool:
    if names(fragment, language) and language != "de":
        return False
    short = len(fragment) <= _SHORT[language] if language in _SHORT else len(fragment.split()) <= _FEW_WORDS
    if not asks:
        return short and is_period(fragment)
    if language == "zh" and not has_noun(fragment):
        return True
    said = len(telling(fragment, language))
    return short or (language != "de" and said <= _BARE and not (language == "zh" and names_subject(fragment)))


def _asked_before(history: Sequence[Turn]) -> list[str]:
    """The questions before, oldest first; whatever is no turn of the user's is no question."""
    asked = (_one_line(turn.content) for turn in history[-_MOST_TURNS:] if turn.role == "user")
    return [text for text in asked if text and not is_courtesy(text)]


def _one_line(text: str) -> str:
    return _simple(without_courtesy(" ".join(text.split())[:_LONGEST_TURN]))


def _simple(text: str) -> str:
    """Chinese in the characters that its dictionary knows."""
    return simplified(text) if detect_language(text) == "zh" else text


def _fragment(text: str) -> str:
    """Without the words that lead on and the marks at its end."""
    known = cues().get(detect_language(text))
    bare = ENDING.sub("", known.leads.sub("", text.strip()) if known else text.strip()).strip()
    return _THAT_ONE.sub("", bare) if ENDING.search(text) else bare


def _completed(text: str, fragment: str, before: str) -> str | None:
    """`text` with what it takes from the question before, where it is known what that is."""
    known = cues().get(detect_language(text))
    points = known is not None and known.pointers.search(text) is not None
    if known and points and (named := _pointed(text, before, known)):
        return named
    asks = _asks(text, fragment) or _topic_owner(before)
    if not asks or not wants_phrase(fragment):
        return None
    if YEAR.search(fragment):
        before = without_year(before)
    held = holder(_fragment(before)) if detect_language(before) == "zh" else ""
    if held and not points and not has_noun(fragment):
        held += counted(before)
    about = _about(before, fragment, held)
    return _put_before(about, text, fragment, within=about == held) if about else None


def _put_before(about: str, text: str, fragment: str, *, within: bool) -> str:
    """In Chinese one sentence, in which the word that points back gives way: 大桥[它]多长？ `within`: of one clause."""
    if not detect_language(about) == detect_language(text) == "zh":
        return f"{about}: {text.strip()}"
    pointer = cues()["zh"].pointers.match(fragment)
    return f"{about}{'' if within else '，'}{fragment[pointer.end() :] if pointer else fragment}？"


def _about(before: str, fragment: str, held: str) -> str:
    """What the question before is about, without what it asks, which must not answer the follow-up: in Chinese what its
    figure or day is asked of (`held`), elsewhere its names, or all its telling words where it has none or the follow-up
    says next to nothing; where both say a word, the names alone.
    """
    if owner := _topic_owner(before):
        return owner
    language = detect_language(before)
    said, own = telling(before, language), telling(fragment, detect_language(fragment))
    parallel = len(own) > 1 and bool({*own} & {*said})
    if held and not parallel:
        return held
    named = parallel or (language not in UNSPACED and (len(own) > 1 or language == "de"))
    told = (names(before, language) if named else []) or said
    # Its first character may have been cut off by guess: 盘|秀英, 下|一届.
    if language == "zh" and told and before.find(told[0]) == 1 and not asking().match(before):
        told = [before[0] + told[0], *told[1:]]
    return ("" if language in UNSPACED else " ").join(as_written(told, before))


def _topic_owner(question: str) -> str:
    """In Japanese what has the topic: 空港 of 空港の航路は."""
    topic = TOPIC.match(question) if detect_language(question) == "ja" else None
    return topic[1].rpartition("の")[0] if topic else ""


def _pointed(text: str, before: str, known: Cues) -> str | None:
    """A Chinese question with `他` or `她` replaced by the one person whom the question before names."""
    persons = _persons(before)
    pointer = known.pointers.search(text)
    if pointer is None or pointer[0] not in _HE or len(persons) != 1:
        return None
    owner = "的" if pointer[0].endswith("的") else ""
    rest = known.leads.sub("", text[: pointer.start()])
    return f"{rest}{persons.pop()}{owner}{text[pointer.end() :]}"


def _persons(text: str) -> set[str]:
    """Whom a Chinese text names."""
    return {word.text for word in words(text, "zh") if word.person and _is_name(word.text, text)}


def _is_name(word: str, text: str) -> bool:
    """Whether a word that may be a person's name is all of one: of 邓成富种了 the dictionary knows no 富种."""
    behind = text.partition(word)[2]
    following = next(iter(segmenter().cut(behind)), "") if behind else ""
    return len(word) > 1 and not is_division(word) and (len(word) > 2 or len(following) < 2 or is_known(following))

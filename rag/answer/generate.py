"""A chat model writes, and every sentence is checked against the passages before it leaves.

The model's markers are hints. A sentence is tied to the run of source text that carries it best, first among the
passages that it named, then among all. One that nothing carries is dropped, flagged, or sent back once, by a setting;
one that gives orders or repeats the model's own is always dropped.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

from embeddings.base import Embedder
from rag.answer.abstain import Subject, unanswerable
from rag.answer.attribute import Vector, Weigher
from rag.answer.chat import ChatModel, Dependable, Messages
from rag.answer.claims import Claim, Claims, Evidence, Outcome
from rag.answer.gguf import PREFIX, GgufChat
from rag.answer.langchain_chat import LangChainChat
from rag.answer.orders import is_order
from rag.answer.prompt import NO_ANSWER, messages, numbered, repair, repeats_rules, standalone
from rag.answer.reader import Reader
from rag.answer.replies import Reply, Said, cleaned
from rag.answer.support import SUPPORTED
from rag.errors import LLMError
from rag.index.catalog import StoredPassage
from rag.retrieve.search import Found
from rag.settings import Settings
from rag.text.numbers import unmatched
from rag.types import Question, Reason, Usage

_LONGEST_CLAIM = 1000  # characters; more is no sentence
_LONGEST_QUESTION = 300
_COMPLETE = re.compile(r"[。．.！!？?…।؟][”’」』\"')）\]\d\[【】]*$")


@dataclass
class _Told:
    """What one reply came to."""

    usage: Usage | None = None
    said: int = 0
    unsupported: list[str] = field(default_factory=list)
    text: str = ""


class Generative:
    """Answers with the chat model named by `spec`: `gguf:PATH`, or as LangChain's `init_chat_model` takes it."""

    def __init__(self, spec: str, settings: Settings, embedder: Embedder, reader: Reader | None = None) -> None:
        self._settings = settings
        self._embedder = embedder
        self._reader = reader
        model: ChatModel = GgufChat(spec, settings) if spec.startswith(PREFIX) else LangChainChat(spec, settings)
        self._model = Dependable(model, spec, timeout=settings.llm_timeout, retries=settings.llm_retries)

    def answer(self, question: Question, found: Found) -> Claims:
        if reason := unanswerable(question.text, found):
            return Outcome(reason)
        if Subject.of(question.text, found).off:
            return Outcome(Reason.OFF_TOPIC)
        text, shown = numbered(found.passages, self._settings.llm_context_tokens)
        checker = _Checker(found, shown, self._embedder, self._reader)
        prompt = messages(question, text)
        told = yield from self._told(prompt, checker, flag=self._settings.unsupported == "flag")
        usage, said = told.usage, told.said
        if told.unsupported and self._settings.unsupported == "repair":
            again = yield from self._told(repair(prompt, told.text, told.unsupported), checker, flag=False)
            usage, said = _sum(usage, again.usage), said + again.said
        if said:
            return Outcome(usage=usage)
        refused = NO_ANSWER in told.text and not told.unsupported
        return Outcome(Reason.NO_EVIDENCE if refused else Reason.UNSUPPORTED, usage)

    def rewrite(self, question: Question) -> str | None:
        """The question as it stands without its history; None when the model has no usable one."""
        try:
            reply = "".join(piece.text for piece in self._model.stream(standalone(question)))
        except LLMError:
            return None
        lines = [line for line in cleaned_lines(reply) if line]
        history = "\n".join(turn.content for turn in question.history)
        usable = len(lines) == 1 and len(lines[0]) <= _LONGEST_QUESTION and not is_order(lines[0])
        return lines[0] if usable and not unmatched(lines[0], f"{history}\n{question.text}") else None

    def _told(self, prompt: Messages, checker: _Checker, *, flag: bool) -> Generator[Claim, None, _Told]:
        """The claims of one reply, as they are verified."""
        told = _Told()
        reply = Reply()
        finish: str | None = None
        for piece in self._model.stream(prompt):
            told.usage, finish = piece.usage or told.usage, piece.finish or finish
            reply.add(piece.text)
            yield from checker.checked(reply.take(), told, flag=flag)
        told.text = reply.visible
        if not told.text:
            raise LLMError("the model replied with nothing")
        last = reply.take(final=True)
        if finish == "length" and not _COMPLETE.search(told.text):  # it was cut in the middle of a sentence
            last = last[:-1]
        yield from checker.checked(last, told, flag=flag)
        return told


class _Checker:
    """Ties sentences to the passages that a model was shown, the first `shown` of those found."""

    def __init__(self, found: Found, shown: int, embedder: Embedder, reader: Reader | None) -> None:
        self._passages = found.passages[:shown]
        self._weigher = Weigher.over(found, self._passages, reader)
        self._embedder = embedder

    def checked(self, sentences: list[Said], told: _Told, *, flag: bool) -> Iterator[Claim]:
        """The claims that are carried, and if `flag` the others too, without evidence."""
        sayable = [each for each in sentences if _sayable(each.text)]
        if not sayable:
            return
        vectors = self._embedder.embed_passages([each.text for each in sayable])
        for said, vector in zip(sayable, vectors, strict=True):
            evidence = self._evidence(said, vector)
            told.said += bool(evidence)
            if not evidence:
                told.unsupported.append(said.text)
            if evidence or flag:
                yield Claim(said.text, evidence)

    def _evidence(self, said: Said, vector: Vector) -> tuple[Evidence, ...]:
        named = [self._passages[number - 1] for number in said.numbers if 1 <= number <= len(self._passages)]
        cited = [evidence for passage in named if (evidence := self._best(said, vector, [passage]))]
        if not cited and (evidence := self._best(said, vector, None)):
            cited = [evidence]
        return tuple(cited)

    def _best(self, said: Said, vector: Vector, only: list[StoredPassage] | None) -> Evidence | None:
        weighed = self._weigher.best(said.text, vector, only)
        if weighed is None or weighed.evidence.support < SUPPORTED or is_order(weighed.evidence.quote):
            return None
        return weighed.evidence


def cleaned_lines(reply: str) -> list[str]:
    whole = Reply()
    whole.add(reply)
    return [cleaned(line) for line in whole.visible.splitlines()]


def _sayable(text: str) -> bool:
    """Whether a sentence may be weighed at all."""
    return NO_ANSWER not in text and len(text) <= _LONGEST_CLAIM and not is_order(text) and not repeats_rules(text)


def _sum(one: Usage | None, other: Usage | None) -> Usage | None:
    if one is None or other is None:
        return one or other
    return Usage(one.prompt_tokens + other.prompt_tokens, one.completion_tokens + other.completion_tokens)

"""Records to scores. What was not answered counts as wrong; what does not apply to a question is None."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from eval.asking import credit
from eval.judge import ChatJudge, SupportJudge
from eval.metrics.citations import Cited, citation_precision, citation_recall
from eval.metrics.ranking import Ranked, Ranking, judge_rankings, touches
from eval.metrics.refusal import Decision
from eval.metrics.text import exact_match, f1, rouge_l
from eval.records import Record, Scores
from rag.text.spans import strip_space
from rag.text.tokens import count_tokens
from rag.types import Answer

_MARKERS = re.compile(r"(?:\[\d+\])+")
_CITED = 0.6  # of the shorter of citation and gold evidence


def ranked(record: Record) -> Ranked:
    """Evidence that is not in its source cannot be found and is not asked for."""
    wanted = [number for number in range(len(record.item.evidence)) if number not in record.missing]
    places = {number: place for place, number in enumerate(wanted)}
    carried = tuple(tuple(places[n] for n in passage.carries if n in places) for passage in record.found)
    return Ranked(tuple(passage.chunk_id for passage in record.found), carried, len(wanted))


def score(records: Sequence[Record], judge: SupportJudge) -> list[Record]:
    """The records with their scores."""
    rankings = judge_rankings({record.item.id: ranked(record) for record in records})
    return [replace(record, scores=_scores(record, rankings.get(record.item.id), judge)) for record in records]


def judged_by_chat(record: Record, judge: ChatJudge) -> Record:
    """The record with the chat model's verdict, where there is an answer to judge."""
    answer, item = record.answer, record.item
    if answer is None or not item.answers or not item.answerable:
        return record
    said = not answer.abstained and judge.is_right(item.question, item.answers, said_text(answer))
    return replace(record, llm_judge=said)


def said_text(answer: Answer | None) -> str:
    """What the answer says, without markers; nothing for a refusal."""
    return "" if answer is None or answer.abstained else _MARKERS.sub("", answer.answer)


def short_text(answer: Answer | None) -> str:
    """The answer proper, where there is one beside the sentences."""
    if answer is None or answer.abstained:
        return ""
    return answer.short or said_text(answer)


def decision(record: Record) -> Decision:
    """Confidence is the support of the best citation, as an answer has no other."""
    answer = record.answer
    answered = answer is not None and not answer.abstained
    sure = max((citation.support for citation in answer.citations), default=0.0) if answer and answered else 0.0
    right = record.scores.credit if record.item.answerable else 0.0
    return Decision(record.item.answerable, answered, sure, right or 0.0)


def _scores(record: Record, ranking: Ranking | None, judge: SupportJudge) -> Scores:
    return replace(
        Scores(),
        **_retrieval(ranking),
        **_answer(record),
        **_citations(record, judge),
        **_refusal(record),
        **_lost(record),
        **_cost(record),
        **({} if record.llm_judge is None else {"llm_judge": float(record.llm_judge)}),
    )


def _retrieval(ranking: Ranking | None) -> dict[str, float]:
    if ranking is None:
        return {}
    recall = {f"recall_{cutoff}": value for cutoff, value in ranking.recall.items()}
    complete = {f"all_evidence_{cutoff}": float(ranking.recall[cutoff] == 1.0) for cutoff in (5, 10)}
    return {**recall, **complete, "mrr": ranking.reciprocal_rank, "ndcg_10": ranking.ndcg_10}


def _answer(record: Record) -> dict[str, float | None]:
    item, answer = record.item, record.answer
    if not item.answerable:
        refused = float(answer is not None and answer.abstained)
        return {"exact_match": refused, "f1": refused}
    if not item.answers:
        return {"credit": credit(item, said_text(answer))}
    said = short_text(answer)
    return {
        "credit": credit(item, said_text(answer) + "\n" + said),
        "exact_match": exact_match(said, item.answers, item.language),
        "f1": f1(said, item.answers, item.language),
        "rouge_l": rouge_l(said, item.answers, item.language),
    }


def _citations(record: Record, judge: SupportJudge) -> dict[str, float | None]:
    """An answerable question that was not answered has no support for anything: 0. An unanswerable one that was refused
    has nothing to cite.
    """
    answer = record.answer
    said = answer is not None and not answer.abstained
    if not said and not record.item.answerable:
        return {}
    quotes = {citation.marker: citation.quote for citation in answer.citations} if answer else {}
    cited = [
        Cited(statement.text, tuple(quotes[marker] for marker in statement.markers if marker in quotes))
        for statement in (answer.sentences if answer and said else ())
    ]
    return {
        "citation_recall": citation_recall(cited, judge.supports),
        "citation_precision": citation_precision(cited, judge.supports),
        "verbatim": sum(record.verbatim) / len(record.verbatim) if record.verbatim else None,
        **_gold_evidence(record, list(quotes.values())),
    }


def _gold_evidence(record: Record, quotes: Sequence[str]) -> dict[str, float | None]:
    gold = [g for number, g in enumerate(record.item.evidence) if number not in record.missing]
    if not gold:
        return {}
    held = [[touches(strip_space(quote), strip_space(g.quote), _CITED) for g in gold] for quote in quotes]
    return {
        "evidence_recall": sum(any(row[place] for row in held) for place in range(len(gold))) / len(gold),
        "evidence_precision": sum(map(any, held)) / len(held) if held else 0.0,
    }


def _refusal(record: Record) -> dict[str, float]:
    """A question that failed was neither answered nor refused: the decision was not the right one."""
    answered = record.answer is not None and not record.answer.abstained
    refused = record.answer is not None and record.answer.abstained
    if record.item.answerable:
        return {"decision": float(answered), "refused_wrongly": float(not answered)}
    return {"decision": float(refused), "hallucinated": float(answered)}


def _lost(record: Record) -> dict[str, float | None]:
    if not record.item.answerable:
        return {}
    has_answers = bool(record.item.answers or record.item.parts)
    scores: dict[str, float | None] = {"retrieval_credit": (record.retrieval_credit or 0.0) if has_answers else None}
    if record.oracle is not None:
        quotes = [citation.quote for citation in record.oracle.citations]
        scores["oracle_credit"] = credit(record.item, said_text(record.oracle))
        scores["oracle_evidence_recall"] = _gold_evidence(record, quotes).get("evidence_recall")
    return scores


def _cost(record: Record) -> dict[str, float]:
    answer = record.answer
    if answer is None:
        return {}
    usage = answer.usage
    return {
        "latency_ms": record.wall_ms,
        "context_tokens": float(record.context_tokens),
        "answer_tokens": float(count_tokens(answer.answer)),
        **({"prompt_tokens": float(usage.prompt_tokens), "completion_tokens": float(usage.completion_tokens)}
           if usage else {}),
    }  # fmt: skip

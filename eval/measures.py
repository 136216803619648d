"""The table of what is measured: what each is called, means, and whether more is better."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    RETRIEVAL = "Retrieval"
    ANSWER = "Answers"
    CITATION = "Citations"
    REFUSAL = "Refusal"
    ORACLE = "Where it is lost"
    COST = "Cost"


@dataclass(frozen=True, slots=True)
class Measure:
    """`gated` ones are watched by `gate`: one for each thing that can break, as every further one costs power."""

    name: str
    label: str
    group: Group
    meaning: str
    higher_is_better: bool = True
    gated: bool = False

    @property
    def is_share(self) -> bool:
        return self.group is not Group.COST


_R, _A, _C, _N, _O, _K = Group
MEASURES = (
    Measure("recall_1", "recall@1", _R, "share of the evidence-carrying passages that come first"),
    Measure("recall_3", "recall@3", _R, "among the first three"),
    Measure("recall_5", "recall@5", _R, "among the first five", gated=True),
    Measure("recall_10", "recall@10", _R, "among the first ten"),
    Measure("recall_20", "recall@20", _R, "among the first twenty"),
    Measure("mrr", "MRR", _R, "1 over the rank of the first passage that carries evidence"),
    Measure("ndcg_10", "nDCG@10", _R, "gain of the first ten, discounted by rank, over the best possible", gated=True),
    Measure("all_evidence_5", "all evidence@5", _R, "all of the question's evidence is among the first five"),
    Measure("all_evidence_10", "all evidence@10", _R, "all of it is among the first ten"),
    Measure("credit", "right answer said", _A, "a right answer stands in the answer; of a list, the share of its parts",
            gated=True),
    Measure("exact_match", "exact match", _A, "as SQuAD has it, or CMRC 2018 where answers are compared in characters"),
    Measure("f1", "F1", _A, "as SQuAD has it, or CMRC 2018 where answers are compared in characters", gated=True),
    Measure("rouge_l", "ROUGE-L", _A, "F-measure of the longest common subsequence"),
    Measure("llm_judge", "LLM judge", _A, "a chat model calls the answer right; not reproducible"),
    Measure("citation_recall", "citation recall", _C, "ALCE: statements that their citations support"),
    Measure("citation_precision", "citation precision", _C, "ALCE: citations that their statement needs", gated=True),
    Measure("evidence_recall", "gold evidence cited", _C, "share of the gold evidence that some citation holds",
            gated=True),
    Measure("evidence_precision", "citations of gold evidence", _C, "share of the citations that hold gold evidence",
            gated=True),
    Measure("verbatim", "verbatim", _C, "citations whose spans hold exactly their quote in the source", gated=True),
    Measure("decision", "right decision", _N, "answered what can be answered, refused what cannot", gated=True),
    Measure("hallucinated", "hallucination rate", _N, "NoMIRACL: unanswerable, yet answered", higher_is_better=False),
    Measure("refused_wrongly", "error rate", _N, "NoMIRACL: answerable, yet refused", higher_is_better=False),
    Measure("retrieval_credit", "retrieval alone", _O, "the right answer stands in the ten best passages"),
    Measure("oracle_credit", "answer from gold passages", _O, "the right answer, were the gold passages found"),
    Measure("oracle_evidence_recall", "evidence cited from gold passages", _O, "the evidence, were they found"),
    Measure("latency_ms", "latency, ms", _K, "one question from asking to the whole answer", higher_is_better=False),
    Measure("context_tokens", "passage tokens", _K, "cl100k tokens of the passages that were found",
            higher_is_better=False),
    Measure("answer_tokens", "answer tokens", _K, "cl100k tokens of the answer", higher_is_better=False),
    Measure("prompt_tokens", "prompt tokens", _K, "as the chat model counts them", higher_is_better=False),
    Measure("completion_tokens", "completion tokens", _K, "as the chat model counts them", higher_is_better=False),
)  # fmt: skip
BY_NAME = {measure.name: measure for measure in MEASURES}
GATED = tuple(measure for measure in MEASURES if measure.gated)

"""The sentence-transformers models that are known here: what to put before a question and a passage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KnownModel:
    """A row of the table; the prefixes are those that the model was trained with."""

    query_prefix: str
    passage_prefix: str


_E5 = ("query: ", "passage: ")
_BGE_ZH = "为这个句子生成表示以用于检索相关文章："
_BGE_EN = "Represent this sentence for searching relevant passages: "
_INSTRUCT = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: "

KNOWN_MODELS = {
    "intfloat/multilingual-e5-small": KnownModel(*_E5),
    "intfloat/multilingual-e5-base": KnownModel(*_E5),
    "intfloat/multilingual-e5-large": KnownModel(*_E5),
    "intfloat/multilingual-e5-large-instruct": KnownModel(_INSTRUCT, ""),
    "intfloat/e5-small-v2": KnownModel(*_E5),
    "intfloat/e5-base-v2": KnownModel(*_E5),
    "BAAI/bge-m3": KnownModel("", ""),
    "BAAI/bge-small-zh-v1.5": KnownModel(_BGE_ZH, ""),
    "BAAI/bge-base-zh-v1.5": KnownModel(_BGE_ZH, ""),
    "BAAI/bge-large-zh-v1.5": KnownModel(_BGE_ZH, ""),
    "BAAI/bge-small-en-v1.5": KnownModel(_BGE_EN, ""),
    "BAAI/bge-base-en-v1.5": KnownModel(_BGE_EN, ""),
    "Qwen/Qwen3-Embedding-0.6B": KnownModel(_INSTRUCT.replace("\nQuery: ", "\nQuery:"), ""),
    "sentence-transformers/all-MiniLM-L6-v2": KnownModel("", ""),
    "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2": KnownModel("", ""),
    "sentence-transformers/LaBSE": KnownModel("", ""),
}


def known_model(name_or_path: str) -> KnownModel | None:
    """The row of a hub name, or of a folder named as a known model is, such as `models/multilingual-e5-small`."""
    if name_or_path in KNOWN_MODELS:
        return KNOWN_MODELS[name_or_path]
    last = name_or_path.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return next((row for name, row in KNOWN_MODELS.items() if name.rpartition("/")[2] == last), None)

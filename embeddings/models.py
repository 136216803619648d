"""The sentence-transformers models that are known here: what to put before a question and a passage, licences."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KnownModel:
    """A row of the table; `dimension` is the length of its vectors, the prefixes are those it was trained with."""

    dimension: int
    query_prefix: str
    passage_prefix: str
    licence: str


_E5 = ("query: ", "passage: ", "MIT")
_BGE_ZH = "为这个句子生成表示以用于检索相关文章："
_BGE_EN = "Represent this sentence for searching relevant passages: "
_INSTRUCT = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: "

KNOWN_MODELS = {
    "intfloat/multilingual-e5-small": KnownModel(384, *_E5),
    "intfloat/multilingual-e5-base": KnownModel(768, *_E5),
    "intfloat/multilingual-e5-large": KnownModel(1024, *_E5),
    "intfloat/multilingual-e5-large-instruct": KnownModel(1024, _INSTRUCT, "", "MIT"),
    "intfloat/e5-small-v2": KnownModel(384, *_E5),
    "intfloat/e5-base-v2": KnownModel(768, *_E5),
    "BAAI/bge-m3": KnownModel(1024, "", "", "MIT"),
    "BAAI/bge-small-zh-v1.5": KnownModel(512, _BGE_ZH, "", "MIT"),
    "BAAI/bge-base-zh-v1.5": KnownModel(768, _BGE_ZH, "", "MIT"),
    "BAAI/bge-large-zh-v1.5": KnownModel(1024, _BGE_ZH, "", "MIT"),
    "BAAI/bge-small-en-v1.5": KnownModel(384, _BGE_EN, "", "MIT"),
    "BAAI/bge-base-en-v1.5": KnownModel(768, _BGE_EN, "", "MIT"),
    "Qwen/Qwen3-Embedding-0.6B": KnownModel(1024, _INSTRUCT.replace("\nQuery: ", "\nQuery:"), "", "Apache-2.0"),
    "sentence-transformers/all-MiniLM-L6-v2": KnownModel(384, "", "", "Apache-2.0"),
    "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2": KnownModel(384, "", "", "Apache-2.0"),
    "sentence-transformers/LaBSE": KnownModel(768, "", "", "Apache-2.0"),
}


def known_model(name_or_path: str) -> KnownModel | None:
    """The row of a hub name, or of a folder named as a known model is, such as `models/multilingual-e5-small`."""
    if name_or_path in KNOWN_MODELS:
        return KNOWN_MODELS[name_or_path]
    last = name_or_path.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return next((row for name, row in KNOWN_MODELS.items() if name.rpartition("/")[2] == last), None)

"""Any sentence-transformers cross-encoder as the closer look. Slow without a GPU: each candidate is read anew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from rag.errors import EmbedderError
from rag.index.store import Ids, Store
from rag.retrieve.rerank import Asked

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class CrossEncoderReranker:
    """`model` is a name or a folder. It is loaded when first used; EmbedderError says what is missing."""

    def __init__(self, store: Store, model: str) -> None:
        self._store = store
        self._name = model

    def scores(self, asked: Asked, chunk_ids: Ids) -> Mapping[int, float]:
        texts = self._texts(chunk_ids)
        if not texts:
            return {}
        found = self._model.predict([(asked.text, text) for text in texts.values()], show_progress_bar=False)
        return {chunk_id: float(score) for chunk_id, score in zip(texts, found, strict=True)}

    def _texts(self, chunk_ids: Ids) -> dict[int, str]:
        with self._store.reading() as connection:
            rows = connection.execute(
                "SELECT c.id, coalesce(a.title || char(10), '') || c.text FROM chunks c"
                " JOIN articles a ON a.id = c.article_id WHERE c.id IN (SELECT value FROM json_each(?))",
                (json.dumps(chunk_ids.tolist()),),
            )
            return {int(chunk_id): str(text) for chunk_id, text in rows}

    @cached_property
    def _model(self) -> CrossEncoder:
        try:
            from sentence_transformers import CrossEncoder

            model: CrossEncoder = CrossEncoder(self._name, device="cpu")
            return model
        except (ImportError, OSError, ValueError) as error:
            reason = str(error).strip().splitlines()[0]
            raise EmbedderError(
                f"the cross-encoder {self._name!r} cannot be had: {reason}; set WENJU_RERANKER to maxsim or none, or"
                " to cross-encoder:FOLDER"
            ) from error

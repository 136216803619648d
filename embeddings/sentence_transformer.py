"""Any sentence-transformers model by name or path, behind the same port. The library is imported when one is made."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embeddings.base import Vectors
from embeddings.errors import EmbedderUnavailable
from embeddings.models import known_model
from embeddings.windows import Window, embed_windowed, unit_rows, well_formed

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# On two cores, passages of 200 tokens: 4 and 8 measured alike, 16 and 32 slower.
_BATCH = 8
# A window's text is cut out and tokenised again, which can give a token or two more at its ends.
_SLACK = 8
_SAMPLE = 4096
_REMEDY = "give the path of a folder that holds it, or a name that the model hub serves to this machine"


class SentenceTransformerEmbedder:
    """A sentence-transformers model.

    What is put before a question and a passage comes from the model's own prompts, else from the table in
    `models.py`, else is nothing. A text of more tokens than the model's window is covered by windows that overlap by
    an eighth of it; its vector is the mean of theirs, weighted by length. The rows have length 1 whether or not the
    model normalises.

    Raises EmbedderUnavailable when the library, the folder or the download is missing.
    """

    def __init__(self, name_or_path: str, *, threads: int | None = None) -> None:
        self._model = _load(name_or_path)
        if threads is not None:
            import torch

            torch.set_num_threads(threads)
        self._query_prefix, self._passage_prefix = _prefixes(self._model, name_or_path)
        self._dimension = len(self._model.encode([""], show_progress_bar=False)[0])
        self._fingerprint = f"st/{Path(name_or_path).name}/{self._digest()}"
        self._turn = threading.Lock()  # fast tokenizers refuse to be used by two threads at once

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """float32 (len(texts), dimension), rows of length 1."""
        return self._embed(texts, self._query_prefix, self._model.encode_query)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """float32 (len(texts), dimension), rows of length 1."""
        return self._embed(texts, self._passage_prefix, self._model.encode_document)

    def _embed(self, texts: Sequence[str], prefix: str, encode: Callable[..., Any]) -> Vectors:
        if not texts:
            return np.zeros((0, self._dimension), dtype=np.float32)
        with self._turn:
            clean = [well_formed(text) for text in texts]
            offsets = [self._offsets(text) for text in clean]

            def embed(pieces: list[Window]) -> Vectors:
                cut = [_cut(clean[piece.text], offsets[piece.text], piece) for piece in pieces]
                return unit_rows(encode(cut, prompt=prefix, batch_size=_BATCH, show_progress_bar=False))

            size = self._window(prefix)
            return embed_windowed([len(starts) for starts in offsets], size, size // 8, embed)

    def _window(self, prefix: str) -> int:
        """Tokens of text that fit beside the prefix and the special tokens."""
        limit = self._model.get_max_seq_length()
        if limit is None:
            return 2**31  # a model without positions, such as static embeddings, has no window
        return max(int(limit) - len(self._offsets(prefix)) - 2 - _SLACK, 8)

    def _offsets(self, text: str) -> list[int]:
        """Where each token of the text starts, in characters; every character, if the tokenizer cannot tell."""
        tokenizer = self._model.tokenizer
        if not getattr(tokenizer, "is_fast", False):
            return list(range(len(text)))
        encoded = tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False
        )
        return [start for start, _end in encoded["offset_mapping"]]

    def _digest(self) -> str:
        """Hash of a sample of each tensor, the prefixes and the window.

        BERT's pooler is left out: where a model does not use it, its weights are missing and filled at random.
        """
        digest = hashlib.sha256()
        for name, tensor in sorted(self._model.state_dict().items()):
            if ".pooler." in name:
                continue
            flat = tensor.detach().flatten()
            sample = flat[:: max(len(flat) // _SAMPLE, 1)].float().cpu().numpy()
            digest.update(f"{name} {tuple(tensor.shape)}".encode() + sample.tobytes())
        modules = [type(module).__name__ for module in self._model]
        rest = [self._query_prefix, self._passage_prefix, self._model.get_max_seq_length(), modules]
        digest.update(json.dumps(rest).encode())
        return digest.hexdigest()[:16]


def _load(name_or_path: str) -> SentenceTransformer:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        what = f"st:{name_or_path} needs sentence-transformers"
        raise EmbedderUnavailable(what, "run: pip install sentence-transformers") from error
    try:
        return SentenceTransformer(name_or_path, device="cpu")
    except (OSError, ValueError) as error:
        what = f"the model {name_or_path!r} cannot be had: {str(error).strip().splitlines()[0]}"
        raise EmbedderUnavailable(what, _REMEDY) from error


def require_local(name_or_path: str) -> None:
    """Raises EmbedderUnavailable for a model that is neither a folder nor in the model hub's cache."""
    from huggingface_hub import try_to_load_from_cache

    if Path(name_or_path).is_dir():
        return
    name = name_or_path if "/" in name_or_path else f"sentence-transformers/{name_or_path}"
    try:
        cached = isinstance(try_to_load_from_cache(name, "config.json"), str)
    except ValueError:  # a path, which is no name of a model
        cached = False
    if not cached:
        raise EmbedderUnavailable(f"the model {name_or_path!r} is not on this machine", _REMEDY)


def _prefixes(model: SentenceTransformer, name_or_path: str) -> tuple[str, str]:
    """Before a question and before a passage: the model's own prompts, else the table's, else nothing."""
    prompts = model.prompts
    query, passage = prompts.get("query") or "", prompts.get("document") or prompts.get("passage") or ""
    known = known_model(name_or_path)
    if query or passage or known is None:
        return query, passage
    return known.query_prefix, known.passage_prefix


def _cut(text: str, starts: list[int], window: Window) -> str:
    """The window's text: from its first token, or the text's beginning, up to the first token behind it."""
    first = starts[window.start] if window.start else 0
    return text[first : starts[window.end]] if window.end < len(starts) else text[first:]

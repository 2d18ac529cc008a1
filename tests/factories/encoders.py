"""A tiny sentence encoder as a folder: an ONNX model that looks words up in a table, and a tokenizer that knows them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

# Protocol buffers: how a field's content is written. The numbers of fields below are those of onnx.proto.
_NUMBER, _BYTES = 0, 2
_FLOAT, _INT64 = 1, 7


def an_encoder(folder: Path, words: Mapping[str, Sequence[float]], **configuration: object) -> Path:
    """An encoder that knows these words with these vectors; the others together have a vector of nothing."""
    folder.mkdir(parents=True)
    vocabulary = {"[UNK]": 0} | {word: number for number, word in enumerate(words, start=1)}
    dimensions = len(next(iter(words.values())))
    table = np.array([[0.0] * dimensions, *words.values()], dtype="<f4")
    (folder / "model.onnx").write_bytes(_model(table))
    (folder / "tokenizer.json").write_text(json.dumps(_tokenizer(vocabulary)), "utf-8")
    (folder / "encoder.json").write_text(json.dumps({"pooling": "mean"} | configuration), "utf-8")
    return folder


def _tokenizer(vocabulary: Mapping[str, int]) -> dict[str, object]:
    """Words in small letters, each a token."""
    return {
        "version": "1.0", "added_tokens": [], "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None, "decoder": None, "truncation": None, "padding": None,
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
    }  # fmt: skip


def _model(table: np.ndarray) -> bytes:
    """last_hidden_state = table[input_ids]; the mask is asked for, as real encoders do."""
    tensor = b"".join(_number(1, size) for size in table.shape) + _number(2, _FLOAT) + _text(8, "table")
    tensor += _field(9, table.tobytes())
    node = _text(1, "table") + _text(1, "input_ids") + _text(2, "last_hidden_state") + _text(4, "Gather")
    graph = _field(1, node) + _text(2, "tiny") + _field(5, tensor)
    graph += _field(11, _value("input_ids", _INT64, 2)) + _field(11, _value("attention_mask", _INT64, 2))
    graph += _field(12, _value("last_hidden_state", _FLOAT, 3))
    return _number(1, 8) + _field(7, graph) + _field(8, _number(2, 13))


def _value(name: str, kind: int, rank: int) -> bytes:
    shape = b"".join(_field(1, _text(2, f"size{place}")) for place in range(rank))
    return _text(1, name) + _field(2, _field(1, _number(1, kind) + _field(2, shape)))


def _text(field: int, text: str) -> bytes:
    return _field(field, text.encode())


def _field(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | _BYTES) + _varint(len(content)) + content


def _number(field: int, number: int) -> bytes:
    return _varint(field << 3 | _NUMBER) + _varint(number)


def _varint(number: int) -> bytes:
    """Seven bits a byte, the least first; the eighth says that more follow."""
    *more, last = [number >> shift & 0x7F for shift in range(0, max(1, number.bit_length()), 7)]
    return bytes([part | 0x80 for part in more] + [last])

"""The sentence encoder: what a folder holds becomes vectors, and a folder that cannot be used says why."""

import sys
from pathlib import Path

import numpy as np
import pytest

from apps.search import encoder
from apps.search.encoder import BadEncoder, Encoder
from tests.factories.encoders import an_encoder

WORDS = {"battery": [1.0, 0.0], "grid": [0.0, 1.0], "query": [0.0, -1.0]}

# Its tokens have numbers that the model has no vectors for.
_ANOTHER_MODELS = (
    '{"version": "1.0", "added_tokens": [], "model": {"type": "WordLevel", "vocab": {"a": 99}, "unk_token": "a"}}'
)


def loaded(folder: Path, **configuration: object) -> Encoder:
    return encoder.load(str(an_encoder(folder / "encoder", WORDS, **configuration)))


def test_vectors_are_of_length_one_and_know_no_case(tmp_path: Path) -> None:
    known = loaded(tmp_path)
    assert known.dimensions == 2
    found = known.texts(["Battery grid", "GRID grid grid"])
    assert found.dtype == np.float32
    assert np.allclose(found, [[0.5**0.5, 0.5**0.5], [0, 1]])


def test_a_short_text_beside_a_long_one_and_many_texts_keep_their_vectors_and_their_order(tmp_path: Path) -> None:
    known = loaded(tmp_path)
    texts = ["battery", "grid grid grid grid", "battery grid"] * encoder.BATCH
    together = known.texts(texts)
    assert np.allclose(together, np.concatenate([known.texts([text]) for text in texts]))


def test_the_first_token_speaks_for_the_text_where_the_pooling_says_so(tmp_path: Path) -> None:
    assert np.allclose(loaded(tmp_path, pooling="cls").question("battery grid grid"), [1, 0])


def test_no_more_tokens_are_read_than_the_encoder_can(tmp_path: Path) -> None:
    assert np.allclose(loaded(tmp_path, max_tokens=2).question("battery battery grid"), [1, 0])


def test_questions_and_texts_get_the_words_that_the_encoder_was_trained_with(tmp_path: Path) -> None:
    known = loaded(tmp_path, before_question="query ", before_text="battery ")
    assert np.allclose(known.question(""), [0, -1])
    assert np.allclose(known.texts([""]), [[1, 0]])


@pytest.mark.parametrize("text", ["", "\ud800", "\x00", "\u202e💥", "x" * 100_000])
def test_a_text_without_a_word_that_it_knows_is_no_error(tmp_path: Path, text: str) -> None:
    assert np.allclose(loaded(tmp_path).texts([text]), [[0, 0]])


def test_another_folder_of_the_same_model_with_another_pooling_has_another_stamp(tmp_path: Path) -> None:
    stamps = {
        encoder.load(str(an_encoder(tmp_path / name, WORDS, pooling=pooling))).stamp
        for name, pooling in (("a", "mean"), ("b", "cls"), ("c", "mean"))
    }
    assert len(stamps) == 2


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("encoder.json", None, r"encoder\.json.*No such file"),
        ("encoder.json", "[", r"encoder\.json"),
        ("encoder.json", "[]", "pooling is missing"),
        ("encoder.json", '{"pooling": "sum"}', "pooling has no value that is known"),
        ("encoder.json", '{"pooling": "cls", "max_tokens": 0}', "max_tokens has no value"),
        ("encoder.json", '{"pooling": "cls", "max_tokens": true}', "max_tokens is unknown or of the wrong kind"),
        ("encoder.json", '{"pooling": "cls", "colour": "red"}', "colour is unknown"),
        ("encoder.json", '{"pooling": "none"}', "does not go with the pooling “none”"),
        ("encoder.json", '{"pooling": "cls", "output": "x"}', "no output “x”, only last_hidden_state"),
        ("tokenizer.json", "{}", r"tokenizer\.json"),
        ("tokenizer.json", _ANOTHER_MODELS, r"model\.onnx.*out of data bounds"),
        ("model.onnx", "", r"model\.onnx"),
        ("model.onnx", None, r"model\.onnx"),
    ],
)
def test_a_folder_that_cannot_be_used_says_why(tmp_path: Path, name: str, content: str | None, reason: str) -> None:
    folder = an_encoder(tmp_path / "encoder", WORDS)
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_text(content)
    with pytest.raises(BadEncoder, match=reason):
        encoder.load(str(folder))


def test_packages_that_are_missing_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = an_encoder(tmp_path / "encoder", WORDS)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(BadEncoder, match=r"requirements-embeddings\.txt"):
        encoder.load(str(folder))

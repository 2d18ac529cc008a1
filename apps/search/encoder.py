"""The sentence encoder: a folder with a tokenizer and an ONNX model, which makes vectors of length 1 from texts."""

import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

CONFIGURATION, TOKENIZER, MODEL = "encoder.json", "tokenizer.json", "model.onnx"
POOLINGS = ("cls", "mean", "none")
_KINDS: dict[str, tuple[type, ...]] = {
    "pooling": (str,), "max_tokens": (int,), "output": (str,), "least_similarity": (int, float),
    "before_question": (str,), "before_text": (str,),
}  # fmt: skip
# Texts of about the same length go through the model together, so many at a time.
BATCH = 16
# Longer than any encoder reads, so that a text of megabytes is not cut into tokens first.
_CHARACTERS_READ = 50_000
_loading = threading.Lock()


class BadEncoder(ValueError):
    """The folder holds no encoder that can be used; the message says which part of it is wrong."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What encoder.json says: how the model's tokens become one vector, and how much of a text is read.

    `output` names the model's output (its first one if empty); a hit is at least `least_similarity` (cosine) like the
    question; some encoders were trained with words put before questions and before texts.
    """

    pooling: str
    max_tokens: int = 512
    output: str = ""
    least_similarity: float = 0.0
    before_question: str = ""
    before_text: str = ""

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises BadEncoder, naming the file and the field."""
        try:
            given = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise BadEncoder(f"{path}: {error}") from error
        if not isinstance(given, dict) or "pooling" not in given:
            raise BadEncoder(_("%(path)s: pooling is missing.") % {"path": path})
        for name, value in given.items():
            if type(value) not in _KINDS.get(name, ()):
                raise BadEncoder(
                    _("%(path)s: %(field)s is unknown or of the wrong kind.") % {"path": path, "field": name}
                )
        found = cls(**given)
        if found.pooling not in POOLINGS or found.max_tokens < 1:
            field_name = "max_tokens" if found.pooling in POOLINGS else "pooling"
            raise BadEncoder(_("%(path)s: %(field)s has no value that is known.") % {"path": path, "field": field_name})
        return found


@dataclass(frozen=True, eq=False)
class Encoder:
    """An encoder in memory; `stamp` tells it from any other, so that vectors of two encoders are never compared."""

    configuration: Configuration
    stamp: str
    tokenizer: Any
    session: Any
    dimensions: int = 0

    def question(self, text: str) -> Vectors:
        """The vector of a question, float32 of length 1."""
        found: Vectors = self._encode([self.configuration.before_question + text])[0]
        return found

    def texts(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts, one a row."""
        return self._encode([self.configuration.before_text + text for text in texts])

    def _encode(self, texts: Sequence[str]) -> Vectors:
        tokens = [self.tokenizer.encode(_readable(text)).ids for text in texts]
        shortest_first = sorted(range(len(texts)), key=lambda place: len(tokens[place]))
        found: dict[int, Vectors] = {}
        for start in range(0, len(texts), BATCH):
            places = shortest_first[start : start + BATCH]
            found.update(zip(places, self._run([tokens[place] for place in places]), strict=True))
        return np.stack([found[place] for place in range(len(texts))])

    def _run(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        """One batch through the model: shorter texts are filled up with tokens that the mask leaves out."""
        ids = np.zeros((len(tokens), max(1, *map(len, tokens))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, known in enumerate(tokens):
            ids[row, : len(known)], mask[row, : len(known)] = known, 1
        offered = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        wanted = {each.name: offered[each.name] for each in self.session.get_inputs()}
        output = self.configuration.output or self.session.get_outputs()[0].name
        try:
            (given,) = self.session.run([output], wanted)
        except Exception as error:  # the runtime's own kinds have no common ancestor but this
            raise BadEncoder(f"{MODEL}: {error}") from error
        return _of_length_one(_pooled(np.asarray(given, dtype=np.float32), mask, self.configuration.pooling))


def _readable(text: str) -> str:
    """A text without halves of characters, which no tokenizer takes."""
    return text[:_CHARACTERS_READ].encode("utf-8", "ignore").decode()


def _pooled(given: Vectors, mask: NDArray[np.int64], pooling: str) -> Vectors:
    """One vector a text, from (texts, tokens, dimensions); with the pooling "none" the model has done it."""
    if given.ndim != (2 if pooling == "none" else 3):
        raise BadEncoder(_("The model's output does not go with the pooling “%(pooling)s”.") % {"pooling": pooling})
    if pooling == "none":
        return given
    if pooling == "cls":
        first: Vectors = given[:, 0]
        return first
    counts = mask[:, :, None].astype(np.float32)
    mean: Vectors = (given * counts).sum(axis=1) / np.maximum(counts.sum(axis=1), 1)
    return mean


def _of_length_one(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    found: Vectors = vectors / np.maximum(lengths, np.float32(1e-12))
    return found


def load(folder: str) -> Encoder:
    """The encoder of a folder, read once in each process. Raises BadEncoder."""
    with _loading:  # not twice at once: it may take gigabytes
        return _load(Path(folder))


@lru_cache(maxsize=1)
def _load(folder: Path) -> Encoder:
    configuration = Configuration.read(folder / CONFIGURATION)
    tokenizer, session = _opened(folder)
    tokenizer.no_padding()
    tokenizer.enable_truncation(configuration.max_tokens)
    bare = Encoder(configuration, "", tokenizer, session)
    _check(bare, folder)
    return replace(bare, dimensions=len(bare.question("a")), stamp=_stamp(folder))


def _opened(folder: Path) -> tuple[Any, Any]:
    """The tokenizer and the model. Their libraries are imported here and nowhere else: only where embeddings are on."""
    try:
        from onnxruntime import InferenceSession  # noqa: PLC0415
        from tokenizers import Tokenizer  # noqa: PLC0415
    except ImportError as error:
        message = _("Embeddings need the packages of requirements-embeddings.txt: %(reason)s.")
        raise BadEncoder(message % {"reason": error}) from error
    return _part(folder / TOKENIZER, Tokenizer.from_file), _part(
        folder / MODEL, lambda path: InferenceSession(path, providers=["CPUExecutionProvider"])
    )


def _part(path: Path, read: Any) -> Any:
    try:
        return read(str(path))
    except Exception as error:  # both libraries raise what they please, the tokenizer a bare Exception
        raise BadEncoder(f"{path}: {error}") from error


def _check(encoder: Encoder, folder: Path) -> None:
    unknown = {each.name for each in encoder.session.get_inputs()} - {"input_ids", "attention_mask", "token_type_ids"}
    outputs = [each.name for each in encoder.session.get_outputs()]
    if unknown:
        message = _("%(path)s asks for an input that nobody gives: %(names)s.")
        raise BadEncoder(message % {"path": folder / MODEL, "names": ", ".join(sorted(unknown))})
    if encoder.configuration.output not in ("", *outputs):
        message = _("%(path)s has no output “%(name)s”, only %(names)s.")
        named = {"name": encoder.configuration.output, "names": ", ".join(outputs)}
        raise BadEncoder(message % {"path": folder / MODEL, **named})


def _stamp(folder: Path) -> str:
    """A digest of everything in the folder: another model, tokenizer or pooling makes other vectors."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        with path.open("rb") as file:
            digest.update(f"{path.name}\0{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()[:32]

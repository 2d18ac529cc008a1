"""Listings laid out as arrays, written to a folder as `.npy` files with a checksum, and opened again by memory map."""

import json
import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from apps.matching.layout import ROW, TRACK, Array, Side, declare, order
from apps.matching.listings import Packed, Weighted

HEAVIEST = 64  # words of a listing that are compared
CONTENTS = "contents.json"


class Damaged(Exception):
    """The files of a snapshot are missing or are not those that its checksum names."""


@dataclass(frozen=True)
class Lexicon:
    """How telling each word is: its inverse document frequency; a word that no text had counts as one in a single text."""

    terms: npt.NDArray[np.uint32]
    weights: npt.NDArray[np.float32]
    documents: int

    def weigh(self, terms: npt.NDArray[np.uint32]) -> npt.NDArray[np.float32]:
        found = np.full(len(terms), np.log1p(self.documents / 1.5), np.float32)
        if len(self.terms):
            at = np.minimum(np.searchsorted(self.terms, terms), len(self.terms) - 1)
            known = self.terms[at] == terms
            found[known] = self.weights[at[known]]
        return found


EMPTY_LEXICON = Lexicon(np.zeros(0, np.uint32), np.zeros(0, np.float32), 0)


def lexicon(packed: Sequence[Packed]) -> Lexicon:
    """The words of these listings and of each of their references, counted once for each text."""
    pairs = [pair for item in packed for pair in ((item.words, False), (item.track_words, True)) if pair[0]]
    terms = np.concatenate([np.fromiter(words, np.uint32) for words, _ in pairs]) if pairs else np.zeros(0, np.uint32)
    # A track's words come with the number of references that have them.
    seen = [np.fromiter(words.values(), np.float64) if told else np.ones(len(words)) for words, told in pairs]
    found, place = np.unique(terms, return_inverse=True)
    counts = np.bincount(place, np.concatenate(seen), len(found)) if pairs else np.zeros(0)
    texts = documents(packed)
    return Lexicon(found, np.log1p(texts / (counts + 0.5)).astype(np.float32), texts)


def documents(packed: Sequence[Packed]) -> int:
    """How many texts these are: a listing's own, and each reference."""
    return sum(bool(item.words) + (int(item.track["references"]) if item.track is not None else 0) for item in packed)


class Snapshot(NamedTuple):
    """Both sides, ready for the kernel."""

    offers: Side
    requests: Side


def lay_out(
    offers: Sequence[Packed], requests: Sequence[Packed], words: Lexicon, tracked: Sequence[Packed] = ()
) -> Snapshot:
    """Arrays of these listings. `tracked` are enterprises whose record counts without a row of their own."""
    return Snapshot(side(offers, words, tracked), side(requests, words))


class _TermWriter:
    """Collects lists of terms one after the other and says where each lies."""

    def __init__(self, words: Lexicon) -> None:
        self.words = words
        self.terms: list[Array] = []
        self.weights: list[Array] = []
        self.size = 0

    def _add(self, terms: Array, weights: Array) -> tuple[int, int]:
        self.terms.append(terms)
        self.weights.append(weights)
        self.size += len(terms)
        return self.size - len(terms), self.size

    def add(self, found: Weighted, *, weigh: bool, most: int | None = None) -> tuple[tuple[int, int], float]:
        """Write a list sorted, weighed by the lexicon where its terms are words, and no more than the heaviest `most` of it.

        Returns its place and its length as a vector.
        """
        terms = np.array(sorted(found), np.uint32)
        weights = np.array([found[number] for number in terms.tolist()], np.float32)
        if weigh:
            weights *= self.words.weigh(terms)
        if most is not None and len(terms) > most:
            kept = np.sort(np.argsort(-weights, kind="stable")[:most])
            terms, weights = terms[kept], weights[kept]
        return self._add(terms, weights), float(np.sqrt(np.square(weights, dtype=np.float64).sum()))

    def add_vetoes(self, names: Sequence[int]) -> tuple[int, int]:
        halves = np.array([half for name in names for half in (name & 0xFFFFFFFF, name >> 32)], np.uint32)
        return self._add(halves, np.zeros(len(halves), np.float32))

    def arrays(self) -> tuple[Array, Array]:
        if not self.terms:
            return np.zeros(0, np.uint32), np.zeros(0, np.float32)
        return np.concatenate(self.terms), np.concatenate(self.weights)


def side(listings: Sequence[Packed], words: Lexicon, tracked: Sequence[Packed] = ()) -> Side:
    """The arrays of one side's listings; the track records are those of the listed and of the `tracked` enterprises."""
    writer = _TermWriter(words)
    tracks, place = _tracks([*tracked, *listings], writer)
    rows = np.array([item.row for item in listings], ROW) if listings else np.zeros(0, ROW)
    places = order(rows)
    rows, listings = rows[places], [listings[place] for place in places]
    for at, item in enumerate(listings):
        rows["words"][at], rows["word_norm"][at] = writer.add(item.words, weigh=True, most=HEAVIEST)
        rows["concepts"][at], rows["concept_norm"][at] = writer.add(item.concepts, weigh=False)
        rows["vetoes"][at] = writer.add_vetoes(item.vetoes)
        rows["track"][at] = place.get(int(item.row["enterprise"]), -1)
    declare(rows, tracks)
    return Side(rows, rows["bits"].copy(), rows["key"].copy(), tracks, *writer.arrays())


def _tracks(items: Sequence[Packed], writer: _TermWriter) -> tuple[Array, dict[int, int]]:
    found = {int(item.row["enterprise"]): item for item in items if item.track is not None}
    tracks = np.zeros(len(found), TRACK)
    for at, (_, item) in enumerate(sorted(found.items())):
        tracks[at] = item.track
        tracks["words"][at], tracks["word_norm"][at] = writer.add(item.track_words, weigh=True)
    return tracks, {number: index for index, number in enumerate(sorted(found))}


def _arrays(snapshot: Snapshot, words: Lexicon, alike: Array) -> dict[str, Array]:
    arrays = {"alike": alike, "lexicon-terms": words.terms, "lexicon-weights": words.weights}
    for name, part in zip(Snapshot._fields, snapshot, strict=True):
        arrays |= {f"{name}-{column}": array for column, array in part._asdict().items()}
    return arrays


def _digest(array: Array) -> str:
    return sha256(np.ascontiguousarray(array).view(np.uint8).data if array.size else b"").hexdigest()


def write(folder: Path, snapshot: Snapshot, words: Lexicon, alike: Array) -> str:
    """Write a snapshot into a folder and return its checksum."""
    folder.mkdir(parents=True, exist_ok=True)
    digests = {}
    for name, array in sorted(_arrays(snapshot, words, alike).items()):
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
        digests[name] = _digest(array)
    text = json.dumps({"documents": words.documents, "digests": digests}, sort_keys=True)
    (folder / CONTENTS).write_text(text)
    return sha256(text.encode()).hexdigest()


def files(folder: Path, checksum: str) -> list[str]:
    """The names of the other files that belong to the contents which lie in a folder. Raises Damaged."""
    return [f"{name}.npy" for name in _contents(folder, checksum)["digests"]]


def _contents(folder: Path, checksum: str) -> Any:
    text = (folder / CONTENTS).read_text()
    if checksum and sha256(text.encode()).hexdigest() != checksum:
        raise Damaged(f"{folder.name}: the contents are not those of the checksum")
    return json.loads(text)


def read(folder: Path, checksum: str = "", *, thorough: bool = False) -> tuple[Snapshot, Lexicon, Array]:
    """Open a snapshot by memory map; `thorough` reads every byte to compare it. Raises Damaged."""
    try:
        contents = _contents(folder, checksum)
        arrays = {name: _open(folder / f"{name}.npy") for name in contents["digests"]}
    except (OSError, ValueError, KeyError) as error:
        raise Damaged(f"{folder.name}: {error}") from error
    if thorough:
        for name, digest in contents["digests"].items():
            if _digest(arrays[name]) != digest:
                raise Damaged(f"{folder.name}: {name} is not as it was written")
    words = Lexicon(arrays["lexicon-terms"], arrays["lexicon-weights"], contents["documents"])
    sides = (Side(*(arrays[f"{name}-{column}"] for column in Side._fields)) for name in Snapshot._fields)
    return Snapshot(*(_as_laid_out(side) for side in sides)), words, arrays["alike"]


def let_go(snapshot: Snapshot) -> None:
    """Give back the memory of what was read of a snapshot's files, which nobody writes to: it is read again where it is needed."""
    for part in snapshot:
        for array in part:
            base: object = array
            while isinstance(base, np.ndarray):
                base = base.base
            if isinstance(base, mmap.mmap):
                base.madvise(mmap.MADV_DONTNEED)


def _as_laid_out(side: Side) -> Side:
    """The types of fresh arrays, which files forget in part: the kernel is compiled once for both."""
    return side._replace(rows=side.rows.view(ROW), tracks=side.tracks.view(TRACK))


def _open(path: Path) -> Array:
    # A plain view of the map: the kernel is compiled for arrays, not for numpy's subclass of them.
    return np.asarray(np.load(path, mmap_mode="c", allow_pickle=False)).view(np.ndarray)

"""Listings laid out as arrays, written to a folder as `.npy` files with a checksum, and opened again by memory map."""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from apps.matching.features import Packed, Weighted
from apps.matching.layout import MODE_BITS, ROOT_BITS, ROW, TRACK, Side, Terms, Tracks


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
    """The words of these listings and references, counted once for each text."""
    lists = [np.fromiter(words, np.uint32) for item in packed for words in (item.words, item.track_words) if words]
    terms, counts = np.unique(np.concatenate(lists), return_counts=True) if lists else (np.zeros(0, np.uint32), np.zeros(0))
    return Lexicon(terms.astype(np.uint32), np.log1p(len(lists) / (counts + 0.5)).astype(np.float32), len(lists))


class Snapshot(NamedTuple):
    """Both sides and the track records, ready for the kernel."""

    offers: Side
    requests: Side
    tracks: Tracks


def lay_out(offers: Sequence[Packed], requests: Sequence[Packed], words: Lexicon, tracked: Sequence[Packed] = ()) -> Snapshot:
    """Arrays of these listings, offers by family and mode. `tracked` are enterprises whose record counts without a row of their own."""
    by_enterprise = {int(item.row["enterprise"]): item for item in (*tracked, *offers) if item.track is not None}
    tracks = [by_enterprise[number] for number in sorted(by_enterprise)]
    place = {number: index for index, number in enumerate(sorted(by_enterprise))}
    track_words, norms = _terms([item.track_words for item in tracks], words)
    rows = _stacked([item.track for item in tracks if item.track is not None], TRACK)
    rows["word_norm"] = norms
    return Snapshot(_side(offers, words, place), _side(requests, words, place), Tracks(rows, track_words))


def _order(item: Packed) -> tuple[int, int, int]:
    """Rows that share a family and a mode lie together; those that state none lie last."""
    bits = int(item.row["bits"])
    families, modes = bits & int(ROOT_BITS), bits & int(MODE_BITS)
    return families & -families if families != int(ROOT_BITS) else 1 << 40, modes & -modes, int(item.row["key"])


def _stacked(rows: Sequence[npt.NDArray[np.void]], dtype: np.dtype[np.void]) -> npt.NDArray[np.void]:
    found = np.zeros(len(rows), dtype)
    for place, row in enumerate(rows):
        found[place] = row
    return found


def _terms(lists: Sequence[Weighted], words: Lexicon | None) -> tuple[Terms, npt.NDArray[np.float32]]:
    """Lists of terms one after the other, weighed by the lexicon, and the length of each as a vector."""
    starts = np.zeros(len(lists) + 1, np.int64)
    np.cumsum([len(each) for each in lists], out=starts[1:])
    terms = np.fromiter((number for each in lists for number in sorted(each)), np.uint32, int(starts[-1]))
    weights = np.fromiter((each[number] for each in lists for number in sorted(each)), np.float32, int(starts[-1]))
    if words is not None:
        weights *= words.weigh(terms)
    norms = np.zeros(len(lists), np.float32)
    filled = np.flatnonzero(np.diff(starts))
    if filled.size:  # each list summed by itself, so that its length does not hang on its neighbours
        norms[filled] = np.sqrt(np.add.reduceat(weights.astype(np.float64) ** 2, starts[filled]))
    return Terms(starts, terms, weights), norms


def _side(listings: Sequence[Packed], words: Lexicon, tracks: Mapping[int, int]) -> Side:
    listings = sorted(listings, key=_order)
    rows = _stacked([item.row for item in listings], ROW)
    rows["track"] = [tracks.get(int(number), -1) for number in rows["enterprise"]]
    word_terms, rows["word_norm"] = _terms([item.words for item in listings], words)
    concepts, rows["concept_norm"] = _terms([item.concepts for item in listings], None)
    return Side(rows, rows["bits"].copy(), rows["key"].copy(), word_terms, concepts, _vetoes(listings))


def _vetoes(listings: Sequence[Packed]) -> Terms:
    starts = np.zeros(len(listings) + 1, np.int64)
    np.cumsum([2 * len(item.vetoes) for item in listings], out=starts[1:])
    halves = (half for item in listings for number in item.vetoes for half in (number & 0xFFFFFFFF, number >> 32))
    terms = np.fromiter(halves, np.uint32, int(starts[-1]))
    return Terms(starts, terms, np.zeros(0, np.float32))


def _arrays(snapshot: Snapshot, words: Lexicon) -> dict[str, npt.NDArray[Any]]:
    arrays: dict[str, npt.NDArray[Any]] = {"tracks": snapshot.tracks.rows, "lexicon-terms": words.terms, "lexicon-weights": words.weights}
    lists = {"track-words": snapshot.tracks.words}
    for name, side in (("offers", snapshot.offers), ("requests", snapshot.requests)):
        arrays |= {name: side.rows, f"{name}-bits": side.bits, f"{name}-keys": side.keys}
        lists |= {f"{name}-words": side.words, f"{name}-concepts": side.concepts, f"{name}-vetoes": side.vetoes}
    for name, terms in lists.items():
        arrays |= {f"{name}-{part}": getattr(terms, part) for part in Terms._fields}
    return arrays


def write(folder: Path, snapshot: Snapshot, words: Lexicon) -> str:
    """Write a snapshot and return its checksum; the folder appears whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    digests = {}
    for name, array in sorted(_arrays(snapshot, words).items()):
        np.save(draft / f"{name}.npy", array, allow_pickle=False)
        digests[name] = sha256(np.ascontiguousarray(array).data if array.size else b"").hexdigest()
    text = json.dumps({"documents": words.documents, "digests": digests}, sort_keys=True)
    (draft / "contents.json").write_text(text)
    draft.chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(draft, folder)
    return sha256(text.encode()).hexdigest()


def read(folder: Path, checksum: str = "", *, thorough: bool = False) -> tuple[Snapshot, Lexicon]:
    """Open a snapshot by memory map; `thorough` reads every byte to compare it. Raises Damaged."""
    try:
        text = (folder / "contents.json").read_text()
        if checksum and sha256(text.encode()).hexdigest() != checksum:
            raise Damaged(folder.name)
        contents = json.loads(text)
        # A plain view of the map: the kernel is compiled for arrays, not for numpy's subclass of them.
        arrays = {name: _open(folder / f"{name}.npy") for name in contents["digests"]}
    except (OSError, ValueError, KeyError) as error:
        raise Damaged(folder.name) from error
    if thorough and any(sha256(np.ascontiguousarray(a).data if a.size else b"").hexdigest() != contents["digests"][n] for n, a in arrays.items()):
        raise Damaged(folder.name)
    words = Lexicon(arrays["lexicon-terms"], arrays["lexicon-weights"], contents["documents"])
    return Snapshot(_read_side(arrays, "offers"), _read_side(arrays, "requests"), Tracks(arrays["tracks"], _read_terms(arrays, "track-words"))), words


def _open(path: Path) -> npt.NDArray[Any]:
    mapped = np.load(path, mmap_mode="c", allow_pickle=False)
    return np.asarray(mapped).view(np.ndarray)


def _read_terms(arrays: Mapping[str, npt.NDArray[Any]], name: str) -> Terms:
    return Terms(*(arrays[f"{name}-{part}"] for part in Terms._fields))


def _read_side(arrays: Mapping[str, npt.NDArray[Any]], name: str) -> Side:
    lists = (_read_terms(arrays, f"{name}-{part}") for part in ("words", "concepts", "vetoes"))
    return Side(arrays[name], arrays[f"{name}-bits"], arrays[f"{name}-keys"], *lists)

"""Listings by the hundred thousand for benchmarks: every criterion is stated, and hard constraints keep 5-6% of the pairs."""

import numpy as np
import numpy.typing as npt

from apps.matching.criteria import SCALE
from apps.matching.layout import DATES_KNOWN, HELD, MODE_SHIFT, ROW, TRACK, WISHES, Array, Side, declare, order
from apps.matching.snapshot import Snapshot

FAMILIES, PER_FAMILY, MODES, COUNTRIES = 16, 14, 12, 120
WORDS, WORDS_EACH, CONCEPTS_EACH, TRACK_WORDS = 20_000, 30, 12, 60
LANGUAGES = 10
Generator = np.random.Generator


def similarity() -> npt.NDArray[np.uint8]:
    """Concepts of one family are alike, of two not at all."""
    size = FAMILIES * PER_FAMILY
    family = np.arange(size) // PER_FAMILY
    table = np.where(family[:, None] == family[None], 110, 0).astype(np.uint8)
    np.fill_diagonal(table, SCALE)
    padded = np.zeros((512, 512), np.uint8)
    padded[:size, :size] = table
    return padded


def _set_bits(numbers: npt.NDArray[np.int64], words: int) -> npt.NDArray[np.uint64]:
    found = np.zeros((len(numbers), words), np.uint64)
    for column in numbers.T:
        bit = np.uint64(1) << (column & 63).astype(np.uint64)
        found[np.arange(len(numbers)), column >> 6] |= np.where(column > 0, bit, np.uint64(0))
    return found


def _range(random: Generator, size: int, scale: float) -> npt.NDArray[np.float32]:
    low = random.lognormal(scale, 1.5, size)
    return np.stack([low, low * random.uniform(1.05, 4, size)], axis=1).astype(np.float32)


class _Terms:
    """Words by Zipf's law, those of a listing distinct and sorted."""

    def __init__(self, random: Generator) -> None:
        self.random, self.size, self.parts = random, 0, list[tuple[Array, Array]]()

    def add(self, rows: Array, column: str, each: int, vocabulary: int, step: int = 7919) -> None:
        drawn = np.minimum(self.random.zipf(1.3, (len(rows), each)), vocabulary).astype(np.uint32) * np.uint32(step)
        drawn.sort(axis=1)
        keep = np.ones(drawn.shape, bool)
        keep[:, 1:] = drawn[:, 1:] != drawn[:, :-1]
        ends = np.cumsum(keep.sum(axis=1))
        starts = np.concatenate([[0], ends[:-1]])
        weights = self.random.uniform(0.5, 4, int(ends[-1])).astype(np.float32)
        rows[f"{column}s"] = np.stack([starts, ends], axis=1) + self.size
        rows[f"{column}_norm"] = np.sqrt(np.add.reduceat(np.square(weights, dtype=np.float64), starts))
        self.parts.append((drawn[keep], weights))
        self.size += len(weights)

    def arrays(self) -> tuple[Array, Array]:
        terms, weights = zip(*self.parts, strict=True)
        return np.concatenate(terms), np.concatenate(weights)


def _rows(random: Generator, size: int, enterprises: int, parity: int) -> npt.NDArray[np.void]:
    rows = np.zeros(size, ROW)
    rows["key"] = 2 * np.arange(size) + 1_000_000_000 * parity
    rows["enterprise"] = random.integers(0, enterprises, size)
    rows["name_hash"] = rows["enterprise"].astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    # A family, now and then a second one; one to three technologies of the first.
    first = np.minimum(random.geometric(0.36, size) - 1, FAMILIES - 1)
    second = np.where(random.random(size) < 0.15, random.integers(0, FAMILIES, size), first)
    technologies = first[:, None] * PER_FAMILY + random.integers(0, PER_FAMILY, (size, 3)) + 1
    technologies[:, 2] = np.where(random.random(size) < 0.5, second * PER_FAMILY + 1, 0)
    rows["technologies"][:, :3] = technologies
    modes = (1 << random.integers(0, MODES, size)) | np.where(
        random.random(size) < 0.8, 1 << random.integers(0, MODES, size), 0
    )
    rows["modes"] = modes
    families = (1 << first) | (1 << second)
    rows["bits"] = families.astype(np.uint64) | (modes.astype(np.uint64) << MODE_SHIFT)
    _fill(random, rows)
    return rows


def _fill(random: Generator, rows: npt.NDArray[np.void]) -> None:
    size = len(rows)
    rows["stages"] = (1 << random.integers(0, 14, size)) | (1 << random.integers(0, 14, size))
    country = random.integers(1, COUNTRIES, size)
    rows["country"], rows["site"], rows["region"] = country, country, country % 8 + 1
    rows["work_region"] = rows["region"]
    rows["places"][:, 0] = country
    rows["wished"] = _set_bits(random.integers(1, COUNTRIES, (size, 8)), 4)
    rows["wished_regions"] = 1 << random.integers(1, 9, size)
    rows["excluded"] = _set_bits(
        np.where(random.random((size, 3)) < 0.4, random.integers(1, COUNTRIES, (size, 3)), 0), 4
    )
    rows["present"] = _set_bits(random.integers(1, COUNTRIES, (size, 4)), 4)
    rows["languages"] = _set_bits(random.integers(1, 20, (size, 3)), 3)
    rows["language"] = random.integers(1, LANGUAGES + 1, size)
    rows["frameworks_wished"], rows["frameworks"] = random.integers(1, 4, size), random.integers(0, 4, size)
    standards = random.integers(1, 20, (size, HELD)).astype(np.uint32)
    rows["required"][:, :2], rows["held"][:, :4] = standards[:, :2], standards[:, 4:8]
    for name, scale in (("power", 3.0), ("energy", 4.0), ("budget", 15.0)):
        rows[name] = _range(random, size, scale)
    rows["size"] = np.clip(2 * np.log2(rows["budget"][:, 1]), 0, 79).astype(np.uint8) + 1
    begin = random.integers(20_000, 21_500, size)
    rows["dates"] = np.stack([begin, begin + random.integers(60, 900, size)], axis=1)
    low = random.integers(3, 9, size)
    rows["trl"] = np.stack([low, np.minimum(9, low + 2)], axis=1)
    rows["marks"] = DATES_KNOWN | WISHES


def _side(random: Generator, size: int, enterprises: int, parity: int, tracked: int) -> Side:
    rows = _rows(random, size, enterprises, parity)
    rows, terms = rows[order(rows)], _Terms(random)
    terms.add(rows, "word", WORDS_EACH, WORDS)
    terms.add(rows, "concept", CONCEPTS_EACH, FAMILIES * PER_FAMILY, 1)
    tracks = _tracks(random, tracked, terms)
    rows["track"] = np.where(rows["enterprise"] < tracked, rows["enterprise"], -1)
    declare(rows, tracks)
    return Side(rows, rows["bits"].copy(), rows["key"].copy(), tracks, *terms.arrays())


def _tracks(random: Generator, size: int, terms: _Terms) -> Array:
    tracks = np.zeros(size, TRACK)
    tracks["enterprise"], tracks["sizes_known"] = np.arange(size), 1
    tracks["language"] = random.integers(1, LANGUAGES + 1, size)
    for name in ("presence", "experience", "scale", "activity"):
        tracks[name] = random.integers(0, SCALE + 1, tracks[name].shape, np.uint8)
    if size:
        terms.add(tracks, "word", TRACK_WORDS, WORDS)
    return tracks


def generate(offers: int, requests: int, seed: int = 7) -> Snapshot:
    """Offers and requests of offers / 4 enterprises, half of which have a track record; the same for the same seed."""
    random = np.random.default_rng(seed)
    enterprises = max(4, offers // 4)
    return Snapshot(_side(random, offers, enterprises, 0, enterprises // 2), _side(random, requests, enterprises, 1, 0))

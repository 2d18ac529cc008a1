"""Facets: which values they can have, how an entry keeps them, and how they are counted over thousands of entries."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count

import numpy as np
import numpy.typing as npt
from babel import Locale

from apps.opportunities.rules import FAMILIES, SIDES
from apps.projects.rules import STAGES
from apps.reference.rules import country_codes
from apps.reference.selectors import frameworks
from apps.search.lexemes import named
from apps.taxonomy.scheme import Scheme
from apps.taxonomy.selectors import scheme

KINDS = ("opportunity", "project", "enterprise")
NAMES = (
    "kind",
    "side",
    "family",
    "technology",
    "mode",
    "stage",
    "country",
    "framework",
    "size",
    "language",
    "published",
)
# Upper ends of the bands of energy, in MWh.
SIZES = {"up-to-1": 1.0, "1-to-10": 10.0, "10-to-100": 100.0, "100-to-1000": 1000.0, "over-1000": float("inf")}
# How new, in days before the moment of asking; the wider bands hold the narrower ones.
DATES = {"week": 7, "month": 30, "quarter": 90, "year": 365}
TECHNOLOGIES = frozenset({"technology", "application", "maturity"})

Counts = dict[str, dict[str, int]]


def code(facet: str) -> int:
    """The four bytes that stand for a facet ("side=offer") in an entry."""
    return zlib.crc32(facet.encode())


def packed(facets: Iterable[str]) -> bytes:
    """The facets of an entry as it keeps them: four bytes each, little-endian."""
    return np.fromiter(map(code, facets), dtype="<u4").tobytes()


def size_band(energy_mwh: float) -> str:
    """The band that an energy lies in."""
    return next(band for band, upper in SIZES.items() if energy_mwh <= upper)


class Codes:
    """The codes of facets in their order; counted by a table of their first bits, a quarter of the cost of sorting."""

    _BITS = 18

    def __init__(self, facets: Iterable[str]) -> None:
        """Raises ValueError where two have the same code."""
        self._known = np.array([code(facet) for facet in facets], dtype="<u4")
        if len(np.unique(self._known)) != len(self._known):
            raise ValueError("two facets have the same code")
        apart = (times for times in count(1, 2) if len(np.unique(self._bits(self._known, times))) == len(self._known))
        self._times = next(apart)  # what takes the codes apart in these bits, too
        self._places = np.zeros(1 << self._BITS, dtype=np.uint16)
        self._places[self._bits(self._known, self._times)] = np.arange(len(self._known))

    def _bits(self, codes: npt.NDArray[np.uint32], times: int) -> npt.NDArray[np.uint32]:
        return (codes * np.uint32(times)) >> np.uint32(32 - self._BITS)

    def counted(self, codes: npt.NDArray[np.uint32]) -> list[tuple[int, int]]:
        """The places of the codes that stand among these with how often they do, the most frequent first."""
        places = self._places[self._bits(codes, self._times)]
        counts = np.bincount(places[self._known[places] == codes], minlength=len(self._known))
        present = np.flatnonzero(counts)
        order = present[np.argsort(-counts[present], kind="stable")]
        return list(zip(order.tolist(), counts[order].tolist(), strict=True))


@dataclass(frozen=True)
class Vocabulary:
    """Every value that each facet can have; a filter names one of these, and counts are read by them."""

    scheme: Scheme
    values: dict[str, frozenset[str]]
    facets: list[tuple[str, str]]
    codes: Codes

    def counted(self, packed_facets: bytes, published: Mapping[str, int]) -> Counts:
        """How many entries have each value, from the facets of all of them in one piece; the most frequent first.

        How many are how new is counted by the statement itself, since that changes with every moment.
        """
        found: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for place, times in self.codes.counted(np.frombuffer(packed_facets, dtype="<u4")):
            name, value = self.facets[place]
            found[name][value] = times
        found["published"] = {band: number for band, number in published.items() if number}
        return {name: found[name] for name in NAMES if found.get(name)}


class _Remembered:
    """The vocabulary of the scheme that this process knows."""

    vocabulary: Vocabulary | None = None


def vocabulary() -> Vocabulary:
    """The vocabulary of the present scheme and frameworks."""
    present = scheme()
    known = _Remembered.vocabulary
    if known is None or known.scheme is not present or known.values["framework"] != frameworks().keys():
        values = _values(present)
        pairs = [(name, value) for name in NAMES for value in sorted(values[name])]
        _Remembered.vocabulary = Vocabulary(present, values, pairs, Codes(named(*pair) for pair in pairs))
        return _Remembered.vocabulary
    return known


def _values(present: Scheme) -> dict[str, frozenset[str]]:
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for key in present.keys:
        kinds["technology" if present.kind(key) in TECHNOLOGIES else present.kind(key)].add(key)
    return {
        "kind": frozenset(KINDS),
        "side": frozenset(SIDES),
        "family": frozenset(FAMILIES),
        "technology": frozenset(kinds["technology"]),
        "mode": frozenset(kinds["mode"]),
        "stage": frozenset(kinds["stage"]) | frozenset(STAGES),
        "country": country_codes(),
        "framework": frozenset(frameworks()),
        "size": frozenset(SIZES),
        "published": frozenset(DATES),
        "language": frozenset(tag for tag in map(str, Locale("en").languages) if tag.isalpha() and len(tag) <= 3),
    }

"""What matching reads of the platform as plain values, and the numbers that stand for words, names and languages."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from apps.matching.layout import CONCEPTS
from apps.matching.regions import REGION_OF

EPOCH = date(1970, 1, 1)
# A battery container is an electrochemical store seen as a system: neither may exclude the other.
_ONE_FAMILY = {"storage-systems": "electrochemical-storage"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def family_of(root: str) -> str:
    """The family of technologies of a top concept."""
    return _ONE_FAMILY.get(root, root)


@dataclass(frozen=True)
class Vocabulary:
    """The numbers that stand for concepts, countries and frameworks, and how alike two concepts are."""

    concepts: Sequence[str]
    roots: Mapping[str, Sequence[str]]  # top concepts above each technology; none for an application
    similarity: npt.NDArray[np.uint8]  # in SCALE-ths, by place in `concepts`
    modes: Sequence[str]
    stages: Sequence[str]
    countries: Sequence[str]
    languages: Sequence[str]  # two-letter ones, each a bit
    frameworks: Mapping[str, frozenset[str]]  # their members today
    rates: Mapping[str, float] = field(default_factory=dict)  # units for one euro
    today: date = EPOCH
    newest_year: int = 2100  # references are as old as they are behind it
    thesaurus: str = ""  # the state of the thesaurus by whose labels texts are read

    @cached_property
    def concept(self) -> dict[str, int]:
        return {key: place for place, key in enumerate(self.concepts)}

    @cached_property
    def country(self) -> dict[str, int]:
        return {code: place for place, code in enumerate(self.countries, start=1)}

    @cached_property
    def language(self) -> dict[str, int]:
        return {code: place for place, code in enumerate(self.languages)}

    @cached_property
    def family(self) -> dict[str, int]:
        names = sorted({family_of(root) for roots in self.roots.values() for root in roots})
        bit = {name: 1 << min(place, 31) for place, name in enumerate(names)}
        return {key: sum({bit[family_of(root)] for root in roots}) for key, roots in self.roots.items()}

    @cached_property
    def alike(self) -> npt.NDArray[np.uint8]:
        """The similarities, padded to the tracks' width."""
        table = np.zeros((CONCEPTS, CONCEPTS), np.uint8)
        size = len(self.concepts)
        table[:size, :size] = self.similarity
        return table

    @cached_property
    def region_members(self) -> npt.NDArray[np.uint8]:
        """The region of each country's number."""
        found = np.zeros(256, np.uint8)
        for code, number in self.country.items():
            found[number] = REGION_OF.get(code, 0)
        return found


@dataclass(frozen=True)
class Texts:
    """How texts are read: lexemes of a language, and concepts with weights in any."""

    words: Callable[[str, str], Sequence[str]]
    tags: Callable[[str, str], Mapping[str, float]]


@dataclass(frozen=True)
class Profile:
    """What matching reads of an enterprise."""

    id: int
    external_id: str
    country: str
    languages: Sequence[str] = ()
    language: str = ""
    technologies: Sequence[str] = ()
    stages: Sequence[str] = ()
    summary: str = ""
    references: Sequence[Mapping[str, Any]] = ()
    claims: Sequence[Mapping[str, Any]] = ()
    capacities: Sequence[Mapping[str, Any]] = ()
    group: str = ""  # the external id, or the name, of the enterprise that controls this one in the end
    kinds: Sequence[str] = ()
    # Whom it keeps from all of its listings.
    excluded_countries: Sequence[str] = ()
    excluded_enterprises: Sequence[str] = ()
    excluded_kinds: Sequence[str] = ()
    excludes_competitors: bool = False


@dataclass(frozen=True)
class Listing:
    """What matching reads of an opportunity; `values` are those of the record, `site` its project's country."""

    id: int
    profile: Profile
    values: Mapping[str, Any]
    site: str = ""


Weighted = dict[int, float]


@dataclass(frozen=True)
class Packed:
    """A listing as it is stored: its row, terms with their frequencies, and whom it excludes; an enterprise's track record."""

    row: npt.NDArray[np.void]
    words: Weighted
    concepts: Weighted
    vetoes: Sequence[int] = ()
    track: npt.NDArray[np.void] | None = None
    track_words: Weighted = field(default_factory=dict)


def opportunity_key(number: int) -> int:
    return 2 * number


def enterprise_key(number: int) -> int:
    return 2 * number + 1


def term(text: str) -> int:
    """A word's number: 32 bits, the same on every machine."""
    return zlib.crc32(text.encode()) or 1


def name_hash(external_id: str) -> int:
    """What stands for an enterprise in exclusions; 0 for none."""
    return int.from_bytes(blake2b(external_id.encode(), digest_size=8).digest(), "little") if external_id else 0


def language_code(tag: str) -> int:
    """A primary subtag as a number."""
    code = 0
    for letter in tag.partition("-")[0].lower()[:3]:
        code = code * 27 + _LETTERS.find(letter) + 1
    return code


def euro(amount: Any, currency: str, vocabulary: Vocabulary) -> float | None:
    rate = vocabulary.rates.get(currency)
    return None if amount is None or not rate else float(amount) / rate


def value(item: Mapping[str, Any], vocabulary: Vocabulary) -> float | None:
    return euro(item.get("value"), item.get("currency", ""), vocabulary)

"""From a listing's values to its packed row: pure, the same for the platform's rows, for evaluation and for benchmarks."""

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import blake2b
from math import log1p, log2
from typing import Any

import numpy as np
import numpy.typing as npt

from apps.matching.criteria import SCALE
from apps.matching.layout import (
    CONCEPTS, DATES_KNOWN, HAS_VETOES, HELD, MODE_BITS, MODE_SHIFT, NO_BOUND, PLACES, REGIONS, REQUIRED, SIZES, ROOT_BITS, ROW, TECHNOLOGIES,
    TRACK, WISHES,
)  # fmt: skip
from apps.matching.regions import REGION_OF

FAR = 2_000_000  # days: an open end
MANY = 64  # as many references as count in full
FIRST = 1.0  # the smaller, the more the first reference counts against the next
TITLE_COUNTS = 10  # a word of the title counts as often as ten of the summary
FOUND = 3  # technologies taken from a text where none are stated
HALF_LIFE = 4.0  # years after which a reference counts half
TERM_LIMIT, TRACK_TERM_LIMIT = 400, 4000
EVIDENCE = ("certificate", "test_report")
_EPOCH = date(1970, 1, 1)
# A battery container is an electrochemical store seen as a system: neither may exclude the other.
_ONE_FAMILY = {"storage-systems": "electrochemical-storage"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


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
    today: date = _EPOCH
    newest_year: int = 2100  # references are as old as they are behind it

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
        names = sorted({_ONE_FAMILY.get(root, root) for roots in self.roots.values() for root in roots})
        bit = {name: 1 << min(place, 31) for place, name in enumerate(names)}
        return {key: sum({bit[_ONE_FAMILY.get(root, root)] for root in roots}) for key, roots in self.roots.items()}

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


def standard(text: str) -> int:
    """A standard's number, whatever its spaces and hyphens."""
    return term("".join(letter for letter in text.upper() if letter.isalnum())) or 1


def pack_listing(listing: Listing, vocabulary: Vocabulary, texts: Texts) -> Packed:
    """The packed row of an offer or a request."""
    values, profile = listing.values, listing.profile
    text = "\n".join([values.get("title", "")] * TITLE_COUNTS + [values.get("summary", "")])
    language = values.get("language") or profile.language
    tags = texts.tags(text, language)
    stated = list(values.get("technologies") or ())
    row = _blank(opportunity_key(listing.id), profile, vocabulary)
    _set_technologies(row, stated, stated or _strongest(tags, vocabulary), vocabulary)
    _set_modes(row, values.get("modes") or (), values.get("stages") or (), vocabulary)
    _set_wishes(row, values, vocabulary)
    _set_places(row, [listing.site] if listing.site else values.get("target_countries") or [], vocabulary)
    row["site"] = vocabulary.country.get(listing.site, 0)
    for stem, unit in (("power", "power_mw"), ("energy", "energy_mwh")):
        row[stem] = _range(values.get(f"{unit}_min"), values.get(f"{unit}_max"))
    row["budget"] = _range(
        *(_euro(values.get(f"budget_{end}"), values.get("currency", ""), vocabulary) for end in ("min", "max"))
    )
    row["size"] = _size(row["budget"])
    _set_dates(row, values.get("available_from"), values.get("available_to"))
    row["trl"] = _readiness(values.get("trl_min"), values.get("trl_max"))
    row["languages"] = _languages([*(values.get("languages") or profile.languages), language], vocabulary)
    row["language"] = language_code(language)
    row["required"] = _standards(values.get("certifications_required") or (), REQUIRED)
    row["held"] = _standards([*(values.get("certifications_held") or ()), *_evidence(profile, vocabulary.today)], HELD)
    vetoes = sorted({name_hash(name) for name in values.get("excluded_enterprises") or ()})
    row["veto_bloom"] = _bits((number % 64 for number in vetoes), 1)[0]
    row["marks"] |= HAS_VETOES * bool(vetoes)
    return Packed(row, _frequencies(texts.words(text, language)), _ancestry(tags, vocabulary), vetoes)


def pack_enterprise(profile: Profile, vocabulary: Vocabulary, texts: Texts) -> Packed:
    """The packed row under which an enterprise stands as an offer, with its track record."""
    tags = texts.tags(profile.summary, profile.language)
    done = Counter(key for item in profile.references for key in reference_concepts(item, texts, profile.language))
    done.update(item["technology"] for item in profile.capacities)
    technologies = list(dict.fromkeys([*profile.technologies, *(key for key, _ in done.most_common())]))
    row = _blank(enterprise_key(profile.id), profile, vocabulary)
    _set_technologies(row, profile.technologies, technologies or _strongest(tags, vocabulary), vocabulary)
    _set_modes(row, (), profile.stages, vocabulary)
    _set_places(row, [], vocabulary)
    for stem, name in (("power", "power_mw"), ("energy", "energy_mwh")):
        row[stem] = _span([item[name] for item in profile.references if item.get(name)])
    row["budget"] = _span([value for item in profile.references if (value := _value(item, vocabulary))])
    row["languages"] = _languages([*profile.languages, profile.language], vocabulary)
    row["language"] = language_code(profile.language)
    row["held"] = _standards(_evidence(profile, vocabulary.today), HELD)
    track, track_words = _track(profile, vocabulary, texts) if profile.references else (None, {})
    words = _frequencies(texts.words(profile.summary, profile.language))
    return Packed(row, words, _ancestry(tags, vocabulary), (), track, track_words)


def reference_concepts(item: Mapping[str, Any], texts: Texts, language: str) -> list[str]:
    """The technologies of a reference: stated, or found in its title."""
    return list(item.get("technologies") or texts.tags(item["title"], language))


def _blank(key: int, profile: Profile, vocabulary: Vocabulary) -> npt.NDArray[np.void]:
    row = np.zeros((), ROW)
    row["key"], row["enterprise"], row["track"] = key, profile.id, -1
    row["name_hash"] = name_hash(profile.external_id)
    row["country"] = vocabulary.country.get(profile.country, 0)
    row["region"] = REGION_OF.get(profile.country, 0)
    row["frameworks"] = sum(
        1 << place for place, code in enumerate(vocabulary.frameworks) if profile.country in vocabulary.frameworks[code]
    )
    row["present"] = _countries((item.get("country", "") for item in profile.references), vocabulary)
    row["power"] = row["energy"] = row["budget"] = (NO_BOUND, NO_BOUND)
    return row


def _set_technologies(
    row: npt.NDArray[np.void], stated: Sequence[str], all_known: Sequence[str], vocabulary: Vocabulary
) -> None:
    """Only families of technologies that were stated can exclude; one found in a text or a reference scores, no more."""
    known = [vocabulary.concept[key] + 1 for key in all_known if key in vocabulary.concept]
    row["technologies"] = _fixed(known, TECHNOLOGIES)
    families = 0
    for key in stated:
        families |= vocabulary.family.get(key, 0)
    row["bits"] = np.uint64(families) if families else ROOT_BITS


def _set_modes(row: npt.NDArray[np.void], modes: Sequence[str], stages: Sequence[str], vocabulary: Vocabulary) -> None:
    row["modes"] = sum(1 << vocabulary.modes.index(key) for key in set(modes) if key in vocabulary.modes)
    row["stages"] = sum(1 << vocabulary.stages.index(key) for key in set(stages) if key in vocabulary.stages)
    row["bits"] |= np.uint64(row["modes"]) << MODE_SHIFT if row["modes"] else MODE_BITS


def _set_wishes(row: npt.NDArray[np.void], values: Mapping[str, Any], vocabulary: Vocabulary) -> None:
    wished = [code for code in values.get("target_countries") or () if code in vocabulary.country]
    row["wished"] = _countries(wished, vocabulary)
    row["marks"] |= WISHES * bool(wished)
    row["wished_regions"] = _bits((REGION_OF.get(code, 0) for code in wished), 1)[0]
    row["excluded"] = _countries(values.get("excluded_countries") or (), vocabulary)
    wanted = values.get("target_frameworks") or ()
    row["frameworks_wished"] = sum(1 << place for place, code in enumerate(vocabulary.frameworks) if code in wanted)


def _set_places(row: npt.NDArray[np.void], codes: Sequence[str], vocabulary: Vocabulary) -> None:
    """Where the work is: the project's site, the countries wished for, or the enterprise's own."""
    known = [vocabulary.country[code] for code in codes if code in vocabulary.country]
    row["places"] = _fixed(known or [int(row["country"])], PLACES)
    row["work_region"] = vocabulary.region_members[row["places"][0]]


def _set_dates(row: npt.NDArray[np.void], begin: date | None, end: date | None) -> None:
    row["dates"] = ((begin - _EPOCH).days if begin else -FAR, (end - _EPOCH).days if end else FAR)
    row["marks"] |= DATES_KNOWN * bool(begin or end)


def _fixed(numbers: Sequence[int], size: int) -> list[int]:
    return [*numbers[:size], *[0] * (size - len(numbers))]


def _bits(places: Iterable[int], words: int) -> list[int]:
    found = 0
    for place in places:
        found |= 1 << place
    return [(found >> (64 * word)) & (2**64 - 1) for word in range(words)]


def _countries(codes: Iterable[str], vocabulary: Vocabulary) -> list[int]:
    return _bits((vocabulary.country[code] for code in codes if code in vocabulary.country), 4)


def _languages(tags: Iterable[str], vocabulary: Vocabulary) -> list[int]:
    primary = (tag.partition("-")[0].lower() for tag in tags)
    return _bits((vocabulary.language[tag] for tag in primary if tag in vocabulary.language), 3)


def _standards(names: Iterable[str], size: int) -> list[int]:
    return _fixed(list(dict.fromkeys(standard(name) for name in names)), size)


def _evidence(profile: Profile, today: date) -> list[str]:
    """Standards of the enterprise's claims that are in force and more than a declaration."""
    return [
        claim["standard"]
        for claim in profile.claims
        if claim.get("kind") in EVIDENCE and not (claim.get("expires") and claim["expires"] < today)
    ]


def _range(low: Any, high: Any) -> tuple[float, float]:
    if low is None and high is None:
        return float(NO_BOUND), float(NO_BOUND)
    return float(low or 0), float("inf") if high is None else float(high)


def _span(numbers: Sequence[float]) -> tuple[float, float]:
    return (min(numbers), max(numbers)) if numbers else (float(NO_BOUND), float(NO_BOUND))


def _readiness(low: int | None, high: int | None) -> tuple[int, int]:
    return (0, 0) if low is None and high is None else (low or 1, high or 9)


def _euro(amount: Any, currency: str, vocabulary: Vocabulary) -> float | None:
    rate = vocabulary.rates.get(currency)
    return None if amount is None or not rate else float(amount) / rate


def _value(item: Mapping[str, Any], vocabulary: Vocabulary) -> float | None:
    return _euro(item.get("value"), item.get("currency", ""), vocabulary)


def _strongest(tags: Mapping[str, float], vocabulary: Vocabulary) -> list[str]:
    """The technologies that a text speaks of most, where none are stated."""
    found = [(-weight, key) for key, weight in tags.items() if vocabulary.roots.get(key)]
    return [key for _, key in sorted(found)[:FOUND]]


def _ancestry(tags: Mapping[str, float], vocabulary: Vocabulary) -> Weighted:
    return {vocabulary.concept[key]: float(weight) for key, weight in tags.items() if key in vocabulary.concept}


def _frequencies(words: Sequence[str], limit: int = TERM_LIMIT) -> Weighted:
    """How often each word is used, by its logarithm."""
    counts = Counter(term(word) for word in words)
    return {number: 1 + float(np.log(count)) for number, count in counts.most_common(limit)}


def _level(count: float) -> int:
    """How much a number of references counts for: its logarithm, in full from MANY on."""
    return round(SCALE * min(1.0, log1p(count / FIRST) / log1p(MANY / FIRST)))


def _age(item: Mapping[str, Any], vocabulary: Vocabulary) -> float:
    """What is left of a reference's weight; one without a year is taken as half."""
    return float(0.5 ** (max(0, vocabulary.newest_year - item["year"]) / HALF_LIFE)) if item.get("year") else 0.5


def size_bin(euro: float) -> int:
    """The half doubling nearest to an amount: what is compared where sizes are compared."""
    return min(max(round(2 * log2(max(euro, 1.0))), 0), SIZES - 1)


def _size(budget: npt.NDArray[np.float32]) -> int:
    low, high = (float(end) for end in budget)
    size = low if high == float("inf") else high
    return size_bin(size) + 1 if size > 0 else 0


def _track(profile: Profile, vocabulary: Vocabulary, texts: Texts) -> tuple[npt.NDArray[np.void], Weighted]:
    track = np.zeros((), TRACK)
    track["enterprise"], track["language"] = profile.id, language_code(profile.language)
    track["references"] = len(profile.references)
    track["activity"] = _activity(profile, vocabulary)
    track["presence"] = _presence(profile, vocabulary)
    track["experience"] = _experience(profile, vocabulary, texts)
    sizes = np.log2([max(value, 1.0) for item in profile.references if (value := _value(item, vocabulary))])
    track["sizes_known"] = bool(sizes.size)
    if sizes.size:
        likeness = 2.0 ** -np.abs(sizes - np.arange(SIZES)[:, None] / 2)
        track["scale"] = np.rint(SCALE * likeness.mean(axis=1))
    titles = (set(texts.words(item["title"], profile.language)) for item in profile.references)
    counts = Counter(term(word) for words in titles for word in words)
    return track, {number: float(count) for number, count in counts.most_common(TRACK_TERM_LIMIT)}


def _activity(profile: Profile, vocabulary: Vocabulary) -> int:
    """How many references there are, older ones counting less (three quarters), and how recent the last one is (a quarter)."""
    years = [item["year"] for item in profile.references if item.get("year")]
    recency = 0.5 ** (max(0, vocabulary.newest_year - max(years)) / (HALF_LIFE / 2)) if years else 0.0
    return round((3 * _level(sum(_age(item, vocabulary) for item in profile.references)) + SCALE * recency) / 4)


def _presence(profile: Profile, vocabulary: Vocabulary) -> list[int]:
    """How much was done in each country: four fifths for the country, one for its region."""
    countries = Counter(vocabulary.country.get(item.get("country", ""), 0) for item in profile.references)
    del countries[0]
    of = vocabulary.region_members
    regions: Counter[int] = Counter()
    for number, count in countries.items():
        regions[int(of[number])] += count
    near = [_level(regions[region]) if region else 0 for region in range(16)]
    levels = [near[of[number]] / 5 for number in range(256)]
    for number, count in countries.items():
        levels[number] += _level(count) * 4 / 5
    return [round(level) for level in levels]


def _experience(profile: Profile, vocabulary: Vocabulary, texts: Texts) -> npt.NDArray[np.uint8]:
    """How much was done in each technology, likeness counted in part and age taken off: a third of it for what was done in a region."""
    alike = vocabulary.alike
    done = np.zeros((REGIONS, CONCEPTS))
    for item in profile.references:
        places = [
            vocabulary.concept[key]
            for key in reference_concepts(item, texts, profile.language)
            if key in vocabulary.concept
        ]
        if places:
            done[REGION_OF.get(item.get("country", ""), 0)] += (
                alike[:, places].max(axis=1) / SCALE * _age(item, vocabulary)
            )
    near, everywhere = _levels(done), _levels(done.sum(axis=0))
    near[0] = everywhere
    return np.asarray(np.rint((2 * everywhere + near) / 3 * SCALE), np.uint8)


def _levels(counts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(np.minimum(1.0, np.log1p(counts / FIRST) / log1p(MANY / FIRST)))

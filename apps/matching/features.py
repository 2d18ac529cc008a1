"""From a listing's values to its packed row: pure, the same for the platform's rows, for evaluation and for benchmarks."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from apps.enterprises.rules import KINDS
from apps.matching import track_record
from apps.matching.layout import (
    DATES_KNOWN,
    HAS_VETOES,
    HELD,
    MODE_BITS,
    MODE_SHIFT,
    NO_BOUND,
    NO_COMPETITORS,
    PLACES,
    REQUIRED,
    ROOT_BITS,
    ROW,
    TECHNOLOGIES,
    WISHES,
)
from apps.matching.listings import (
    EPOCH,
    Listing,
    Packed,
    Profile,
    Texts,
    Vocabulary,
    Weighted,
    enterprise_key,
    euro,
    language_code,
    name_hash,
    opportunity_key,
    term,
)
from apps.matching.regions import REGION_OF

FAR = 2_000_000  # days: an open end
TITLE_COUNTS = 10  # a word of the title counts as often as ten of the summary
FOUND = 3  # technologies taken from a text where none are stated
TERM_LIMIT = 400
EVIDENCE = ("certificate", "test_report")


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
        *(euro(values.get(f"budget_{end}"), values.get("currency", ""), vocabulary) for end in ("min", "max"))
    )
    row["size"] = _size(row["budget"])
    _set_dates(row, values.get("available_from"), values.get("available_to"))
    row["trl"] = _readiness(values.get("trl_min"), values.get("trl_max"))
    row["languages"] = _languages([*(values.get("languages") or profile.languages), language], vocabulary)
    row["language"] = language_code(language)
    row["required"] = _standards(values.get("certifications_required") or (), REQUIRED)
    row["held"] = _standards([*(values.get("certifications_held") or ()), *_evidence(profile, vocabulary.today)], HELD)
    vetoes = _set_vetoes(row, [*(values.get("excluded_enterprises") or ()), *profile.excluded_enterprises])
    return Packed(row, _frequencies(texts.words(text, language)), _ancestry(tags, vocabulary), vetoes)


def pack_enterprise(profile: Profile, vocabulary: Vocabulary, texts: Texts) -> Packed:
    """The packed row under which an enterprise stands as an offer, with its track record."""
    tags = texts.tags(profile.summary, profile.language)
    done = Counter(
        key for item in profile.references for key in track_record.reference_concepts(item, texts, profile.language)
    )
    done.update(item["technology"] for item in profile.capacities)
    technologies = list(dict.fromkeys([*profile.technologies, *(key for key, _ in done.most_common())]))
    row = _blank(enterprise_key(profile.id), profile, vocabulary)
    _set_technologies(row, profile.technologies, technologies or _strongest(tags, vocabulary), vocabulary)
    _set_modes(row, (), profile.stages, vocabulary)
    _set_places(row, [], vocabulary)
    for stem, name in (("power", "power_mw"), ("energy", "energy_mwh")):
        row[stem] = _span([item[name] for item in profile.references if item.get(name)])
    # What references were worth is compared as their scale: it is no price.
    row["languages"] = _languages([*profile.languages, profile.language], vocabulary)
    row["language"] = language_code(profile.language)
    row["held"] = _standards(_evidence(profile, vocabulary.today), HELD)
    vetoes = _set_vetoes(row, profile.excluded_enterprises)
    track, track_words = track_record.track(profile, vocabulary, texts) if profile.references else (None, {})
    words = _frequencies(texts.words(profile.summary, profile.language))
    return Packed(row, words, _ancestry(tags, vocabulary), vetoes, track, track_words)


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
    _set_bars(row, profile, vocabulary)
    return row


def _set_bars(row: npt.NDArray[np.void], profile: Profile, vocabulary: Vocabulary) -> None:
    """To which group the enterprise belongs, what it is, and whom it keeps from all of its listings."""
    row["group"] = name_hash(profile.group or profile.external_id)
    families = _families(profile.technologies, vocabulary)
    row["trade"] = np.uint64(families) | np.uint64(_stages(profile.stages, vocabulary)) << MODE_SHIFT
    row["barred"] = _countries(profile.excluded_countries, vocabulary)
    row["kinds"], row["barred_kinds"] = (
        _bits((KINDS.index(kind) for kind in kinds if kind in KINDS), 1)[0]
        for kinds in (profile.kinds, profile.excluded_kinds)
    )
    row["marks"] |= NO_COMPETITORS * profile.excludes_competitors


def _set_vetoes(row: npt.NDArray[np.void], names: Iterable[str]) -> list[int]:
    vetoes = sorted({name_hash(name) for name in names})
    row["veto_bloom"] = _bits((number % 64 for number in vetoes), 1)[0]
    row["marks"] |= HAS_VETOES * bool(vetoes)
    return vetoes


def _set_technologies(
    row: npt.NDArray[np.void], stated: Sequence[str], all_known: Sequence[str], vocabulary: Vocabulary
) -> None:
    """Only families of technologies that were stated can exclude; one found in a text or a reference scores, no more."""
    known = [vocabulary.concept[key] + 1 for key in all_known if key in vocabulary.concept]
    row["technologies"] = _fixed(known, TECHNOLOGIES)
    families = _families(stated, vocabulary)
    row["bits"] = np.uint64(families) if families else ROOT_BITS


def _families(keys: Iterable[str], vocabulary: Vocabulary) -> int:
    found = 0
    for key in keys:
        found |= vocabulary.family.get(key, 0)
    return found


def _stages(keys: Iterable[str], vocabulary: Vocabulary) -> int:
    return sum(1 << vocabulary.stages.index(key) for key in set(keys) if key in vocabulary.stages)


def _set_modes(row: npt.NDArray[np.void], modes: Sequence[str], stages: Sequence[str], vocabulary: Vocabulary) -> None:
    row["modes"] = sum(1 << vocabulary.modes.index(key) for key in set(modes) if key in vocabulary.modes)
    row["stages"] = _stages(stages, vocabulary)
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
    row["dates"] = ((begin - EPOCH).days if begin else -FAR, (end - EPOCH).days if end else FAR)
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


def _size(budget: npt.NDArray[np.float32]) -> int:
    low, high = (float(end) for end in budget)
    size = low if high == float("inf") else high
    return track_record.size_bin(size) + 1 if size > 0 else 0

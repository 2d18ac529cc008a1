"""What an enterprise's references say: how much was done in which technology and country, how recently, of what size."""

from collections import Counter
from collections.abc import Mapping
from math import log1p, log2
from typing import Any

import numpy as np
import numpy.typing as npt

from apps.matching.criteria import SCALE
from apps.matching.layout import CONCEPTS, REGIONS, SIZES, TRACK
from apps.matching.listings import Profile, Texts, Vocabulary, Weighted, language_code, term, value
from apps.matching.regions import REGION_OF

MANY = 64  # as many references as count in full
FIRST = 1.0  # the smaller, the more the first reference counts against the next
HALF_LIFE = 4.0  # years after which a reference counts half
TERM_LIMIT = 4000


def reference_concepts(item: Mapping[str, Any], texts: Texts, language: str) -> list[str]:
    """The technologies of a reference: stated, or found in its title."""
    return list(item.get("technologies") or texts.tags(item["title"], language))


def track(profile: Profile, vocabulary: Vocabulary, texts: Texts) -> tuple[npt.NDArray[np.void], Weighted]:
    """The track record of an enterprise with references, and in how many of their titles each word is."""
    found = np.zeros((), TRACK)
    found["enterprise"], found["language"] = profile.id, language_code(profile.language)
    found["references"] = len(profile.references)
    found["activity"] = _activity(profile, vocabulary)
    found["presence"] = _presence(profile, vocabulary)
    found["experience"] = _experience(profile, vocabulary, texts)
    sizes = np.log2([max(amount, 1.0) for item in profile.references if (amount := value(item, vocabulary))])
    found["sizes_known"] = bool(sizes.size)
    if sizes.size:
        likeness = 2.0 ** -np.abs(sizes - np.arange(SIZES)[:, None] / 2)
        found["scale"] = np.rint(SCALE * likeness.mean(axis=1))
    titles = (set(texts.words(item["title"], profile.language)) for item in profile.references)
    counts = Counter(term(word) for words in titles for word in words)
    return found, {number: float(count) for number, count in counts.most_common(TERM_LIMIT)}


def _level(count: float) -> int:
    """How much a number of references counts for: its logarithm, in full from MANY on."""
    return round(SCALE * min(1.0, log1p(count / FIRST) / log1p(MANY / FIRST)))


def _age(item: Mapping[str, Any], vocabulary: Vocabulary) -> float:
    """What is left of a reference's weight; one without a year is taken as half."""
    return float(0.5 ** (max(0, vocabulary.newest_year - item["year"]) / HALF_LIFE)) if item.get("year") else 0.5


def size_bin(euro: float) -> int:
    """The half doubling nearest to an amount: what is compared where sizes are compared."""
    return min(max(round(2 * log2(max(euro, 1.0))), 0), SIZES - 1)


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

"""The criteria of a match, their default weights, and what excludes a pair outright.

Each way of a match ("forward": how well the other side fits us, "backward": how well we fit them) has one score for each
criterion in [0, 1], kept as a whole number of SCALE or UNKNOWN. A missing value is neither a fit nor a misfit: the weights of
what is known are renormalised, and the confidence is the share of the weight that is known. A pair is excluded only when

- both are of one enterprise or of one group of companies, as ownership was declared;
- either excludes the other's country, enterprise, group or kind of organisation, or excludes competitors and the other is one;
- both state technologies (stated, not read from a text or from references), and no family of the one's is one of the other's;
- both state cooperation modes, and none is shared.

Everything else, a size far too large or a certificate that lacks, lowers the score and says so. A missing value never excludes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SCALE = 250
UNKNOWN = 255
TOP = 20

# In this order scores lie in rows and kernels. The last ones ask for the offering enterprise's references.
CRITERIA = (
    "technology",
    "mode",
    "stage",
    "country",
    "framework",
    "power",
    "energy",
    "budget",
    "dates",
    "certificates",
    "languages",
    "maturity",
    "text",
    "experience",
    "presence",
    "activity",
    "scale",
    "precedent",
)
INDEX = {name: place for place, name in enumerate(CRITERIA)}
COUNT = len(CRITERIA)
TRACK_RECORD = ("experience", "presence", "activity", "scale", "precedent")

# Weights are whole numbers, so that scores are exact fractions and every kernel agrees to the bit. Those of technology, country,
# budget, languages, texts and the track record were chosen on rolling years of real deals (tests/matching/deals.py).
DEFAULT_WEIGHTS: Mapping[str, int] = {
    "technology": 14,
    "mode": 20,
    "stage": 16,
    "country": 4,
    "framework": 8,
    "power": 16,
    "energy": 16,
    "budget": 16,
    "dates": 10,
    "certificates": 24,
    "languages": 10,
    "maturity": 10,
    "text": 8,
    "experience": 90,
    "presence": 22,
    "activity": 24,
    "scale": 10,
    "precedent": 60,
    # How an offer judges a request where it is not as a request judges an offer: where one may sell outweighs how it is done.
    # Chosen on the tuning half of the judged pairs (tests/relevance/matching).
    "offer:country": 64,
    "offer:mode": 10,
    "offer:stage": 8,
}
# Everything that has a weight of its own: each criterion as a request judges an offer, and as an offer judges a request.
WEIGHED = (*CRITERIA, *(f"offer:{name}" for name in CRITERIA if name not in TRACK_RECORD))
MOST_WEIGHT = 255  # the kernel adds up SCALE times each weight in 32 bits


def seen(weights: Mapping[str, int], *, offering: bool) -> dict[str, int]:
    """The weight of each criterion in the view of an offer or of a request; an offer knows no track record of the request's."""
    if not offering:
        return {name: weights[name] for name in CRITERIA}
    own = {name: weights.get(f"offer:{name}", weights[name]) for name in CRITERIA}
    return own | dict.fromkeys(TRACK_RECORD, 0)


def complete(weights: Mapping[str, int]) -> dict[str, int]:
    """These weights with nothing left to be understood: one for each of WEIGHED."""
    offering = seen(weights, offering=True)
    return {name: offering[name.removeprefix("offer:")] if ":" in name else weights[name] for name in WEIGHED}


@dataclass(frozen=True, slots=True)
class Way:
    """One way's score in [0, 1] (None where nothing is known) and the share of its weight that is known."""

    score: float | None
    known: int
    total: int


def way(scores: Sequence[int], weights: Mapping[str, int], *, offering: bool) -> Way:
    """The score of one way from its criteria's scores; `offering` where it is the offer that judges the request."""
    weights = seen(weights, offering=offering)
    total = sum(weights.values())
    known = [(weights[name], q) for name, q in zip(CRITERIA, scores, strict=True) if q != UNKNOWN]
    weight = sum(each for each, _ in known)
    return Way(sum(each * q for each, q in known) / (SCALE * weight) if weight else None, weight, total)


def joint(first: float | None, second: float | None) -> float:
    """The harmonic mean of the two ways; the other way's score where one is wholly unknown."""
    if first is None or second is None:
        return first if first is not None else second if second is not None else 0.0
    return 2 * first * second / (first + second) if first + second else 0.0


def contributions(
    scores: Sequence[int], weights: Mapping[str, int], *, offering: bool
) -> dict[str, tuple[float, float, float]]:
    """(score, share of the known weight, contribution) of each known criterion that counts; they add up to the way's score."""
    weights = seen(weights, offering=offering)
    known = {name: q for name, q in zip(CRITERIA, scores, strict=True) if q != UNKNOWN and weights[name]}
    weight = sum(weights[name] for name in known)
    return {
        name: (q / SCALE, weights[name] / weight, weights[name] * q / (SCALE * weight)) for name, q in known.items()
    }

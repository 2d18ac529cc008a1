"""How one pair is scored, criterion by criterion: small functions that the kernel's loops take in whole.

Where a criterion is seen from both sides, the request's view of the offer comes first. Fractions are 32-bit ones throughout, so
that the loops over many offers at once (`tiles`), the loop over single pairs (`kernel`) and the oracle agree to the bit.
"""

# ruff: noqa: ANN001, ANN201, SIM110
# mypy: disable-error-code="no-untyped-def, assignment, operator"
# Numba finds the types of these functions where they are used; arguments stay apart, since bundling arrays would count references.

import numba
import numpy as np

from apps.matching.criteria import INDEX, SCALE, TRACK_RECORD
from apps.matching.layout import (
    HAS_VETOES,
    HELD,
    MODE_BITS,
    NO_COMPETITORS,
    PLACES,
    REQUIRED,
    ROOT_BITS,
    TECHNOLOGIES,
)

TECHNOLOGY, MODE, STAGE, COUNTRY, FRAMEWORK = (
    INDEX[name] for name in ("technology", "mode", "stage", "country", "framework")
)
POWER, ENERGY, BUDGET, DATES = (INDEX[name] for name in ("power", "energy", "budget", "dates"))
CERTIFICATES, LANGUAGES, MATURITY, TEXT = (INDEX[name] for name in ("certificates", "languages", "maturity", "text"))
EXPERIENCE, PRESENCE, ACTIVITY, BY_SIZE, PRECEDENT = (INDEX[name] for name in TRACK_RECORD)
# A wished country is met in full by an enterprise of it, in part by one that worked there or comes from its region.
WORKED_THERE, SAME_REGION = 175, 75
HALF_DATES = 180  # days between two periods that leave half
TRL_STEP = 60
TINY = np.float32(1e-6)  # so that nothing compared with nothing is the same
HALF, ONE, FULL = np.float32(0.5), np.float32(1), np.float32(SCALE)

# Inlined and without counting references, which would cost more than the scores: none of these makes or keeps an array.
inlined = numba.njit(nogil=True, error_model="numpy", forceinline=True, _nrt=False)  # type: ignore[call-overload]


# None of these branch: a processor guesses wrong half of the time on values as different as those of listings, and loops without
# branches are computed for several offers at once.
@inlined
def meets(bits, other):
    """Whether two listings share a family and a mode."""
    shared = bits & other
    return ((shared & ROOT_BITS) != 0) & ((shared & MODE_BITS) != 0)


@inlined
def share(met, wanted):
    """met / wanted as the nearest whole number."""
    return np.int32(np.float32(met) * (ONE / np.float32(wanted)) + HALF)


@inlined
def ratio(low, other_low, high, other_high):
    """The ratio of the nearest ends of two ranges, in SCALE-ths; SCALE where they meet."""
    return np.int32(FULL * min(ONE, (min(high, other_high) + TINY) / (max(low, other_low) + TINY)) + HALF)


@inlined
def bits_set(number):
    """How many of 16 bits are set."""
    number = np.int32(number)
    number -= (number >> 1) & 0x5555
    number = (number & 0x3333) + ((number >> 2) & 0x3333)
    number = (number + (number >> 4)) & 0x0F0F
    return (number + (number >> 8)) & 31


@inlined
def nearness(begin, other_begin, end, other_end):
    """How near two periods of days are."""
    gap = max(np.int32(0), begin - other_end, other_begin - end)
    return np.int32(np.float32(SCALE * HALF_DATES) / np.float32(HALF_DATES + gap) + HALF)


@inlined
def readiness(low, other_low, high, other_high):
    """How near two spans of readiness levels are."""
    gap = max(np.int32(0), low - other_high, other_low - high)
    return max(np.int32(0), SCALE - TRL_STEP * gap)


@inlined
def cosine(total, inverse, other_inverse):
    """The likeness of two lists of weighted terms from the sum over what they share and one over each one's length as a vector."""
    return min(ONE, total * (inverse * other_inverse))


@inlined
def has(numbers, number):
    """Whether a number is in a set of 256 bits; number 0 is in none."""
    return np.int64((numbers[number >> 6] >> np.uint64(number & 63)) & np.uint64(1)) & (number > 0)


@inlined
def wish(us, them):
    """How well the other's country meets our wishes; a project's site counts as its country."""
    worked = (
        (us.wished[0] & them.present[0]) | (us.wished[1] & them.present[1])
        | (us.wished[2] & them.present[2]) | (us.wished[3] & them.present[3])
    )  # fmt: skip
    near = SAME_REGION * ((np.int64(us.wished_regions) >> them.region) & 1) * (them.region > 0)
    partly = WORKED_THERE if worked else near
    return SCALE if has(us.wished, them.country) | has(us.wished, them.site) else partly


@inlined
def certificates(us, them):
    """How much of the standards that we require they hold."""
    wanted = met = 0
    for place in range(REQUIRED):
        standard = us.required[place]
        if standard == 0:
            break
        wanted += 1
        held = 0
        for other in range(HELD):
            held |= them.held[other] == standard
        met += held
    return share(SCALE * met, wanted)


@inlined
def technologies(request, offer, alike):
    """A request wants all of its technologies covered; an offer is content when one of its own is wanted."""
    total = best = count = 0
    for place in range(TECHNOLOGIES):
        asked = request.technologies[place]
        if asked == 0:
            break
        count += 1
        covered = 0
        for other in range(TECHNOLOGIES):
            offered = offer.technologies[other]
            if offered == 0:
                break
            covered = max(covered, np.int64(alike[asked - 1, offered - 1]))
        total += covered
        best = max(best, covered)
    return share(total, count), best


@inlined
def shared(asked, offered):
    """Modes and stages: again the request wants all of them, the offer one."""
    met = bits_set(asked & offered)
    return share(SCALE * met, bits_set(asked)), SCALE * (met > 0)


@inlined
def languages(a, b):
    """Whether the two have a language in common."""
    common = (a.languages[0] & b.languages[0]) | (a.languages[1] & b.languages[1]) | (a.languages[2] & b.languages[2])
    return SCALE if common else 0


@inlined
def experience(request, track):
    """What an enterprise did in the technologies asked for, in the region of the work."""
    total = count = 0
    for place in range(TECHNOLOGIES):
        if request.technologies[place] == 0:
            break
        total += track.experience[request.work_region, request.technologies[place] - 1]
        count += 1
    return share(total, count)


@inlined
def presence(request, track):
    """What an enterprise did in the countries of the work."""
    near = 0
    for place in range(PLACES):
        if request.places[place] == 0:
            break
        near = max(near, np.int64(track.presence[request.places[place]]))
    return near


@inlined
def in_common(part, terms, weights, other_part, other_terms, other_weights):
    """The sum, over the terms that two sorted lists share, of the product of their weights."""
    total, low = np.float32(0), np.int64(other_part[0])
    for at in range(np.int64(part[0]), np.int64(part[1])):
        term, high = terms[at], np.int64(other_part[1])
        while low < high:
            middle = (low + high) >> 1
            if other_terms[middle] < term:
                low = middle + 1
            else:
                high = middle
        if low < other_part[1] and other_terms[low] == term:
            total += weights[at] * other_weights[low]
    return total


@inlined
def text(request, terms, weights, offer, o_terms, o_weights):
    """Concepts are compared in any language, words within one (by the square root: short texts share few)."""
    total, parts = np.float32(0), 0
    if request.concept_norm > 0 and offer.concept_norm > 0:
        common = in_common(request.concepts, terms, weights, offer.concepts, o_terms, o_weights)
        total += cosine(common, ONE / request.concept_norm, ONE / offer.concept_norm)
        parts += 1
    if request.language == offer.language and request.word_norm > 0 and offer.word_norm > 0:
        common = in_common(request.words, terms, weights, offer.words, o_terms, o_weights)
        total += np.sqrt(cosine(common, ONE / request.word_norm, ONE / offer.word_norm))
        parts += 1
    return np.int32(FULL * total / np.float32(parts) + HALF)


@inlined
def precedent(request, terms, weights, track, o_terms, o_weights):
    """How alike the request's words and those of an enterprise's references are."""
    common = in_common(request.words, terms, weights, track.words, o_terms, o_weights)
    return np.int32(FULL * np.sqrt(cosine(common, ONE / request.word_norm, ONE / track.word_norm)) + HALF)


@inlined
def known(request, offer, tracks):
    """What is known of a pair, a bit for each criterion, in the request's view and in the offer's."""
    ours, theirs = request.asks & offer.gives, offer.asks & request.gives
    words = request.language == offer.language and request.word_norm > 0 and offer.word_norm > 0
    if words or (request.concept_norm > 0 and offer.concept_norm > 0):
        ours |= np.uint32(1 << TEXT)
        theirs |= np.uint32(1 << TEXT)
    if offer.track >= 0 and request.word_norm > 0:
        track = tracks[offer.track]
        if request.language == track.language and track.word_norm > 0:
            ours |= np.uint32(1 << PRECEDENT)
    return np.int64(ours), np.int64(theirs)


@inlined
def joint(a, a_known, b, b_known):
    """The joint score, the harmonic mean in whole numbers until the last division; 0 where nothing is known or nothing fits."""
    above, below = fraction(a, a_known, b, b_known)
    return above / below if below > 0 else 0.0


@inlined
def fraction(a, a_known, b, b_known):
    """The joint score as numerator and denominator, so that it can be compared without a division."""
    a, a_known, b, b_known = np.float64(a), np.float64(a_known), np.float64(b), np.float64(b_known)
    above = a if b_known == 0 else (b if a_known == 0 else 2.0 * a * b)
    below = a_known if b_known == 0 else (b_known if a_known == 0 else a * b_known + b * a_known)
    return above, SCALE * below


@inlined
def named(terms, part, name):
    """Whether a listing excludes the enterprise of this hash, whose halves lie one after the other."""
    low, high = np.uint32(name & np.uint64(0xFFFFFFFF)), np.uint32(name >> np.uint64(32))
    for at in range(part[0], part[1], 2):
        if terms[at] == low and terms[at + 1] == high:
            return True
    return False


@inlined
def vetoed(us, them, terms):
    """Whether we name the other's enterprise, or the one that controls it, as excluded; the bloom spares most look-ups."""
    return us.marks & HAS_VETOES and (
        ((us.veto_bloom >> (them.name_hash & np.uint64(63))) & np.uint64(1) and named(terms, us.vetoes, them.name_hash))
        or ((us.veto_bloom >> (them.group & np.uint64(63))) & np.uint64(1) and named(terms, us.vetoes, them.group))
    )


@inlined
def barred(us, them):
    """Whether we keep away from the other's country or site, from its kind of organisation, or from it as a competitor."""
    return (
        has(us.barred, them.country)
        or has(us.barred, them.site)
        or (us.barred_kinds & them.kinds) != 0
        or ((us.marks & NO_COMPETITORS) != 0 and meets(us.trade, them.trade))
    )


@inlined
def apart(request, offer, r_terms, o_terms):
    """Whether the enterprises or countries may not meet; families and modes are looked at before."""
    return (
        request.enterprise == offer.enterprise
        or has(request.excluded, offer.country)
        or has(offer.excluded, request.country)
        or has(offer.excluded, request.site)
        or (request.group == offer.group and request.group != 0)
        or barred(request, offer)
        or barred(offer, request)
        or vetoed(request, offer, r_terms)
        or vetoed(offer, request, o_terms)
    )

"""How one pair is scored, criterion by criterion: small functions that the kernel's loops take in whole.

A request's view of an offer comes first, the offer's view of the request second; `out` keeps each criterion's score in either.
"""

# ruff: noqa: ANN001, ANN201, PLR0913, PLR0917, SIM103, SIM110
# mypy: disable-error-code="no-untyped-def, assignment, operator"
# Numba finds the types of these functions where they are used; arguments stay apart, since bundling arrays would count references.

import numba
import numpy as np

from apps.matching.criteria import INDEX, SCALE, TRACK_RECORD
from apps.matching.layout import CONCEPTS, HAS_VETOES, HELD, PLACES, REQUIRED, TECHNOLOGIES

TECHNOLOGY, MODE, STAGE, COUNTRY, FRAMEWORK = (
    INDEX[name] for name in ("technology", "mode", "stage", "country", "framework")
)
POWER, ENERGY, BUDGET, DATES = (INDEX[name] for name in ("power", "energy", "budget", "dates"))
CERTIFICATES, LANGUAGES, MATURITY, TEXT = (INDEX[name] for name in ("certificates", "languages", "maturity", "text"))
EXPERIENCE, PRESENCE, ACTIVITY, BY_SIZE, PRECEDENT = (INDEX[name] for name in TRACK_RECORD)
# A wished country is met in full by an enterprise of it, in part by one that worked there or comes from its region.
WORKED_THERE, SAME_REGION = 175, 75
HALF_DATES = 180.0  # days between two periods that leave half
TRL_STEP = 60
SLOTS = 2048  # more than twice as many as a listing has words
SLOT_MASK, CONCEPT_MASK, FREE = SLOTS - 1, CONCEPTS - 1, 0
LATER = sum(1 << criterion for criterion in (COUNTRY, FRAMEWORK, DATES, MATURITY, TEXT, PRECEDENT))
TINY = 1e-6  # so that nothing compared with nothing is the same
MARGIN = 1e-9  # wider than any rounding of a score

# Inlined, so that the compiler sees that no array needs counting on the way in and out.
_inlined = numba.njit(nogil=True, error_model="numpy", forceinline=True)


# Few of these branch: on values as different as those of listings the processor would guess wrong half of the time.
@_inlined
def ratio(a, b):
    """The ratio of the nearest ends of two ranges, in SCALE-ths; SCALE where they meet."""
    low, high = max(np.float64(a[0]), np.float64(b[0])), min(np.float64(a[1]), np.float64(b[1]))
    return int(SCALE * min(1.0, (high + TINY) / (low + TINY)) + 0.5)


@_inlined
def bits_set(number):
    """How many of 16 bits are set."""
    number = np.int64(number)
    number -= (number >> 1) & 0x5555
    number = (number & 0x3333) + ((number >> 2) & 0x3333)
    number = (number + (number >> 4)) & 0x0F0F
    return (number + (number >> 8)) & 31


@_inlined
def share(met, wanted):
    """met / wanted as a whole number, halves upward."""
    return int(np.float64(met) / np.float64(wanted) + 0.5)


@_inlined
def has(numbers, number):
    """Whether a number is in a set of 256 bits; number 0 is in none."""
    return np.int64((numbers[number >> 6] >> np.uint64(number & 63)) & np.uint64(1)) & (number > 0)


@_inlined
def wish(us, them):
    """How well the other's country meets our wishes; a project's site counts as its country."""
    worked = (
        (us.wished[0] & them.present[0]) | (us.wished[1] & them.present[1])
        | (us.wished[2] & them.present[2]) | (us.wished[3] & them.present[3])
    )  # fmt: skip
    near = SAME_REGION * ((np.int64(us.wished_regions) >> them.region) & 1) * (them.region > 0)
    partly = WORKED_THERE if worked else near
    return SCALE if has(us.wished, them.country) | has(us.wished, them.site) else partly


@_inlined
def certificates(us, them):
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


@_inlined
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


@_inlined
def shared(asked, offered):
    """Modes and stages: again the request wants all of them, the offer one."""
    met = bits_set(asked & offered)
    return share(SCALE * met, bits_set(asked)), SCALE * (met > 0)


@_inlined
def languages(a, b):
    shared = (a.languages[0] & b.languages[0]) | (a.languages[1] & b.languages[1]) | (a.languages[2] & b.languages[2])
    return SCALE if shared else 0


@_inlined
def dates(a, b):
    gap = max(a.dates[0] - b.dates[1], b.dates[0] - a.dates[1])
    return int(SCALE * HALF_DATES / (HALF_DATES + np.float64(max(gap, 0))) + 0.5)


@_inlined
def maturity(a, b):
    gap = max(np.int64(a.trl[0]) - np.int64(b.trl[1]), np.int64(b.trl[0]) - np.int64(a.trl[1]))
    return max(0, SCALE - TRL_STEP * max(0, gap))


@_inlined
def experience(request, track):
    total = count = 0
    for place in range(TECHNOLOGIES):
        if request.technologies[place] == 0:
            break
        total += track.experience[request.work_region, request.technologies[place] - 1]
        count += 1
    return share(total, count)


@_inlined
def presence(request, track):
    near = 0
    for place in range(PLACES):
        if request.places[place] == 0:
            break
        near = max(near, np.int64(track.presence[request.places[place]]))
    return near


@_inlined
def known(request, offer, tracks):
    """What is known of a pair, a bit for each criterion, in the request's view and in the offer's."""
    known, back = request.asks & offer.gives, offer.asks & request.gives
    words = request.language == offer.language and request.word_norm > 0 and offer.word_norm > 0
    if words or (request.concept_norm > 0 and offer.concept_norm > 0):
        known |= np.uint32(1 << TEXT)
        back |= np.uint32(1 << TEXT)
    if offer.track >= 0 and request.word_norm > 0:
        track = tracks[offer.track]
        if request.language == track.language and track.word_norm > 0:
            known |= np.uint32(1 << PRECEDENT)
    return np.int64(known), np.int64(back)


@_inlined
def weight(sums, way, known):
    return sums[way, 0, known & 511] + sums[way, 1, known >> 9]


@_inlined
def one(a, out, weights, way, criterion, score):
    """Note a criterion's score in one way and add it up."""
    out[way, criterion] = score
    return a + weights[way, criterion] * score


@_inlined
def first(request, offer, tracks, known, weights, out):
    """The weighted scores of the track record and of modes."""
    a, b = np.int64(0), np.int64(0)
    if offer.track >= 0:
        track = tracks[offer.track]
        a = one(a, out, weights, 0, ACTIVITY, np.int64(track.activity))
        if known >> EXPERIENCE & 1:
            a = one(a, out, weights, 0, EXPERIENCE, experience(request, track))
        if known >> PRESENCE & 1:
            a = one(a, out, weights, 0, PRESENCE, presence(request, track))
        if known >> BY_SIZE & 1:
            a = one(a, out, weights, 0, BY_SIZE, np.int64(track.scale[request.size - 1]))
    if known >> MODE & 1:
        ours, theirs = shared(request.modes, offer.modes)
        a, b = one(a, out, weights, 0, MODE, ours), one(b, out, weights, 1, MODE, theirs)
    if known >> STAGE & 1:
        ours, theirs = shared(request.stages, offer.stages)
        a, b = one(a, out, weights, 0, STAGE, ours), one(b, out, weights, 1, STAGE, theirs)
    return a, b


@_inlined
def second(request, offer, alike, known, back, weights, out, a, b):
    """Add everything else but texts."""
    if known >> CERTIFICATES & 1:
        a = one(a, out, weights, 0, CERTIFICATES, certificates(request, offer))
    if back >> CERTIFICATES & 1:
        b = one(b, out, weights, 1, CERTIFICATES, certificates(offer, request))
    if known >> TECHNOLOGY & 1:
        ours, theirs = technologies(request, offer, alike)
        a, b = one(a, out, weights, 0, TECHNOLOGY, ours), one(b, out, weights, 1, TECHNOLOGY, theirs)
    if known >> POWER & 1:
        q = ratio(request.power, offer.power)
        a, b = one(a, out, weights, 0, POWER, q), one(b, out, weights, 1, POWER, q)
    if known >> ENERGY & 1:
        q = ratio(request.energy, offer.energy)
        a, b = one(a, out, weights, 0, ENERGY, q), one(b, out, weights, 1, ENERGY, q)
    if known >> BUDGET & 1:
        q = ratio(request.budget, offer.budget)
        a, b = one(a, out, weights, 0, BUDGET, q), one(b, out, weights, 1, BUDGET, q)
    if known >> LANGUAGES & 1:
        q = languages(request, offer)
        a, b = one(a, out, weights, 0, LANGUAGES, q), one(b, out, weights, 1, LANGUAGES, q)
    return a, b


@_inlined
def third(request, offer, known, back, weights, out, a, b):
    """Add what weighs least."""
    if known >> COUNTRY & 1:
        a = one(a, out, weights, 0, COUNTRY, wish(request, offer))
    if back >> COUNTRY & 1:
        b = one(b, out, weights, 1, COUNTRY, wish(offer, request))
    if known >> FRAMEWORK & 1:
        a = one(a, out, weights, 0, FRAMEWORK, SCALE if request.frameworks_wished & offer.frameworks else 0)
    if back >> FRAMEWORK & 1:
        b = one(b, out, weights, 1, FRAMEWORK, SCALE if offer.frameworks_wished & request.frameworks else 0)
    if known >> DATES & 1:
        q = dates(request, offer)
        a, b = one(a, out, weights, 0, DATES, q), one(b, out, weights, 1, DATES, q)
    if known >> MATURITY & 1:
        q = maturity(request, offer)
        a, b = one(a, out, weights, 0, MATURITY, q), one(b, out, weights, 1, MATURITY, q)
    return a, b


@_inlined
def spread(request, terms, weights, word_slots, word_weights, concept_weights, used):
    """Spread a request's words over a table with open slots, and its concepts over one place each: every offer then looks them up."""
    for at in range(request.words[0], request.words[1]):
        slot = np.int64(terms[at]) & SLOT_MASK
        while word_slots[slot] != FREE and word_slots[slot] != terms[at]:
            slot = (slot + 1) & SLOT_MASK
        word_slots[slot] = terms[at]
        word_weights[slot] = weights[at]
        used[at - request.words[0]] = slot
    for at in range(request.concepts[0], request.concepts[1]):
        concept_weights[np.int64(terms[at]) & CONCEPT_MASK] = weights[at]


@_inlined
def clear(request, terms, word_slots, concept_weights, used):
    """Empty the tables for the next request."""
    for at in range(request.words[1] - request.words[0]):
        word_slots[used[at]] = FREE
    for at in range(request.concepts[0], request.concepts[1]):
        concept_weights[np.int64(terms[at]) & CONCEPT_MASK] = 0.0


@_inlined
def words(part, terms, weights, word_slots, word_weights):
    total = 0.0
    for at in range(np.int64(part[0]), np.int64(part[1])):
        term = terms[at]
        slot = np.int64(term) & SLOT_MASK
        while word_slots[slot] != FREE:
            if word_slots[slot] == term:
                total += np.float64(word_weights[slot]) * np.float64(weights[at])
                break
            slot = (slot + 1) & SLOT_MASK
    return total


@_inlined
def concepts(part, terms, weights, concept_weights):
    total = 0.0
    for at in range(np.int64(part[0]), np.int64(part[1])):
        total += np.float64(concept_weights[np.int64(terms[at]) & CONCEPT_MASK]) * np.float64(weights[at])
    return total


@_inlined
def cosine(total, a_norm, b_norm):
    return min(1.0, total / (np.float64(a_norm) * np.float64(b_norm)))


@_inlined
def text(request, offer, terms, weights, word_slots, word_weights, concept_weights):
    """Concepts are compared in any language, words within one (by the square root: short texts share few)."""
    total, parts = 0.0, 0
    if request.concept_norm > 0 and offer.concept_norm > 0:
        shared = concepts(offer.concepts, terms, weights, concept_weights)
        total += cosine(shared, request.concept_norm, offer.concept_norm)
        parts += 1
    if request.language == offer.language and request.word_norm > 0 and offer.word_norm > 0:
        shared = words(offer.words, terms, weights, word_slots, word_weights)
        total += np.sqrt(cosine(shared, request.word_norm, offer.word_norm))
        parts += 1
    return int(SCALE * total / parts + 0.5)


@_inlined
def precedent(request, track, terms, weights, word_slots, word_weights):
    shared = words(track.words, terms, weights, word_slots, word_weights)
    return int(SCALE * np.sqrt(cosine(shared, request.word_norm, track.word_norm)) + 0.5)


@_inlined
def fraction(a, a_known, b, b_known):
    """The joint score as numerator and denominator, all in whole numbers, so that a bound can be compared without a division."""
    if b_known == 0:
        return np.float64(a), np.float64(SCALE * a_known)
    if a_known == 0:
        return np.float64(b), np.float64(SCALE * b_known)
    return 2.0 * np.float64(a) * np.float64(b), SCALE * np.float64(a * b_known + b * a_known)


@_inlined
def joint(a, a_known, b, b_known):
    """The joint score; 0 where nothing is known or nothing fits."""
    above, below = fraction(a, a_known, b, b_known)
    return above / below if below > 0 else 0.0


@_inlined
def hopeless(a, a_known, b, b_known, least):
    """Whether even with perfect scores in what was not looked at the pair enters neither list."""
    above, below = fraction(a, a_known, b, b_known)
    return above < least * below or above == 0


@_inlined
def named(terms, part, name):
    """Whether a listing excludes the enterprise of this hash, whose halves lie one after the other."""
    low, high = np.uint32(name & np.uint64(0xFFFFFFFF)), np.uint32(name >> np.uint64(32))
    for at in range(part[0], part[1], 2):
        if terms[at] == low and terms[at + 1] == high:
            return True
    return False


@_inlined
def excluded(request, offer):
    """Whether the enterprises or countries may not meet; families and modes are looked at before."""
    one = np.uint64(1)
    if request.enterprise == offer.enterprise:
        return True
    if offer.country and (request.excluded[offer.country >> 6] >> np.uint64(offer.country & 63)) & one:
        return True
    if request.country and (offer.excluded[request.country >> 6] >> np.uint64(request.country & 63)) & one:
        return True
    if request.site and (offer.excluded[request.site >> 6] >> np.uint64(request.site & 63)) & one:
        return True
    return False


@_inlined
def vetoed(us, them, terms):
    """Whether we name the other's enterprise as excluded; the bloom keeps all but a few from being looked up."""
    return (
        us.marks & HAS_VETOES
        and (us.veto_bloom >> (them.name_hash & np.uint64(63))) & np.uint64(1)
        and named(terms, us.vetoes, them.name_hash)
    )

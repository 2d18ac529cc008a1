"""The scores of every offer with every request in compiled loops, exact; `oracle` says the same in plain numpy.

A scan keeps the TOP of both sides: it passes over tiles of offers whose families or modes no request of the tile can meet, scores
what is cheap, and looks at texts only where the best they could give would still enter a list.
"""

import os
from collections.abc import Mapping
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from apps.matching.criteria import COUNT, INDEX, SCALE, TOP, TRACK_RECORD, UNKNOWN
from apps.matching.layout import (
    CONCEPTS, HAS_VETOES, HELD, MODE_BITS, PLACES, REQUIRED, ROOT_BITS, TECHNOLOGIES, TILE, Array, Side, nothing,
)  # fmt: skip

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


class Rules(NamedTuple):
    """What scores depend on beside the listings."""

    weights: npt.NDArray[np.int64]  # (2, COUNT): the request's view of the offer, the offer's of the request
    alike: npt.NDArray[np.uint8]  # concepts asked for x offered
    totals: npt.NDArray[np.int64]  # (2,)
    sums: npt.NDArray[np.int64]  # (2, 2, 512): the weight of each set of criteria, by its lower and its upper nine bits


class Lists(NamedTuple):
    """The best TOP partners of each row: places in the other side, -1 for none, by score and then key."""

    scores: npt.NDArray[np.float64]
    places: npt.NDArray[np.int32]


def rules(weights: Mapping[str, int], alike: npt.NDArray[np.uint8]) -> Rules:
    """The rules of these weights; the offer's view knows no track record."""
    table = np.array([[weights[name] for name in INDEX]] * 2, np.int64)
    table[1, [INDEX[name] for name in TRACK_RECORD]] = 0
    return Rules(table, np.ascontiguousarray(alike), table.sum(axis=1), _sums_of_sets(table))


def _sums_of_sets(table: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    member = (np.arange(512)[:, None] >> np.arange(9)) & 1
    return np.ascontiguousarray(np.einsum("whc,sc->whs", table.reshape(2, 2, 9), member))


def empty_lists(size: int, top: int = TOP) -> Lists:
    return Lists(np.full((size, top), -1.0), np.full((size, top), -1, np.int32))


# Compiled once for a machine and kept on disk. Numba writes an index by renaming a finished file, so two workers that compile at
# once write the same thing twice and neither reads half of it.
_compiled = numba.njit(cache=True, nogil=True, boundscheck=False, error_model="numpy")
# Inlined, so that the compiler sees that no array needs counting on the way in and out.
_inlined = numba.njit(nogil=True, error_model="numpy", forceinline=True)


# Few of these branch: on values as different as those of listings the processor would guess wrong half of the time.
@_inlined
def _ratio(a, b):  # type: ignore[no-untyped-def]
    """The ratio of the nearest ends of two ranges, in SCALE-ths; SCALE where they meet."""
    low, high = max(np.float64(a[0]), np.float64(b[0])), min(np.float64(a[1]), np.float64(b[1]))
    return int(SCALE * min(1.0, (high + TINY) / (low + TINY)) + 0.5)


@_inlined
def _bits_set(number):  # type: ignore[no-untyped-def]
    """How many of 16 bits are set."""
    number = np.int64(number)
    number -= (number >> 1) & 0x5555
    number = (number & 0x3333) + ((number >> 2) & 0x3333)
    number = (number + (number >> 4)) & 0x0F0F
    return (number + (number >> 8)) & 31


@_inlined
def _share(met, wanted):  # type: ignore[no-untyped-def]
    """met / wanted as a whole number, halves upward."""
    return int(np.float64(met) / np.float64(wanted) + 0.5)


@_inlined
def _has(numbers, number):  # type: ignore[no-untyped-def]
    """Whether a number is in a set of 256 bits; number 0 is in none."""
    return np.int64((numbers[number >> 6] >> np.uint64(number & 63)) & np.uint64(1)) & (number > 0)


@_inlined
def _wish(us, them):  # type: ignore[no-untyped-def]
    """How well the other's country meets our wishes; a project's site counts as its country."""
    worked = (
        (us.wished[0] & them.present[0]) | (us.wished[1] & them.present[1])
        | (us.wished[2] & them.present[2]) | (us.wished[3] & them.present[3])
    )  # fmt: skip
    near = SAME_REGION * ((np.int64(us.wished_regions) >> them.region) & 1) * (them.region > 0)
    partly = WORKED_THERE if worked else near
    return SCALE if _has(us.wished, them.country) | _has(us.wished, them.site) else partly


@_inlined
def _certificates(us, them):  # type: ignore[no-untyped-def]
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
    return _share(SCALE * met, wanted)


@_inlined
def _technologies(request, offer, alike):  # type: ignore[no-untyped-def]
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
    return _share(total, count), best


@_inlined
def _shared(asked, offered):  # type: ignore[no-untyped-def]
    """Modes and stages: again the request wants all of them, the offer one."""
    met = _bits_set(asked & offered)
    return _share(SCALE * met, _bits_set(asked)), SCALE * (met > 0)


@_inlined
def _languages(a, b):  # type: ignore[no-untyped-def]
    shared = (a.languages[0] & b.languages[0]) | (a.languages[1] & b.languages[1]) | (a.languages[2] & b.languages[2])
    return SCALE if shared else 0


@_inlined
def _dates(a, b):  # type: ignore[no-untyped-def]
    gap = max(a.dates[0] - b.dates[1], b.dates[0] - a.dates[1])
    return int(SCALE * HALF_DATES / (HALF_DATES + np.float64(max(gap, 0))) + 0.5)


@_inlined
def _maturity(a, b):  # type: ignore[no-untyped-def]
    gap = max(np.int64(a.trl[0]) - np.int64(b.trl[1]), np.int64(b.trl[0]) - np.int64(a.trl[1]))
    return max(0, SCALE - TRL_STEP * max(0, gap))


@_inlined
def _experience(request, track):  # type: ignore[no-untyped-def]
    total = count = 0
    for place in range(TECHNOLOGIES):
        if request.technologies[place] == 0:
            break
        total += track.experience[request.work_region, request.technologies[place] - 1]
        count += 1
    return _share(total, count)


@_inlined
def _presence(request, track):  # type: ignore[no-untyped-def]
    near = 0
    for place in range(PLACES):
        if request.places[place] == 0:
            break
        near = max(near, np.int64(track.presence[request.places[place]]))
    return near


@_inlined
def _known(request, offer, tracks):  # type: ignore[no-untyped-def]
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
def _weight(sums, way, known):  # type: ignore[no-untyped-def]
    return sums[way, 0, known & 511] + sums[way, 1, known >> 9]


@_inlined
def _one(a, out, weights, way, criterion, score):  # type: ignore[no-untyped-def]
    """Note a criterion's score in one way and add it up."""
    out[way, criterion] = score
    return a + weights[way, criterion] * score


@_inlined
def _first(request, offer, tracks, known, weights, out):  # type: ignore[no-untyped-def]
    """The weighted scores of the track record and of modes."""
    a, b = np.int64(0), np.int64(0)
    if offer.track >= 0:
        track = tracks[offer.track]
        a = _one(a, out, weights, 0, ACTIVITY, np.int64(track.activity))
        if known >> EXPERIENCE & 1:
            a = _one(a, out, weights, 0, EXPERIENCE, _experience(request, track))
        if known >> PRESENCE & 1:
            a = _one(a, out, weights, 0, PRESENCE, _presence(request, track))
        if known >> BY_SIZE & 1:
            a = _one(a, out, weights, 0, BY_SIZE, np.int64(track.scale[request.size - 1]))
    if known >> MODE & 1:
        ours, theirs = _shared(request.modes, offer.modes)
        a, b = _one(a, out, weights, 0, MODE, ours), _one(b, out, weights, 1, MODE, theirs)
    if known >> STAGE & 1:
        ours, theirs = _shared(request.stages, offer.stages)
        a, b = _one(a, out, weights, 0, STAGE, ours), _one(b, out, weights, 1, STAGE, theirs)
    return a, b


@_inlined
def _second(request, offer, alike, known, back, weights, out, a, b):  # type: ignore[no-untyped-def]
    """Add everything else but texts."""
    if known >> CERTIFICATES & 1:
        a = _one(a, out, weights, 0, CERTIFICATES, _certificates(request, offer))
    if back >> CERTIFICATES & 1:
        b = _one(b, out, weights, 1, CERTIFICATES, _certificates(offer, request))
    if known >> TECHNOLOGY & 1:
        ours, theirs = _technologies(request, offer, alike)
        a, b = _one(a, out, weights, 0, TECHNOLOGY, ours), _one(b, out, weights, 1, TECHNOLOGY, theirs)
    if known >> POWER & 1:
        q = _ratio(request.power, offer.power)
        a, b = _one(a, out, weights, 0, POWER, q), _one(b, out, weights, 1, POWER, q)
    if known >> ENERGY & 1:
        q = _ratio(request.energy, offer.energy)
        a, b = _one(a, out, weights, 0, ENERGY, q), _one(b, out, weights, 1, ENERGY, q)
    if known >> BUDGET & 1:
        q = _ratio(request.budget, offer.budget)
        a, b = _one(a, out, weights, 0, BUDGET, q), _one(b, out, weights, 1, BUDGET, q)
    if known >> LANGUAGES & 1:
        q = _languages(request, offer)
        a, b = _one(a, out, weights, 0, LANGUAGES, q), _one(b, out, weights, 1, LANGUAGES, q)
    return a, b


@_inlined
def _third(request, offer, known, back, weights, out, a, b):  # type: ignore[no-untyped-def]
    """Add what weighs least."""
    if known >> COUNTRY & 1:
        a = _one(a, out, weights, 0, COUNTRY, _wish(request, offer))
    if back >> COUNTRY & 1:
        b = _one(b, out, weights, 1, COUNTRY, _wish(offer, request))
    if known >> FRAMEWORK & 1:
        a = _one(a, out, weights, 0, FRAMEWORK, SCALE if request.frameworks_wished & offer.frameworks else 0)
    if back >> FRAMEWORK & 1:
        b = _one(b, out, weights, 1, FRAMEWORK, SCALE if offer.frameworks_wished & request.frameworks else 0)
    if known >> DATES & 1:
        q = _dates(request, offer)
        a, b = _one(a, out, weights, 0, DATES, q), _one(b, out, weights, 1, DATES, q)
    if known >> MATURITY & 1:
        q = _maturity(request, offer)
        a, b = _one(a, out, weights, 0, MATURITY, q), _one(b, out, weights, 1, MATURITY, q)
    return a, b


@_inlined
def _open(request, terms, weights, word_slots, word_weights, concept_weights, used):  # type: ignore[no-untyped-def]
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
def _close(request, terms, word_slots, concept_weights, used):  # type: ignore[no-untyped-def]
    """Empty the tables for the next request."""
    for at in range(request.words[1] - request.words[0]):
        word_slots[used[at]] = FREE
    for at in range(request.concepts[0], request.concepts[1]):
        concept_weights[np.int64(terms[at]) & CONCEPT_MASK] = 0.0


@_inlined
def _words(part, terms, weights, word_slots, word_weights):  # type: ignore[no-untyped-def]
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
def _concepts(part, terms, weights, concept_weights):  # type: ignore[no-untyped-def]
    total = 0.0
    for at in range(np.int64(part[0]), np.int64(part[1])):
        total += np.float64(concept_weights[np.int64(terms[at]) & CONCEPT_MASK]) * np.float64(weights[at])
    return total


@_inlined
def _cosine(total, a_norm, b_norm):  # type: ignore[no-untyped-def]
    return min(1.0, total / (np.float64(a_norm) * np.float64(b_norm)))


@_inlined
def _text(request, offer, terms, weights, word_slots, word_weights, concept_weights):  # type: ignore[no-untyped-def]
    """Concepts are compared in any language, words within one (by the square root: short texts share few)."""
    total, parts = 0.0, 0
    if request.concept_norm > 0 and offer.concept_norm > 0:
        shared = _concepts(offer.concepts, terms, weights, concept_weights)
        total += _cosine(shared, request.concept_norm, offer.concept_norm)
        parts += 1
    if request.language == offer.language and request.word_norm > 0 and offer.word_norm > 0:
        shared = _words(offer.words, terms, weights, word_slots, word_weights)
        total += np.sqrt(_cosine(shared, request.word_norm, offer.word_norm))
        parts += 1
    return int(SCALE * total / parts + 0.5)


@_inlined
def _precedent(request, track, terms, weights, word_slots, word_weights):  # type: ignore[no-untyped-def]
    shared = _words(track.words, terms, weights, word_slots, word_weights)
    return int(SCALE * np.sqrt(_cosine(shared, request.word_norm, track.word_norm)) + 0.5)


@_inlined
def _fraction(a, a_known, b, b_known):  # type: ignore[no-untyped-def]
    """The joint score as numerator and denominator, all in whole numbers, so that a bound can be compared without a division."""
    if b_known == 0:
        return np.float64(a), np.float64(SCALE * a_known)
    if a_known == 0:
        return np.float64(b), np.float64(SCALE * b_known)
    return 2.0 * np.float64(a) * np.float64(b), SCALE * np.float64(a * b_known + b * a_known)


@_inlined
def _joint(a, a_known, b, b_known):  # type: ignore[no-untyped-def]
    """The joint score; 0 where nothing is known or nothing fits."""
    above, below = _fraction(a, a_known, b, b_known)
    return above / below if below > 0 else 0.0


@_inlined
def _hopeless(a, a_known, b, b_known, least):  # type: ignore[no-untyped-def]
    """Whether even with perfect scores in what was not looked at the pair enters neither list."""
    above, below = _fraction(a, a_known, b, b_known)
    return above < least * below or above == 0


@_inlined
def _named(terms, part, name):  # type: ignore[no-untyped-def]
    """Whether a listing excludes the enterprise of this hash, whose halves lie one after the other."""
    low, high = np.uint32(name & np.uint64(0xFFFFFFFF)), np.uint32(name >> np.uint64(32))
    for at in range(part[0], part[1], 2):
        if terms[at] == low and terms[at + 1] == high:
            return True
    return False


@_inlined
def _excluded(request, offer):  # type: ignore[no-untyped-def]
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
def _vetoed(us, them, terms):  # type: ignore[no-untyped-def]
    """Whether we name the other's enterprise as excluded; the bloom keeps all but a few from being looked up."""
    return (
        us.marks & HAS_VETOES
        and (us.veto_bloom >> (them.name_hash & np.uint64(63))) & np.uint64(1)
        and _named(terms, us.vetoes, them.name_hash)
    )


@_inlined
def _keep(scores, places, row, score, place, keys):  # type: ignore[no-untyped-def]
    """Put a partner into a row's sorted list; equal scores go by the smaller key."""
    last = scores.shape[1] - 1
    worst = scores[row, last]
    if score < worst or (score == worst and keys[place] > keys[places[row, last]]):
        return
    at = last
    while at > 0 and (
        scores[row, at - 1] < score or (scores[row, at - 1] == score and keys[places[row, at - 1]] > keys[place])
    ):
        scores[row, at] = scores[row, at - 1]
        places[row, at] = places[row, at - 1]
        at -= 1
    scores[row, at] = score
    places[row, at] = place


@_inlined
def _meets(bits, other):  # type: ignore[no-untyped-def]
    shared = bits & other
    return (shared & ROOT_BITS) != 0 and (shared & MODE_BITS) != 0


@_compiled
def _scan(offers, start, stop, requests, rule, offer_lists, request_lists):  # type: ignore[no-untyped-def]
    """Fill the lists of offers [start, stop), counted from start, and of all requests; returns how many pairs were scored."""
    o_rows, o_bits, o_keys, tracks, o_terms, o_weights = offers
    r_rows, r_bits, r_keys, _, r_terms, r_weights = requests
    weights, alike, _, sums = rule
    o_scores, o_places = offer_lists
    r_scores, r_places = request_lists
    out = np.empty((2, COUNT), np.uint8)
    word_slots, word_weights = np.zeros(SLOTS, np.uint32), np.zeros(SLOTS, np.float32)
    concept_weights, used = np.zeros(CONCEPTS, np.float32), np.zeros(SLOTS, np.int64)
    o_last, r_last = o_scores.shape[1] - 1, r_scores.shape[1] - 1
    scored = 0
    for tile in range(start, stop, TILE):
        tile_end = min(tile + TILE, stop)
        zone = np.uint64(0)
        for i in range(tile, tile_end):
            zone |= o_bits[i]
        for j in range(r_bits.size):
            bits = r_bits[j]
            if not _meets(bits, zone):
                continue
            request, opened = r_rows[j], False
            for i in range(tile, tile_end):
                if not _meets(bits, o_bits[i]):
                    continue
                offer = o_rows[i]
                if _excluded(request, offer) or _vetoed(request, offer, r_terms) or _vetoed(offer, request, o_terms):
                    continue
                scored += 1
                least = min(o_scores[i - start, o_last], r_scores[j, r_last]) - MARGIN
                known, back = _known(request, offer, tracks)
                a_known, b_known = _weight(sums, 0, known), _weight(sums, 1, back)
                a, b = _first(request, offer, tracks, known, weights, out)
                a, b = _second(request, offer, alike, known, back, weights, out, a, b)
                a_rest, b_rest = SCALE * _weight(sums, 0, known & LATER), SCALE * _weight(sums, 1, back & LATER)
                if _hopeless(a + a_rest, a_known, b + b_rest, b_known, least):
                    continue
                a, b = _third(request, offer, known, back, weights, out, a, b)
                text = known >> TEXT & 1
                a_rest = SCALE * (weights[0, TEXT] * text + weights[0, PRECEDENT] * (known >> PRECEDENT & 1))
                b_rest = SCALE * weights[1, TEXT] * text
                if _hopeless(a + a_rest, a_known, b + b_rest, b_known, least):
                    continue
                if not opened:
                    _open(request, r_terms, r_weights, word_slots, word_weights, concept_weights, used)
                    opened = True
                if known >> PRECEDENT & 1:
                    q = _precedent(request, tracks[offer.track], o_terms, o_weights, word_slots, word_weights)
                    a = _one(a, out, weights, 0, PRECEDENT, q)
                if text:
                    q = _text(request, offer, o_terms, o_weights, word_slots, word_weights, concept_weights)
                    a, b = _one(a, out, weights, 0, TEXT, q), _one(b, out, weights, 1, TEXT, q)
                score = _joint(a, a_known, b, b_known)
                if score > 0:
                    _keep(o_scores, o_places, i - start, score, j, r_keys)
                    _keep(r_scores, r_places, j, score, i, o_keys)
            if opened:
                _close(request, r_terms, word_slots, concept_weights, used)
    return scored


@_compiled
def _pairs(offers, requests, rule, offer_places, request_places, reasons, scores):  # type: ignore[no-untyped-def]
    o_rows, o_bits, _, tracks, o_terms, o_weights = offers
    r_rows, r_bits, _, _, r_terms, r_weights = requests
    weights, alike, _, sums = rule
    word_slots, word_weights = np.zeros(SLOTS, np.uint32), np.zeros(SLOTS, np.float32)
    concept_weights, used = np.zeros(CONCEPTS, np.float32), np.zeros(SLOTS, np.int64)
    for n in range(offer_places.size):
        i, j = offer_places[n], request_places[n]
        offer, request = o_rows[i], r_rows[j]
        scores[n] = -1.0
        if not _meets(r_bits[j], o_bits[i]) or _excluded(request, offer):
            continue
        if _vetoed(request, offer, r_terms) or _vetoed(offer, request, o_terms):
            continue
        out = reasons[n]
        known, back = _known(request, offer, tracks)
        a, b = _first(request, offer, tracks, known, weights, out)
        a, b = _second(request, offer, alike, known, back, weights, out, a, b)
        a, b = _third(request, offer, known, back, weights, out, a, b)
        _open(request, r_terms, r_weights, word_slots, word_weights, concept_weights, used)
        if known >> PRECEDENT & 1:
            q = _precedent(request, tracks[offer.track], o_terms, o_weights, word_slots, word_weights)
            a = _one(a, out, weights, 0, PRECEDENT, q)
        if known >> TEXT & 1:
            q = _text(request, offer, o_terms, o_weights, word_slots, word_weights, concept_weights)
            a, b = _one(a, out, weights, 0, TEXT, q), _one(b, out, weights, 1, TEXT, q)
        _close(request, r_terms, word_slots, concept_weights, used)
        score = _joint(a, _weight(sums, 0, known), b, _weight(sums, 1, back))
        scores[n] = score if score > 0 else -1.0


def scan(
    offers: Side, requests: Side, rule: Rules, *, start: int = 0, stop: int | None = None, top: int = TOP
) -> tuple[Lists, Lists, int]:
    """The lists of offers [start, stop), those of all requests within that range, and how many pairs were scored."""
    stop = len(offers.keys) if stop is None else stop
    of_offers, of_requests = empty_lists(stop - start, top), empty_lists(len(requests.keys), top)
    scored = _scan(offers, start, stop, requests, rule, of_offers, of_requests)
    return of_offers, of_requests, int(scored)


def fill(offers: Side, requests: Side, rule: Rules, of_offers: Lists, of_requests: Lists) -> None:
    """Score all pairs into lists of any length."""
    _scan(offers, 0, len(offers.keys), requests, rule, of_offers, of_requests)


def explain(
    offers: Side, requests: Side, rule: Rules, offer_places: Array, request_places: Array
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float64]]:
    """Each criterion's score both ways, (n, 2, COUNT), first the request's view, and the joint scores; -1 where excluded."""
    reasons = np.full((len(offer_places), 2, COUNT), UNKNOWN, np.uint8)
    scores = np.empty(len(offer_places))
    _pairs(offers, requests, rule, offer_places.astype(np.int64), request_places.astype(np.int64), reasons, scores)
    return reasons, scores


def warm_up() -> None:
    """Compile, or load from the cache, what the first task would otherwise wait for."""
    if os.environ.get("NUMBA_DISABLE_JIT"):
        return
    rule = rules(dict.fromkeys(INDEX, 1), np.zeros((1, 1), np.uint8))
    scan(nothing(), nothing(), rule)
    explain(nothing(), nothing(), rule, np.zeros(0, np.int64), np.zeros(0, np.int64))

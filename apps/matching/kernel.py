"""The scores of every offer with every request in compiled loops, exact; `oracle` says the same in plain numpy.

A scan keeps the TOP of both sides: it passes over tiles of offers whose families or modes no request of the tile can meet, scores
what is cheap, and looks at texts only where the best they could give would still enter a list.
"""

import os
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
MARGIN = 1e-9  # wider than any rounding of a score


class Rules(NamedTuple):
    """What scores depend on beside the listings."""

    weights: npt.NDArray[np.int64]  # (2, COUNT): the request's view of the offer, the offer's of the request
    alike: npt.NDArray[np.uint8]  # concepts asked for x offered
    totals: npt.NDArray[np.int64]  # (2,)


class Lists(NamedTuple):
    """The best TOP partners of each row: places in the other side, -1 for none, by score and then key."""

    scores: npt.NDArray[np.float64]
    places: npt.NDArray[np.int32]


def rules(weights: dict[str, int], alike: npt.NDArray[np.uint8]) -> Rules:
    """The rules of these weights; the offer's view knows no track record."""
    table = np.array([[weights[name] for name in INDEX]] * 2, np.int64)
    table[1, [INDEX[name] for name in TRACK_RECORD]] = 0
    return Rules(table, np.ascontiguousarray(alike), table.sum(axis=1))


def empty_lists(size: int, top: int = TOP) -> Lists:
    return Lists(np.full((size, top), -1.0), np.full((size, top), -1, np.int32))


# Compiled once for a machine and kept on disk. Numba writes an index by renaming a finished file, so two workers that compile at
# once write the same thing twice and neither reads half of it.
_compiled = numba.njit(cache=True, nogil=True, boundscheck=False, error_model="numpy")
# Inlined, so that the compiler sees that no array needs counting on the way in and out.
_inlined = numba.njit(nogil=True, error_model="numpy", forceinline=True)


@_inlined
def _ratio(a_low, a_high, b_low, b_high):  # type: ignore[no-untyped-def]
    """The ratio of the nearest ends of two ranges that do not meet, in SCALE-ths."""
    if a_low > b_high:
        return int(SCALE * (np.float64(b_high) / np.float64(a_low)) + 0.5)
    if b_low > a_high:
        return int(SCALE * (np.float64(a_high) / np.float64(b_low)) + 0.5)
    return SCALE


@_inlined
def _bits_set(number):  # type: ignore[no-untyped-def]
    count = 0
    while number:
        number &= number - 1
        count += 1
    return count


@_inlined
def _share(met, wanted):  # type: ignore[no-untyped-def]
    """met / wanted in whole numbers, halves upward."""
    return (2 * met + wanted) // (2 * wanted)


@_inlined
def _has(numbers, number):  # type: ignore[no-untyped-def]
    """Whether a number is in a set of 256 bits; number 0 is in none."""
    return number and (numbers[number >> 6] >> np.uint64(number & 63)) & np.uint64(1)


@_inlined
def _wish(us, them):  # type: ignore[no-untyped-def]
    """How well the other's country meets our wishes; a project's site counts as its country."""
    if _has(us.wished, them.country) or _has(us.wished, them.site):
        return SCALE
    for word in range(4):
        if us.wished[word] & them.present[word]:
            return WORKED_THERE
    return SAME_REGION if them.region and (us.wished_regions >> them.region) & 1 else 0


@_inlined
def _certificates(us, them):  # type: ignore[no-untyped-def]
    wanted = met = 0
    for place in range(REQUIRED):
        if us.required[place] == 0:
            break
        wanted += 1
        for other in range(HELD):
            if them.held[other] == us.required[place]:
                met += 1
                break
    return _share(SCALE * met, wanted)


@_inlined
def _technologies(request, offer, alike, out):  # type: ignore[no-untyped-def]
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
    out[0, TECHNOLOGY] = _share(total, count)
    out[1, TECHNOLOGY] = best


@_inlined
def _shared(asked, offered, out, criterion):  # type: ignore[no-untyped-def]
    """Modes and stages: again the request wants all of them, the offer one."""
    met = _bits_set(np.int64(asked & offered))
    out[0, criterion] = _share(SCALE * met, _bits_set(np.int64(asked)))
    out[1, criterion] = SCALE if met else 0


@_inlined
def _languages(a, b):  # type: ignore[no-untyped-def]
    shared = (a.languages[0] & b.languages[0]) | (a.languages[1] & b.languages[1]) | (a.languages[2] & b.languages[2])
    return SCALE if shared else 0


@_inlined
def _dates(a, b):  # type: ignore[no-untyped-def]
    gap = max(a.dates[0] - b.dates[1], b.dates[0] - a.dates[1])
    return SCALE if gap <= 0 else int(SCALE * HALF_DATES / (HALF_DATES + gap) + 0.5)


@_inlined
def _maturity(a, b):  # type: ignore[no-untyped-def]
    gap = max(np.int64(a.trl[0]) - np.int64(b.trl[1]), np.int64(b.trl[0]) - np.int64(a.trl[1]))
    return max(0, SCALE - TRL_STEP * max(0, gap))


@_inlined
def _track_record(request, track, known, out):  # type: ignore[no-untyped-def]
    out[0, ACTIVITY] = track.activity
    if known >> EXPERIENCE & 1:
        total = count = 0
        for place in range(TECHNOLOGIES):
            if request.technologies[place] == 0:
                break
            total += track.experience[request.work_region, request.technologies[place] - 1]
            count += 1
        out[0, EXPERIENCE] = _share(total, count)
    if known >> PRESENCE & 1:
        near = 0
        for place in range(PLACES):
            if request.places[place] == 0:
                break
            near = max(near, np.int64(track.presence[request.places[place]]))
        out[0, PRESENCE] = near
    if known >> BY_SIZE & 1:
        out[0, BY_SIZE] = track.scale[request.size - 1]


@_inlined
def _begin(request, offer, tracks, out):  # type: ignore[no-untyped-def]
    """What is known of a pair, as bits for the request's view and the offer's; all of it is marked as perfect."""
    known = request.asks & offer.gives
    back = offer.asks & request.gives
    words = request.language == offer.language and request.word_norm > 0 and offer.word_norm > 0
    if words or (request.concept_norm > 0 and offer.concept_norm > 0):
        known |= np.uint32(1 << TEXT)
        back |= np.uint32(1 << TEXT)
    if offer.track >= 0 and request.word_norm > 0:
        track = tracks[offer.track]
        if request.language == track.language and track.word_norm > 0:
            known |= np.uint32(1 << PRECEDENT)
    for criterion in range(COUNT):
        out[0, criterion] = UNKNOWN - (UNKNOWN - SCALE) * ((known >> criterion) & 1)
        out[1, criterion] = UNKNOWN - (UNKNOWN - SCALE) * ((back >> criterion) & 1)
    return known, back


@_inlined
def _first(request, offer, tracks, known, out):  # type: ignore[no-untyped-def]
    """What costs least to look at."""
    if known >> MODE & 1:
        _shared(request.modes, offer.modes, out, MODE)
    if known >> STAGE & 1:
        _shared(request.stages, offer.stages, out, STAGE)
    if known >> LANGUAGES & 1:
        out[0, LANGUAGES] = out[1, LANGUAGES] = _languages(request, offer)
    if offer.track >= 0:
        _track_record(request, tracks[offer.track], known, out)


@_inlined
def _second(request, offer, alike, known, back, out):  # type: ignore[no-untyped-def]
    """Everything else but texts."""
    if known >> TECHNOLOGY & 1:
        _technologies(request, offer, alike, out)
    if known >> COUNTRY & 1:
        out[0, COUNTRY] = _wish(request, offer)
    if back >> COUNTRY & 1:
        out[1, COUNTRY] = _wish(offer, request)
    if known >> FRAMEWORK & 1:
        out[0, FRAMEWORK] = SCALE if request.frameworks_wished & offer.frameworks else 0
    if back >> FRAMEWORK & 1:
        out[1, FRAMEWORK] = SCALE if offer.frameworks_wished & request.frameworks else 0
    if known >> POWER & 1:
        out[0, POWER] = out[1, POWER] = _ratio(request.power[0], request.power[1], offer.power[0], offer.power[1])
    if known >> ENERGY & 1:
        out[0, ENERGY] = out[1, ENERGY] = _ratio(request.energy[0], request.energy[1], offer.energy[0], offer.energy[1])
    if known >> BUDGET & 1:
        out[0, BUDGET] = out[1, BUDGET] = _ratio(request.budget[0], request.budget[1], offer.budget[0], offer.budget[1])
    if known >> DATES & 1:
        out[0, DATES] = out[1, DATES] = _dates(request, offer)
    if known >> CERTIFICATES & 1:
        out[0, CERTIFICATES] = _certificates(request, offer)
    if back >> CERTIFICATES & 1:
        out[1, CERTIFICATES] = _certificates(offer, request)
    if known >> MATURITY & 1:
        out[0, MATURITY] = out[1, MATURITY] = _maturity(request, offer)


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
def _texts(request, offer, tracks, terms, weights, word_slots, word_weights, concept_weights, out):  # type: ignore[no-untyped-def]
    """Replace what was marked as perfect by what the texts say.

    Concepts are compared in any language, words within one (by the square root: short texts share few).
    """
    if out[0, TEXT] != UNKNOWN:
        total, parts = 0.0, 0
        if request.concept_norm > 0 and offer.concept_norm > 0:
            shared = _concepts(offer.concepts, terms, weights, concept_weights)
            total += _cosine(shared, request.concept_norm, offer.concept_norm)
            parts += 1
        if request.language == offer.language and request.word_norm > 0 and offer.word_norm > 0:
            shared = _words(offer.words, terms, weights, word_slots, word_weights)
            total += np.sqrt(_cosine(shared, request.word_norm, offer.word_norm))
            parts += 1
        out[0, TEXT] = out[1, TEXT] = int(SCALE * total / parts + 0.5)
    if out[0, PRECEDENT] != UNKNOWN:
        track = tracks[offer.track]
        shared = _words(track.words, terms, weights, word_slots, word_weights)
        out[0, PRECEDENT] = int(SCALE * np.sqrt(_cosine(shared, request.word_norm, track.word_norm)) + 0.5)


@_inlined
def _sums(out, weights):  # type: ignore[no-untyped-def]
    """The weighted scores and the known weights of both ways."""
    a = b = a_known = b_known = np.int32(0)
    for criterion in range(COUNT):
        q, w = np.int32(out[0, criterion]), np.int32(weights[0, criterion])
        w = w if q != UNKNOWN else np.int32(0)
        a += w * q
        a_known += w
        q, w = np.int32(out[1, criterion]), np.int32(weights[1, criterion])
        w = w if q != UNKNOWN else np.int32(0)
        b += w * q
        b_known += w
    return np.float64(a), np.float64(a_known), np.float64(b), np.float64(b_known)


@_inlined
def _fraction(out, weights):  # type: ignore[no-untyped-def]
    """The joint score as numerator and denominator, all in whole numbers, so that a bound can be compared without a division."""
    a, a_known, b, b_known = _sums(out, weights)
    if b_known == 0:
        return a, SCALE * a_known
    if a_known == 0:
        return b, SCALE * b_known
    return 2.0 * a * b, SCALE * (a * b_known + b * a_known)


@_inlined
def _joint(out, weights):  # type: ignore[no-untyped-def]
    """The joint score of what `out` holds; 0 where nothing is known or nothing fits."""
    above, below = _fraction(out, weights)
    return above / below if below > 0 else 0.0


@_inlined
def _hopeless(out, weights, least):  # type: ignore[no-untyped-def]
    """Whether even with perfect scores in what was not looked at the pair enters neither list."""
    above, below = _fraction(out, weights)
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
        us.flags & HAS_VETOES
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
    weights, alike, _ = rule
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
                known, back = _begin(request, offer, tracks, out)
                _first(request, offer, tracks, known, out)
                if _hopeless(out, weights, least):
                    continue
                _second(request, offer, alike, known, back, out)
                if _hopeless(out, weights, least):
                    continue
                if not opened:
                    _open(request, r_terms, r_weights, word_slots, word_weights, concept_weights, used)
                    opened = True
                _texts(request, offer, tracks, o_terms, o_weights, word_slots, word_weights, concept_weights, out)
                score = _joint(out, weights)
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
    weights, alike, _ = rule
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
        known, back = _begin(request, offer, tracks, out)
        _first(request, offer, tracks, known, out)
        _second(request, offer, alike, known, back, out)
        _open(request, r_terms, r_weights, word_slots, word_weights, concept_weights, used)
        _texts(request, offer, tracks, o_terms, o_weights, word_slots, word_weights, concept_weights, out)
        _close(request, r_terms, word_slots, concept_weights, used)
        score = _joint(out, weights)
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
    rule = Rules(np.ones((2, COUNT), np.int64), np.zeros((1, 1), np.uint8), np.ones(2, np.int64))
    scan(nothing(), nothing(), rule)
    explain(nothing(), nothing(), rule, np.zeros(0, np.int64), np.zeros(0, np.int64))


def scan_by_interpreter(offers: Side, requests: Side, rule: Rules, of_offers: Lists, of_requests: Lists) -> int:
    """The same loops run by Python: the peer of the benchmark."""
    return int(_scan.py_func(offers, 0, len(offers.keys), requests, rule, of_offers, of_requests))

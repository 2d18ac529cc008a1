"""The scores of every offer with every request in compiled loops, exact; `oracle` says the same in plain numpy.

A scan keeps the TOP of both sides. It passes over tiles of offers of which none can meet a request by its family and mode, scores the
others sixty-four at a time, and looks at what forbids a pair only where it would enter a list.
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from apps.matching import pairs, tile_scores, tiles
from apps.matching.criteria import COUNT, INDEX, SCALE, TOP, UNKNOWN, seen
from apps.matching.layout import TILE, Array, Side, nothing

FEW = 3  # where no more offers of a tile meet a request, scoring all sixty-four would cost more
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


def rules(weights: Mapping[str, int], alike: npt.NDArray[np.uint8]) -> Rules:
    """The rules of these weights, as a request sees an offer and as an offer sees a request."""
    table = np.array([list(seen(weights, offering=offering).values()) for offering in (False, True)], np.int64)
    return Rules(table, np.ascontiguousarray(alike), table.sum(axis=1))


def empty_lists(size: int, top: int = TOP) -> Lists:
    return Lists(np.full((size, top), -1.0), np.full((size, top), -1, np.int32))


def _cache() -> str:
    """A folder for this state of the sources: Numba itself looks at no file but this one, and would run an older `pairs`."""
    here = Path(__file__).parent
    digest = sha256(
        b"".join(
            (here / f"{name}.py").read_bytes()
            for name in ("criteria", "layout", "pairs", "tiles", "tile_scores", "kernel")
        )
    )
    return str(here / "__pycache__" / f"kernel-{digest.hexdigest()[:16]}")


# Compiled once for a machine and kept on disk (in the user's own folder where this one cannot be written). Numba puts finished files
# in place by renaming, so two workers that compile at once write the same thing twice and neither reads half of it.
numba.config.CACHE_DIR = _cache()  # type: ignore[attr-defined]
_compiled = numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False)  # type: ignore[call-overload]
_inlined = pairs.inlined


def best(found: npt.NDArray[np.float64], keys: npt.NDArray[np.int64], top: int = TOP) -> npt.NDArray[np.int64]:
    """The places of the best scores above 0; equal ones go by the smaller key."""
    places = np.flatnonzero(found > 0)
    if len(places) > top:
        least = np.partition(found[places], -top)[-top]
        places = places[found[places] >= least]
    return places[np.lexsort((keys[places], -found[places]))][:top]


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


@_compiled
def _scan(tile, lasts, out, offers, start, stop, requests, rule, offer_lists, request_lists):  # type: ignore[no-untyped-def]
    """Fill the lists of offers [start, stop), counted from start, and of all requests; returns how many pairs meet."""
    met = 0
    for first in range(start, stop, TILE):
        last = min(first + TILE, stop)
        zone, loaded = np.uint64(0), False
        for i in range(first, last):
            zone |= offers.bits[i]
            lasts[i - first] = offer_lists.scores[i - start, -1]
        for j in range(requests.bits.size):
            if not pairs.meets(requests.bits[j], zone):
                continue
            if not loaded:
                tiles.load(tile, offers, first, last, rule.weights)
                loaded = True
            count = tiles.candidates(tile, requests.bits[j])
            met += count
            if count > FEW:
                tile_scores.score(tile, requests.rows[j], requests, offers, first, last, rule.alike, rule.weights)
                if _promising(tile, lasts, request_lists.scores[j, -1]):
                    _enter(tile, offers, first, last, start, requests, j, offer_lists, request_lists, lasts)
            elif count > 0:
                _enter_singly(
                    tile, out, offers, first, last, start, requests, j, rule, offer_lists, request_lists, lasts
                )
    return met


@_inlined
def _promising(tile, lasts, last):  # type: ignore[no-untyped-def]
    """Mark the pairs whose joint score could enter a list; returns how many they are."""
    ints = tile.ints
    count = np.int32(0)
    for k in range(TILE):
        above, below = pairs.fraction(
            ints[tiles.A + k], ints[tiles.A_KNOWN + k], ints[tiles.B + k], ints[tiles.B_KNOWN + k]
        )
        least = min(lasts[k], last) - MARGIN
        enters = np.int32((above > 0) & (above >= least * below)) & ints[tiles.MEETS + k]
        ints[tiles.MET + k] = enters
        count += enters
    return count


@_inlined
def _enter(tile, offers, first, last, start, requests, j, offer_lists, request_lists, lasts):  # type: ignore[no-untyped-def]
    """Put the promising pairs of a tile into both lists, but for those that may not meet."""
    ints = tile.ints
    for lane in range(last - first):
        if ints[tiles.MET + lane] and not pairs.apart(
            requests.rows[j], offers.rows[first + lane], requests.terms, offers.terms
        ):
            score = pairs.joint(
                ints[tiles.A + lane], ints[tiles.A_KNOWN + lane], ints[tiles.B + lane], ints[tiles.B_KNOWN + lane]
            )
            _keep_both(score, offers, first + lane, start, requests, j, offer_lists, request_lists)
            lasts[lane] = offer_lists.scores[first + lane - start, -1]


@_inlined
def _enter_singly(tile, out, offers, first, last, start, requests, j, rule, offer_lists, request_lists, lasts):  # type: ignore[no-untyped-def]
    """The same where so few of a tile meet the request that each is scored by itself."""
    for lane in range(last - first):
        offer = offers.rows[first + lane]
        if tile.ints[tiles.MEETS + lane] and not pairs.apart(requests.rows[j], offer, requests.terms, offers.terms):
            score = _judge(offer, offers, requests.rows[j], requests, rule, out)
            if score > 0:
                _keep_both(score, offers, first + lane, start, requests, j, offer_lists, request_lists)
                lasts[lane] = offer_lists.scores[first + lane - start, -1]


@_inlined
def _keep_both(score, offers, i, start, requests, j, offer_lists, request_lists):  # type: ignore[no-untyped-def]
    _keep(offer_lists.scores, offer_lists.places, i - start, score, j, requests.keys)
    _keep(request_lists.scores, request_lists.places, j, score, i, offers.keys)


@_compiled
def _merge(scores, places, found_scores, found_places, keys):  # type: ignore[no-untyped-def]
    for row in range(places.shape[0]):
        for at in range(found_places.shape[1]):
            if found_places[row, at] < 0:
                break
            _keep(scores, places, row, found_scores[row, at], found_places[row, at], keys)


@_inlined
def _put(out, known, back, criterion, ours, theirs):  # type: ignore[no-untyped-def]
    out[0, criterion] = ours if known >> criterion & 1 else UNKNOWN
    out[1, criterion] = theirs if back >> criterion & 1 else UNKNOWN


@_compiled
def _judge(offer, offers, request, requests, rule, out):  # type: ignore[no-untyped-def]
    """Each criterion's score both ways of one pair, and its joint score; -1 where the two may not meet or nothing fits."""
    known, back = pairs.known(request, offer, offers.tracks)
    out[:] = UNKNOWN
    _put(out, known, back, pairs.TECHNOLOGY, *pairs.technologies(request, offer, rule.alike))
    _put(out, known, back, pairs.MODE, *pairs.shared(request.modes, offer.modes))
    _put(out, known, back, pairs.STAGE, *pairs.shared(request.stages, offer.stages))
    _put(out, known, back, pairs.COUNTRY, pairs.wish(request, offer), pairs.wish(offer, request))
    ours = SCALE * ((request.frameworks_wished & offer.frameworks) != 0)
    _put(out, known, back, pairs.FRAMEWORK, ours, SCALE * ((offer.frameworks_wished & request.frameworks) != 0))
    q = pairs.ratio(request.power[0], offer.power[0], request.power[1], offer.power[1])
    _put(out, known, back, pairs.POWER, q, q)
    q = pairs.ratio(request.energy[0], offer.energy[0], request.energy[1], offer.energy[1])
    _put(out, known, back, pairs.ENERGY, q, q)
    q = pairs.ratio(request.budget[0], offer.budget[0], request.budget[1], offer.budget[1])
    _put(out, known, back, pairs.BUDGET, q, q)
    q = pairs.nearness(request.dates[0], offer.dates[0], request.dates[1], offer.dates[1])
    _put(out, known, back, pairs.DATES, q, q)
    _put(out, known, back, pairs.CERTIFICATES, pairs.certificates(request, offer), pairs.certificates(offer, request))
    q = pairs.languages(request, offer)
    _put(out, known, back, pairs.LANGUAGES, q, q)
    q = pairs.readiness(
        np.int32(request.trl[0]), np.int32(offer.trl[0]), np.int32(request.trl[1]), np.int32(offer.trl[1])
    )
    _put(out, known, back, pairs.MATURITY, q, q)
    if known >> pairs.TEXT & 1:
        out[:, pairs.TEXT] = pairs.text(request, requests.terms, requests.weights, offer, offers.terms, offers.weights)
    if offer.track >= 0:
        track = offers.tracks[offer.track]
        _put(out, known, 0, pairs.ACTIVITY, track.activity, 0)
        _put(out, known, 0, pairs.EXPERIENCE, pairs.experience(request, track), 0)
        _put(out, known, 0, pairs.PRESENCE, pairs.presence(request, track), 0)
        _put(out, known, 0, pairs.BY_SIZE, track.scale[max(0, np.int64(request.size) - 1)], 0)
        if known >> pairs.PRECEDENT & 1:
            out[0, pairs.PRECEDENT] = pairs.precedent(
                request, requests.terms, requests.weights, track, offers.terms, offers.weights
            )
    return _joint(out, rule.weights)


@_inlined
def _joint(out, weights):  # type: ignore[no-untyped-def]
    a = a_known = b = b_known = np.int64(0)
    for criterion in range(COUNT):
        ours, theirs = out[0, criterion] != UNKNOWN, out[1, criterion] != UNKNOWN
        a += ours * weights[0, criterion] * out[0, criterion]
        a_known += ours * weights[0, criterion]
        b += theirs * weights[1, criterion] * out[1, criterion]
        b_known += theirs * weights[1, criterion]
    score = pairs.joint(a, a_known, b, b_known)
    return score if score > 0 else -1.0


@_compiled
def _pairs(offers, requests, rule, offer_places, request_places, reasons, scores):  # type: ignore[no-untyped-def]
    for n in range(offer_places.size):
        i, j = offer_places[n], request_places[n]
        offer, request = offers.rows[i], requests.rows[j]
        scores[n] = -1.0
        if pairs.meets(requests.bits[j], offers.bits[i]) and not pairs.apart(
            request, offer, requests.terms, offers.terms
        ):
            scores[n] = _judge(offer, offers, request, requests, rule, reasons[n])


@_compiled
def _all_pairs(offers, requests, rule, out, scores):  # type: ignore[no-untyped-def]
    for j in range(requests.bits.size):
        request = requests.rows[j]
        for i in range(offers.bits.size):
            if pairs.meets(requests.bits[j], offers.bits[i]):
                offer = offers.rows[i]
                if not pairs.apart(request, offer, requests.terms, offers.terms):
                    scores[j, i] = _judge(offer, offers, request, requests, rule, out)


def scan(
    offers: Side,
    requests: Side,
    rule: Rules,
    *,
    start: int = 0,
    stop: int | None = None,
    top: int = TOP,
    of_requests: Lists | None = None,
) -> tuple[Lists, Lists, int]:
    """The lists of offers [start, stop), those of all requests within that range, and how many pairs share a family and a mode.

    The lists of requests that another range left are gone on with, where they are given.
    """
    stop = len(offers.keys) if stop is None else stop
    of_offers, of_requests = empty_lists(stop - start, top), of_requests or empty_lists(len(requests.keys), top)
    tile, lasts = tiles.blank(offers, start, stop), np.full(TILE, -1.0)
    met = _scan(
        tile, lasts, np.empty((2, COUNT), np.uint8), offers, start, stop, requests, rule, of_offers, of_requests
    )
    return of_offers, of_requests, int(met)


def merge(best: Lists, found: Lists, keys: Array) -> None:
    """Put what another range found into the best lists; `keys` are those of the side that the places count."""
    _merge(*best, *found, keys)


def scores(offers: Side, requests: Side, rule: Rules) -> npt.NDArray[np.float64]:
    """The joint score of every request with every offer, (requests, offers), -1 for none: for one listing against a side."""
    found = np.full((len(requests.keys), len(offers.keys)), -1.0)
    _all_pairs(offers, requests, rule, np.empty((2, COUNT), np.uint8), found)
    return found


def explain(
    offers: Side, requests: Side, rule: Rules, offer_places: Array, request_places: Array
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float64]]:
    """Each criterion's score both ways, (n, 2, COUNT), first the request's view, and the joint scores; -1 where excluded."""
    reasons = np.full((len(offer_places), 2, COUNT), UNKNOWN, np.uint8)
    found = np.empty(len(offer_places))
    _pairs(offers, requests, rule, offer_places.astype(np.int64), request_places.astype(np.int64), reasons, found)
    return reasons, found


def warm_up() -> None:
    """Compile, or load from the cache, what the first task would otherwise wait for."""
    rule = rules(dict.fromkeys(INDEX, 1), np.zeros((1, 1), np.uint8))
    scan(nothing(), nothing(), rule)
    merge(empty_lists(0), empty_lists(0), nothing().keys)
    scores(nothing(), nothing(), rule)
    explain(nothing(), nothing(), rule, np.zeros(0, np.int64), np.zeros(0, np.int64))

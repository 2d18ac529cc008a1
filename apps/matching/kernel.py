"""The scores of every offer with every request in compiled loops, exact; `oracle` says the same in plain numpy.

A scan keeps the TOP of both sides: it passes over tiles of offers whose families or modes no request of the tile can meet, scores
what is cheap, and looks at texts only where the best they could give would still enter a list.
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from apps.matching import pairs
from apps.matching.criteria import COUNT, INDEX, SCALE, TOP, TRACK_RECORD, UNKNOWN
from apps.matching.layout import CONCEPTS, MODE_BITS, ROOT_BITS, TILE, Array, Side, nothing


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


def _cache() -> str:
    """A folder for this state of the sources: Numba itself looks at no file but this one, and would run an older `pairs`."""
    here = Path(__file__).parent
    digest = sha256(b"".join((here / f"{name}.py").read_bytes() for name in ("criteria", "layout", "pairs", "kernel")))
    return str(here / "__pycache__" / f"kernel-{digest.hexdigest()[:16]}")


# Compiled once for a machine and kept on disk (in the user's own folder where this one cannot be written). Numba puts finished files
# in place by renaming, so two workers that compile at once write the same thing twice and neither reads half of it.
numba.config.CACHE_DIR = _cache()  # type: ignore[attr-defined]
_compiled = numba.njit(cache=True, nogil=True, error_model="numpy")
_inlined = numba.njit(nogil=True, error_model="numpy", forceinline=True)


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
def _scan(offers, start, stop, requests, rule, offer_lists, request_lists):  # type: ignore[no-untyped-def]  # noqa: PLR0915
    """Fill the lists of offers [start, stop), counted from start, and of all requests; returns how many pairs were scored."""
    o_rows, o_bits, o_keys, tracks, o_terms, o_weights = offers
    r_rows, r_bits, r_keys, _, r_terms, r_weights = requests
    weights, alike, _, sums = rule
    o_scores, o_places = offer_lists
    r_scores, r_places = request_lists
    out = np.empty((2, COUNT), np.uint8)
    word_slots, word_weights = np.zeros(pairs.SLOTS, np.uint32), np.zeros(pairs.SLOTS, np.float32)
    concept_weights, used = np.zeros(CONCEPTS, np.float32), np.zeros(pairs.SLOTS, np.int64)
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
                if (
                    pairs.excluded(request, offer)
                    or pairs.vetoed(request, offer, r_terms)
                    or pairs.vetoed(offer, request, o_terms)
                ):
                    continue
                scored += 1
                least = min(o_scores[i - start, o_last], r_scores[j, r_last]) - pairs.MARGIN
                known, back = pairs.known(request, offer, tracks)
                a_known, b_known = pairs.weight(sums, 0, known), pairs.weight(sums, 1, back)
                a, b = pairs.first(request, offer, tracks, known, weights, out)
                a, b = pairs.second(request, offer, alike, known, back, weights, out, a, b)
                a_rest, b_rest = (
                    SCALE * pairs.weight(sums, 0, known & pairs.LATER),
                    SCALE * pairs.weight(sums, 1, back & pairs.LATER),
                )
                if pairs.hopeless(a + a_rest, a_known, b + b_rest, b_known, least):
                    continue
                a, b = pairs.third(request, offer, known, back, weights, out, a, b)
                text = known >> pairs.TEXT & 1
                a_rest = SCALE * (
                    weights[0, pairs.TEXT] * text + weights[0, pairs.PRECEDENT] * (known >> pairs.PRECEDENT & 1)
                )
                b_rest = SCALE * weights[1, pairs.TEXT] * text
                if pairs.hopeless(a + a_rest, a_known, b + b_rest, b_known, least):
                    continue
                if not opened:
                    pairs.spread(request, r_terms, r_weights, word_slots, word_weights, concept_weights, used)
                    opened = True
                if known >> pairs.PRECEDENT & 1:
                    q = pairs.precedent(request, tracks[offer.track], o_terms, o_weights, word_slots, word_weights)
                    a = pairs.one(a, out, weights, 0, pairs.PRECEDENT, q)
                if text:
                    q = pairs.text(request, offer, o_terms, o_weights, word_slots, word_weights, concept_weights)
                    a, b = pairs.one(a, out, weights, 0, pairs.TEXT, q), pairs.one(b, out, weights, 1, pairs.TEXT, q)
                score = pairs.joint(a, a_known, b, b_known)
                if score > 0:
                    _keep(o_scores, o_places, i - start, score, j, r_keys)
                    _keep(r_scores, r_places, j, score, i, o_keys)
            if opened:
                pairs.clear(request, r_terms, word_slots, concept_weights, used)
    return scored


@_compiled
def _pairs(offers, requests, rule, offer_places, request_places, reasons, scores):  # type: ignore[no-untyped-def]
    o_rows, o_bits, _, tracks, o_terms, o_weights = offers
    r_rows, r_bits, _, _, r_terms, r_weights = requests
    weights, alike, _, sums = rule
    word_slots, word_weights = np.zeros(pairs.SLOTS, np.uint32), np.zeros(pairs.SLOTS, np.float32)
    concept_weights, used = np.zeros(CONCEPTS, np.float32), np.zeros(pairs.SLOTS, np.int64)
    for n in range(offer_places.size):
        i, j = offer_places[n], request_places[n]
        offer, request = o_rows[i], r_rows[j]
        scores[n] = -1.0
        if not _meets(r_bits[j], o_bits[i]) or pairs.excluded(request, offer):
            continue
        if pairs.vetoed(request, offer, r_terms) or pairs.vetoed(offer, request, o_terms):
            continue
        out = reasons[n]
        known, back = pairs.known(request, offer, tracks)
        a, b = pairs.first(request, offer, tracks, known, weights, out)
        a, b = pairs.second(request, offer, alike, known, back, weights, out, a, b)
        a, b = pairs.third(request, offer, known, back, weights, out, a, b)
        pairs.spread(request, r_terms, r_weights, word_slots, word_weights, concept_weights, used)
        if known >> pairs.PRECEDENT & 1:
            q = pairs.precedent(request, tracks[offer.track], o_terms, o_weights, word_slots, word_weights)
            a = pairs.one(a, out, weights, 0, pairs.PRECEDENT, q)
        if known >> pairs.TEXT & 1:
            q = pairs.text(request, offer, o_terms, o_weights, word_slots, word_weights, concept_weights)
            a, b = pairs.one(a, out, weights, 0, pairs.TEXT, q), pairs.one(b, out, weights, 1, pairs.TEXT, q)
        pairs.clear(request, r_terms, word_slots, concept_weights, used)
        score = pairs.joint(a, pairs.weight(sums, 0, known), b, pairs.weight(sums, 1, back))
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
    rule = rules(dict.fromkeys(INDEX, 1), np.zeros((1, 1), np.uint8))
    scan(nothing(), nothing(), rule)
    explain(nothing(), nothing(), rule, np.zeros(0, np.int64), np.zeros(0, np.int64))

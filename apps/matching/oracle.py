"""The kernel's twin in plain numpy, one request against all offers: slow, short, and what the tests hold the kernel against."""

import numpy as np
import numpy.typing as npt

from apps.matching.criteria import COUNT, INDEX, SCALE, TOP, UNKNOWN
from apps.matching.kernel import HALF_DATES, SAME_REGION, SIZES, TRL_STEP, WORKED_THERE, Lists, Rules, empty_lists
from apps.matching.layout import DATES_KNOWN, MODE_BITS, ROOT_BITS, WISHES, Array, Side, Terms, Tracks

Scores = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def _bit(sets: Array, numbers: Array) -> Mask:
    """Whether each number lies in its set of 256 bits; number 0 is in none."""
    numbers = np.asarray(numbers, np.uint64)
    sets = np.broadcast_to(sets, (*np.broadcast_shapes(sets.shape[:-1], numbers.shape), 4))
    numbers = np.broadcast_to(numbers, sets.shape[:-1])
    words = np.take_along_axis(sets, (numbers >> np.uint64(6)).astype(np.int64)[..., None], axis=-1)[..., 0]
    found: Mask = ((words >> (numbers & np.uint64(63))) & np.uint64(1)).astype(bool) & (numbers > 0)
    return found


def _share(met: Array, wanted: Array) -> Scores:
    """met / wanted of SCALE in whole numbers, halves upward; 0 where nothing is wanted."""
    wanted = np.maximum(np.asarray(wanted, np.int64), 1)
    return np.asarray((2 * np.asarray(met, np.int64) + wanted) // (2 * wanted))


def _if_known(known: Array, scores: Array) -> Scores:
    return np.where(known, scores, UNKNOWN).astype(np.int64)


def _round(values: Array) -> Scores:
    return np.asarray(np.floor(np.asarray(values, np.float64) + 0.5), np.int64)


def _range(a: Array, b: Array) -> Scores:
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
        above = _round(np.where(a[..., 0] > b[..., 1], SCALE * (b[..., 1] / a[..., 0]), 0))
        below = _round(np.where(b[..., 0] > a[..., 1], SCALE * (a[..., 1] / b[..., 0]), 0))
    scores = np.where(a[..., 0] > b[..., 1], above, np.where(b[..., 0] > a[..., 1], below, SCALE))
    return _if_known((a[..., 0] >= 0) & (b[..., 0] >= 0), scores)


def _wish(us: Array, them: Array) -> Scores:
    known = (us["flags"] & WISHES > 0) & ((them["country"] > 0) | (them["site"] > 0))
    full = _bit(us["wished"], them["country"]) | _bit(us["wished"], them["site"])
    worked = (us["wished"] & them["present"]).any(axis=-1)
    near = (them["region"] > 0) & ((us["wished_regions"].astype(int) >> them["region"]) & 1 > 0)
    return _if_known(known, np.select([full, worked, near], [SCALE, WORKED_THERE, SAME_REGION], 0))


def _certificates(us: Array, them: Array) -> Scores:
    required, held = us["required"], them["held"]
    required, held = np.broadcast_arrays(required[..., :, None], held[..., None, :])
    met = ((required == held) & (required > 0)).any(axis=-1).sum(axis=-1)
    wanted = (required[..., 0] > 0).sum(axis=-1)
    return _if_known((wanted > 0) & (held[..., 0, 0] > 0), _share(SCALE * met, wanted))


def _technologies(request: Array, offers: Array, alike: Array) -> tuple[Scores, Scores]:
    asked = request["technologies"][request["technologies"] > 0].astype(int) - 1
    offered = offers["technologies"].astype(int)
    known = (offered > 0).any(axis=1) & (asked.size > 0)
    if not asked.size:
        return _if_known(known, known), _if_known(known, known)
    table = np.where(offered[None] > 0, np.asarray(alike, int)[asked[:, None, None], offered[None] - 1], 0)
    covered = table.max(axis=2)
    return _if_known(known, _share(covered.sum(axis=0), asked.size)), _if_known(known, covered.max(axis=0))


def _shares(asked: Array, offered: Array) -> tuple[Scores, Scores]:
    known = (asked > 0) & (offered > 0)
    met = np.bitwise_count(asked & offered).astype(int)
    return _if_known(known, _share(SCALE * met, np.bitwise_count(asked))), _if_known(known, np.where(met > 0, SCALE, 0))


def _cosines(a: Terms, i: int, a_norm: float, b: Terms, b_norms: Array, wanted: Mask) -> npt.NDArray[np.float64]:
    own = slice(a.starts[i], a.starts[i + 1])
    weight_of = dict(zip(a.terms[own].tolist(), a.weights[own].tolist(), strict=True))
    found = np.zeros(len(b_norms))
    for row in np.flatnonzero(wanted):
        part = slice(b.starts[row], b.starts[row + 1])
        pairs = zip(b.terms[part].tolist(), b.weights[part].tolist(), strict=True)
        total = 0.0
        for number, weight in pairs:
            if number in weight_of:
                total += weight_of[number] * weight
        found[row] = min(1.0, total / (float(a_norm) * float(b_norms[row])))
    return found


def _texts(requests: Side, j: int, offers: Side) -> Scores:
    request, rows = requests.rows[j], offers.rows
    concepts = (request["concept_norm"] > 0) & (rows["concept_norm"] > 0)
    words = (request["language"] == rows["language"]) & (request["word_norm"] > 0) & (rows["word_norm"] > 0)
    total = _cosines(requests.concepts, j, request["concept_norm"], offers.concepts, rows["concept_norm"], concepts)
    total = total + np.sqrt(_cosines(requests.words, j, request["word_norm"], offers.words, rows["word_norm"], words))
    parts = concepts.astype(int) + words
    return _if_known(parts > 0, _round(SCALE * total / np.maximum(parts, 1)))


def _track_record(requests: Side, j: int, offers: Side, tracks: Tracks, out: Scores) -> None:
    known = np.flatnonzero(offers.rows["track"] >= 0)
    if not known.size:
        return
    request, place = requests.rows[j], offers.rows["track"][known]
    rows = tracks.rows[place]
    asked = request["technologies"][request["technologies"] > 0].astype(int) - 1
    places = request["places"][request["places"] > 0]
    out[known, INDEX["activity"]] = rows["activity"]
    if asked.size:
        out[known, INDEX["experience"]] = _share(rows["experience"][:, asked].sum(axis=1, dtype=int), asked.size)
    if places.size:
        out[known, INDEX["presence"]] = rows["presence"][:, places].max(axis=1)
    low, high = (float(end) for end in request["budget"])
    size = low if np.isinf(high) else high
    if high > 0 and size > 0:
        doubling = min(SIZES, max(0, int(np.log2(max(size, 1.0)))))
        out[known, INDEX["scale"]] = _if_known(rows["sizes_known"] > 0, rows["scale"][:, doubling])
    told = (rows["language"] == request["language"]) & (rows["word_norm"] > 0) & (request["word_norm"] > 0)
    chosen = np.zeros(len(tracks.rows), bool)
    chosen[place[told]] = True
    likeness = _cosines(requests.words, j, request["word_norm"], tracks.words, tracks.rows["word_norm"], chosen)
    out[known, INDEX["precedent"]] = _if_known(told, _round(SCALE * likeness[place]))


def reasons(requests: Side, j: int, offers: Side, tracks: Tracks, rule: Rules) -> Scores:
    """Every criterion's score both ways of one request with all offers, (offers, 2, COUNT), vetoes not looked at."""
    request, rows = requests.rows[j], offers.rows
    out = np.full((len(rows), 2, COUNT), UNKNOWN, np.int64)
    pairs = {"technology": _technologies(request, rows, rule.alike)}
    for name, column in (("mode", "modes"), ("stage", "stages")):
        pairs[name] = _shares(request[column], rows[column])
    pairs["country"] = _wish(request, rows), _wish(rows, request)
    pairs["certificates"] = _certificates(request, rows), _certificates(rows, request)
    for us, them, way in ((request, rows, 0), (rows, request, 1)):
        known = (us["frameworks_wished"] > 0) & (them["country"] > 0)
        met = (us["frameworks_wished"] & them["frameworks"]) > 0
        out[:, way, INDEX["framework"]] = _if_known(known, np.where(met, SCALE, 0))
    for name in ("power", "energy", "budget"):
        pairs[name] = (_range(request[name], rows[name]),) * 2
    pairs["dates"] = (_dates(request, rows),) * 2
    pairs["languages"] = (_languages(request, rows),) * 2
    pairs["maturity"] = (_maturity(request, rows),) * 2
    pairs["text"] = (_texts(requests, j, offers),) * 2
    for name, (first, second) in pairs.items():
        out[:, 0, INDEX[name]], out[:, 1, INDEX[name]] = first, second
    _track_record(requests, j, offers, tracks, out[:, 0])
    return out


def _dates(request: Array, rows: Array) -> Scores:
    gap = np.maximum(request["dates"][0] - rows["dates"][:, 1], rows["dates"][:, 0] - request["dates"][1])
    late = _round(SCALE * HALF_DATES / (HALF_DATES + np.maximum(gap, 0)))
    return _if_known((request["flags"] & rows["flags"] & DATES_KNOWN) > 0, np.where(gap <= 0, SCALE, late))


def _languages(request: Array, rows: Array) -> Scores:
    known = request["languages"].any() & rows["languages"].any(axis=1)
    return _if_known(known, np.where((request["languages"] & rows["languages"]).any(axis=1), SCALE, 0))


def _maturity(request: Array, rows: Array) -> Scores:
    asked, trl = request["trl"].astype(int), rows["trl"].astype(int)
    gap = np.maximum(np.maximum(asked[0] - trl[:, 1], trl[:, 0] - asked[1]), 0)
    return _if_known((asked[0] > 0) & (trl[:, 0] > 0), np.maximum(0, SCALE - TRL_STEP * gap))


def joint(scores: Scores, weights: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """The joint score of each pair's reasons; -1 where nothing is known."""
    known = scores != UNKNOWN
    total = (weights * np.where(known, scores, 0)).sum(axis=-1)
    weight = (weights * known).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ways = total / (SCALE * weight)
        first, second = ways[:, 0], ways[:, 1]
        mean = np.where(first + second > 0, 2 * first * second / (first + second), 0.0)
    one = np.where(weight[:, 0] == 0, second, first)
    both = (weight > 0).all(axis=1)
    return np.where(both, mean, np.where((weight > 0).any(axis=1), one, -1.0))


def _vetoes(side: Side, place: int) -> set[int]:
    halves = side.vetoes.terms[side.vetoes.starts[place] : side.vetoes.starts[place + 1]].tolist()
    return {low | high << 32 for low, high in zip(halves[::2], halves[1::2], strict=True)}


def allowed(requests: Side, j: int, offers: Side) -> Mask:
    """Which offers a request may meet at all."""
    request, rows = requests.rows[j], offers.rows
    shared = requests.bits[j] & offers.bits
    free = ((shared & ROOT_BITS) > 0) & ((shared & MODE_BITS) > 0) & (rows["enterprise"] != request["enterprise"])
    free &= ~_bit(request["excluded"], rows["country"])
    free &= ~_bit(rows["excluded"], request["country"]) & ~_bit(rows["excluded"], request["site"])
    free &= ~np.isin(rows["name_hash"], np.array(sorted(_vetoes(requests, j)), np.uint64))
    name = int(request["name_hash"])
    return np.asarray(free & ~np.array([name in _vetoes(offers, i) for i in range(len(rows))], bool))


def _best(scores: npt.NDArray[np.float64], keys: npt.NDArray[np.int64], top: int) -> npt.NDArray[np.int64]:
    order = np.lexsort((keys, -scores))[:top]
    return np.asarray(order[scores[order] > 0])


def scan(offers: Side, requests: Side, tracks: Tracks, rule: Rules, top: int = TOP) -> tuple[Lists, Lists]:
    """The best partners of every offer and every request."""
    table = np.full((len(requests.keys), len(offers.keys)), -1.0)
    for j in range(len(requests.keys)):
        table[j] = np.where(allowed(requests, j, offers), joint(reasons(requests, j, offers, tracks, rule), rule.weights), -1.0)
    of_offers, of_requests = empty_lists(len(offers.keys), top), empty_lists(len(requests.keys), top)
    for lists, scores, keys in ((of_offers, table.T, requests.keys), (of_requests, table, offers.keys)):
        for row, line in enumerate(scores):
            best = _best(line, keys, top)
            lists.places[row, : len(best)], lists.scores[row, : len(best)] = best, line[best]
    return of_offers, of_requests

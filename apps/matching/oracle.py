"""The kernel's twin in plain numpy, one request against all offers: slow, short, and what the tests hold the kernel against."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from apps.matching.criteria import COUNT, INDEX, SCALE, TOP, UNKNOWN
from apps.matching.kernel import Lists, Rules, best, empty_lists
from apps.matching.layout import DATES_KNOWN, MODE_BITS, NO_COMPETITORS, ROOT_BITS, WISHES, Array, Side
from apps.matching.pairs import FULL, HALF, HALF_DATES, ONE, SAME_REGION, TINY, TRL_STEP, WORKED_THERE

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


def _round(values: Array) -> Scores:
    """To the nearest whole number, halves upward, from the 32-bit fractions in which everything is computed."""
    return np.asarray(np.floor(values + HALF), np.int64)


def _share(met: Any, wanted: Any) -> Scores:
    """met / wanted of SCALE, to the nearest whole number; 0 where nothing is wanted."""
    inverse = ONE / np.maximum(np.asarray(wanted, np.float32), ONE)
    return _round(np.asarray(met, np.float32) * inverse)


def _if_known(known: Any, scores: Any) -> Scores:
    return np.where(known, scores, UNKNOWN).astype(np.int64)


def _range(a: Array, b: Array) -> Scores:
    low, high = np.maximum(a[..., 0], b[..., 0]), np.minimum(a[..., 1], b[..., 1])
    known = (a[..., 0] >= 0) & (b[..., 0] >= 0)
    ratio = np.divide(high + TINY, low + TINY, out=np.ones(low.shape, np.float32), where=known)
    return _if_known(known, _round(FULL * np.minimum(ONE, ratio)))


def _wish(us: Array, them: Array) -> Scores:
    known = (us["marks"] & WISHES > 0) & ((them["country"] > 0) | (them["site"] > 0))
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


def _weights(side: Side, part: Array) -> dict[int, np.float32]:
    begin, end = int(part[0]), int(part[1])
    return dict(zip(side.terms[begin:end].tolist(), side.weights[begin:end], strict=True))


def _cosines(
    requests: Side, part: Array, norm: np.float32, offers: Side, rows: Array, column: str, wanted: Mask
) -> npt.NDArray[np.float32]:
    """The cosine of a request's terms with those of each wanted row, summed in the order of the terms."""
    own = _weights(requests, part)
    found = np.zeros(len(rows), np.float32)
    norms = rows[f"{column.removesuffix('s')}_norm"]
    for row in np.flatnonzero(wanted):
        total = np.float32(0)
        for number, weight in _weights(offers, rows[column][row]).items():
            if number in own:
                total += own[number] * weight
        found[row] = min(ONE, total * ((ONE / norm) * (ONE / norms[row])))
    return found


def _texts(requests: Side, j: int, offers: Side) -> Scores:
    request, rows = requests.rows[j], offers.rows
    concepts = (request["concept_norm"] > 0) & (rows["concept_norm"] > 0)
    words = (request["language"] == rows["language"]) & (request["word_norm"] > 0) & (rows["word_norm"] > 0)
    total = _cosines(requests, request["concepts"], request["concept_norm"], offers, rows, "concepts", concepts)
    total = total + np.sqrt(_cosines(requests, request["words"], request["word_norm"], offers, rows, "words", words))
    parts = concepts.astype(int) + words
    return _if_known(parts > 0, _round(FULL * total / np.maximum(parts, 1).astype(np.float32)))


def _track_record(requests: Side, j: int, offers: Side, out: Scores) -> None:
    known = np.flatnonzero(offers.rows["track"] >= 0)
    if not known.size:
        return
    request, place = requests.rows[j], offers.rows["track"][known]
    rows = offers.tracks[place]
    asked = request["technologies"][request["technologies"] > 0].astype(int) - 1
    places = request["places"][request["places"] > 0]
    out[known, INDEX["activity"]] = rows["activity"]
    if asked.size:
        out[known, INDEX["experience"]] = _share(
            rows["experience"][:, request["work_region"]][:, asked].sum(axis=1, dtype=int), asked.size
        )
    if places.size:
        out[known, INDEX["presence"]] = rows["presence"][:, places].max(axis=1)
    if request["size"]:
        out[known, INDEX["scale"]] = _if_known(rows["sizes_known"] > 0, rows["scale"][:, request["size"] - 1])
    told = (rows["language"] == request["language"]) & (rows["word_norm"] > 0) & (request["word_norm"] > 0)
    chosen = np.zeros(len(offers.tracks), bool)
    chosen[place[told]] = True
    likeness = _cosines(requests, request["words"], request["word_norm"], offers, offers.tracks, "words", chosen)
    out[known, INDEX["precedent"]] = _if_known(told, _round(FULL * np.sqrt(likeness[place])))


def reasons(requests: Side, j: int, offers: Side, rule: Rules) -> Scores:
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
    _track_record(requests, j, offers, out[:, 0])
    return out


def _dates(request: Array, rows: Array) -> Scores:
    gap = np.maximum(request["dates"][0] - rows["dates"][:, 1], rows["dates"][:, 0] - request["dates"][1])
    late = _round(np.float32(SCALE * HALF_DATES) / (HALF_DATES + np.maximum(gap, 0)).astype(np.float32))
    return _if_known((request["marks"] & rows["marks"] & DATES_KNOWN) > 0, np.where(gap <= 0, SCALE, late))


def _languages(request: Array, rows: Array) -> Scores:
    known = request["languages"].any() & rows["languages"].any(axis=1)
    return _if_known(known, np.where((request["languages"] & rows["languages"]).any(axis=1), SCALE, 0))


def _maturity(request: Array, rows: Array) -> Scores:
    asked, trl = request["trl"].astype(int), rows["trl"].astype(int)
    gap = np.maximum(np.maximum(asked[0] - trl[:, 1], trl[:, 0] - asked[1]), 0)
    return _if_known((asked[0] > 0) & (trl[:, 0] > 0), np.maximum(0, SCALE - TRL_STEP * gap))


def joint(scores: Scores, weights: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """The joint score of each pair's reasons, the harmonic mean in whole numbers until the last division; 0 where nothing is known."""
    known = scores != UNKNOWN
    (a, b), (a_known, b_known) = (
        (weights * part).sum(axis=-1).astype(float).T for part in (np.where(known, scores, 0), known)
    )
    above = np.select([b_known == 0, a_known == 0], [a, b], 2.0 * a * b)
    below = SCALE * np.select([b_known == 0, a_known == 0], [a_known, b_known], a * b_known + b * a_known)
    return np.asarray(np.divide(above, below, out=np.zeros(len(above)), where=below > 0))


def _vetoes(side: Side, place: int) -> set[int]:
    begin, end = side.rows["vetoes"][place].tolist()
    halves = side.terms[begin:end].tolist()
    return {low | high << 32 for low, high in zip(halves[::2], halves[1::2], strict=True)}


def allowed(requests: Side, j: int, offers: Side) -> Mask:
    """Which offers a request may meet at all."""
    request, rows = requests.rows[j], offers.rows
    shared = requests.bits[j] & offers.bits
    free = ((shared & ROOT_BITS) > 0) & ((shared & MODE_BITS) > 0) & (rows["enterprise"] != request["enterprise"])
    free &= ~_bit(request["excluded"], rows["country"])
    free &= ~_bit(rows["excluded"], request["country"]) & ~_bit(rows["excluded"], request["site"])
    free &= (rows["group"] != request["group"]) | (rows["group"] == 0)
    free &= ~_barred(request, rows) & ~_barred(rows, request)
    ours = np.array(sorted(_vetoes(requests, j)), np.uint64)
    free &= ~np.isin(rows["name_hash"], ours) & ~np.isin(rows["group"], ours)
    names = {int(request["name_hash"]), int(request["group"])}
    return np.asarray(free & ~np.array([bool(names & _vetoes(offers, i)) for i in range(len(rows))], bool))


def _barred(us: Array, them: Array) -> Mask:
    shared = us["trade"] & them["trade"]
    competes = ((us["marks"] & NO_COMPETITORS) > 0) & ((shared & ROOT_BITS) > 0) & ((shared & MODE_BITS) > 0)
    kind = (us["barred_kinds"] & them["kinds"]) > 0
    return np.asarray(_bit(us["barred"], them["country"]) | _bit(us["barred"], them["site"]) | kind | competes)


def kept_away(us: Array, vetoes: Iterable[int], them: Array) -> Mask:
    """Whom of these rows one listing and its enterprise want nothing to do with, or are of one group with."""
    named = np.array(sorted(vetoes), np.uint64)
    found = _barred(us, them) | _bit(us["excluded"], them["country"])
    found |= np.isin(them["name_hash"], named) | np.isin(them["group"], named)
    return np.asarray(found | (them["group"] == us["group"]) & (them["group"] != 0))


def scan(offers: Side, requests: Side, rule: Rules, top: int = TOP) -> tuple[Lists, Lists]:
    """The best partners of every offer and every request."""
    table = np.full((len(requests.keys), len(offers.keys)), -1.0)
    for j in range(len(requests.keys)):
        table[j] = np.where(allowed(requests, j, offers), joint(reasons(requests, j, offers, rule), rule.weights), -1.0)
    of_offers, of_requests = empty_lists(len(offers.keys), top), empty_lists(len(requests.keys), top)
    for lists, scores, keys in ((of_offers, table.T, requests.keys), (of_requests, table, offers.keys)):
        for row, line in enumerate(scores):
            chosen = best(line, keys, top)
            lists.places[row, : len(chosen)], lists.scores[row, : len(chosen)] = chosen, line[chosen]
    return of_offers, of_requests

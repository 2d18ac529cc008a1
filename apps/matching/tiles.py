"""Sixty-four offers as columns, so that a request is scored with all of them at once.

Each criterion is a loop over the columns without a branch, which the compiler turns into vector instructions. What depends on a value
that many requests share (a technology, a country, a size) is gathered once for the tile and then found in a line of its own. All
numbers of one type lie in one array, each column at a fixed offset: the compiler then sees that no two of them overlap.
"""

# ruff: noqa: ANN001, ANN201, ANN202
# mypy: disable-error-code="no-untyped-def, assignment, operator"

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from apps.matching import pairs
from apps.matching.criteria import COUNT, SCALE
from apps.matching.layout import CONCEPTS, HELD, PLACES, REGIONS, REQUIRED, SIZES, TECHNOLOGIES, TILE, Side
from apps.matching.pairs import FULL, HALF, ONE, SAME_REGION, WORKED_THERE, inlined

# Offsets of the columns.
(MODES, STAGES, COUNTRY, SITE, REGION, FRAMEWORKS_WISHED, FRAMEWORKS, BEGIN, END, TRL_LOW, TRL_HIGH, LANGUAGE, TRACK_LANGUAGE, ACTIVITY,
 WISHED_REGIONS, WANTED, A, A_KNOWN, B, B_KNOWN, MEETS, MET, BEST) = range(0, 23 * TILE, TILE)  # fmt: skip
HOLDS = 23 * TILE
REQUIRES = HOLDS + HELD * TILE
GIVES = REQUIRES + REQUIRED * TILE  # a criterion's weight where the offer tells, so that the request's view knows; 0 elsewhere
ASKS = GIVES + COUNT * TILE  # likewise for the offer's view
INTS = ASKS + COUNT * TILE
BITS, WISHED, PRESENT, SPOKEN = 0, TILE, 5 * TILE, 9 * TILE
SETS = 12 * TILE
(POWER_LOW, POWER_HIGH, ENERGY_LOW, ENERGY_HIGH, BUDGET_LOW, BUDGET_HIGH, CONCEPT_INVERSE, WORD_INVERSE, TRACK_INVERSE, CONCEPT_SUM, WORD_SUM,
 TRACK_SUM) = range(0, 12 * TILE, TILE)  # fmt: skip
REALS = 12 * TILE
# Lines of gathered values: one for each technology, each technology in each region, each country, each size.
COVERED, DONE, NEAR, ALIKE_IN_SIZE = 0, CONCEPTS, CONCEPTS + REGIONS * CONCEPTS, CONCEPTS + REGIONS * CONCEPTS + 256
LINES = ALIKE_IN_SIZE + SIZES
FILTER_BITS = 15
MARGIN = 1e-9  # wider than any rounding of a score


class Tile(NamedTuple):
    """The columns and lines of one tile, and its words: a table with open places, each the head of a chain of entries."""

    ints: npt.NDArray[np.int32]
    most: npt.NDArray[np.int64]  # how many standards any of them holds, and requires
    sets: npt.NDArray[np.uint64]
    reals: npt.NDArray[np.float32]
    lines: npt.NDArray[np.uint8]  # (LINES, TILE)
    gathered: npt.NDArray[np.bool_]
    concepts: npt.NDArray[np.float32]  # (CONCEPTS, TILE)
    filter: npt.NDArray[np.uint64]  # a bit for each word: most that a request asks for are not here
    words: npt.NDArray[np.uint64]
    heads: npt.NDArray[np.int32]
    following: npt.NDArray[np.int32]
    lanes: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]


def blank(offers: Side, start: int, stop: int) -> Tile:
    """An empty tile with room for the words of any tile of these offers."""
    entries = _most_words(offers, start, stop)
    slots = 1 << max(6, (2 * entries).bit_length())
    return Tile(
        np.zeros(INTS, np.int32), np.zeros(2, np.int64), np.zeros(SETS, np.uint64), np.zeros(REALS, np.float32),
        np.zeros((LINES, TILE), np.uint8), np.zeros(LINES, np.bool_), np.zeros((CONCEPTS, TILE), np.float32),
        np.zeros(1 << (FILTER_BITS - 6), np.uint64), np.zeros(slots, np.uint64), np.full(slots, -1, np.int32),
        np.zeros(entries, np.int32), np.zeros(entries, np.int32), np.zeros(entries, np.float32),
    )  # fmt: skip


def _most_words(offers: Side, start: int, stop: int) -> int:
    """How many words the listings and track records of a tile have at the most."""
    if stop <= start:
        return 0
    parts = offers.rows["words"][start:stop].astype(np.int64)
    counts = parts[:, 1] - parts[:, 0]
    if len(offers.tracks):
        parts, place = offers.tracks["words"].astype(np.int64), offers.rows["track"][start:stop]
        counts += np.where(place >= 0, (parts[:, 1] - parts[:, 0])[place], 0)
    return int(np.add.reduceat(counts, np.arange(0, stop - start, TILE)).max())


@inlined
def load(tile, offers, first, last, weights):
    """Take in the offers [first, last); lanes beyond them meet nobody."""
    ints, sets, reals = tile.ints, tile.sets, tile.reals
    tile.gathered[:] = False
    tile.concepts[:] = 0
    tile.filter[:] = 0
    tile.words[:] = 0
    tile.heads[:] = -1
    ints[:] = 0
    sets[:] = 0
    tile.most[:] = 0
    used = 0
    for lane in range(last - first):
        offer = offers.rows[first + lane]
        _load_numbers(ints, reals, offer, lane)
        _load_sets(ints, sets, tile.most, offer, lane)
        sets[BITS + lane] = offers.bits[first + lane]
        for criterion in range(COUNT):
            ints[GIVES + criterion * TILE + lane] = weights[0, criterion] * ((offer.gives >> criterion) & 1)
            ints[ASKS + criterion * TILE + lane] = weights[1, criterion] * ((offer.asks >> criterion) & 1)
        for at in range(np.int64(offer.concepts[0]), np.int64(offer.concepts[1])):
            tile.concepts[offers.terms[at], lane] = offers.weights[at]
        used = _load_words(tile, offers, offer.words, _code(offer.language), lane, used)
        reals[TRACK_INVERSE + lane] = 0
        ints[TRACK_LANGUAGE + lane] = 0
        if offer.track >= 0:
            track = offers.tracks[offer.track]
            ints[ACTIVITY + lane] = track.activity
            ints[TRACK_LANGUAGE + lane] = track.language
            reals[TRACK_INVERSE + lane] = _inverse(track.word_norm)
            used = _load_words(tile, offers, track.words, _code(track.language), TILE + lane, used)


@inlined
def _load_numbers(ints, reals, offer, lane):
    ints[MODES + lane], ints[STAGES + lane] = offer.modes, offer.stages
    ints[COUNTRY + lane], ints[SITE + lane], ints[REGION + lane] = offer.country, offer.site, offer.region
    ints[FRAMEWORKS_WISHED + lane], ints[FRAMEWORKS + lane] = offer.frameworks_wished, offer.frameworks
    ints[BEGIN + lane], ints[END + lane] = offer.dates[0], offer.dates[1]
    ints[TRL_LOW + lane], ints[TRL_HIGH + lane] = offer.trl[0], offer.trl[1]
    ints[LANGUAGE + lane], ints[WISHED_REGIONS + lane] = offer.language, offer.wished_regions
    for end in range(2):
        reals[POWER_LOW + end * TILE + lane] = offer.power[end]
        reals[ENERGY_LOW + end * TILE + lane] = offer.energy[end]
        reals[BUDGET_LOW + end * TILE + lane] = offer.budget[end]
    reals[CONCEPT_INVERSE + lane], reals[WORD_INVERSE + lane] = _inverse(offer.concept_norm), _inverse(offer.word_norm)


@inlined
def _inverse(norm):
    """One over the length of a listing's vector; 0 where it has none."""
    return ONE / norm if norm > 0 else np.float32(0)


@inlined
def _load_sets(ints, sets, most, offer, lane):
    for word in range(4):
        sets[WISHED + word * TILE + lane], sets[PRESENT + word * TILE + lane] = offer.wished[word], offer.present[word]
    for word in range(3):
        sets[SPOKEN + word * TILE + lane] = offer.languages[word]
    wanted = holds = 0
    for place in range(REQUIRED):
        ints[REQUIRES + place * TILE + lane] = np.int32(offer.required[place])
        wanted += offer.required[place] > 0
    for place in range(HELD):
        ints[HOLDS + place * TILE + lane] = np.int32(offer.held[place])
        holds += offer.held[place] > 0
    ints[WANTED + lane] = wanted
    most[0], most[1] = max(most[0], holds), max(most[1], wanted)


@inlined
def _code(language):
    return np.uint64(language) << np.uint64(32)


@inlined
def _bit(word):
    return np.int64(word ^ (word >> np.uint64(29))) & ((1 << FILTER_BITS) - 1)


@inlined
def _slot(words, word):
    """The place of a word in the table: its own, or the free one where it would be put."""
    mask = words.size - 1
    slot = np.int64(word ^ (word >> np.uint64(29))) & mask
    while words[slot] != word and words[slot] != 0:
        slot = (slot + 1) & mask
    return slot


@inlined
def _load_words(tile, offers, part, code, lane, used):
    for at in range(np.int64(part[0]), np.int64(part[1])):
        word = np.uint64(offers.terms[at]) | code
        slot = _slot(tile.words, word)
        tile.filter[_bit(word) >> 6] |= np.uint64(1) << np.uint64(_bit(word) & 63)
        tile.words[slot] = word
        tile.following[used], tile.lanes[used], tile.weights[used] = tile.heads[slot], lane, offers.weights[at]
        tile.heads[slot] = used
        used += 1
    return used


@inlined
def candidates(tile, bits):
    """Mark the offers whose family and mode meet those of a request; returns how many they are."""
    ints, sets = tile.ints, tile.sets
    count = np.int32(0)
    for k in range(TILE):
        meets = np.int32(pairs.meets(bits, sets[BITS + k]))
        ints[MEETS + k] = meets
        count += meets
    return count


@inlined
def score(tile, request, requests, offers, first, last, alike, weights):
    """Add up both views of every pair of the tile: weighted scores, and the weights of what is known."""
    ints = tile.ints
    for k in range(TILE):
        ints[A + k] = ints[A_KNOWN + k] = ints[B + k] = ints[B_KNOWN + k] = 0
    asks, gives = np.int64(request.asks), np.int64(request.gives)
    _score_sets(tile, request, asks, gives)
    _score_amounts(tile, request, asks)
    _score_periods(tile, request, asks)
    if asks >> pairs.TECHNOLOGY & 1:
        _score_technologies(tile, request, offers, first, last, alike)
    if asks >> pairs.CERTIFICATES & 1:
        _score_their_certificates(tile, request)
    if gives >> pairs.CERTIFICATES & 1:
        _score_our_certificates(tile, request)
    if asks >> pairs.COUNTRY & 1:
        _score_their_country(tile, request)
    if gives >> pairs.COUNTRY & 1:
        _score_our_country(tile, request)
    _score_track_record(tile, request, offers, first, last, asks)
    _score_texts(tile, request, requests.terms, requests.weights, weights)


@inlined
def _both(ints, criterion, k, ours, theirs):
    """Add a criterion's scores to both views of one pair."""
    weight = ints[GIVES + criterion * TILE + k]
    ints[A + k] += weight * ours
    ints[A_KNOWN + k] += weight
    weight = ints[ASKS + criterion * TILE + k]
    ints[B + k] += weight * theirs
    ints[B_KNOWN + k] += weight


@inlined
def _ours(ints, criterion, k, q):
    """Add a criterion's score to the request's view."""
    weight = ints[GIVES + criterion * TILE + k]
    ints[A + k] += weight * q
    ints[A_KNOWN + k] += weight


@inlined
def _theirs(ints, criterion, k, q):
    """Add a criterion's score to the offer's view."""
    weight = ints[ASKS + criterion * TILE + k]
    ints[B + k] += weight * q
    ints[B_KNOWN + k] += weight


@inlined
def _score_sets(tile, request, asks, gives):
    """Modes, stages, languages and frameworks."""
    ints, sets = tile.ints, tile.sets
    if asks >> pairs.MODE & 1:
        asked = np.int32(request.modes)
        for k in range(TILE):
            ours, theirs = pairs.shared(asked, ints[MODES + k])
            _both(ints, pairs.MODE, k, ours, theirs)
    if asks >> pairs.STAGE & 1:
        asked = np.int32(request.stages)
        for k in range(TILE):
            ours, theirs = pairs.shared(asked, ints[STAGES + k])
            _both(ints, pairs.STAGE, k, ours, theirs)
    if asks >> pairs.LANGUAGES & 1:
        first, second, third = request.languages[0], request.languages[1], request.languages[2]
        for k in range(TILE):
            common = (first & sets[SPOKEN + k]) | (second & sets[SPOKEN + TILE + k]) | (third & sets[SPOKEN + 2 * TILE + k])
            q = SCALE * np.int32(common != 0)
            _both(ints, pairs.LANGUAGES, k, q, q)
    if asks >> pairs.FRAMEWORK & 1:
        wished = np.int32(request.frameworks_wished)
        for k in range(TILE):
            _ours(ints, pairs.FRAMEWORK, k, SCALE * np.int32((wished & ints[FRAMEWORKS + k]) != 0))
    if gives >> pairs.FRAMEWORK & 1:
        member = np.int32(request.frameworks)
        for k in range(TILE):
            _theirs(ints, pairs.FRAMEWORK, k, SCALE * np.int32((member & ints[FRAMEWORKS_WISHED + k]) != 0))


@inlined
def _score_amounts(tile, request, asks):
    """Power, energy and budget."""
    ints, reals = tile.ints, tile.reals
    if asks >> pairs.POWER & 1:
        low, high = request.power[0], request.power[1]
        for k in range(TILE):
            q = pairs.ratio(low, reals[POWER_LOW + k], high, reals[POWER_HIGH + k])
            _both(ints, pairs.POWER, k, q, q)
    if asks >> pairs.ENERGY & 1:
        low, high = request.energy[0], request.energy[1]
        for k in range(TILE):
            q = pairs.ratio(low, reals[ENERGY_LOW + k], high, reals[ENERGY_HIGH + k])
            _both(ints, pairs.ENERGY, k, q, q)
    if asks >> pairs.BUDGET & 1:
        low, high = request.budget[0], request.budget[1]
        for k in range(TILE):
            q = pairs.ratio(low, reals[BUDGET_LOW + k], high, reals[BUDGET_HIGH + k])
            _both(ints, pairs.BUDGET, k, q, q)


@inlined
def _score_periods(tile, request, asks):
    """Dates and readiness."""
    ints = tile.ints
    if asks >> pairs.DATES & 1:
        begin, end = request.dates[0], request.dates[1]
        for k in range(TILE):
            q = pairs.nearness(begin, ints[BEGIN + k], end, ints[END + k])
            _both(ints, pairs.DATES, k, q, q)
    if asks >> pairs.MATURITY & 1:
        low, high = np.int32(request.trl[0]), np.int32(request.trl[1])
        for k in range(TILE):
            q = pairs.readiness(low, ints[TRL_LOW + k], high, ints[TRL_HIGH + k])
            _both(ints, pairs.MATURITY, k, q, q)


@inlined
def _score_technologies(tile, request, offers, first, last, alike):
    ints, lines = tile.ints, tile.lines
    for k in range(TILE):
        ints[MET + k] = ints[BEST + k] = 0
    count = 0
    for place in range(TECHNOLOGIES):
        asked = np.int64(request.technologies[place]) - 1
        if asked < 0:
            break
        count += 1
        line = _covered(tile, offers, first, last, alike, asked)
        for k in range(TILE):
            covered = np.int32(lines[line, k])
            ints[MET + k] += covered
            ints[BEST + k] = max(ints[BEST + k], covered)
    for k in range(TILE):
        _both(ints, pairs.TECHNOLOGY, k, pairs.share(ints[MET + k], count), ints[BEST + k])


@inlined
def _covered(tile, offers, first, last, alike, asked):
    """The line that tells how near each offer's technologies come to one asked for."""
    line = COVERED + asked
    if not tile.gathered[line]:
        tile.gathered[line] = True
        for lane in range(last - first):
            best = np.uint8(0)
            for place in range(TECHNOLOGIES):
                offered = np.int64(offers.rows[first + lane].technologies[place]) - 1
                if offered < 0:
                    break
                best = max(best, alike[asked, offered])
            tile.lines[line, lane] = best
    return line


@inlined
def _score_their_certificates(tile, request):
    ints = tile.ints
    for k in range(TILE):
        ints[MET + k] = 0
    wanted = 0
    for place in range(REQUIRED):
        standard = np.int32(request.required[place])
        if standard == 0:
            break
        wanted += 1
        _count_holders(ints, tile.most[0], standard)
    for k in range(TILE):
        _ours(ints, pairs.CERTIFICATES, k, pairs.share(SCALE * ints[MET + k], wanted))


@inlined
def _count_holders(ints, most, standard):
    for k in range(TILE):
        ints[BEST + k] = 0
    for place in range(most):
        for k in range(TILE):
            ints[BEST + k] |= np.int32(ints[HOLDS + place * TILE + k] == standard)
    for k in range(TILE):
        ints[MET + k] += ints[BEST + k]


@inlined
def _score_our_certificates(tile, request):
    ints = tile.ints
    for k in range(TILE):
        ints[MET + k] = 0
    for place in range(tile.most[1]):
        for k in range(TILE):
            ints[BEST + k] = 0
        for other in range(HELD):
            standard = np.int32(request.held[other])
            if standard == 0:
                break
            for k in range(TILE):
                ints[BEST + k] |= np.int32(ints[REQUIRES + place * TILE + k] == standard)
        for k in range(TILE):
            ints[MET + k] += ints[BEST + k]
    for k in range(TILE):
        _theirs(ints, pairs.CERTIFICATES, k, pairs.share(SCALE * ints[MET + k], max(np.int32(1), ints[WANTED + k])))


@inlined
def _within(first, second, third, fourth, number):
    """`pairs.has` of a set in four variables."""
    lower = first if number < 64 else second
    upper = third if number < 192 else fourth
    word = lower if number < 128 else upper
    return np.int32((word >> np.uint64(number & 63)) & np.uint64(1)) & np.int32(number > 0)


@inlined
def _score_their_country(tile, request):
    ints, sets = tile.ints, tile.sets
    first, second, third, fourth = request.wished[0], request.wished[1], request.wished[2], request.wished[3]
    regions = np.int32(request.wished_regions)
    for k in range(TILE):
        full = _within(first, second, third, fourth, ints[COUNTRY + k]) | _within(first, second, third, fourth, ints[SITE + k])
        worked = (
            (first & sets[PRESENT + k]) | (second & sets[PRESENT + TILE + k])
            | (third & sets[PRESENT + 2 * TILE + k]) | (fourth & sets[PRESENT + 3 * TILE + k])
        )  # fmt: skip
        region = ints[REGION + k]
        near = SAME_REGION * ((regions >> region) & 1) * np.int32(region > 0)
        partly = WORKED_THERE if worked != 0 else near
        _ours(ints, pairs.COUNTRY, k, SCALE if full != 0 else partly)


@inlined
def _score_our_country(tile, request):
    ints, sets = tile.ints, tile.sets
    first, second, third, fourth = request.present[0], request.present[1], request.present[2], request.present[3]
    country, site, region = np.int64(request.country), np.int64(request.site), np.int32(request.region)
    ours, ours_known = WISHED + (country >> 6) * TILE, np.uint64(country > 0)
    theirs, theirs_known = WISHED + (site >> 6) * TILE, np.uint64(site > 0)
    country_bit, site_bit = np.uint64(country & 63), np.uint64(site & 63)
    for k in range(TILE):
        full = (sets[ours + k] >> country_bit & ours_known) | (sets[theirs + k] >> site_bit & theirs_known)
        worked = (
            (first & sets[WISHED + k]) | (second & sets[WISHED + TILE + k])
            | (third & sets[WISHED + 2 * TILE + k]) | (fourth & sets[WISHED + 3 * TILE + k])
        )  # fmt: skip
        near = SAME_REGION * ((ints[WISHED_REGIONS + k] >> region) & 1) * np.int32(region > 0)
        partly = WORKED_THERE if worked != 0 else near
        _theirs(ints, pairs.COUNTRY, k, SCALE if full != 0 else partly)


@inlined
def _score_track_record(tile, request, offers, first, last, asks):
    ints, lines = tile.ints, tile.lines
    for k in range(TILE):
        _ours(ints, pairs.ACTIVITY, k, ints[ACTIVITY + k])
    if asks >> pairs.EXPERIENCE & 1:
        _score_experience(tile, request, offers, first, last)
    if asks >> pairs.PRESENCE & 1:
        for k in range(TILE):
            ints[BEST + k] = 0
        for place in range(PLACES):
            country = np.int64(request.places[place])
            if country == 0:
                break
            line = _near(tile, offers, first, last, country)
            for k in range(TILE):
                ints[BEST + k] = max(ints[BEST + k], np.int32(lines[line, k]))
        for k in range(TILE):
            _ours(ints, pairs.PRESENCE, k, ints[BEST + k])
    if asks >> pairs.BY_SIZE & 1:
        line = _alike_in_size(tile, offers, first, last, np.int64(request.size) - 1)
        for k in range(TILE):
            _ours(ints, pairs.BY_SIZE, k, np.int32(lines[line, k]))


@inlined
def _score_experience(tile, request, offers, first, last):
    ints, lines = tile.ints, tile.lines
    for k in range(TILE):
        ints[MET + k] = 0
    count = 0
    for place in range(TECHNOLOGIES):
        asked = np.int64(request.technologies[place]) - 1
        if asked < 0:
            break
        count += 1
        line = _done(tile, offers, first, last, np.int64(request.work_region), asked)
        for k in range(TILE):
            ints[MET + k] += np.int32(lines[line, k])
    for k in range(TILE):
        _ours(ints, pairs.EXPERIENCE, k, pairs.share(ints[MET + k], count))


@inlined
def _done(tile, offers, first, last, region, technology):
    number = DONE + region * CONCEPTS + technology
    if not tile.gathered[number]:
        tile.gathered[number] = True
        for lane in range(last - first):
            track = offers.rows[first + lane].track
            if track >= 0:
                tile.lines[number, lane] = offers.tracks[track].experience[region, technology]
    return number


@inlined
def _near(tile, offers, first, last, country):
    number = NEAR + country
    if not tile.gathered[number]:
        tile.gathered[number] = True
        for lane in range(last - first):
            track = offers.rows[first + lane].track
            if track >= 0:
                tile.lines[number, lane] = offers.tracks[track].presence[country]
    return number


@inlined
def _alike_in_size(tile, offers, first, last, size):
    number = ALIKE_IN_SIZE + size
    if not tile.gathered[number]:
        tile.gathered[number] = True
        for lane in range(last - first):
            track = offers.rows[first + lane].track
            if track >= 0:
                tile.lines[number, lane] = offers.tracks[track].scale[size]
    return number


@inlined
def _score_texts(tile, request, terms, term_weights, weights):
    ints, reals = tile.ints, tile.reals
    for k in range(TILE):
        reals[CONCEPT_SUM + k] = reals[WORD_SUM + k] = reals[TRACK_SUM + k] = 0
    for at in range(np.int64(request.concepts[0]), np.int64(request.concepts[1])):
        concept, weight = terms[at], term_weights[at]
        for k in range(TILE):
            reals[CONCEPT_SUM + k] += weight * tile.concepts[concept, k]
    code = _code(request.language)
    for at in range(np.int64(request.words[0]), np.int64(request.words[1])):
        word = np.uint64(terms[at]) | code
        if (tile.filter[_bit(word) >> 6] >> np.uint64(_bit(word) & 63)) & np.uint64(1):
            _add_word(tile, word, term_weights[at])
    language = np.int32(request.language)
    by_concept, by_word = _inverse(request.concept_norm), _inverse(request.word_norm)
    by_text, by_text_back, by_precedent = (
        np.int32(weights[0, pairs.TEXT]), np.int32(weights[1, pairs.TEXT]), np.int32(weights[0, pairs.PRECEDENT])
    )  # fmt: skip
    for k in range(TILE):
        told = np.int32(by_concept * reals[CONCEPT_INVERSE + k] > 0)
        said = np.int32((ints[LANGUAGE + k] == language) & (by_word * reals[WORD_INVERSE + k] > 0))
        concepts = pairs.cosine(reals[CONCEPT_SUM + k], by_concept, reals[CONCEPT_INVERSE + k])
        words = np.sqrt(pairs.cosine(reals[WORD_SUM + k], by_word, reals[WORD_INVERSE + k]))
        total = concepts + (words if said != 0 else np.float32(0))
        q = np.int32(FULL * (total * HALF if told + said == 2 else total) + HALF)
        known = told | said
        ints[A + k] += known * by_text * q
        ints[A_KNOWN + k] += known * by_text
        ints[B + k] += known * by_text_back * q
        ints[B_KNOWN + k] += known * by_text_back
    for k in range(TILE):
        known = np.int32((ints[TRACK_LANGUAGE + k] == language) & (by_word * reals[TRACK_INVERSE + k] > 0))
        q = np.int32(FULL * np.sqrt(pairs.cosine(reals[TRACK_SUM + k], by_word, reals[TRACK_INVERSE + k])) + HALF)
        ints[A + k] += known * by_precedent * q
        ints[A_KNOWN + k] += known * by_precedent


@inlined
def _add_word(tile, word, weight):
    """Add to the sums of the listings that have a word, and of the track records, which lie behind them."""
    slot = _slot(tile.words, word)
    if tile.words[slot] == word:
        entry = tile.heads[slot]
        while entry >= 0:
            tile.reals[WORD_SUM + tile.lanes[entry]] += weight * tile.weights[entry]
            entry = tile.following[entry]


@inlined
def promising(tile, lasts, last):
    """Mark the pairs whose joint score could enter a list; returns how many they are."""
    ints = tile.ints
    count = np.int32(0)
    for k in range(TILE):
        above, below = pairs.fraction(ints[A + k], ints[A_KNOWN + k], ints[B + k], ints[B_KNOWN + k])
        least = min(lasts[k], last) - MARGIN
        enters = np.int32((above > 0) & (above >= least * below)) & ints[MEETS + k]
        ints[MET + k] = enters
        count += enters
    return count

"""A request scored with the sixty-four offers of a tile at once, each criterion a loop over columns without a branch.

The compiler turns such loops into vector instructions; lines of values that offers have in common are gathered in loops of their own.
"""

# ruff: noqa: ANN001, ANN201, ANN202, C901
# mypy: disable-error-code="no-untyped-def, assignment, operator"

import numpy as np

from apps.matching import pairs
from apps.matching.criteria import SCALE
from apps.matching.layout import HELD, PLACES, REQUIRED, TECHNOLOGIES, TILE
from apps.matching.pairs import FULL, HALF, SAME_REGION, WORKED_THERE, inlined
from apps.matching.tiles import (
    A_KNOWN,
    ACTIVITY,
    ASKS,
    B_KNOWN,
    BEGIN,
    BEST,
    BUDGET_HIGH,
    BUDGET_LOW,
    CONCEPT_INVERSE,
    CONCEPT_SUM,
    COUNTRY,
    END,
    ENERGY_HIGH,
    ENERGY_LOW,
    FRAMEWORKS,
    FRAMEWORKS_WISHED,
    GIVES,
    HOLDS,
    LANGUAGE,
    MEETS,
    MET,
    MODES,
    POWER_HIGH,
    POWER_LOW,
    PRESENT,
    REGION,
    REQUIRES,
    SITE,
    SPOKEN,
    STAGES,
    TRACK_INVERSE,
    TRACK_LANGUAGE,
    TRACK_SUM,
    TRL_HIGH,
    TRL_LOW,
    WANTED,
    WISHED,
    WISHED_REGIONS,
    WORD_INVERSE,
    WORD_SUM,
    A,
    B,
    alike_in_size,
    bit,
    code,
    covered,
    done,
    inverse,
    near,
    slot_of,
)  # fmt: skip


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
            common = (
                (first & sets[SPOKEN + k]) | (second & sets[SPOKEN + TILE + k]) | (third & sets[SPOKEN + 2 * TILE + k])
            )
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
        line = covered(tile, offers, first, last, alike, asked)
        for k in range(TILE):
            reach = np.int32(lines[line, k])
            ints[MET + k] += reach
            ints[BEST + k] = max(ints[BEST + k], reach)
    for k in range(TILE):
        _both(ints, pairs.TECHNOLOGY, k, pairs.share(ints[MET + k], count), ints[BEST + k])


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
        full = _within(first, second, third, fourth, ints[COUNTRY + k]) | _within(
            first, second, third, fourth, ints[SITE + k]
        )
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
            line = near(tile, offers, first, last, country)
            for k in range(TILE):
                ints[BEST + k] = max(ints[BEST + k], np.int32(lines[line, k]))
        for k in range(TILE):
            _ours(ints, pairs.PRESENCE, k, ints[BEST + k])
    if asks >> pairs.BY_SIZE & 1:
        line = alike_in_size(tile, offers, first, last, np.int64(request.size) - 1)
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
        line = done(tile, offers, first, last, np.int64(request.work_region), asked)
        for k in range(TILE):
            ints[MET + k] += np.int32(lines[line, k])
    for k in range(TILE):
        _ours(ints, pairs.EXPERIENCE, k, pairs.share(ints[MET + k], count))


@inlined
def _score_texts(tile, request, terms, term_weights, weights):
    ints, reals = tile.ints, tile.reals
    for k in range(TILE):
        reals[CONCEPT_SUM + k] = reals[WORD_SUM + k] = reals[TRACK_SUM + k] = 0
    for at in range(np.int64(request.concepts[0]), np.int64(request.concepts[1])):
        concept, weight = terms[at], term_weights[at]
        for k in range(TILE):
            reals[CONCEPT_SUM + k] += weight * tile.concepts[concept, k]
    language, heard = np.int32(request.language), np.int32(0)
    for k in range(TILE):
        heard |= ints[MEETS + k] & (
            np.int32(ints[LANGUAGE + k] == language) | np.int32(ints[TRACK_LANGUAGE + k] == language)
        )
    if heard != 0:
        spoken = code(request.language)
        for at in range(np.int64(request.words[0]), np.int64(request.words[1])):
            word = np.uint64(terms[at]) | spoken
            if (tile.filter[bit(word) >> 6] >> np.uint64(bit(word) & 63)) & np.uint64(1):
                _add_word(tile, word, term_weights[at])
    by_concept, by_word = inverse(request.concept_norm), inverse(request.word_norm)
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
    slot = slot_of(tile, word)
    if tile.words[slot] == word:
        for entry in range(tile.ends[slot], tile.ends[slot + 1]):
            tile.reals[WORD_SUM + tile.lanes[entry]] += weight * tile.weights[entry]

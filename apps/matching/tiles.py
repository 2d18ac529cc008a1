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
from apps.matching.criteria import COUNT
from apps.matching.layout import CONCEPTS, HELD, REGIONS, REQUIRED, SIZES, TECHNOLOGIES, TILE, Side
from apps.matching.pairs import ONE, inlined

# Offsets of the columns.
(MODES, STAGES, COUNTRY, SITE, REGION, FRAMEWORKS_WISHED, FRAMEWORKS, BEGIN, END, TRL_LOW, TRL_HIGH, LANGUAGE, TRACK_LANGUAGE, ACTIVITY,
 WISHED_REGIONS, WANTED, A, A_KNOWN, B, B_KNOWN, MEETS, MET, BEST) = range(0, 23 * TILE, TILE)  # fmt: skip
HOLDS = 23 * TILE
REQUIRES = HOLDS + HELD * TILE
# A criterion's weight where the offer tells, so that the request's view knows, and where it asks, for its own view; 0 elsewhere.
GIVES = REQUIRES + REQUIRED * TILE
ASKS = GIVES + COUNT * TILE
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


class Tile(NamedTuple):
    """The columns and lines of one tile, and its words: a table with open places, each the head of a chain of entries."""

    ints: npt.NDArray[np.int32]
    most: npt.NDArray[np.int64]  # how many standards any of them holds, and requires; the mask of the table of words
    sets: npt.NDArray[np.uint64]
    reals: npt.NDArray[np.float32]
    lines: npt.NDArray[np.uint8]  # (LINES, TILE)
    gathered: npt.NDArray[np.bool_]
    concepts: npt.NDArray[np.float32]  # (CONCEPTS, TILE)
    filter: npt.NDArray[np.uint64]  # a bit for each word: most that a request asks for are not here
    words: npt.NDArray[np.uint64]
    ends: npt.NDArray[
        np.int32
    ]  # (slots + 1,): where the entries of the word in the slot before end, and so its own begin
    met: npt.NDArray[np.int32]  # (2, entries): the slot and the lane of each word as it was met
    heavy: npt.NDArray[np.float32]  # its weight
    lanes: npt.NDArray[np.int32]  # the same, those of a word together
    weights: npt.NDArray[np.float32]


def blank(offers: Side, start: int, stop: int) -> Tile:
    """An empty tile with room for the words of any tile of these offers."""
    entries = _most_words(offers, start, stop)
    slots = 1 << max(6, (2 * entries).bit_length())
    return Tile(
        np.zeros(INTS, np.int32), np.zeros(3, np.int64), np.zeros(SETS, np.uint64), np.zeros(REALS, np.float32),
        np.zeros((LINES, TILE), np.uint8), np.zeros(LINES, np.bool_), np.zeros((CONCEPTS, TILE), np.float32),
        np.zeros(1 << (FILTER_BITS - 6), np.uint64), np.zeros(slots, np.uint64), np.zeros(slots + 2, np.int32),
        np.zeros((2, entries), np.int32), np.zeros(entries, np.float32), np.zeros(entries, np.int32), np.zeros(entries, np.float32),
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
    ints[:] = 0
    sets[:] = 0
    tile.most[:] = 0
    used = _clear_words(tile, offers, first, last)
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
        used = _load_words(tile, offers, offer.words, code(offer.language), lane, used)
        reals[TRACK_INVERSE + lane] = 0
        ints[TRACK_LANGUAGE + lane] = 0
        if offer.track >= 0:
            track = offers.tracks[offer.track]
            ints[ACTIVITY + lane] = track.activity
            ints[TRACK_LANGUAGE + lane] = track.language
            reals[TRACK_INVERSE + lane] = inverse(track.word_norm)
            used = _load_words(tile, offers, track.words, code(track.language), TILE + lane, used)
    _sort_words(tile, used)


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
    reals[CONCEPT_INVERSE + lane], reals[WORD_INVERSE + lane] = inverse(offer.concept_norm), inverse(offer.word_norm)


@inlined
def inverse(norm):
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
def code(language):
    return np.uint64(language) << np.uint64(32)


@inlined
def bit(word):
    return np.int64(word ^ (word >> np.uint64(29))) & ((1 << FILTER_BITS) - 1)


@inlined
def slot_of(tile, word):
    """The place of a word in the table: its own, or the free one where it would be put."""
    mask = tile.most[2]
    slot = np.int64(word ^ (word >> np.uint64(29))) & mask
    while tile.words[slot] != word and tile.words[slot] != 0:
        slot = (slot + 1) & mask
    return slot


@inlined
def _clear_words(tile, offers, first, last):
    """Empty as much of the table as these offers need; returns 0, how many words there are."""
    total, size = np.int64(0), 64
    for place in range(first, last):
        offer = offers.rows[place]
        total += np.int64(offer.words[1]) - np.int64(offer.words[0])
        if offer.track >= 0:
            track = offers.tracks[offer.track]
            total += np.int64(track.words[1]) - np.int64(track.words[0])
    while size < 2 * total:
        size *= 2
    tile.most[2] = size - 1
    tile.words[:size] = 0
    tile.ends[: size + 2] = 0
    tile.filter[:] = 0
    return 0


@inlined
def _load_words(tile, offers, part, spoken, lane, used):
    """Count words under their slots."""
    for at in range(np.int64(part[0]), np.int64(part[1])):
        word = np.uint64(offers.terms[at]) | spoken
        slot = slot_of(tile, word)
        tile.filter[bit(word) >> 6] |= np.uint64(1) << np.uint64(bit(word) & 63)
        tile.words[slot] = word
        tile.ends[slot + 2] += 1
        tile.met[0, used], tile.met[1, used], tile.heavy[used] = slot, lane, offers.weights[at]
        used += 1
    return used


@inlined
def _sort_words(tile, used):
    """Put the entries of each word one after the other."""
    for slot in range(tile.most[2] + 1):
        tile.ends[slot + 2] += tile.ends[slot + 1]
    for entry in range(used):
        slot = tile.met[0, entry] + 1
        place = tile.ends[slot]
        tile.lanes[place], tile.weights[place] = tile.met[1, entry], tile.heavy[entry]
        tile.ends[slot] = place + 1


@inlined
def covered(tile, offers, first, last, alike, asked):
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
def done(tile, offers, first, last, region, technology):
    """The line of what each offer's enterprise did in a technology and a region."""
    number = DONE + region * CONCEPTS + technology
    if not tile.gathered[number]:
        tile.gathered[number] = True
        for lane in range(last - first):
            track = offers.rows[first + lane].track
            if track >= 0:
                tile.lines[number, lane] = offers.tracks[track].experience[region, technology]
    return number


@inlined
def near(tile, offers, first, last, country):
    """The line of what each offer's enterprise did in a country."""
    number = NEAR + country
    if not tile.gathered[number]:
        tile.gathered[number] = True
        for lane in range(last - first):
            track = offers.rows[first + lane].track
            if track >= 0:
                tile.lines[number, lane] = offers.tracks[track].presence[country]
    return number


@inlined
def alike_in_size(tile, offers, first, last, size):
    """The line of how much of each enterprise's work was of a size."""
    number = ALIKE_IN_SIZE + size
    if not tile.gathered[number]:
        tile.gathered[number] = True
        for lane in range(last - first):
            track = offers.rows[first + lane].track
            if track >= 0:
                tile.lines[number, lane] = offers.tracks[track].scale[size]
    return number


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

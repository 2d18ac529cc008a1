"""Near misses: partners that would fit a listing well but for a condition that may be told, found when its list is read.

Told may be what lies in the owner's own listing and what the other's shows to everybody: families of technologies, cooperation
modes, countries. Whom the other excludes by name is never looked at, so nothing here depends on it or could give it away; whom
the owner excludes by name is no near miss.

The cost is bounded: one pass of numpy over columns of the snapshot's other side, then the kernel for at most LOOKED_AT of its
rows, and the same for the newest of the listings that changed since.
"""

import numpy as np

from apps.matching import against
from apps.matching.against import Mask, Owner, Places
from apps.matching.kernel import Rules
from apps.matching.layout import HAS_VETOES, MODE_BITS, NO_COMPETITORS, ROOT_BITS, Array, Side
from apps.matching.models import Match, Run

LOOKED_AT = 2_000
CHOSEN = 40  # more than are shown, since some have nothing that may be told
_FREE = np.uint64(2**64 - 1)


def entries(run: Run, key: int, *, least: float) -> list[Match]:
    """Unsaved entries of the blocked partners that would score at least so much, best first.

    None for a listing that is not public, and where the run's snapshot lies on another machine's disk.
    """
    found = against.find(run, key)
    if found is None:
        return []
    owner, others, rule = found
    good = [
        entry
        for side, standing in others
        for entry in _scored(run.pk, owner, side, _candidates(owner, side, standing), rule)
        if entry.score >= least
    ]
    return sorted(good, key=lambda entry: (-entry.score, entry.other))[:CHOSEN]


def _candidates(owner: Owner, others: Side, standing: Mask) -> Places:
    """Places of at most LOOKED_AT blocked rows: those with the fewest obstacles, and then with the most in common."""
    obstacles = _obstacles(owner, others)
    blocked = standing & (obstacles > 0) & (others.rows["enterprise"] != owner.row["enterprise"])
    blocked &= ~_unwanted(owner, others.rows)
    places = np.flatnonzero(blocked)
    if len(places) <= LOOKED_AT:
        return places
    order = 4 * obstacles[places] - _in_common(owner.row, others.rows, places)
    return places[np.argpartition(order, LOOKED_AT)[:LOOKED_AT]]


def _unwanted(owner: Owner, theirs: Array) -> Mask:
    """Affiliates, and whom the owner keeps away without a word to anybody: no near misses."""
    own = owner.row
    shared = own["trade"] & theirs["trade"]
    competes = (shared & ROOT_BITS > 0) & (shared & MODE_BITS > 0) & bool(own["marks"] & NO_COMPETITORS)
    barred = np.unpackbits(own["barred"].view(np.uint8), bitorder="little")
    found = (theirs["group"] == own["group"]) & (own["group"] != 0) | competes
    found |= (barred[theirs["country"]] > 0) | (barred[theirs["site"]] > 0)
    found |= (theirs["kinds"] & own["barred_kinds"]) > 0
    return np.asarray(found | np.isin(theirs["name_hash"], owner.vetoes) | np.isin(theirs["group"], owner.vetoes))


def _obstacles(owner: Owner, others: Side) -> Places:
    """How many of the conditions that may be told keep each row from us; of sites only the request's counts."""
    own, theirs = owner.row, others.rows
    shared = owner.side.bits[0] & others.bits
    ours = np.unpackbits(own["excluded"].view(np.uint8), bitorder="little")
    we_exclude, they_exclude = ours[theirs["country"]] > 0, _holds(theirs["excluded"], int(own["country"]))
    if owner.is_request:
        they_exclude |= _holds(theirs["excluded"], int(own["site"]))
    else:
        we_exclude |= ours[theirs["site"]] > 0
    apart = ((shared & ROOT_BITS) == 0, (shared & MODE_BITS) == 0, we_exclude, they_exclude)
    return np.asarray(np.sum(apart, axis=0, dtype=np.int64))


def _holds(sets: Array, number: int) -> Mask:
    """Whether a country's number lies in each set of 256 bits; number 0 is in none."""
    return np.asarray((sets[:, number >> 6] >> np.uint64(number & 63)) & np.uint64(1), bool)


def _in_common(own: Array, theirs: Array, places: Places) -> Places:
    """How many of modes, stages and technologies are shared."""
    technologies = np.isin(theirs["technologies"][places], own["technologies"][own["technologies"] > 0]).any(axis=1)
    shared = [(theirs[name][places] & own[name]) > 0 for name in ("modes", "stages")]
    return np.asarray(np.sum([technologies, *shared], axis=0, dtype=np.int64))


def _scored(run_id: int, owner: Owner, others: Side, places: Places, rule: Rules) -> list[Match]:
    """Entries of the owner's list as they would be if nothing stood in the way."""
    ours, theirs = _freed(owner.side, np.zeros(1, np.int64)), _freed(others, places)
    return against.entries(run_id, owner._replace(side=ours), theirs, np.arange(len(places)), rule)


def _freed(side: Side, places: Places) -> Side:
    """A copy of these rows that excludes nobody."""
    rows = side.rows[places]
    rows["excluded"], rows["barred"], rows["barred_kinds"] = 0, 0, 0
    rows["marks"] &= ~np.uint8(HAS_VETOES | NO_COMPETITORS)
    return side._replace(rows=rows, bits=np.full(len(rows), _FREE), keys=side.keys[places])

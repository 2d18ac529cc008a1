"""Near misses: partners that would fit a listing well but for a condition that may be told, found when its list is read.

Told may be what lies in the owner's own listing and what the other's shows to everybody: families of technologies, cooperation
modes, countries. Whom the other excludes by name is never looked at, so nothing here depends on it or could give it away; whom
the owner excludes by name is no near miss.

The cost is bounded: one pass of numpy over columns of the snapshot's other side, then the kernel for at most LOOKED_AT of its
rows, and the same for the newest CHANGED of the listings that changed since.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from apps.matching import copying, kernel, live, snapshot, store
from apps.matching.kernel import Rules
from apps.matching.layout import HAS_VETOES, MODE_BITS, NO_COMPETITORS, ROOT_BITS, Array, Side
from apps.matching.listings import Packed
from apps.matching.models import Match, PackedListing, Run

LOOKED_AT = 2_000
CHANGED = 500
CHOSEN = 40  # more than are shown, since some have nothing that may be told
_FREE = np.uint64(2**64 - 1)
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


class _Owner(NamedTuple):
    """The listing whose near misses are sought, as it is now, alone on its side."""

    side: Side
    vetoes: Places
    is_request: bool

    @property
    def row(self) -> Array:
        row: Array = self.side.rows[0]
        return row


def entries(run: Run, key: int, *, least: float) -> list[Match]:
    """Unsaved entries of the blocked partners that would score at least so much, best first.

    None for a listing that is not public, and where the run's snapshot lies on another machine's disk.
    """
    found = PackedListing.objects.filter(key=key, data__isnull=False).values_list("is_request", "data").first()
    if found is None:
        return []
    try:
        base, words, alike = snapshot.read(live.folder(run.pk), run.checksum)
    except snapshot.Damaged:
        return []
    owner = _owner(store.decode(bytes(found[1] or b"")), words, is_request=found[0])
    rule = kernel.rules(run.weights, alike)
    good = [
        entry
        for others, standing in _others(run, base, words, is_request=not owner.is_request)
        for entry in _scored(run.pk, owner, others, _candidates(owner, others, standing), rule)
        if entry.score >= least
    ]
    return sorted(good, key=lambda entry: (-entry.score, entry.other))[:CHOSEN]


def between(run: Run, key: int, others: Sequence[int]) -> list[Match] | None:
    """Unsaved entries of those of these others that a listing may meet, best first; None where they cannot be compared yet."""
    rows = PackedListing.objects.filter(key__in=[key, *others], data__isnull=False)
    found = {
        at: (is_request, store.decode(bytes(data or b"")))
        for at, is_request, data in rows.values_list("key", "is_request", "data")
    }
    try:
        _, words, alike = snapshot.read(live.folder(run.pk), run.checksum)
    except snapshot.Damaged:
        return None
    if key not in found or len(found) < 2:
        return None
    is_request, item = found.pop(key)
    owner = _owner(item, words, is_request=is_request)
    theirs = _laid_out([each for _, each in found.values()], words, is_request=not is_request)
    rule = kernel.rules(run.weights, alike)
    meets = live.scores_with(owner.side, theirs, rule, is_request=is_request) > 0
    scored = _scored(run.pk, owner, theirs, np.flatnonzero(meets), rule)
    return sorted(scored, key=lambda entry: (-entry.score, entry.other))


def _owner(item: Packed, words: snapshot.Lexicon, *, is_request: bool) -> _Owner:
    return _Owner(_laid_out([item], words, is_request=is_request), np.array(item.vetoes, np.uint64), is_request)


def _laid_out(items: list[Packed], words: snapshot.Lexicon, *, is_request: bool) -> Side:
    tracked = [] if is_request else store.tracked(int(item.row["enterprise"]) for item in items)
    return snapshot.side(items, words, tracked)


def _others(
    run: Run, base: snapshot.Snapshot, words: snapshot.Lexicon, *, is_request: bool
) -> Iterator[tuple[Side, Mask]]:
    """The snapshot's side with what of it still stands, then what changed since."""
    changed = PackedListing.objects.filter(sequence__gt=run.sequence)
    side = base.requests if is_request else base.offers
    yield side, ~np.isin(side.keys, np.array(changed.values_list("key", flat=True), np.int64))
    fresh = changed.filter(data__isnull=False, is_request=is_request).order_by("-sequence")
    items = [store.decode(bytes(data or b"")) for data in fresh.values_list("data", flat=True)[:CHANGED]]
    if items:
        yield _laid_out(items, words, is_request=is_request), np.ones(len(items), bool)


def _candidates(owner: _Owner, others: Side, standing: Mask) -> Places:
    """Places of at most LOOKED_AT blocked rows: those with the fewest obstacles, and then with the most in common."""
    obstacles = _obstacles(owner, others)
    blocked = standing & (obstacles > 0) & (others.rows["enterprise"] != owner.row["enterprise"])
    blocked &= ~_unwanted(owner, others.rows)
    places = np.flatnonzero(blocked)
    if len(places) <= LOOKED_AT:
        return places
    order = 4 * obstacles[places] - _in_common(owner.row, others.rows, places)
    return places[np.argpartition(order, LOOKED_AT)[:LOOKED_AT]]


def _unwanted(owner: _Owner, theirs: Array) -> Mask:
    """Affiliates, and whom the owner keeps away without a word to anybody: no near misses."""
    own = owner.row
    shared = own["trade"] & theirs["trade"]
    competes = (shared & ROOT_BITS > 0) & (shared & MODE_BITS > 0) & bool(own["marks"] & NO_COMPETITORS)
    barred = np.unpackbits(own["barred"].view(np.uint8), bitorder="little")
    found = (theirs["group"] == own["group"]) & (own["group"] != 0) | competes
    found |= (barred[theirs["country"]] > 0) | (barred[theirs["site"]] > 0)
    found |= (theirs["kinds"] & own["barred_kinds"]) > 0
    return np.asarray(found | np.isin(theirs["name_hash"], owner.vetoes) | np.isin(theirs["group"], owner.vetoes))


def _obstacles(owner: _Owner, others: Side) -> Places:
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


def _scored(run_id: int, owner: _Owner, others: Side, places: Places, rule: Rules) -> list[Match]:
    """Entries of the owner's list as they would be if nothing stood in the way."""
    ours, theirs = _freed(owner.side, np.zeros(1, np.int64)), _freed(others, places)
    zero, each = np.zeros(len(places), np.int64), np.arange(len(places))
    reasons, scores = (
        kernel.explain(theirs, ours, rule, each, zero)
        if owner.is_request
        else kernel.explain(ours, theirs, rule, zero, each)
    )
    known = copying.confidence(reasons, rule)
    seen = reasons if owner.is_request else reasons[:, ::-1]
    return [
        Match(
            run_id=run_id, owner=int(owner.side.keys[0]), other=other, score=score, confidence=share, reasons=each_way
        )
        for other, score, share, each_way in zip(
            theirs.keys.tolist(), scores.tolist(), known.tolist(), map(bytes, seen), strict=True
        )
    ]


def _freed(side: Side, places: Places) -> Side:
    """A copy of these rows that excludes nobody."""
    rows = side.rows[places]
    rows["excluded"], rows["barred"], rows["barred_kinds"] = 0, 0, 0
    rows["marks"] &= ~np.uint8(HAS_VETOES | NO_COMPETITORS)
    return side._replace(rows=rows, bits=np.full(len(rows), _FREE), keys=side.keys[places])

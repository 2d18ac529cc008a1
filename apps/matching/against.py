"""One listing as it is now against the other side of a run's snapshot and what changed since, when a page is read."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from apps.matching import copying, depot, kernel, live, snapshot, store
from apps.matching.kernel import Rules
from apps.matching.layout import Array, Side
from apps.matching.listings import Packed
from apps.matching.models import Match, PackedListing, Run

CHANGED = 500  # of the listings that changed since, the newest
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


class Owner(NamedTuple):
    """A listing as it is now, alone on its side."""

    side: Side
    vetoes: Places
    is_request: bool

    @property
    def row(self) -> Array:
        row: Array = self.side.rows[0]
        return row


class Found(NamedTuple):
    """A listing, the sides it is compared with and what of them still stands, and the run's rules."""

    owner: Owner
    others: Iterator[tuple[Side, Mask]]
    rule: Rules


def find(run: Run, key: int) -> Found | None:
    """None for a listing that is not public, and where this machine has not the run's snapshot."""
    found = PackedListing.objects.filter(key=key, data__isnull=False).values_list("is_request", "data").first()
    if found is None:
        return None
    try:
        base, words, alike = depot.read(run, fetch=False)
    except snapshot.Damaged:
        return None
    owner = _owner(store.decode(bytes(found[1] or b"")), words, is_request=found[0])
    others = _others(run, base, words, is_request=not owner.is_request)
    return Found(owner, others, kernel.rules(run.weights, alike))


def between(run: Run, key: int, others: Sequence[int]) -> list[Match] | None:
    """Unsaved entries of those of these others that a listing may meet, best first; None where they cannot be compared yet."""
    rows = PackedListing.objects.filter(key__in=[key, *others], data__isnull=False)
    found = {
        at: (is_request, store.decode(bytes(data or b"")))
        for at, is_request, data in rows.values_list("key", "is_request", "data")
    }
    try:
        _, words, alike = depot.read(run, fetch=False)
    except snapshot.Damaged:
        return None
    if key not in found or len(found) < 2:
        return None
    is_request, item = found.pop(key)
    owner = _owner(item, words, is_request=is_request)
    theirs = _laid_out([each for _, each in found.values()], words, is_request=not is_request)
    rule = kernel.rules(run.weights, alike)
    meets = live.scores_with(owner.side, theirs, rule, is_request=is_request) > 0
    scored = entries(run.pk, owner, theirs, np.flatnonzero(meets), rule)
    return sorted(scored, key=lambda entry: (-entry.score, entry.other))


def _owner(item: Packed, words: snapshot.Lexicon, *, is_request: bool) -> Owner:
    return Owner(_laid_out([item], words, is_request=is_request), np.array(item.vetoes, np.uint64), is_request)


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


def entries(run_id: int, owner: Owner, others: Side, places: Places, rule: Rules) -> list[Match]:
    """Unsaved entries of the owner's list for these rows of a side."""
    zero = np.zeros(len(places), np.int64)
    ours, theirs = (others, owner.side) if owner.is_request else (owner.side, others)
    at = (places, zero) if owner.is_request else (zero, places)
    reasons, scores = kernel.explain(ours, theirs, rule, *at)
    known = copying.confidence(reasons, rule)
    seen = reasons if owner.is_request else reasons[:, ::-1]
    return [
        Match(
            run_id=run_id, owner=int(owner.side.keys[0]), other=other, score=score, confidence=share, reasons=each_way
        )
        for other, score, share, each_way in zip(
            others.keys[places].tolist(), scores.tolist(), known.tolist(), map(bytes, seen), strict=True
        )
    ]

"""A run's snapshot as a worker holds it, and what changed since: later segments over the rows that they supersede."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from django.db import transaction

from apps.matching import depot, kernel, snapshot, store
from apps.matching.kernel import Rules
from apps.matching.layout import Side
from apps.matching.listings import Packed
from apps.matching.models import Run

SEGMENTS = 24  # more are laid out as one


class Standing:
    """The listings of a run as they stand: the snapshot's two sides, then segments of what changed, in order."""

    def __init__(self, run: Run) -> None:
        base, self.words, alike = depot.read(run)
        self.run_id = run.pk
        self.offers, self.requests = base
        self.rule: Rules = kernel.rules(run.weights, alike)
        self.sequence = run.sequence
        self.changed: dict[int, tuple[bool, Packed]] = {}
        self.dirty = False
        # Superseded rows lose their bits, and so can meet nobody; the files stay as they are.
        self.segments = {
            False: [self.offers._replace(bits=self.offers.bits.copy())],
            True: [self.requests._replace(bits=self.requests.bits.copy())],
        }
        self._order = {is_request: np.argsort(sides[0].keys) for is_request, sides in self.segments.items()}

    def rest(self) -> None:
        """Between two ranges of a run: hold no more of the snapshot in memory than is read."""
        snapshot.let_go(snapshot.Snapshot(self.offers, self.requests))

    def catch_up(self) -> list[int]:
        """Take in what changed since; returns the keys. Needs the lists' lock, and takes back what a rollback undoes."""
        self.dirty = True
        transaction.on_commit(self._committed)
        fresh: dict[bool, list[Packed]] = {False: [], True: []}
        keys = []
        for key, sequence, is_request, data in store.read(self.sequence):
            keys.append(key)
            self._supersede(key)
            if data is not None:
                item = store.decode(bytes(data))
                self.changed[key] = is_request, item
                fresh[is_request].append(item)
            self.sequence = sequence
        for is_request, items in fresh.items():
            if items:
                self.segments[is_request].append(self._lay_out(items, is_request=is_request))
                self._compact(is_request=is_request)
        return keys

    def _committed(self) -> None:
        self.dirty = False

    def _lay_out(self, items: list[Packed], *, is_request: bool) -> Side:
        tracked = [] if is_request else store.tracked(int(item.row["enterprise"]) for item in items)
        return snapshot.side(items, self.words, tracked)

    def _compact(self, *, is_request: bool) -> None:
        if len(self.segments[is_request]) > SEGMENTS:
            items = [item for request, item in self.changed.values() if request is is_request]
            self.segments[is_request][1:] = [self._lay_out(items, is_request=is_request)]

    def _supersede(self, key: int) -> None:
        self.changed.pop(key, None)
        for is_request in (False, True):
            found = self.find(key, is_request=is_request)
            if found is not None:
                side, place = found
                side.bits[place] = 0

    def find(self, key: int, *, is_request: bool) -> tuple[Side, int] | None:
        """The segment and place where a listing stands now."""
        base = self.segments[is_request][0]
        order = self._order[is_request]
        at = int(np.searchsorted(base.keys, key, sorter=order))
        if at < len(order) and base.keys[order[at]] == key and base.bits[order[at]]:
            return base, int(order[at])
        for side in self.segments[is_request][1:]:
            for place in np.flatnonzero((side.keys == key) & (side.bits > 0)):
                return side, int(place)
        return None

    def single(self, key: int, *, is_request: bool) -> Side | None:
        """One listing as a side of its own; None where it is gone."""
        found = self.find(key, is_request=is_request)
        if found is None:
            return None
        side, place = found
        rows = slice(place, place + 1)
        return side._replace(rows=side.rows[rows], bits=side.bits[rows], keys=side.keys[rows])

    def others(self, *, is_request: bool) -> Iterator[Side]:
        """The segments of the side that a listing is matched with."""
        yield from (side for side in self.segments[not is_request] if len(side.keys))

    @property
    def tail(self) -> int:
        return len(self.changed)


_held: dict[int, Standing] = {}


def standing(run: Run) -> Standing:
    """What this process holds of a run; only one run is held, and none whose transaction may have been rolled back."""
    here = _held.get(run.pk)
    if here is None or here.dirty or here.run_id != run.pk or not depot.folder(run).is_dir():
        _held.clear()
        here = _held[run.pk] = Standing(run)
    return here


def scores_with(mine: Side, others: Side, rule: Rules, *, is_request: bool) -> npt.NDArray[np.float64]:
    """One listing's score with each row of a segment, -1 for none."""
    return kernel.scores(others, mine, rule)[0] if is_request else kernel.scores(mine, others, rule)[:, 0]

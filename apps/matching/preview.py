"""What other weights would change in the lists that requests are shown: both computed from the snapshot of one run."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from apps.matching import depot, kernel
from apps.matching.kernel import Lists, Rules
from apps.matching.layout import Side, every
from apps.matching.models import Run

REQUESTS = 200  # looked at, every so many of the platform's
PAIRS = 40_000_000  # scored at most under each of the weights
OFFERS_AT_ONCE = 50_000
MOST_CHANGED = 10
Keys = npt.NDArray[np.int64]


class Changed(NamedTuple):
    """A request whose list would change: how many of its entries stay, of how many, and who comes first before and after."""

    request: int
    kept: int
    of: int
    before: int
    after: int


class Preview(NamedTuple):
    """The change over a sample of the requests; keys are those of the lists, -1 for nobody."""

    run: int
    requests: int
    of: int
    kept: float  # share of the entries that stay
    first_changed: int  # requests whose first entry changes
    changed: int  # requests whose list changes at all
    score_before: float  # mean joint score of an entry
    score_after: float
    enterprises: int  # in any of these lists, before or after
    gaining: int  # enterprises that would stand in more lists than now
    losing: int
    most_changed: tuple[Changed, ...]


def preview(run: Run, weights: Mapping[str, int]) -> Preview:
    """What these weights would change in the lists of a run. Raises snapshot.Damaged where its snapshot is not on this machine."""
    sides, _, alike = depot.read(run, fetch=False)
    sample = _sample(sides.requests, len(sides.offers.keys))
    both = [kernel.rules(each, alike) for each in (run.weights, weights)]
    with ThreadPoolExecutor(2) as pool:  # the kernel lets go of Python's lock
        before, after = pool.map(lambda rule: best(sides.offers, sample, rule), both)
    kept, lengths = _kept(before.places, after.places), (before.places >= 0).sum(axis=1)
    gaining, losing, enterprises = _moved(sides.offers, before, after)
    first = before.places[:, 0] != after.places[:, 0]
    return Preview(
        run=run.pk, requests=len(sample.keys), of=len(sides.requests.keys),
        kept=float(kept.sum() / max(1, lengths.sum())) if lengths.any() else 1.0,
        first_changed=int(first.sum()), changed=int((before.places != after.places).any(axis=1).sum()),
        score_before=_mean(before), score_after=_mean(after),
        enterprises=enterprises, gaining=gaining, losing=losing,
        most_changed=_most_changed(sides.offers, sample, before, after, kept),
    )  # fmt: skip


def _sample(requests: Side, offers: int) -> Side:
    """Every so many of the requests, which lie by family: the same ones every time."""
    most = max(1, min(REQUESTS, PAIRS // max(1, offers)))
    return every(requests, max(1, -(-len(requests.keys) // most)))


def best(offers: Side, requests: Side, rule: Rules) -> Lists:
    """The requests' lists as a full run makes them, with the memory of a part of the offers at a time."""
    found = kernel.empty_lists(len(requests.keys))
    for at in range(0, max(1, len(offers.keys)), OFFERS_AT_ONCE):
        stop = min(at + OFFERS_AT_ONCE, len(offers.keys))
        kernel.scan(offers, requests, rule, start=at, stop=stop, of_requests=found)
    return found


def _kept(before: npt.NDArray[np.int32], after: npt.NDArray[np.int32]) -> Keys:
    """How many entries of each list stand in its other version too."""
    same = (before[:, :, None] == after[:, None, :]) & (before[:, :, None] >= 0)
    return np.asarray(same.any(axis=2).sum(axis=1), np.int64)


def _mean(lists: Lists) -> float:
    found = lists.scores[lists.places >= 0]
    return float(found.mean()) if len(found) else 0.0


def _moved(offers: Side, before: Lists, after: Lists) -> tuple[int, int, int]:
    """How many enterprises would stand in more lists, how many in fewer, and how many there are."""
    owners = offers.rows["enterprise"]
    old, new = (owners[each.places[each.places >= 0]] for each in (before, after))
    known, number = np.unique(np.concatenate([old, new]), return_inverse=True)
    counts = [np.bincount(part, minlength=len(known)) for part in (number[: len(old)], number[len(old) :])]
    change = counts[1] - counts[0]
    return int((change > 0).sum()), int((change < 0).sum()), len(known)


def _most_changed(offers: Side, requests: Side, before: Lists, after: Lists, kept: Keys) -> tuple[Changed, ...]:
    """Those that keep least of their list, and of these first those whose first entry changes."""
    lengths = (before.places >= 0).sum(axis=1)
    lost, first = lengths - kept, before.places[:, 0] != after.places[:, 0]
    order = [at for at in np.lexsort((requests.keys, ~first, -lost)) if lost[at] or first[at]]
    return tuple(
        Changed(int(requests.keys[at]), int(kept[at]), int(lengths[at]), _first(offers, before, at), _first(offers, after, at))
        for at in order[:MOST_CHANGED]
    )  # fmt: skip


def _first(offers: Side, lists: Lists, row: int) -> int:
    place = int(lists.places[row, 0])
    return int(offers.keys[place]) if place >= 0 else -1

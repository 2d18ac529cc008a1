"""How attention falls on enterprises where lists are read from the top, and an order that spreads it at a bounded loss of fit.

Pure arithmetic over lists of scores, best first, deeper than what is shown; -1 is no partner. An enterprise's exposure is the sum of
the WEIGHTS of the places at which it is shown. A factor of each enterprise, between 1 / WIDEST and WIDEST, moves it up or down:
who is shown goes by score times the factor's root, in what order by score times the factor. Only who stands in the list already
can be shown, so no condition that keeps a pair apart is ever passed over.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from apps.matching.criteria import TOP

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
SHOWN, DEPTH = TOP, 60
WEIGHTS = 1 / np.log2(np.arange(SHOWN) + 2)
FLOOR = 0.93  # the mean score of what is shown, of the best possible, in every list
MOST_LOST = 0.05  # the same over all lists together
WIDEST = 2.0
ROUNDS, STEP = 80, 0.05
_STRENGTHS = np.linspace(1, 0, 11)


class Lists(NamedTuple):
    """Scores best first, (lists, depth), and whose each entry is: enterprises by number from 0; -1 for none in both."""

    scores: Numbers
    owners: Places

    def at(self, shown: Places) -> "Lists":
        """Those at these places of each list."""
        return Lists(np.take_along_axis(self.scores, shown, axis=1), np.take_along_axis(self.owners, shown, axis=1))

    @property
    def fit(self) -> Numbers:
        """The sum of each list's scores."""
        return np.asarray(np.maximum(self.scores, 0).sum(axis=1))


def first(lists: Lists) -> Lists:
    """What is shown by fit alone."""
    return Lists(lists.scores[:, :SHOWN], lists.owners[:, :SHOWN])


def reordered(scores: Numbers, factors: Numbers) -> Places:
    """Which places of each list are shown, in order; a list whose fit would fall below its FLOOR is moved less."""
    shown = np.tile(np.arange(min(SHOWN, scores.shape[1])), (len(scores), 1))
    least = FLOOR * np.maximum(np.take_along_axis(scores, shown, 1), 0).sum(axis=1)
    left = np.arange(len(scores))
    for strength in _STRENGTHS:
        found = np.sort(_order(scores[left], factors[left] ** (strength / 2))[:, : shown.shape[1]], axis=1)
        enough = np.maximum(np.take_along_axis(scores[left], found, 1), 0).sum(axis=1) >= least[left]
        shown[left[enough]] = found[enough]
        left = left[~enough]
    order = _order(np.take_along_axis(scores, shown, 1), np.take_along_axis(factors, shown, 1))
    return np.take_along_axis(shown, order, 1)


def _order(scores: Numbers, factors: Numbers) -> Places:
    return np.argsort(-np.where(scores > 0, scores * factors, -1.0), axis=1, kind="stable")


def spread(lists: Lists, factors: Numbers) -> Lists:
    """What is shown under these factors of the enterprises."""
    of_each = np.append(factors, 1.0)[lists.owners]  # the last one is nobody's
    return lists.at(reordered(lists.scores, of_each))


def factors(lists: Lists, count: int) -> Numbers:
    """The factors that spread attention best.

    An enterprise's factor falls with its rank in exposure, which is how the Gini coefficient changes with it. All lists answer a
    change of factors at once, so each round goes only a STEP of the way; the best round counts, at worst the one of no change.
    """
    best, pull = np.ones(count), np.zeros(count)
    seen = exposure(first(lists), count)
    least = gini(seen)
    for _ in range(ROUNDS):
        pull += STEP * (1 - 2 * _ranks(seen) - pull)
        found = spread(lists, WIDEST**pull)
        seen = exposure(found, count)
        if gini(seen) < least and lost(lists, found) < MOST_LOST:
            least, best = gini(seen), WIDEST**pull
    return best


def _ranks(values: Numbers) -> Numbers:
    """From 0, the least, to 1; equal ones go by their number."""
    found = np.empty(len(values))
    found[np.argsort(values, kind="stable")] = np.linspace(0, 1, len(values))
    return found


def exposure(shown: Lists, count: int) -> Numbers:
    """The exposure of each enterprise."""
    real = shown.owners >= 0
    weights = np.broadcast_to(WEIGHTS[: shown.owners.shape[1]], shown.owners.shape)
    return np.asarray(np.bincount(shown.owners[real], weights[real], count), np.float64)


def gini(values: Numbers) -> float:
    """0 where all have the same, towards 1 where one has all."""
    count, total = len(values), values.sum()
    if not total:
        return 0.0
    return float((2 * np.arange(1, count + 1) - count - 1) @ np.sort(values) / (count * total))


def lost(lists: Lists, shown: Lists) -> float:
    """The share of the mean score of what is shown by fit alone that is given up."""
    whole = first(lists).fit.sum()
    return float(1 - shown.fit.sum() / whole) if whole else 0.0


def lost_at_top(lists: Lists, shown: Lists) -> float:
    """The same with each score weighed by its place."""
    whole, kept = (np.maximum(each.scores, 0) @ WEIGHTS[: each.scores.shape[1]] for each in (first(lists), shown))
    return float(1 - kept.sum() / whole.sum()) if whole.sum() else 0.0


def envious(lists: Lists, shown: Lists, count: int) -> npt.NDArray[np.bool_]:
    """Which enterprises would rather be shown where another one is, each place worth its weight times their own score there."""
    if not count:
        return np.zeros(0, bool)
    weights = np.broadcast_to(WEIGHTS[: shown.owners.shape[1]], shown.owners.shape)
    worth = _matrix(lists, np.maximum(lists.scores, 0), count).T @ _matrix(shown, weights, count)
    own = worth.diagonal()
    return np.asarray(worth.max(axis=1).toarray()[:, 0] > own + 1e-9)


def _matrix(lists: Lists, values: Numbers, count: int) -> sparse.csr_matrix:
    """(lists, enterprises)."""
    row, column = np.nonzero(lists.owners >= 0)
    return sparse.csr_matrix((values[row, column], (row, lists.owners[row, column])), shape=(len(lists.owners), count))

"""Weights from pairs that somebody accepted or declined: regularised logistic regression, pure arithmetic without the ORM.

The log-odds that a pair is accepted are taken to be a straight line of its joint score, and the joint score to be, near the weights
that we have, what it is there plus its exact slope along each weight. So the regression asks only how far each weight should move. A
criterion that is unknown has no slope and says nothing; multiplying all weights of a view by one number changes no score,
and no slope leads there. The penalty falls on the distance from the weights that ship, in shares of each: with little to
learn from, little moves. The slopes are taken anew where the weights have come to, a few times over.

Groups are the enterprises that answered: none of them is judged by weights that were learned from its own answers.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from apps.matching.criteria import COUNT, CRITERIA, MOST_WEIGHT, SCALE, TRACK_RECORD, UNKNOWN, WEIGHED, seen
from apps.matching.enough import FOLDS, Figures, TooLittle, needed

ROUNDS = 4
STRENGTHS = (0.1, 1.0, 10.0, 100.0, 1000.0)  # what regression calls C: the more, the further weights may move
LEAST_SHARE = 8.0  # a weight below this moves as if it were this large
LEAST_SLOPE = 4.0  # of the log-odds along the joint score, where the answers hardly follow it
FREE = 100.0  # so large a column costs the penalty nothing
INNER_FOLDS, DRAWS = 3, 500
Numbers = npt.NDArray[np.float64]
Weights = Mapping[str, int]
# The weights that there are: (view, criterion), the request's view first; an offer knows no track record of the request's.
_WEIGHED = np.array([[True] * COUNT, [name not in TRACK_RECORD for name in CRITERIA]])


class Pairs(NamedTuple):
    """Introduced pairs: scores of the criteria both ways, (n, 2, COUNT), the request's view first; the answer; who gave it."""

    reasons: npt.NDArray[np.uint8]
    accepted: npt.NDArray[np.bool_]
    deciders: npt.NDArray[np.int64]

    def at(self, chosen: npt.NDArray[np.int64]) -> "Pairs":
        return Pairs(self.reasons[chosen], self.accepted[chosen], self.deciders[chosen])


class Lesson(NamedTuple):
    """What was learned, and how it does out of sample beside the weights that hold now.

    AUC: how often an accepted pair stands before a declined one. `gain` is the difference, with the 95% interval of a bootstrap
    by enterprise.
    """

    weights: dict[str, int]
    figures: Figures
    strength: float
    auc_now: float
    auc_learned: float
    gain: tuple[float, float, float]  # the difference, and its interval
    loss_now: float
    loss_learned: float

    def evaluation(self) -> dict[str, Any]:
        """Everything but the weights, as JSON holds it."""
        found = self._asdict() | {"figures": self.figures._asdict(), "gain": list(self.gain)}
        del found["weights"]
        return found


def figures(pairs: Pairs) -> Figures:
    accepted = int(pairs.accepted.sum())
    return Figures(len(pairs.accepted), accepted, len(pairs.accepted) - accepted, len(np.unique(pairs.deciders)))


def learn(pairs: Pairs, *, shipped: Weights, now: Weights, least: int) -> Lesson:
    """Weights learned from these pairs, compared with those that hold `now`. Raises TooLittle."""
    found, wanted = figures(pairs), needed(least)
    if any(have < need for have, need in zip(found, wanted, strict=True)):
        raise TooLittle(found, wanted)
    with threadpool_limits(limits=1):  # the matrices are small: threads would wait for each other most of the time
        return _lesson(pairs, found, table(shipped), table(now))


def _lesson(pairs: Pairs, found: Figures, start: Numbers, now: Numbers) -> Lesson:
    strength = _strength(pairs, start, FOLDS)
    chances = _out_of_sample(pairs, start, now)
    aucs = [auc(chance, pairs.accepted) for chance in chances]
    return Lesson(
        weights(fitted(pairs, start, strength), start), found, strength, aucs[0], aucs[1], _gain(pairs, *chances),
        *(float(log_loss(pairs.accepted, chance)) for chance in chances),
    )  # fmt: skip


def table(given: Weights) -> Numbers:
    """Weights as (view, criterion), the request's view first."""
    return np.array([list(seen(given, offering=offering).values()) for offering in (False, True)], np.float64)


def weights(found: Numbers, start: Numbers) -> dict[str, int]:
    """Whole numbers for each of WEIGHED, each view on the scale that it had; none is below 0 or above MOST_WEIGHT."""
    sums = np.maximum(found.sum(axis=1, keepdims=True), 1e-9)
    scaled = found * start.sum(axis=1, keepdims=True) / sums
    whole = np.clip(np.rint(scaled), 0, MOST_WEIGHT).astype(int)
    ours, theirs = (dict(zip(CRITERIA, view.tolist(), strict=True)) for view in whole)
    return {name: theirs[name.removeprefix("offer:")] if ":" in name else ours[name] for name in WEIGHED}


def scored(reasons: npt.NDArray[np.uint8], found: Numbers) -> tuple[Numbers, Numbers]:
    """The joint scores under these weights, (n,), and their slopes along each weight, (n, 2, COUNT)."""
    known = reasons != UNKNOWN
    q = np.where(known, reasons / SCALE, 0.0)
    weight = (known * found).sum(axis=2)
    way = (q * found).sum(axis=2) / np.maximum(weight, 1e-9)
    along = np.where(known, q - way[:, :, None], 0.0) / np.maximum(weight, 1e-9)[:, :, None]
    total = np.maximum(way.sum(axis=1), 1e-9)
    both = (weight > 0).all(axis=1)
    joint = np.where(both, 2 * way.prod(axis=1) / total, way.sum(axis=1))
    slopes = np.where(both[:, None], 2 * np.square(way[:, ::-1] / total[:, None]), weight > 0)
    return joint, along * slopes[:, :, None]


def fitted(pairs: Pairs, start: Numbers, strength: float) -> Numbers:
    """The weights that follow the answers best, drawn towards `start`; none is below 0."""
    share = np.maximum(start, LEAST_SHARE)
    found = start
    for _ in range(ROUNDS):
        joint, slopes = scored(pairs.reasons, found)
        at_start = joint + (slopes * (start - found)).sum(axis=(1, 2))
        line = FREE * (at_start - at_start.mean())
        features = np.column_stack([line, (slopes * share)[:, _WEIGHED]])
        model = LogisticRegression(C=strength, solver="newton-cholesky", max_iter=200).fit(features, pairs.accepted)
        along, moves = model.coef_[0, 0] * FREE, np.zeros_like(start)
        moves[_WEIGHED] = model.coef_[0, 1:]
        found = np.clip(start + share * moves / max(along, LEAST_SLOPE), 0, None)
    return found


def _splits(pairs: Pairs, folds: int) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Which pairs are learned from and which are left out, no enterprise in both; parts with one answer alone are left out."""
    for inside, outside in GroupKFold(folds).split(pairs.reasons, groups=pairs.deciders):
        if len(set(pairs.accepted[inside])) == 2:
            yield inside, outside


def _chance(pairs: Pairs, found: Numbers) -> Callable[[Pairs], Numbers]:
    """The chance of being accepted as it goes with the joint score among these pairs."""
    line = LogisticRegression(C=1e3).fit(scored(pairs.reasons, found)[0][:, None], pairs.accepted)
    return lambda others: np.asarray(line.predict_proba(scored(others.reasons, found)[0][:, None])[:, 1])


def _strength(pairs: Pairs, start: Numbers, folds: int) -> float:
    """The strength whose weights foretell best the answers of enterprises that were left out."""
    losses = dict.fromkeys(STRENGTHS, 0.0)
    for inside, outside in _splits(pairs, folds):
        seen_pairs, unseen = pairs.at(inside), pairs.at(outside)
        for strength in STRENGTHS:
            chance = _chance(seen_pairs, fitted(seen_pairs, start, strength))(unseen)
            losses[strength] += len(outside) * float(log_loss(unseen.accepted, chance, labels=[False, True]))
    return min(STRENGTHS, key=losses.__getitem__)


def _out_of_sample(pairs: Pairs, start: Numbers, now: Numbers) -> tuple[Numbers, Numbers]:
    """Each pair's chance under the weights of now, and under weights learned without its enterprise, strength and all."""
    chances = np.full((2, len(pairs.accepted)), pairs.accepted.mean())
    for inside, outside in _splits(pairs, FOLDS):
        kept, left = pairs.at(inside), pairs.at(outside)
        learned = fitted(kept, start, _strength(kept, start, INNER_FOLDS))
        chances[:, outside] = [_chance(kept, each)(left) for each in (now, table(weights(learned, start)))]
    return chances[0], chances[1]


def auc(chances: Numbers, accepted: npt.NDArray[np.bool_]) -> float:
    """How often an accepted pair stands before a declined one; half where one of the two is missing."""
    good = int(accepted.sum())
    bad = len(accepted) - good
    if not good or not bad:
        return 0.5
    return float((rankdata(chances)[accepted].sum() - good * (good + 1) / 2) / (good * bad))


def _gain(pairs: Pairs, now: Numbers, learned: Numbers) -> tuple[float, float, float]:
    """How much more often, with the interval of a bootstrap that draws whole enterprises."""
    dice = np.random.default_rng(0)
    members = [np.flatnonzero(pairs.deciders == each) for each in np.unique(pairs.deciders)]
    drawn = []
    for _ in range(DRAWS):
        places = np.concatenate([members[each] for each in dice.integers(len(members), size=len(members))])
        answers = pairs.accepted[places]
        drawn.append(auc(learned[places], answers) - auc(now[places], answers))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return auc(learned, pairs.accepted) - auc(now, pairs.accepted), float(low), float(high)

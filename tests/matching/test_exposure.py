"""The order of lists that spreads attention: what it may do, and what it must leave alone."""

import numpy as np
import pytest

from apps.matching import exposure
from apps.matching.exposure import DEPTH, FLOOR, MOST_LOST, SHOWN, Lists

ENTERPRISES = 80


def some_lists(seed: int, *, count: int = 120) -> Lists:
    """Lists in which a few enterprises are liked by everybody; some of them short."""
    chance = np.random.default_rng(seed)
    liked = chance.beta(1, 4, ENTERPRISES)
    scores = np.clip(0.5 * liked + 0.3 * chance.random((count, ENTERPRISES)), 0.01, 1)
    scores[chance.random((count, 1)) * ENTERPRISES < np.arange(ENTERPRISES) - 15] = -1
    places = np.argsort(-scores, axis=1, kind="stable")[:, :DEPTH]
    found = np.take_along_axis(scores, places, 1)
    return Lists(found, np.where(found > 0, places, -1))


@pytest.fixture(params=range(3))
def lists(request: pytest.FixtureRequest) -> Lists:
    return some_lists(request.param)


def test_attention_is_spread_at_a_bounded_loss_for_every_list(lists: Lists) -> None:
    shown = exposure.spread(lists, exposure.factors(lists, ENTERPRISES))
    before, after = (exposure.gini(exposure.exposure(each, ENTERPRISES)) for each in (exposure.first(lists), shown))
    assert after < 0.8 * before
    assert 0 < exposure.lost(lists, shown) < MOST_LOST
    assert (shown.fit >= FLOOR * exposure.first(lists).fit - 1e-9).all()


def test_no_factors_whatever_bring_in_who_may_not_meet_or_lose_more_than_the_bound(lists: Lists) -> None:
    wild = 100 ** np.random.default_rng(1).uniform(-1, 1, ENTERPRISES)
    shown = exposure.spread(lists, wild)
    assert (shown.fit >= FLOOR * exposure.first(lists).fit - 1e-9).all()
    assert ((shown.scores > 0) == (exposure.first(lists).scores > 0)).all()
    for owners, allowed in zip(shown.owners, lists.owners, strict=True):
        real = owners[owners >= 0]
        assert len(set(real)) == len(real)
        assert set(real) <= set(allowed)


def test_factors_are_the_same_each_time_and_lie_within_their_bounds(lists: Lists) -> None:
    found = exposure.factors(lists, ENTERPRISES)
    assert (found == exposure.factors(lists, ENTERPRISES)).all()
    assert found.min() >= 1 / exposure.WIDEST
    assert found.max() <= exposure.WIDEST


def test_where_nothing_can_be_spread_nothing_changes() -> None:
    steep = np.tile(0.9 ** np.arange(SHOWN), (5, 1))
    alone = Lists(steep, np.tile(np.arange(SHOWN), (5, 1)))
    shown = exposure.spread(alone, np.ones(SHOWN))
    assert (shown.owners == alone.owners).all()
    for lists in (0, 3):
        nobody = Lists(np.full((lists, DEPTH), -1.0), np.full((lists, DEPTH), -1))
        assert len(exposure.factors(nobody, 0)) == 0
        assert len(exposure.envious(nobody, exposure.first(nobody), 0)) == 0
    assert exposure.gini(np.zeros(3)) == 0


def test_who_is_shown_last_envies_who_is_shown_first() -> None:
    lists = Lists(np.array([[0.9, 0.8]] * 2), np.array([[0, 1]] * 2))
    assert exposure.envious(lists, lists, 2).tolist() == [False, True]
    turned = Lists(lists.scores, np.array([[0, 1], [1, 0]]))
    assert exposure.envious(turned, turned, 2).tolist() == [False, False]

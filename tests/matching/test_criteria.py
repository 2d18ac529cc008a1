"""Scores, weights and contributions."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from apps.matching.criteria import (
    CRITERIA,
    DEFAULT_WEIGHTS,
    SCALE,
    TRACK_RECORD,
    UNKNOWN,
    contributions,
    joint,
    seen,
    way,
)

scores = some.lists(
    some.one_of(some.just(UNKNOWN), some.integers(0, SCALE)), min_size=len(CRITERIA), max_size=len(CRITERIA)
)
weights = some.fixed_dictionaries({name: some.integers(1, 100) for name in CRITERIA})


@given(scores, weights)
def test_contributions_add_up_to_the_ways_score(found: list[int], weighed: dict[str, int]) -> None:
    parts = contributions(found, weighed, offering=False)
    score = way(found, weighed, offering=False).score
    assert (score is None) == (not parts)
    assert sum(part[2] for part in parts.values()) == pytest.approx(score or 0)


@given(scores, weights, some.sampled_from(CRITERIA))
def test_a_stated_criterion_set_to_nought_lowers_its_way_by_its_contribution(
    found: list[int], weighed: dict[str, int], name: str
) -> None:
    place = CRITERIA.index(name)
    if found[place] == UNKNOWN:
        found[place] = SCALE // 2
    contribution = contributions(found, weighed, offering=False)[name][2]
    before = way(found, weighed, offering=False).score
    after = way([*found[:place], 0, *found[place + 1 :]], weighed, offering=False).score
    assert before is not None
    assert after is not None
    assert before - after == pytest.approx(contribution)


def test_an_offer_weighs_as_a_request_does_but_where_its_own_weight_is_stated() -> None:
    asking, offering = (seen(DEFAULT_WEIGHTS, offering=side) for side in (False, True))
    assert list(asking) == list(offering) == list(CRITERIA)
    assert offering["country"] == DEFAULT_WEIGHTS["offer:country"] > asking["country"]
    assert offering["technology"] == asking["technology"]
    assert not any(offering[name] for name in TRACK_RECORD)


@given(scores, weights)
def test_what_is_missing_is_neither_fit_nor_misfit(found: list[int], weighed: dict[str, int]) -> None:
    """A criterion at the score of the rest changes confidence alone."""
    known = [q for q in found if q != UNKNOWN]
    level = known[0] if known else SCALE
    even = [level if q != UNKNOWN else UNKNOWN for q in found]
    filled = [level] * len(found)
    if known:
        assert way(even, weighed, offering=False).score == pytest.approx(way(filled, weighed, offering=False).score)
        assert way(even, weighed, offering=False).known <= way(filled, weighed, offering=False).known


def test_the_joint_score_is_the_harmonic_mean() -> None:
    assert joint(0.5, 1.0) == pytest.approx(2 / 3)
    assert joint(0.0, 0.0) == 0
    assert joint(None, 0.4) == joint(0.4, None) == 0.4
    assert joint(None, None) == 0


def test_an_offer_is_not_blamed_for_a_track_record_it_cannot_know() -> None:
    asking, offering = (way([UNKNOWN] * len(CRITERIA), DEFAULT_WEIGHTS, offering=side) for side in (False, True))
    assert offering.total == sum(seen(DEFAULT_WEIGHTS, offering=True).values()) < asking.total

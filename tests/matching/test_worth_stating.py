"""What the page says would be worth stating, held against what comes of stating it."""

from typing import Any

import pytest

from apps.matching import runs
from apps.matching.criteria import DEFAULT_WEIGHTS
from apps.matching.selectors import Partner, matches_of
from apps.opportunities import services as opportunities
from apps.opportunities.models import Opportunity
from apps.portal import matching_words
from tests.factories.enterprises import a_published_enterprise
from tests.factories.listings import a_published_offer, a_published_request
from tests.factories.people import a_person
from tests.matching.conftest import Work

# What the request and what the offer states of each criterion so that it fits fully.
FULL: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "country": ({"target_countries": ["CN"]}, {}),
    "framework": ({"target_frameworks": ["BRICS"]}, {}),
    "stage": ({"stages": ["cells-stacks"]},) * 2,
    "dates": ({"available_from": "2027-01-01"},) * 2,
    "maturity": ({"trl_min": 8, "trl_max": 9},) * 2,
    "energy": ({"energy_mwh_min": 40.0, "energy_mwh_max": 80.0},) * 2,
    "budget": ({"budget_min": 1e6, "budget_max": 2e6, "currency": "EUR"},) * 2,
    "certificates": ({"certifications_required": ["UL 1973"]}, {"certifications_held": ["UL 1973"]}),
    "mode": ({"modes": ["equipment-supply"]},) * 2,
}


@pytest.fixture
def pair(work: Work, rates: None) -> tuple[Opportunity, Opportunity]:
    """A request and an offer that state little, and differ in power so that the score is not full already."""
    bare = {"technologies": ["lfp"], "modes": [], "energy_mwh_min": None}
    request = a_published_request(a_published_enterprise(a_person(), country="KZ"), **bare, power_mw_max=30.0)
    offer = a_published_offer(
        a_published_enterprise(a_person(), country="CN"), **bare, power_mw_min=60.0, power_mw_max=90.0
    )
    runs.request()
    work()
    return request, offer


def the_match(request: Opportunity, offer: Opportunity) -> Partner:
    return next(each for each in matches_of(opportunity_id=request.pk) if each.opportunity == offer)


def test_each_thing_stated_in_turn_gives_exactly_the_score_that_was_told(
    work: Work, pair: tuple[Opportunity, Opportunity]
) -> None:
    for criterion, values in FULL.items():
        told = matching_words.rises(the_match(*pair), DEFAULT_WEIGHTS)[criterion]
        for listing, stated in zip(pair, values, strict=True):
            if stated:
                state(listing, stated)
        work()
        assert the_match(*pair).score == pytest.approx(told), criterion


def test_a_thing_stated_that_does_not_fit_gives_exactly_the_score_that_was_told(
    work: Work, pair: tuple[Opportunity, Opportunity]
) -> None:
    told = matching_words.stated(the_match(*pair), DEFAULT_WEIGHTS, "stage", 0.0)
    for listing, stage in zip(pair, ("cells-stacks", "recycling"), strict=True):
        state(listing, {"stages": [stage]})
    work()
    assert the_match(*pair).score == pytest.approx(told)


def state(listing: Opportunity, values: dict[str, Any]) -> None:
    listing.refresh_from_db()
    owner = listing.enterprise.members.get()
    opportunities.update(opportunity=listing, values=values, actor=owner, version=listing.version)
    listing.refresh_from_db()
    if listing.state != "published":
        opportunities.move(opportunity=listing, name="vouch", actor=None)

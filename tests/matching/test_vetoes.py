"""Whom an enterprise does not want to meet, and who belongs to its group: absolute, both ways, and told to nobody."""

from typing import Any

import pytest
from django.test import Client

from apps.enterprises import services as enterprises
from apps.enterprises.models import Enterprise
from apps.enterprises.rules import VETOES, public_id
from apps.matching import runs
from apps.matching.selectors import matches_of, near_misses
from apps.opportunities.models import Opportunity
from tests.factories.enterprises import a_published_enterprise
from tests.factories.listings import a_published_offer, a_published_request
from tests.factories.people import a_person
from tests.matching.conftest import Work

MAKES_CELLS: dict[str, Any] = {"technologies": ["lfp"], "stages": ["cells-stacks"], "kinds": ["maker"]}


def change(enterprise: Enterprise, **values: Any) -> None:
    """An edit that needs no review."""
    enterprise.refresh_from_db()
    actor = enterprise.members.get()
    enterprises.update(enterprise=enterprise, values=values, actor=actor, version=enterprise.version)


def belong(enterprise: Enterprise, owner: str) -> None:
    """State who controls it; a moderator agrees."""
    change(enterprise, owner=owner)
    enterprises.move(enterprise=enterprise, name="vouch", actor=None)


def meet(offer: Opportunity, request: Opportunity) -> bool:
    """Whether the two stand in each other's lists; they must agree."""
    ours = [partner.opportunity for partner in matches_of(opportunity_id=request.pk)]
    theirs = [partner.opportunity for partner in matches_of(opportunity_id=offer.pk)]
    assert (offer in ours) == (request in theirs)
    return offer in ours


@pytest.fixture
def pair(work: Work) -> tuple[Opportunity, Opportunity]:
    """A Chinese maker's offer and a Kazakh maker's request that were compared."""
    maker = a_published_enterprise(a_person(), country="CN", external_id="maker", **MAKES_CELLS)
    asker = a_published_enterprise(a_person(), country="KZ", external_id="asker", **MAKES_CELLS)
    found = a_published_offer(maker), a_published_request(asker)
    runs.request()
    work()
    assert meet(*found)
    return found


@pytest.mark.parametrize(
    "veto",
    [
        {"excluded_countries": ["KZ", "CN"]},
        {"excluded_enterprises": ["maker", "asker"]},
        {"excluded_kinds": ["maker"]},
        {"excludes_competitors": "yes"},
    ],
)
@pytest.mark.parametrize("side", [0, 1])
def test_a_veto_of_either_side_holds_at_once_and_leaves_no_trace(
    work: Work, pair: tuple[Opportunity, Opportunity], veto: dict[str, Any], side: int, client: Client
) -> None:
    ours, theirs = pair[side], pair[1 - side]
    near = [near_misses(row) for row in (theirs, theirs.enterprise)]
    change(ours.enterprise, **veto)
    work()
    assert not meet(*pair)
    ours.enterprise.refresh_from_db()
    assert ours.enterprise.state == "published", "a veto needs no review"
    assert [near_misses(row) for row in (theirs, theirs.enterprise)] == near
    assert near_misses(ours) == [], "whom we keep away is no near miss"
    shown = client.get(f"/api/v1/enterprises/{ours.enterprise_id}/").json()
    assert not set(VETOES) & set(shown)
    change(ours.enterprise, **{name: [] if isinstance(value, list) else "" for name, value in veto.items()})
    work()
    assert meet(*pair)


def test_enterprises_of_one_group_never_meet_however_far_down_they_hang(
    work: Work, pair: tuple[Opportunity, Opportunity]
) -> None:
    offer, request = pair
    holding = a_published_enterprise(a_person(), external_id="holding")
    between = a_published_enterprise(a_person(), external_id="between")
    belong(offer.enterprise, public_id(between.pk))
    belong(request.enterprise, "holding")
    work()
    assert meet(*pair)
    belong(between, public_id(holding.pk).upper())
    work()
    assert not meet(*pair)
    belong(between, "")
    work()
    assert meet(*pair)


@pytest.mark.parametrize("owners", [("Mantaro  Holding", "mantaro holding"), ("asker", "maker")])
def test_owners_that_are_not_registered_or_own_each_other_make_a_group(
    work: Work, pair: tuple[Opportunity, Opportunity], owners: tuple[str, str]
) -> None:
    for row, name in zip(pair, owners, strict=True):
        belong(row.enterprise, name)
    work()
    assert not meet(*pair)


def test_a_veto_on_who_controls_others_covers_them(work: Work, pair: tuple[Opportunity, Opportunity]) -> None:
    offer, request = pair
    belong(offer.enterprise, "holding")
    a_published_enterprise(a_person(), external_id="holding")
    work()
    change(request.enterprise, excluded_enterprises=["holding"])
    work()
    assert not meet(*pair)

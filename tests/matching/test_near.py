"""Near misses: what stands in the way is told in plain words, and nothing that the other side holds back."""

import dataclasses
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from rest_framework.test import APIRequestFactory, force_authenticate

from apps.accounts.models import User
from apps.enterprises.models import Enterprise
from apps.matching import near, runs
from apps.matching.api import MatchView
from apps.matching.models import Run
from apps.matching.selectors import GOOD, Partner, current_run, matches_of, near_misses
from apps.opportunities import services as opportunities
from apps.opportunities.models import Opportunity
from tests.factories.enterprises import a_published_enterprise
from tests.factories.listings import a_draft_project, a_published_offer, a_published_project, a_published_request
from tests.factories.people import a_person
from tests.matching.conftest import Work

# What makes an offer and a request fit well.
ALIKE: dict[str, Any] = {
    "technologies": ["lfp"], "modes": ["equipment-supply"], "stages": ["cells-stacks"], "power_mw_min": 20.0, "power_mw_max": 30.0,
    "energy_mwh_min": 40.0, "energy_mwh_max": 80.0, "budget_min": 1e6, "budget_max": 2e6, "currency": "EUR",
    "title": "LFP container for a substation", "summary": "An LFP container of 20 MW for a substation, with a warranty.",
}  # fmt: skip


@pytest.fixture
def request_of_kazakhstan(work: Work, rates: None) -> Opportunity:
    """A request from Kazakhstan that excludes Brazil; nothing was compared yet."""
    enterprise = a_published_enterprise(a_person(), country="KZ", external_id="asker")
    return a_published_request(enterprise, **ALIKE, excluded_countries=["BR"])


def an_offer(country: str = "CN", **values: Any) -> Opportunity:
    maker = a_published_enterprise(country=country, external_id=f"maker-{Enterprise.objects.count()}")
    return a_published_offer(maker, **(ALIKE | values))


def compared(work: Work) -> None:
    runs.request()
    work()


def blocked(row: Opportunity | Enterprise) -> dict[Opportunity | None, tuple[str, ...]]:
    return {partner.opportunity: partner.blocked for partner in near_misses(row) if partner.opportunity}


def test_a_country_that_we_exclude_stands_in_the_way(work: Work, request_of_kazakhstan: Opportunity) -> None:
    offer, fitting = an_offer("BR"), an_offer("CN")
    compared(work)
    assert blocked(request_of_kazakhstan) == {offer: ("You exclude Brazil.",)}
    assert blocked(offer) == {request_of_kazakhstan: ("They exclude Brazil, your country.",)}
    assert fitting in [partner.opportunity for partner in matches_of(opportunity_id=request_of_kazakhstan.pk)]


def test_no_mode_in_common_is_told_from_each_sides_view(work: Work, request_of_kazakhstan: Opportunity) -> None:
    offer = an_offer(modes=["technology-licence", "joint-venture"])
    compared(work)
    (told,) = blocked(request_of_kazakhstan)[offer]
    assert told == (
        "No cooperation mode in common: you ask for equipment supply, they offer technology licence, joint venture."
    )
    (told,) = blocked(offer)[request_of_kazakhstan]
    assert told == (
        "No cooperation mode in common: you offer technology licence, joint venture, they ask for equipment supply."
    )


def test_another_family_of_technologies_is_told(work: Work, request_of_kazakhstan: Opportunity) -> None:
    offer = an_offer(technologies=["pumped-hydro"])
    compared(work)
    (told,) = blocked(request_of_kazakhstan)[offer]
    assert told.startswith("Another family of technologies: you ask for ")
    assert "they offer pumped" in told


def test_a_project_in_a_country_that_they_exclude_is_told_to_its_owner(work: Work, rates: None) -> None:
    asker = a_published_enterprise(country="KZ")
    request = a_published_request(asker, **ALIKE, project=a_draft_project(asker, country="UZ"))
    offer = an_offer(excluded_countries=["UZ"])
    compared(work)
    assert blocked(request) == {offer: ("They exclude Uzbekistan, where your project lies.",)}
    assert blocked(offer) == {}, "the project is not public"


def test_a_public_project_in_a_country_that_we_exclude_is_told(work: Work, rates: None) -> None:
    asker = a_published_enterprise(country="KZ")
    request = a_published_request(asker, **ALIKE, project=a_published_project(asker, country="UZ"))
    offer = an_offer(excluded_countries=["UZ"])
    compared(work)
    assert blocked(offer) == {request: ("You exclude Uzbekistan, where their project lies.",)}


def test_whom_the_other_excludes_by_name_is_neither_told_nor_to_be_derived(
    work: Work, request_of_kazakhstan: Opportunity
) -> None:
    """With and without their veto the near misses are the same to the byte."""
    offers = [an_offer("BR"), an_offer("CN"), an_offer(modes=["joint-venture"])]
    compared(work)
    before = [_as_told(partner) for partner in near_misses(request_of_kazakhstan)]
    assert {entry["opportunity"] for entry in before} == {offers[0].pk, offers[2].pk}
    for offer in offers:
        owner = offer.enterprise.members.get()
        opportunities.update(
            opportunity=offer, values={"excluded_enterprises": ["asker"]}, actor=owner, version=offer.version
        )
        opportunities.move(opportunity=offer, name="vouch", actor=None)
    work()
    assert offers[1] not in [partner.opportunity for partner in matches_of(opportunity_id=request_of_kazakhstan.pk)]
    assert [_as_told(partner) for partner in near_misses(request_of_kazakhstan)] == before
    compared(work)
    assert [_as_told(partner) for partner in near_misses(request_of_kazakhstan)] == before


def _as_told(partner: Partner) -> dict[str, Any]:
    told = {
        name: getattr(partner, name)
        for name in ("score", "confidence", "forward", "backward", "unknown", "blocked", "kind")
    }
    return told | {"opportunity": partner.opportunity and partner.opportunity.pk, "enterprise": partner.enterprise.pk}


def test_whom_we_exclude_by_name_is_no_near_miss(work: Work, rates: None) -> None:
    """They were refused on purpose; and naming them would tell whose the private id is."""
    offer = an_offer("BR")
    request = a_published_request(
        **ALIKE, excluded_countries=["BR"], excluded_enterprises=[offer.enterprise.external_id]
    )
    compared(work)
    assert blocked(request) == {}


def test_what_would_not_fit_well_anyway_is_no_near_miss(work: Work, request_of_kazakhstan: Opportunity) -> None:
    an_offer(
        "BR", power_mw_min=9e3, power_mw_max=9e3, energy_mwh_min=1.0, energy_mwh_max=1.0, budget_min=9e8, budget_max=9e8,
        stages=["testing"], title="Training of operators", summary="Courses on the safety of plants.",
    )  # fmt: skip
    compared(work)
    assert blocked(request_of_kazakhstan) == {}


def test_one_score_is_that_of_a_match_when_nothing_stands_in_the_way_any_more(
    work: Work, request_of_kazakhstan: Opportunity
) -> None:
    offer = an_offer("BR")
    compared(work)
    (would_be,) = [partner for partner in near_misses(request_of_kazakhstan) if partner.opportunity == offer]
    _edit(request_of_kazakhstan, excluded_countries=[])
    work()
    (match,) = [
        partner for partner in matches_of(opportunity_id=request_of_kazakhstan.pk) if partner.opportunity == offer
    ]
    assert dataclasses.replace(would_be, blocked=()) == match
    assert near_misses(Opportunity.objects.get(pk=request_of_kazakhstan.pk)) == []


def _edit(listing: Opportunity, **values: Any) -> None:
    actor = listing.enterprise.members.get()
    opportunities.update(opportunity=listing, values=values, actor=actor, version=listing.version)
    opportunities.move(opportunity=listing, name="vouch", actor=None)


def test_what_changed_since_the_full_run_counts_and_what_is_gone_does_not(
    work: Work, request_of_kazakhstan: Opportunity
) -> None:
    gone = an_offer("BR")
    compared(work)
    new = an_offer("BR")
    opportunities.move(opportunity=gone, name="withdraw", actor=None)
    work()
    assert set(blocked(request_of_kazakhstan)) == {new}


def test_at_most_ten_are_shown_and_the_work_is_bounded(
    work: Work, request_of_kazakhstan: Opportunity, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(12):
        an_offer("BR")
    compared(work)
    assert len(near_misses(request_of_kazakhstan)) == 10
    monkeypatch.setattr(near, "LOOKED_AT", 3)
    assert len(near_misses(request_of_kazakhstan)) == 3


def test_without_a_comparison_or_its_snapshot_there_are_none(work: Work, request_of_kazakhstan: Opportunity) -> None:
    an_offer("BR")
    assert near_misses(request_of_kazakhstan) == []
    compared(work)
    run = current_run()
    assert run is not None
    Run.objects.filter(pk=run.pk).update(checksum="another machine's")
    assert near_misses(request_of_kazakhstan) == []


def test_they_are_told_in_the_readers_language(work: Work, request_of_kazakhstan: Opportunity) -> None:
    an_offer("BR")
    compared(work)
    with translation.override("zh-hans"):
        assert set(blocked(request_of_kazakhstan).values()) == {("您排除了巴西。",)}


def test_the_api_lists_them_after_the_matches_for_owners_only(work: Work, request_of_kazakhstan: Opportunity) -> None:
    offer, _ = an_offer("BR"), an_offer("CN")
    compared(work)
    owner = request_of_kazakhstan.enterprise.members.get()
    results = _ask(owner, request_of_kazakhstan.pk).data["results"]
    near_from = next(at for at, row in enumerate(results) if row["blocked"])
    assert near_from > 0
    assert all(row["blocked"] for row in results[near_from:])
    assert [row["opportunity"]["id"] for row in results[near_from:] if row["opportunity"]] == [offer.pk]
    assert results[near_from]["score"] >= GOOD
    assert _ask(a_person(), request_of_kazakhstan.pk).status_code == 404


def _ask(person: User, number: int) -> Any:
    request = APIRequestFactory().get("/")
    force_authenticate(request, user=person)
    return MatchView.as_view()(request, pk=number)


def test_the_page_shows_them_under_their_own_heading_with_what_stands_in_the_way(
    client: Client, work: Work, request_of_kazakhstan: Opportunity
) -> None:
    an_offer("BR"), an_offer("CN")
    compared(work)
    client.force_login(request_of_kazakhstan.enterprise.members.get())
    address = f"/en/matches/opportunity/{request_of_kazakhstan.pk}/"
    matches, heading, near_ones = client.get(address).content.decode().partition("Nearly: what stands in the way")
    assert heading
    assert "You exclude Brazil." in near_ones
    assert "You exclude Brazil." not in matches
    _edit(request_of_kazakhstan, excluded_countries=[])
    work()
    assert "Nearly:" not in client.get(address).content.decode()

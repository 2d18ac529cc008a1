"""The newest good partners of one's enterprises, as the dashboard shows them."""

from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.matching import runs, selectors
from apps.matching.listings import opportunity_key
from apps.matching.models import Match
from apps.opportunities import services as opportunities
from apps.opportunities.models import Opportunity
from tests.factories.enterprises import a_published_enterprise
from tests.factories.listings import a_draft_offer, a_published_offer, a_published_request
from tests.factories.people import a_person
from tests.matching.conftest import Work

ALIKE: dict[str, Any] = {"technologies": ["lfp"], "modes": ["equipment-supply"]}


@pytest.fixture
def owner(work: Work) -> User:
    return a_person()


@pytest.fixture
def request_of_ours(owner: User) -> Opportunity:
    return a_published_request(a_published_enterprise(owner, country="KZ"), **ALIKE, title="Batteries for our grid")


def an_offer(title: str, **values: Any) -> Opportunity:
    return a_published_offer(a_published_enterprise(country="CN"), **(ALIKE | values), title=title)


def compared(work: Work) -> None:
    runs.request()
    work()


def dashboard(client: Client, person: User) -> str:
    client.force_login(person)
    return client.get("/en/dashboard/").content.decode()


def test_new_partners_stand_with_their_score_our_listing_and_since_when(
    client: Client, work: Work, owner: User, request_of_ours: Opportunity
) -> None:
    offer = an_offer("Cells from a new maker")
    compared(work)
    page = dashboard(client, owner)
    assert "Newest matches" in page
    found = next(each for each in selectors.newest_of([request_of_ours.enterprise_id], limit=5) if each.theirs == offer)
    assert found.since == offer.published_at, "it came last"
    number = request_of_ours.pk
    assert f"/en/matches/opportunity/{number}/?open=opportunity-{offer.pk}#match-opportunity-{offer.pk}" in page
    assert "Cells from a new maker" in page
    assert f">{found.score:.2f}<" in page


def test_the_newest_stands_first_and_each_partner_once(work: Work, owner: User, request_of_ours: Opportunity) -> None:
    a_published_request(request_of_ours.enterprise, **ALIKE, title="A second request")
    older = an_offer("The older offer")
    compared(work)
    newer = an_offer("The newer offer")
    work()
    partners = [each.theirs for each in selectors.newest_of([request_of_ours.enterprise_id], limit=9)]
    offers = [row for row in partners if isinstance(row, Opportunity)]
    assert offers == [newer, older]
    assert len(partners) == len(set(partners))


def test_who_fits_poorly_or_is_gone_is_no_news(work: Work, request_of_ours: Opportunity) -> None:
    poor = an_offer("Fits poorly")
    gone = an_offer("Gone")
    compared(work)
    opportunities.move(opportunity=gone, name="withdraw", actor=None)
    Match.objects.filter(other=opportunity_key(poor.pk)).update(score=selectors.GOOD - 0.01)
    found = [each.theirs for each in selectors.newest_of([request_of_ours.enterprise_id], limit=50)]
    assert poor not in found
    assert gone not in found


def test_other_peoples_matches_do_not_show(client: Client, work: Work, request_of_ours: Opportunity) -> None:
    an_offer("Cells from a new maker")
    compared(work)
    stranger = a_person()
    a_draft_offer(a_published_enterprise(stranger, country="BR", technologies=["pumped-hydro"]))
    work()
    assert "Batteries for our grid" not in dashboard(client, stranger)
    assert selectors.newest_of([], limit=5) == []


def test_where_nobody_fits_yet_the_page_says_what_will_come(client: Client, work: Work, owner: User) -> None:
    a_published_request(a_published_enterprise(owner), **ALIKE)
    assert "whoever fits well stands here" in dashboard(client, owner)


def test_the_newest_matches_cost_a_handful_of_queries(
    client: Client, work: Work, owner: User, request_of_ours: Opportunity, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        an_offer(f"Offer {number}")
    compared(work)
    client.force_login(owner)
    with django_assert_max_num_queries(20):
        assert client.get("/en/dashboard/").content.count(b'class="new"') == 5
    with django_assert_max_num_queries(4):
        assert len(selectors.newest_of([request_of_ours.enterprise_id], limit=5)) == 5

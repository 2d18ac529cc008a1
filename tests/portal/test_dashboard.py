"""The page of those who act for enterprises."""

from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.opportunities import services
from tests.factories.cast import Actor
from tests.factories.listings import a_draft_offer, a_draft_project, a_published_offer, a_submitted_offer
from tests.factories.people import a_member

pytestmark = pytest.mark.django_db


def test_who_acts_for_nobody_is_led_to_registering(client: Client, stranger: User) -> None:
    client.force_login(stranger)
    assert "Begin with your enterprise" in client.get("/en/dashboard/").content.decode()


def test_states_are_words_with_a_clock_and_what_was_returned_stands_first(client: Client, cell_maker: Actor) -> None:
    a_published_offer(cell_maker.enterprise, title="Public one")
    a_submitted_offer(cell_maker.enterprise, title="Waiting one")
    returned = a_submitted_offer(cell_maker.enterprise, title="Returned one")
    services.move(opportunity=returned, name="send_back", actor=None, note="Name the standard.")
    client.force_login(cell_maker.person)
    page = client.get("/en/dashboard/").content.decode()
    assert "answer expected within 2 working days" in page
    assert "Name the standard." in page
    assert page.index("Returned one") < page.index("Waiting one") < page.index("Public one")


def test_a_viewer_reads_and_can_do_nothing(client: Client, cell_maker: Actor) -> None:
    a_draft_offer(cell_maker.enterprise)
    client.force_login(a_member(cell_maker.enterprise, "viewer"))
    page = client.get("/en/dashboard/").content.decode()
    assert "LFP cells for stationary storage" in page
    assert "/do/" not in page
    assert "/edit/" not in page


def test_listings_are_filtered_by_state(client: Client, cell_maker: Actor) -> None:
    a_draft_offer(cell_maker.enterprise, title="Draft one")
    a_published_offer(cell_maker.enterprise, title="Public one")
    client.force_login(cell_maker.person)
    page = client.get("/en/dashboard/?state=draft").content.decode()
    assert "Draft one" in page
    assert "Public one" not in page


def test_moderators_see_how_much_waits(client: Client, moderator: User, cell_maker: Actor) -> None:
    a_submitted_offer(cell_maker.enterprise)
    client.force_login(moderator)
    assert "1 submission waits for a moderator" in client.get("/en/dashboard/").content.decode()


def test_sixty_listings_cost_no_more_queries_than_six(
    client: Client, cell_maker: Actor, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        a_draft_offer(cell_maker.enterprise, title=f"Offer {number}")
    a_draft_project(cell_maker.enterprise)
    client.force_login(cell_maker.person)
    with django_assert_max_num_queries(20):
        page = client.get("/en/dashboard/").content.decode()
    assert page.count('class="mine__row"') == 51
    assert "listings=2" in page

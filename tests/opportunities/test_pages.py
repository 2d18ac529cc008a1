"""The page on which an offer or a request is written."""

import html
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from apps.opportunities.models import Opportunity
from apps.opportunities.selectors import as_public
from tests.factories.cast import Actor
from tests.factories.listings import a_draft_offer, a_draft_project, a_published_offer
from tests.factories.people import a_member

pytestmark = pytest.mark.django_db
NEEDED: dict[str, Any] = {"side": "offer", "language": "en", "title": "Cells", "summary": "LFP cells, 5 GWh a year."}


@pytest.fixture
def author(client: Client, cell_maker: Actor) -> Client:
    client.force_login(cell_maker.person)
    return client


def test_only_the_first_section_is_needed_and_open(author: Client, cell_maker: Actor) -> None:
    path = f"/en/enterprises/{cell_maker.enterprise.pk}/listings/new/"
    page = author.get(path).content.decode()
    assert page.count('<details class="form-section fold">') == 5
    author.post(path, NEEDED)
    assert Opportunity.objects.get().state == "draft"


def test_a_section_opens_where_something_in_it_is_wrong(author: Client, cell_maker: Actor) -> None:
    wrong = NEEDED | {"power_mw_min": "forty apples", "title": "Ячейки"}
    page = author.post(f"/en/enterprises/{cell_maker.enterprise.pk}/listings/new/", wrong).content.decode()
    assert '<details class="form-section fold" open>' in page
    assert 'id="id_power_mw_min_error"' in page
    assert 'value="forty apples"' in page
    assert 'value="Ячейки"' in page
    assert not Opportunity.objects.exists()


def test_units_are_kept_as_they_were_entered(author: Client, cell_maker: Actor) -> None:
    author.post(f"/en/enterprises/{cell_maker.enterprise.pk}/listings/new/", NEEDED | {"power_mw_min": "500 kW"})
    made = Opportunity.objects.get()
    assert made.power_mw_min == 0.5
    assert 'value="500 kW"' in author.get(f"/en/listings/{made.pk}/edit/").content.decode()


def test_lists_of_words_are_shown_as_they_are_typed(author: Client, cell_maker: Actor) -> None:
    made = a_draft_offer(cell_maker.enterprise, certifications_held=["IEC 62619", "UL 9540"])
    assert 'value="IEC 62619; UL 9540"' in author.get(f"/en/listings/{made.pk}/edit/").content.decode()


def test_what_is_chosen_of_a_long_list_stands_first_and_once(author: Client, cell_maker: Actor) -> None:
    call_command("load_scheme")
    made = a_draft_offer(cell_maker.enterprise, technologies=["sodium-ion"], target_countries=["KZ"])
    page = author.get(f"/en/listings/{made.pk}/edit/").content.decode()
    boxes = [line for line in page.splitlines() if 'name="technologies"' in line]
    assert 'value="sodium-ion"' in boxes[0]
    assert "checked" in boxes[0]
    assert page.count('name="technologies" value="sodium-ion"') == 1


def test_saving_and_submitting_is_one_step(author: Client, cell_maker: Actor) -> None:
    author.post(f"/en/enterprises/{cell_maker.enterprise.pk}/listings/new/", NEEDED | {"submit": "1"})
    assert Opportunity.objects.get().state == "submitted"


def test_a_change_of_words_sends_what_is_public_back_to_review(author: Client, cell_maker: Actor) -> None:
    made = a_published_offer(cell_maker.enterprise)
    author.post(f"/en/listings/{made.pk}/edit/", NEEDED | {"version": made.version})
    made.refresh_from_db()
    assert made.state == "submitted"


def test_a_request_of_a_project_begins_with_what_the_project_says(author: Client, cell_maker: Actor) -> None:
    project = a_draft_project(cell_maker.enterprise)
    path = f"/en/enterprises/{cell_maker.enterprise.pk}/listings/new/?project={project.pk}"
    assert '<option value="request" selected>' in author.get(path).content.decode()
    author.post(path, NEEDED | {"side": "request"})
    assert Opportunity.objects.get().project == project


def test_nobody_else_writes_for_an_enterprise(client: Client, cell_maker: Actor, grid_operator: Actor) -> None:
    made = a_draft_offer(cell_maker.enterprise)
    for person in (grid_operator.person, a_member(cell_maker.enterprise, "viewer")):
        client.force_login(person)
        assert client.get(f"/en/enterprises/{cell_maker.enterprise.pk}/listings/new/").status_code == 404
        assert client.post(f"/en/listings/{made.pk}/edit/", NEEDED | {"version": 1}).status_code == 404
        assert client.post(f"/en/listings/{made.pk}/do/submit/").status_code == 404
    made.refresh_from_db()
    assert made.state == "draft"


def test_steps_are_only_taken_by_post(author: Client, cell_maker: Actor) -> None:
    made = a_draft_offer(cell_maker.enterprise)
    assert author.get(f"/en/listings/{made.pk}/do/submit/").status_code == 405
    assert author.post(f"/en/listings/{made.pk}/do/publish/").status_code == 404


@pytest.mark.parametrize(("written", "shown"), [("20 containers", "20 containers"), ("20", "20 MWh")])
def test_a_minimum_order_is_shown_with_the_unit_that_was_entered(
    author: Client, cell_maker: Actor, written: str, shown: str
) -> None:
    typed = NEEDED | {"family": "business", "quantity": "500", "quantity_unit": "MWh", "minimum_order": written}
    author.post(f"/en/enterprises/{cell_maker.enterprise.pk}/listings/new/", typed)
    listing = Opportunity.objects.get()
    page = author.get(f"/en/listings/{listing.pk}/").content.decode()
    told = re.sub(r"<[^>]+>|\s+", " ", page.partition("Minimum order")[2].partition("</dd>")[0])
    assert " ".join(html.unescape(told).split()) == shown
    assert as_public(listing)["minimum_order_unit"] == shown.removeprefix("20 ")

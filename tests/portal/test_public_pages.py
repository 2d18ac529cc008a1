"""What everybody may read on the pages of listings, enterprises and projects, and what only their own people see."""

import re

import pytest
from django.test import Client

from apps.opportunities import services
from tests.factories.cast import Actor
from tests.factories.enterprises import a_draft_enterprise
from tests.factories.listings import (
    a_draft_offer,
    a_draft_project,
    a_published_offer,
    a_published_project,
    a_published_request,
    a_submitted_offer,
)
from tests.factories.people import a_member, a_moderator, a_person

pytestmark = pytest.mark.django_db


def read(client: Client, path: str, status: int = 200, language: str = "en") -> str:
    response = client.get(f"/{language}/{path}")
    assert response.status_code == status
    return response.content.decode()


def test_a_listing_keeps_its_title_and_says_what_it_is_in_the_language_of_the_reader(
    client: Client, cell_maker: Actor, thesaurus: None
) -> None:
    listing = a_published_offer(cell_maker.enterprise, language="zh-Hans", title="磷酸铁锂电芯")
    html = read(client, f"listings/{listing.pk}/")
    assert '<h1><bdi dir="auto" lang="zh-Hans">磷酸铁锂电芯</bdi></h1>' in html
    assert '<p class="heading__gloss">Equipment supply: lithium iron phosphate battery</p>' in html
    assert "heading__gloss" not in read(client, f"listings/{listing.pk}/", language="zh-hans")


@pytest.mark.parametrize(("language", "expected"), [("en", "9.40° S, 38.25° W"), ("zh-hans", "南纬9.40°、西经38.25°")])
def test_a_site_is_written_as_the_readers_maps_write_it(
    client: Client, developer: Actor, language: str, expected: str
) -> None:
    project = a_published_project(developer.enterprise, latitude=-9.4, longitude=-38.25)
    assert expected in read(client, f"projects/{project.pk}/", language=language)


@pytest.mark.parametrize("state", ["draft", "submitted", "withdrawn"])
def test_what_is_not_published_is_not_there_for_a_stranger(client: Client, cell_maker: Actor, state: str) -> None:
    listing = a_submitted_offer(cell_maker.enterprise) if state == "submitted" else a_draft_offer(cell_maker.enterprise)
    if state == "withdrawn":
        services.move(opportunity=listing, name="withdraw", actor=None)
    read(client, f"listings/{listing.pk}/", 404)
    client.force_login(a_person())
    read(client, f"listings/{listing.pk}/", 404)
    client.force_login(cell_maker.person)
    read(client, f"listings/{listing.pk}/")


def test_a_listing_of_an_enterprise_that_is_not_public_is_not_there(client: Client) -> None:
    enterprise = a_draft_enterprise()
    read(client, f"enterprises/{enterprise.pk}/", 404)
    read(client, f"listings/{a_draft_offer(enterprise).pk}/", 404)
    read(client, f"projects/{a_draft_project(enterprise).pk}/", 404)


def test_a_moderator_reads_what_waits_and_has_no_buttons_there(client: Client, cell_maker: Actor) -> None:
    listing = a_submitted_offer(cell_maker.enterprise)
    client.force_login(a_moderator())
    html = read(client, f"listings/{listing.pk}/")
    assert "Under review" in html
    assert "/do/" not in html


def test_its_own_people_see_the_state_the_history_and_what_they_can_do(client: Client, cell_maker: Actor) -> None:
    listing = a_published_offer(cell_maker.enterprise)
    client.force_login(cell_maker.person)
    html = read(client, f"listings/{listing.pk}/")
    assert re.search(r'class="state state--published"', html)
    assert html.index("Published") < html.index("Drafted")
    assert f"/en/listings/{listing.pk}/do/withdraw/" in html
    assert f"/en/listings/{listing.pk}/do/fulfil/" in html
    assert f"/en/listings/{listing.pk}/edit/" in html
    assert f"/en/matches/opportunity/{listing.pk}/" in html


def test_a_viewer_sees_the_history_but_no_buttons(client: Client, cell_maker: Actor) -> None:
    listing = a_published_offer(cell_maker.enterprise)
    client.force_login(a_member(cell_maker.enterprise, "viewer"))
    html = read(client, f"listings/{listing.pk}/")
    assert "Drafted" in html
    assert "/do/" not in html


def test_the_note_of_the_review_stands_on_the_page_of_what_was_returned(client: Client, cell_maker: Actor) -> None:
    listing = a_submitted_offer(cell_maker.enterprise)
    services.move(opportunity=listing, name="send_back", actor=None, note="State the guaranteed cycles.")
    client.force_login(cell_maker.person)
    html = read(client, f"listings/{listing.pk}/")
    assert "State the guaranteed cycles." in html
    assert f"/en/listings/{listing.pk}/do/submit/" in html


def test_whom_a_listing_excludes_is_never_told(client: Client, cell_maker: Actor) -> None:
    listing = a_published_offer(cell_maker.enterprise, excluded_enterprises=["rival-works"])
    assert "rival-works" not in read(client, f"listings/{listing.pk}/")


def test_numbers_of_registries_are_for_members_and_what_is_known_of_them_for_everybody(
    client: Client, cell_maker: Actor
) -> None:
    path = f"enterprises/{cell_maker.enterprise.pk}/"
    html = read(client, path)
    assert "91110000600037341L" not in html
    assert "check digit holds" in html
    client.force_login(cell_maker.person)
    assert "91110000600037341L" in read(client, path)


def test_an_enterprise_shows_what_it_lists_now(client: Client, cell_maker: Actor) -> None:
    a_published_offer(cell_maker.enterprise, title="Offered now")
    a_draft_offer(cell_maker.enterprise, title="Not yet")
    html = read(client, f"enterprises/{cell_maker.enterprise.pk}/")
    assert "Offered now" in html
    assert "Not yet" not in html
    assert "Karaganda pilot" in html


def test_a_long_list_of_an_enterprise_goes_on_from_page_to_page(client: Client, cell_maker: Actor) -> None:
    for number in range(23):
        a_published_offer(cell_maker.enterprise, title=f"Offer {number:02}")
    path = f"enterprises/{cell_maker.enterprise.pk}/"
    first = read(client, path)
    onward = re.search(r'rel="next" href="(\?before=\d+)"', first)
    assert onward
    second = read(client, path + onward[1])
    titles = set(re.findall(r"Offer \d\d", first)) | set(re.findall(r"Offer \d\d", second))
    assert len(titles) == 23
    assert "Offer 22" not in second


def test_a_project_shows_its_stage_and_what_it_asks_for(client: Client, grid_operator: Actor) -> None:
    project = a_published_project(grid_operator.enterprise)
    a_published_request(grid_operator.enterprise, project=None, title="For nothing in particular")
    listing = a_draft_offer(grid_operator.enterprise, side="request", title="For the project")
    type(listing).objects.filter(pk=listing.pk).update(project=project)
    services.move(opportunity=listing, name="vouch", actor=None)
    html = read(client, f"projects/{project.pk}/")
    assert 'class="step step--now" aria-current="step"><span>Procurement' in html
    assert "For the project" in html
    assert "For nothing in particular" not in html


def test_a_project_that_is_not_published_does_not_show_on_its_listing(client: Client, grid_operator: Actor) -> None:
    project = a_draft_project(grid_operator.enterprise, title="Secret site")
    listing = a_published_request(grid_operator.enterprise)
    type(listing).objects.filter(pk=listing.pk).update(project=project)
    assert "Secret site" not in read(client, f"listings/{listing.pk}/")


@pytest.mark.parametrize(
    "path", ["listings/99999999999999999999/", "enterprises/0/", "projects/7777777/", "matches/none/1/"]
)
def test_an_address_of_nothing_is_a_page_that_helps(client: Client, path: str) -> None:
    assert "Search the listings" in read(client, path, 404)

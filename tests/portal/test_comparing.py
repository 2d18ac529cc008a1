"""Listings side by side, chosen among the results by boxes that need no script."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.search import services as index
from tests.factories.cast import Actor
from tests.factories.listings import a_draft_offer, a_published_offer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("thesaurus")]


def read(client: Client, *ids: object, language: str = "en") -> str:
    response = client.get(f"/{language}/compare/", {"id": [str(each) for each in ids]})
    assert response.status_code == 200
    return response.content.decode()


def word(html: str, fact: str) -> str:
    """What the table says of a fact: "differs" or "the same"."""
    found = re.search(rf'<th scope="row">{fact} <span class="compare__word">([^<]*)<', html)
    assert found, fact
    return found[1]


def test_what_differs_and_what_does_not_is_said_in_words(client: Client, cell_maker: Actor) -> None:
    one = a_published_offer(cell_maker.enterprise, energy_mwh_min=10.0, cycles_min=6000)
    other = a_published_offer(cell_maker.enterprise, energy_mwh_min=40.0)
    html = read(client, one.pk, other.pk)
    assert (word(html, "Energy"), word(html, "Technologies"), word(html, "Cycles")) == (
        "differs",
        "the same",
        "differs",
    )
    assert html.count("not stated") == 1
    assert f'href="/en/compare/?id={other.pk}"' in html
    assert "Minimum order" not in html  # neither states it


def test_only_what_is_public_is_compared_and_at_most_four(client: Client, cell_maker: Actor) -> None:
    offers = [a_published_offer(cell_maker.enterprise, title=f"Offer {number}") for number in range(5)]
    secret = a_draft_offer(cell_maker.enterprise, title="Not yet public")
    html = read(client, secret.pk, *(offer.pk for offer in offers))
    assert "Not yet public" not in html
    assert "One listing was left out" in html
    assert "these are the first four" in html
    assert re.findall(r"<bdi[^>]*>(Offer \d)</bdi></a>", html) == ["Offer 0", "Offer 1", "Offer 2", "Offer 3"]


@pytest.mark.parametrize("nonsense", ["", "x", "-1", "9" * 40, "%00", "1' OR 1=1"])
def test_nonsense_is_left_out_and_the_page_says_how_to_choose(client: Client, nonsense: str) -> None:
    assert "Nothing to compare yet" in read(client, nonsense)


def test_boxes_among_the_results_are_part_of_the_search_and_outlive_another_filter(
    client: Client, cell_maker: Actor
) -> None:
    one, other = (a_published_offer(cell_maker.enterprise, title=title) for title in ("LFP cells", "Sodium cells"))
    index.index("opportunity", [one.pk, other.pk])
    html = client.get("/en/search/").content.decode()
    assert set(re.findall(r'type="checkbox" id="choose-\d+" name="id" value="(\d+)" hx-get', html)) == {
        str(one.pk), str(other.pk),
    }  # fmt: skip
    assert 'type="submit" formaction="/en/compare/"' in html
    html = client.get(f"/en/search/?q=sodium&min_mwh=&id={one.pk}&id={other.pk}&id=0").content.decode()
    assert f'name="id" value="{other.pk}" checked' in html  # its box is on the page
    assert f'<input type="hidden" name="id" value="{one.pk}">' in html  # this one's is not, and stays chosen
    assert html.index("For comparing:") < html.index("LFP cells")
    assert f'href="?q=sodium&amp;min_mwh=&amp;id={other.pk}"' in html
    assert "There is no filter" not in html
    html = client.get(f"/en/compare/?q=sodium&min_mwh=&id={one.pk}&id={other.pk}").content.decode()
    assert f'href="/en/search/?q=sodium&amp;id={one.pk}&amp;id={other.pk}"' in html


def test_four_listings_cost_no_more_questions_than_one(client: Client, cell_maker: Actor, settings: object) -> None:
    settings.TAXONOMY_RECHECK_SECONDS = 3600  # type: ignore[attr-defined]
    offers = [a_published_offer(cell_maker.enterprise) for _number in range(4)]
    read(client, offers[0].pk)
    with CaptureQueriesContext(connection) as found:
        read(client, *(offer.pk for offer in offers))
    assert len(found) <= 3

"""The page of results: what is found and why, filters, pages, and how many questions it puts to the database."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.portal.narrowing import FIRST
from apps.search import services as index
from tests.factories.cast import Actor
from tests.factories.listings import a_published_offer, a_published_project, a_published_request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("thesaurus")]


def read(client: Client, path: str = "search/", language: str = "en") -> str:
    response = client.get(f"/{language}/{path}")
    assert response.status_code == 200
    return response.content.decode()


def indexed(*listings: object) -> None:
    index.index("opportunity", [listing.pk for listing in listings])  # type: ignore[attr-defined]


def titles(html: str) -> list[str]:
    """The titles of the cards, whatever of them is marked."""
    found = re.findall(r'listing__title"><a href="[^"]*"><bdi[^>]*>(.*?)</bdi>', html)
    return [re.sub("</?mark>", "", title) for title in found]


def counted(html: str, facet: str) -> list[tuple[str, str]]:
    """The values of a facet that are shown, with the number of each."""
    return re.findall(rf'id="{facet}-([\w-]+)".*?facet__count">([^<]+)<', html)


def test_a_question_in_another_language_finds_a_listing_and_says_why(client: Client, developer: Actor) -> None:
    title = "Baterias de fluxo de vanádio para o Nordeste"
    indexed(a_published_request(developer.enterprise, language="pt-BR", title=title, technologies=["vanadium-flow"]))
    html = read(client, "search/?q=全钒液流电池", "zh-hans")
    assert titles(html) == [title]
    why = re.search(r'listing__why">(.*?)</p>', html, re.DOTALL)
    assert why
    assert "全钒液流电池" in why[1]


def test_what_has_only_a_part_of_what_was_asked_stands_apart(client: Client, cell_maker: Actor) -> None:
    whole = a_published_offer(cell_maker.enterprise, title="Sodium-ion cells for Kenya")
    part = a_published_offer(cell_maker.enterprise, title="Sodium-ion cells", technologies=["sodium-ion"])
    indexed(whole, part)
    html = read(client, "search/?q=sodium-ion+cells+Kenya")
    apart = html.index("With only a part of what you asked for")
    assert html.index("Sodium-ion cells for Kenya") < apart
    assert titles(html[apart:]) == ["Sodium-ion cells"]


def test_a_filter_in_force_can_be_taken_off_and_keeps_the_rest(client: Client, cell_maker: Actor) -> None:
    indexed(a_published_offer(cell_maker.enterprise))
    html = read(client, "search/?q=cells&side=offer&technology=lfp")
    assert 'href="?q=cells&amp;technology=lfp">Offer' in html
    assert 'href="?q=cells&amp;side=offer">Lithium iron phosphate battery' in html
    assert re.search(r'id="side-offer"[^>]* checked', html)


def test_how_a_question_was_read_can_be_taken_off_part_by_part_and_put_back(client: Client, cell_maker: Actor) -> None:
    indexed(a_published_offer(cell_maker.enterprise, energy_mwh_min=90.0, energy_mwh_max=300.0))
    html = read(client, "search/?q=lfp+100+MWh")
    chips = re.findall(r'<li><a class="tag tag--accent applied__tag" href="([^"]*)">(.*?)</a>', html.replace("\n", ""))
    (size,) = (address for address, chip in chips if "about 100 MWh (80 MWh to 120 MWh)" in chip)
    assert size == "?q=lfp+100+MWh&amp;plain=100+MWh"
    taken_off = read(client, "search/?q=lfp+100+MWh&plain=100+MWh")
    assert "80 MWh" not in taken_off
    assert '<input type="hidden" name="plain" value="100 MWh">' in taken_off
    assert 'href="?q=lfp+100+MWh">“100 MWh” as plain words' in taken_off


def test_the_language_of_a_question_is_shown_and_can_be_stated(client: Client, cell_maker: Actor) -> None:
    indexed(a_published_offer(cell_maker.enterprise))
    assert '<option value="" selected>English, it seems</option>' in read(client, "search/?q=solar")
    assert '<option value="id" selected>Indonesian</option>' in read(client, "search/?q=solar&lang=id")
    assert "is no language tag" in read(client, "search/?q=solar&lang=!!")


def test_a_misspelt_question_is_offered_as_it_was_meant(client: Client, cell_maker: Actor) -> None:
    indexed(a_published_offer(cell_maker.enterprise, title="Extruder"))
    index.keep_words()
    html = read(client, "search/?q=extrudr&side=offer")
    assert '<a href="?q=extruder&amp;side=offer"><bdi>extruder</bdi></a>' in html


def test_a_filter_that_is_not_known_is_left_out_with_a_note(client: Client, cell_maker: Actor) -> None:
    indexed(a_published_offer(cell_maker.enterprise))
    html = read(client, "search/?technology=unobtainium&flavour=sweet")
    assert "unobtainium" in html
    assert "flavour" in html
    assert len(titles(html)) == 1


@pytest.mark.parametrize(
    "query", ["cursor=nonsense", "q=%00", "q=%F0%9F%94%8B", "min_mwh=NaN", "max_mwh=1e400", "side=", "page_size=-1"]
)
def test_nonsense_in_an_address_never_breaks_the_page(client: Client, cell_maker: Actor, query: str) -> None:
    indexed(a_published_offer(cell_maker.enterprise))
    read(client, f"search/?{query}")


def test_pages_follow_each_other_and_the_address_to_cite_has_no_place_in_them(
    client: Client, cell_maker: Actor
) -> None:
    indexed(*(a_published_offer(cell_maker.enterprise, title=f"Offer {number:02}") for number in range(23)))
    first = read(client)
    onward = re.search(r'rel="next" href="([^"]*)"', first)
    assert onward
    second = read(client, f"search/{onward[1]}")
    assert len(set(titles(first)) | set(titles(second))) == 23
    assert 'rel="prev"' in second
    assert re.search(r'rel="canonical" href="[^"?]*/en/search/"', second)


def test_only_the_bare_page_of_results_is_for_crawlers(client: Client) -> None:
    assert "noindex" not in read(client)
    assert "noindex" in read(client, "search/?q=lfp")
    assert "noindex" in read(client, "search/?side=offer")


def test_nothing_found_is_a_page_that_helps(client: Client) -> None:
    html = read(client, "search/?q=xyzzy")
    assert "Nothing found for" in html
    assert "See all listings" in html


@pytest.fixture
def asked(client: Client, settings: object) -> Callable[[str], int]:
    """How many questions a page puts to the database, when the process is warm."""
    settings.TAXONOMY_RECHECK_SECONDS = 3600  # type: ignore[attr-defined]

    def count(path: str) -> int:
        read(client, path)
        with CaptureQueriesContext(connection) as found:
            read(client, path)
        return len(found)

    return count


@pytest.mark.parametrize(
    "path", ["", "search/", "search/?q=cells", "search/?as=map", "enterprises/{enterprise}/", "projects/{project}/"]
)
def test_forty_listings_cost_no_more_questions_than_one(
    cell_maker: Actor, asked: Callable[[str], int], path: str
) -> None:
    project = a_published_project(cell_maker.enterprise)
    path = path.format(enterprise=cell_maker.enterprise.pk, project=project.pk)
    indexed(a_published_offer(cell_maker.enterprise, project=project))
    one = asked(path)
    indexed(*(a_published_offer(cell_maker.enterprise, project=project, language="pt-BR") for _number in range(39)))
    assert asked(path) <= one <= 12


def test_the_order_stands_in_the_address_and_stays_with_the_filters(client: Client, cell_maker: Actor) -> None:
    indexed(
        *(a_published_offer(cell_maker.enterprise, title=f"{mwh} MWh", energy_mwh_min=mwh) for mwh in (5.0, 40.0, 9.0))
    )
    html = read(client, "search/?sort=largest&side=offer")
    assert titles(html) == ["40.0 MWh", "9.0 MWh", "5.0 MWh"]
    assert '<input type="hidden" name="sort" value="largest">' in html
    assert '<a href="?sort=largest&amp;side=offer" rel="nofollow" aria-current="true">Largest</a>' in html
    assert 'href="?side=offer" rel="nofollow">Newest</a>' in html
    assert "Best fit" not in html  # nothing is asked
    assert "Best fit" in read(client, "search/?q=MWh")
    assert "no order “prettiest”" in read(client, "search/?sort=prettiest")


def test_technologies_stand_in_a_tree_that_counts_what_lies_below(client: Client, cell_maker: Actor) -> None:
    for key in ("lfp", "vanadium-flow", "lfp"):
        indexed(a_published_offer(cell_maker.enterprise, technologies=[key]))
    top, flow = ("electrochemical-storage", "3"), [("flow-battery", "1"), ("vanadium-flow", "1")]
    assert counted(read(client), "technology") == [top]
    unfolded = read(client, "search/?open=technology.electrochemical-storage")
    assert counted(unfolded, "technology") == [top, ("lithium-ion", "2"), ("lfp", "2"), *flow]
    assert '<input type="hidden" name="open" value="technology.electrochemical-storage">' in unfolded
    assert counted(read(client, "search/?technology=lfp"), "technology") == [
        ("electrochemical-storage", "2"),
        ("lfp", "2"),
    ]


def test_a_facet_shows_its_first_values_and_what_is_chosen_until_it_is_unfolded(
    client: Client, cell_maker: Actor
) -> None:
    countries = ["BR", "DE", "EG", "FR", "IN", "KE", "KZ", "NG", "ZA"]
    indexed(a_published_offer(cell_maker.enterprise, target_countries=countries))
    first = [code for code, _number in counted(read(client), "country")]
    assert len(first) == FIRST
    (other, *_others) = set(countries) - set(first)
    folded = read(client, f"search/?country={other}&open=side,nonsense")
    assert [code for code, _number in counted(folded, "country")] == [*first, other]
    (value,) = re.findall(r'id="fold-country" name="open" value="([^"]*)">', folded)
    unfolded = read(client, f"search/?country={other}&open={value}")
    assert {code for code, _number in counted(unfolded, "country")} >= set(countries)
    assert re.search(rf'id="fold-country" href="\?country={other}&amp;open=side"', unfolded)
    assert "nonsense" not in unfolded


def test_results_are_taken_along_under_the_same_address(client: Client, cell_maker: Actor) -> None:
    indexed(a_published_offer(cell_maker.enterprise))
    html = read(client, "search/?q=cells&side=offer")
    assert 'href="?q=cells&amp;side=offer&amp;format=csv"' in html
    assert "format=geojson" not in read(client, "enterprises/")

"""The lists of enterprises and of projects: found in any language, narrowed, paged, and linked from everywhere."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.search import services as index
from tests.factories.cast import Actor
from tests.factories.enterprises import a_draft_enterprise, a_published_enterprise
from tests.factories.listings import a_draft_project, a_published_project

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("thesaurus")]


def read(client: Client, path: str, language: str = "en") -> str:
    response = client.get(f"/{language}/{path}")
    assert response.status_code == 200
    return response.content.decode()


def indexed(*rows: Any) -> None:
    for row in rows:
        index.index(row._meta.model_name, [row.pk])


def names(html: str) -> list[str]:
    return re.findall(r'class="title"><a href="[^"]*"><bdi[^>]*>([^<]*)</bdi>', html)


def test_an_enterprise_is_found_in_another_language_than_its_own_with_the_reason(
    client: Client, cell_maker: Actor, grid_operator: Actor
) -> None:
    indexed(cell_maker.enterprise, grid_operator.enterprise)
    html = read(client, "enterprises/?q=lithium+iron+phosphate")
    assert names(html) == [cell_maker.enterprise.name]
    assert "listing__why" in html
    assert f'href="/en/enterprises/{cell_maker.enterprise.pk}/"' in html


def test_what_was_asked_is_marked_in_the_name_and_in_the_text(client: Client, cell_maker: Actor) -> None:
    works = a_published_enterprise(name="Cavern Works", summary="We seal each cavern for hydrogen.")
    indexed(works, a_published_project(cell_maker.enterprise, title="Salt cavern", description="A cavern of 90 MWh."))
    enterprises, projects = read(client, "enterprises/?q=cavern"), read(client, "projects/?q=cavern")
    assert "<mark>Cavern</mark> Works" in enterprises
    assert "We seal each <mark>cavern</mark> for hydrogen." in enterprises
    assert "Salt <mark>cavern</mark>" in projects
    assert "A <mark>cavern</mark> of 90 MWh." in projects


def test_country_and_technology_narrow_the_lists_and_can_be_taken_off(
    client: Client, cell_maker: Actor, grid_operator: Actor
) -> None:
    sodium = a_published_project(cell_maker.enterprise, title="Salt", country="BR", technologies=["sodium-ion"])
    iron = a_published_project(cell_maker.enterprise, title="Iron", country="KZ")
    indexed(cell_maker.enterprise, grid_operator.enterprise, sodium, iron)
    assert names(read(client, "enterprises/?country=KZ")) == [grid_operator.enterprise.name]
    assert names(read(client, "projects/?technology=sodium-ion")) == ["Salt"]
    html = read(client, "projects/?technology=lithium-ion&country=KZ")
    assert names(html) == ["Iron"]
    assert 'href="?technology=lithium-ion">Kazakhstan' in html
    assert 'name="country"' in html
    assert "noindex" in html


def test_a_list_shows_its_own_kind_and_only_what_is_public(client: Client, cell_maker: Actor) -> None:
    hidden = a_published_project(a_draft_enterprise(), title="Of a draft")
    rows = (cell_maker.enterprise, a_published_project(cell_maker.enterprise, title="Open"))
    indexed(*rows, hidden, a_draft_project(cell_maker.enterprise, title="Not yet"), a_draft_enterprise())
    assert names(read(client, "enterprises/")) == [cell_maker.enterprise.name]
    assert names(read(client, "projects/")) == ["Open"]
    assert "1 project" in read(client, "projects/")
    assert "1 家企业" in read(client, "enterprises/", "zh-hans")


def test_a_long_list_goes_on_from_page_to_page_and_loses_nothing(client: Client) -> None:
    indexed(*(a_published_enterprise(name=f"Works {number:02}") for number in range(23)))
    first = read(client, "enterprises/")
    onward = re.search(r'rel="next" href="([^"]*)"', first)
    assert onward
    second = read(client, f"enterprises/{onward[1]}")
    assert len(set(names(first)) | set(names(second))) == 23
    assert 'rel="prev"' in second


@pytest.mark.parametrize("path", ["enterprises/", "projects/"])
def test_an_empty_list_says_so_and_what_can_be_done(client: Client, path: str) -> None:
    assert "Nothing is published here yet" in read(client, path)
    assert "Nothing fits these filters" in read(client, f"{path}?country=BR")
    html = read(client, f"{path}?q=xyzzy")
    assert "Nothing found for" in html
    assert f'href="/en/{path}">See the whole list' in html


@pytest.mark.parametrize("path", ["enterprises/", "projects/", "enterprises/?q=lfp", "projects/?q=lfp"])
def test_forty_rows_cost_no_more_questions_than_one(
    client: Client, cell_maker: Actor, settings: Any, path: str
) -> None:
    settings.TAXONOMY_RECHECK_SECONDS = 3600

    def asked() -> int:
        read(client, path)
        with CaptureQueriesContext(connection) as found:
            read(client, path)
        return len(found)

    indexed(cell_maker.enterprise, a_published_project(cell_maker.enterprise))
    one = asked()
    for number in range(19):
        indexed(
            a_published_enterprise(name=f"LFP works {number}", technologies=["lfp"]),
            a_published_project(cell_maker.enterprise, title=f"LFP {number}"),
        )
    assert asked() <= one <= 8


@pytest.mark.parametrize("path", ["", "search/"])
def test_both_lists_are_linked_from_the_front_page_and_from_every_page(client: Client, path: str) -> None:
    html = read(client, path)
    for target in ("enterprises", "projects"):
        assert f'href="/en/{target}/"' in html


@pytest.mark.parametrize("query", ["cursor=nonsense", "q=%00", "country=ZZ", "min_mwh=NaN", "kind=opportunity"])
def test_nonsense_in_an_address_never_breaks_a_list(client: Client, cell_maker: Actor, query: str) -> None:
    indexed(cell_maker.enterprise)
    read(client, f"enterprises/?{query}")
    read(client, f"projects/?{query}")

"""Results on a map: a table by country that needs no script, sites as in the GeoJSON, and files that fit each other."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from apps.portal import finding
from apps.reference.rules import country_codes, numeric_codes
from apps.search import services as index
from tests.factories.cast import Actor
from tests.factories.listings import a_published_offer, a_published_project, a_published_request

WORLD = Path(settings.ROOT) / "node_modules/world-atlas/countries-110m.json"
BORDERS = Path(settings.ROOT) / "apps/core/static/voltbridge/borders.json"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("thesaurus")]


def read(client: Client, path: str) -> str:
    response = client.get(f"/en/{path}")
    assert response.status_code == 200
    return response.content.decode()


def counts(html: str) -> dict[str, str]:
    """How many each country has in the table, with the address behind its name."""
    rows = re.findall(r'data-code="(\w\w)".*?href="([^"]*)".*?class="num">(\d+)<', html)
    return {code: f"{number} {address}" for code, address, number in rows}


def test_countries_stand_in_a_table_whose_links_filter_and_stay_on_the_map(
    client: Client, cell_maker: Actor, developer: Actor
) -> None:
    listings = [a_published_offer(cell_maker.enterprise) for _number in range(2)]
    listings += [a_published_request(developer.enterprise), a_published_request(developer.enterprise)]
    listings += [a_published_offer(cell_maker.enterprise, title="Cells for Kenya", target_countries=["KE"])]
    index.index("opportunity", [each.pk for each in listings])
    html = read(client, "search/?side=offer&as=map")
    assert counts(html) == {
        "CN": "3 ?side=offer&amp;as=map&amp;country=CN",
        "KE": "1 ?side=offer&amp;as=map&amp;country=KE",
    }
    assert "no position is taken" in html
    assert '<input type="hidden" name="as" value="map">' in html
    assert "listing__title" not in html
    in_kenya = read(client, "search/?side=offer&as=map&country=KE")
    assert re.search(r'country=KE" rel="nofollow" aria-current="true">Kenya<', in_kenya)
    assert "noindex" in html


def test_the_list_loads_nothing_of_the_map(client: Client, cell_maker: Actor) -> None:
    index.index("opportunity", [a_published_offer(cell_maker.enterprise).pk])
    html = read(client, "search/?side=offer")
    assert 'href="?side=offer&amp;as=map"' in html
    assert not re.search(r"leaflet|topojson|map\.(js|css)", html)
    assert "cannot be shown as “globe”" in read(client, "search/?as=globe")


@pytest.mark.parametrize("path", ["search/", "projects/"])
def test_sites_are_those_of_the_geojson_and_a_cut_is_told(
    client: Client, developer: Actor, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    places = ((-3.7, -38.5), (51.25, 75.5))
    sites = [a_published_project(developer.enterprise, latitude=north, longitude=east) for north, east in places]
    requests = [a_published_request(developer.enterprise, project=each) for each in sites]
    index.index("opportunity", [each.pk for each in (*requests, a_published_request(developer.enterprise))])
    index.index("project", [each.pk for each in sites])
    html = read(client, f"{path}?as=map")
    shown = re.findall(r'data-longitude="([^"]*)" data-latitude="([^"]*)"', html)
    features = json.loads(client.get(f"/en/{path}?format=geojson").content)["features"]
    assert [[float(east), float(north)] for east, north in shown] == [
        feature["geometry"]["coordinates"] for feature in features
    ]
    assert len(shown) == 2
    assert "of the first" not in html
    monkeypatch.setattr(finding, "MOST_SITES", 1)
    assert "Sites are those of the first 1 results." in read(client, f"{path}?as=map")


def test_an_operator_names_other_files(client: Client, cell_maker: Actor, settings: Any) -> None:
    settings.MAP_WORLD, settings.MAP_BORDERS = "/countries.json", "/borders.json"
    index.index("opportunity", [a_published_offer(cell_maker.enterprise).pk])
    assert 'data-world="/countries.json" data-borders="/borders.json"' in read(client, "search/?as=map")


def _lines(nested: Any) -> set[int]:
    """The numbers of the lines that a shape is made of, whichever way they run."""
    if isinstance(nested, list):
        return set().union(*map(_lines, nested))
    return {nested if nested >= 0 else ~nested}


def test_each_disputed_border_that_ships_is_one_of_the_world_that_ships() -> None:
    shapes = json.loads(WORLD.read_text("utf-8"))["objects"]["countries"]["geometries"]
    lines = {shape["properties"]["name"]: _lines(shape["arcs"]) for shape in shapes}
    pairs = json.loads(BORDERS.read_text("utf-8"))["disputed"]
    assert [pair for pair in pairs if not lines[pair[0]] & lines[pair[1]]] == []


def test_every_country_has_a_shape_or_a_position() -> None:
    shapes = json.loads(WORLD.read_text("utf-8"))["objects"]["countries"]["geometries"]
    numbers = {shape.get("id") for shape in shapes}
    small = json.loads(BORDERS.read_text("utf-8"))["small"]
    drawn = {code for code in country_codes() if numbers & set(numeric_codes()[code])}
    assert drawn | small.keys() == country_codes()
    assert drawn & small.keys() == set()

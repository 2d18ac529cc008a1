"""Results as a file: what anybody may read, harmless in a spreadsheet, and a name that tells how much of all it has."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from apps.search import export
from tests.factories.cast import Actor
from tests.factories.listings import a_draft_offer, a_published_offer, a_published_project, a_published_request

Index = Callable[..., None]
FORMULA = '=HYPERLINK("https://evil.example","LFP")'


def fetch(path: str, **asked: Any) -> tuple[str, bytes]:
    """The name of the file and what is in it."""
    answer = Client().get(path, asked)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == export.TYPES[asked["format"]]
    return answer["Content-Disposition"].partition('filename="')[2].rstrip('"'), answer.content


def read_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    ("path", "page"),
    [("/api/v1/opportunities/", "http://testserver/api/v1/opportunities/{pk}/"),
     ("/en/search/", "http://testserver/en/listings/{pk}/")],
)  # fmt: skip
def test_the_page_and_the_api_write_the_same_rows_with_their_own_addresses(
    index: Index, cell_maker: Actor, path: str, page: str
) -> None:
    offer = a_published_offer(cell_maker.enterprise, power_mw_min=2.5, excluded_enterprises=["rival-42"])
    index(offer, a_published_request(cell_maker.enterprise), a_draft_offer(cell_maker.enterprise))
    name, content = fetch(path, side="offer", format="csv")
    assert name == "listings-1-of-1.csv"
    (row,) = read_csv(content)
    assert (row["id"], row["title"], row["power_mw_min"]) == (str(offer.pk), offer.title, "2.5")
    assert (row["technologies"], row["enterprise.name"]) == ("lfp", cell_maker.enterprise.name)
    assert row["url"] == page.format(pk=offer.pk)
    assert b"rival-42" not in content
    assert "external_id" not in row


@pytest.mark.parametrize("text", [FORMULA, "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1"])
def test_text_that_begins_like_a_formula_is_made_harmless(text: str) -> None:
    assert export.harmless(text) == f"'{text}"


def test_no_cell_of_a_workbook_is_a_formula_and_numbers_stay_numbers(index: Index, cell_maker: Actor) -> None:
    index(a_published_offer(cell_maker.enterprise, title=FORMULA, energy_mwh_min=40.0))
    _name, content = fetch("/api/v1/opportunities/", format="xlsx")
    head, row = load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()
    cells = dict(zip((cell.value for cell in head), row, strict=True))
    assert (cells["title"].value, cells["title"].data_type) == (f"'{FORMULA}", "s")
    assert (cells["energy_mwh_min"].value, cells["energy_mwh_min"].data_type) == (40, "n")


def test_a_map_file_has_the_rows_whose_site_is_public(index: Index, cell_maker: Actor, developer: Actor) -> None:
    site = a_published_project(developer.enterprise, latitude=-3.7, longitude=-38.5)
    there = a_published_request(developer.enterprise, project=site)
    index(site, there, a_published_request(developer.enterprise))
    name, content = fetch("/en/search/", format="geojson")
    (feature,) = json.loads(content)["features"]
    assert name == "listings-1-of-2.geojson"
    assert (feature["id"], feature["geometry"]) == (there.pk, {"type": "Point", "coordinates": [-38.5, -3.7]})
    assert feature["properties"]["title"] == there.title
    site.state = "withdrawn"
    site.save(update_fields=["state"])
    assert json.loads(fetch("/en/search/", format="geojson")[1])["features"] == []


def test_the_name_tells_when_there_are_more_rows_than_a_file_has(
    index: Index, cell_maker: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "ROWS", 2)
    index(*(a_published_offer(cell_maker.enterprise) for _number in range(3)))
    name, content = fetch("/api/v1/opportunities/", format="csv")
    assert name == "listings-2-of-3.csv"
    assert len(read_csv(content)) == 2


def test_enterprises_and_projects_are_written_too(index: Index, cell_maker: Actor) -> None:
    index(cell_maker.enterprise, a_published_project(cell_maker.enterprise, title="Site"))
    (enterprise,) = read_csv(fetch("/en/enterprises/", format="csv")[1])
    assert (enterprise["name"], enterprise["counts.claims"]) == (cell_maker.enterprise.name, "0")
    (project,) = read_csv(fetch("/api/v1/projects/", format="csv")[1])
    assert (project["title"], project["owner.name"]) == ("Site", cell_maker.enterprise.name)


def test_a_format_that_there_is_not_is_left_out_with_a_note_on_the_page_and_refused_by_the_api(index: Index) -> None:
    answer = Client().get("/en/enterprises/", {"format": "geojson"})
    assert answer["Content-Type"].startswith("text/html")
    assert "geojson" in answer.content.decode()
    assert Client().get("/api/v1/enterprises/", {"format": "geojson"}).status_code == 404


def test_nothing_found_is_a_file_without_rows(index: Index) -> None:
    assert fetch("/en/search/", q="xyzzy", format="csv")[0] == "listings-0-of-0.csv"

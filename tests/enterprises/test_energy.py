"""The energy profile of a maker: one year or several, by form, by the API and on the page."""

import re
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.core.records import BadValue
from apps.enterprises import rules, services
from apps.enterprises.models import Enterprise
from tests.factories.cast import Actor
from tests.factories.people import a_key

pytestmark = pytest.mark.django_db
YEARS: list[dict[str, Any]] = [
    {"year": 2023, "electricity_mwh": 59000.0, "kwh_per_kwh": 50.0, "renewable_share": 0.4},
    {"year": 2025, "electricity_mwh": 61950.0, "kwh_per_kwh": 38.0, "renewable_share": 0.62, "sourcing": "ppa"},
]


def form(**values: Any) -> dict[str, Any]:
    """What a browser sends: a profile with so many years of energy and no other rows."""
    years = values.pop("years", [])
    sent: dict[str, Any] = {"name": "Voltaic Works", "country": "DE", "language": "en"}
    for name in ("identifiers", "references", "claims", "capacities", "energy_profile"):
        number = len(years) if name == "energy_profile" else 0
        sent |= {f"{name}-TOTAL_FORMS": number, f"{name}-INITIAL_FORMS": 0}
    sent |= {f"energy_profile-{at}-{key}": value for at, year in enumerate(years) for key, value in year.items()}
    return sent | values


@pytest.fixture
def author(client: Client, stranger: User) -> Client:
    client.force_login(stranger)
    return client


def test_several_years_are_kept_latest_first_whatever_their_order(author: Client) -> None:
    typed = [{"year": "2023", "electricity_mwh": "59 GWh"}, {"year": "2025", "renewable_share": "62 %"}]
    author.post("/en/enterprises/new/", form(years=typed))
    profile = Enterprise.objects.get().energy_profile
    assert (profile["year"], profile["renewable_share"]) == (2025, 0.62)
    assert [(each["year"], each["electricity_mwh"]) for each in profile["earlier"]] == [(2023, 59000.0)]


def test_the_form_shows_what_was_typed_and_an_emptied_row_is_taken_off(author: Client) -> None:
    author.post("/en/enterprises/new/", form(years=[{"year": "2025", "electricity_mwh": "59 GWh"}, {"year": "2024"}]))
    made = Enterprise.objects.get()
    page = author.get(f"/en/enterprises/{made.pk}/edit/").content.decode()
    assert 'value="59 GWh"' in page
    assert 'name="energy_profile-2-year"' in page
    author.post(f"/en/enterprises/{made.pk}/edit/", form(version=made.version, years=[{"year": "2024"}, {"year": ""}]))
    made.refresh_from_db()
    assert made.energy_profile == {"year": 2024}


def test_a_year_stated_twice_and_a_row_without_its_year_are_named_beside_their_field(author: Client) -> None:
    typed = [{"year": "2025"}, {"year": "2025"}, {"renewable_share": "0.4"}]
    page = author.post("/en/enterprises/new/", form(years=typed)).content.decode()
    assert not Enterprise.objects.exists()
    assert 'id="id_energy_profile-1-year_error"' in page
    assert "This year is stated twice." in page
    assert 'id="id_energy_profile-2-year_error"' in page
    assert "State the year of these figures." in page


@pytest.mark.parametrize(
    ("stated", "where"),
    [
        ({"renewable_share": 1.2}, "0.renewable_share"),
        ({"year": 2025, "earlier": [{"year": 2025}]}, "1.year"),
        ({"year": 2025, "earlier": [{"renewable_share": 0.4}]}, "1.year"),
        ({"year": 2025, "earlier": "2024"}, "earlier"),
        ([{"year": 2025, "earlier": []}], "0.earlier"),
    ],
)
def test_a_profile_that_contradicts_itself_is_refused_with_its_place(stated: Any, where: str) -> None:
    with pytest.raises(BadValue) as refused:
        rules.energy_profile(stated)
    assert refused.value.at == where


def test_a_list_of_years_and_the_object_that_is_shown_are_the_same_profile() -> None:
    profile = rules.energy_profile(YEARS)
    assert profile == YEARS[1] | {"earlier": [YEARS[0]]}
    assert rules.energy_profile(profile) == profile
    assert rules.energy_profile(YEARS[0]) == YEARS[0]
    assert rules.energy_profile({}) == rules.energy_profile([]) == {}


def test_a_client_of_the_api_writes_back_what_it_read_and_nothing_is_reviewed(cell_maker: Actor) -> None:
    enterprise = cell_maker.enterprise
    typed = rules.energy_profile([YEARS[1] | {"electricity_mwh": "61950 MWh"}, YEARS[0]])
    services.update(
        enterprise=enterprise, values={"energy_profile": typed}, actor=cell_maker.person, version=enterprise.version
    )
    services.move(enterprise=enterprise, name="vouch", actor=None)
    client, path = (
        Client(headers={"Authorization": f"Bearer {a_key(cell_maker.person)}"}),
        f"/api/v1/enterprises/{enterprise.pk}/",
    )
    read = client.get(path)
    assert read.json()["energy_profile"] == YEARS[1] | {"earlier": [YEARS[0]]}
    written = client.patch(
        path, {"energy_profile": read.json()["energy_profile"]}, "application/json", headers={"If-Match": read["ETag"]}
    )
    assert (written.status_code, written.json()["state"]) == (200, "published")
    other = {"energy_profile": {"year": 2025, "renewable_share": 0.9}}
    changed = client.patch(path, other, "application/json", headers={"If-Match": written["ETag"]})
    assert changed.json()["state"] == "submitted"


def test_a_profile_that_is_taken_back_leaves_a_page_without_one(client: Client, cell_maker: Actor) -> None:
    values, problems = rules.RECORD.clean({"energy_profile": None}, partial=True)
    assert not problems
    Enterprise.objects.filter(pk=cell_maker.enterprise.pk).update(**values)
    assert 'id="energy"' not in client.get(f"/en/enterprises/{cell_maker.enterprise.pk}/").content.decode()


def test_the_page_shows_each_year_and_what_changed(client: Client, cell_maker: Actor) -> None:
    Enterprise.objects.filter(pk=cell_maker.enterprise.pk).update(energy_profile=rules.energy_profile(YEARS))
    page = client.get(f"/en/enterprises/{cell_maker.enterprise.pk}/").content.decode()
    table = page[page.index('id="energy"') : page.index("</table>", page.index('id="energy"'))]
    cells = [re.sub(r"<[^>]+>|\s+", " ", row).split() for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)[1:]]
    assert cells[0][:1] + cells[0][3:] == ["2025", "38", "62%", "power", "purchase", "agreement"]
    assert cells[1][0] == "2023"
    assert cells[2] == ["Change", "since", "2023", "+5%", "−24%", "+22", "points"]
    single = rules.energy_profile(YEARS[0])
    Enterprise.objects.filter(pk=cell_maker.enterprise.pk).update(energy_profile=single)
    assert "Change since" not in client.get(f"/en/enterprises/{cell_maker.enterprise.pk}/").content.decode()

"""One's own records are made, edited, submitted and withdrawn through the API, each edit guarded by its version."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from apps.accounts.models import User
from apps.enterprises.models import Enterprise
from apps.journal.models import Fact, Version
from apps.opportunities.models import Opportunity
from apps.projects.models import Project
from tests.factories.cast import Actor
from tests.factories.enterprises import a_draft_enterprise
from tests.factories.listings import a_draft_offer, a_draft_project, a_published_offer
from tests.factories.people import a_member

pytestmark = pytest.mark.django_db
Refused = Callable[[Any, int], dict[str, Any]]
Named = Callable[[Any], dict[str, str]]

OFFER = {
    "external_id": "offer-1", "side": "offer", "title": "LFP cells", "summary": "314 Ah.", "language": "en",
    "power_mw_min": "500 kW", "power_mw_max": 2, "currency": "EUR", "deadline": "2031-05-01",
    "budget_min": {"amount": 1000, "currency": "EUR"}, "excluded_enterprises": ["rival"],
}  # fmt: skip
ENTERPRISE = {
    "external_id": "maker",
    "name": "Maker",
    "country": "de",
    "identifiers": [{"scheme": "LEI", "value": "213800KUD8LAJWSQ9D15"}],
}
PROJECT = {"external_id": "site", "title": "Site", "country": "KZ", "latitude": 51.7, "longitude": 75.3}


def test_a_new_offer_is_a_draft_of_the_callers_enterprise(program: Any, cell_maker: Actor) -> None:
    answer = program(cell_maker.person).post("opportunities/", OFFER)
    assert answer.status_code == 201
    assert answer["ETag"] == '"1"'
    body = answer.json()
    assert (body["state"], body["version"], body["enterprise"]["id"]) == ("draft", 1, cell_maker.enterprise.pk)
    assert (body["power_mw_min"], body["as_entered"]) == (0.5, {"power_mw_min": {"number": "500", "unit": "kW"}})
    assert body["budget_min"] == {"amount": 1000.0, "currency": "EUR"}
    fact = Fact.objects.get(kind="opportunity.created")
    assert (fact.subject_ids, fact.actor_id, fact.enterprise_id) == (
        [body["id"]],
        cell_maker.person.pk,
        cell_maker.enterprise.pk,
    )


def test_who_registers_an_enterprise_owns_it(program: Any, stranger: User) -> None:
    body = program(stranger).post("enterprises/", ENTERPRISE).json()
    assert (body["state"], body["country"], body["identifiers"][0]["checksum_ok"]) == ("draft", "DE", True)
    enterprise = Enterprise.objects.get(pk=body["id"])
    assert list(enterprise.memberships.values_list("user_id", "role")) == [(stranger.pk, "owner")]


def test_a_new_project_belongs_to_the_enterprise_that_is_named(program: Any, cell_maker: Actor) -> None:
    second = a_draft_enterprise(cell_maker.person, external_id="second")
    body = program(cell_maker.person).post("projects/", PROJECT | {"owner": "second"}).json()
    assert Project.objects.get(pk=body["id"]).owner == second


@pytest.mark.parametrize("owner", ["financier", "nobody-of-that-name"])
def test_a_project_of_an_enterprise_that_is_not_ones_own_is_refused(
    program: Any, named: Named, cell_maker: Actor, financier: Actor, owner: str
) -> None:
    assert named(program(cell_maker.person).post("projects/", PROJECT | {"owner": owner})) == {"owner": "unknown"}
    assert not Project.objects.exists()


@pytest.mark.parametrize("enterprise", ["financier", "nobody-of-that-name"])
def test_an_offer_of_an_enterprise_that_is_not_ones_own_is_refused(
    program: Any, named: Named, cell_maker: Actor, financier: Actor, enterprise: str
) -> None:
    assert named(program(cell_maker.person).post("opportunities/", OFFER | {"enterprise": enterprise})) == {
        "enterprise": "unknown"
    }


def test_who_acts_for_several_enterprises_says_for_which(program: Any, named: Named, cell_maker: Actor) -> None:
    a_draft_enterprise(cell_maker.person)
    assert named(program(cell_maker.person).post("opportunities/", OFFER)) == {"enterprise": "unknown"}
    assert program(cell_maker.person).post("opportunities/", OFFER | {"enterprise": "cell-maker"}).status_code == 201


def test_who_registered_two_enterprises_on_the_site_publishes_for_each(program: Any, stranger: User) -> None:
    caller = program(stranger)
    made = [caller.post("enterprises/", {"name": name, "country": "DE", "language": "en"}).json() for name in "AB"]
    for number, enterprise in enumerate(made):
        offer = OFFER | {"external_id": f"offer-{number}", "enterprise": enterprise["public_id"]}
        answer = caller.post("opportunities/", offer)
        assert answer.status_code == 201, answer.content
        assert Opportunity.objects.get(pk=answer.json()["id"]).enterprise_id == enterprise["id"]


def test_who_has_an_id_of_their_own_is_named_by_the_public_one_too(program: Any, cell_maker: Actor) -> None:
    a_draft_enterprise(cell_maker.person)
    offer = OFFER | {"enterprise": f"vb-{cell_maker.enterprise.pk}"}
    assert program(cell_maker.person).post("opportunities/", offer).status_code == 201


def test_another_enterprises_project_cannot_be_named(
    program: Any, named: Named, cell_maker: Actor, developer: Actor
) -> None:
    a_draft_project(developer.enterprise, external_id="theirs")
    assert named(program(cell_maker.person).post("opportunities/", OFFER | {"project": "theirs"})) == {
        "project": "unknown"
    }


def test_an_edit_makes_a_new_version_and_keeps_the_old_one(program: Any, cell_maker: Actor) -> None:
    offer = a_draft_offer(cell_maker.enterprise, title="Before")
    answer = program(cell_maker.person).patch(f"opportunities/{offer.pk}/", {"title": "After"}, 1)
    assert (answer.status_code, answer["ETag"], answer.json()["title"]) == (200, '"2"', "After")
    assert Version.objects.get(subject="opportunity", subject_id=offer.pk).data["title"] == "Before"


def test_an_edit_without_the_version_that_was_read_is_refused(
    program: Any, refused: Refused, cell_maker: Actor
) -> None:
    offer = a_draft_offer(cell_maker.enterprise)
    refused(program(cell_maker.person).patch(f"opportunities/{offer.pk}/", {"title": "x"}), 428)


@pytest.mark.parametrize("version", ['"7"', "*", '"x"', '"-1"', '"99999999999999999999"', '"١"', 'W/"2"'])
def test_an_edit_of_another_version_than_the_present_one_is_refused(
    program: Any, refused: Refused, cell_maker: Actor, version: str
) -> None:
    offer = a_draft_offer(cell_maker.enterprise, title="Before")
    answer = program(cell_maker.person).send(
        "patch", f"opportunities/{offer.pk}/", b'{"title": "x"}', **{"If-Match": version}
    )
    refused(answer, 412)
    offer.refresh_from_db()
    assert offer.title == "Before"


@pytest.mark.parametrize("step", ["submit", "withdraw"])
def test_a_step_from_another_version_than_the_one_that_was_read_is_refused(
    program: Any, refused: Refused, cell_maker: Actor, step: str
) -> None:
    offer = a_draft_offer(cell_maker.enterprise)
    caller = program(cell_maker.person)
    refused(caller.post(f"opportunities/{offer.pk}/{step}/", **{"If-Match": '"2"'}), 412)
    assert caller.post(f"opportunities/{offer.pk}/{step}/", **{"If-Match": '"1"'}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_edits_of_one_version_at_once_one_wins_and_the_other_hears_412(program: Any, cell_maker: Actor) -> None:
    offer = a_draft_offer(cell_maker.enterprise)
    callers = [program(cell_maker.person) for _ in range(4)]
    statuses: list[int] = []

    def edit(caller: Any, title: str) -> None:
        statuses.append(caller.patch(f"opportunities/{offer.pk}/", {"title": title}, 1).status_code)
        connections.close_all()

    threads = [threading.Thread(target=edit, args=(caller, f"Title {number}")) for number, caller in enumerate(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 412, 412, 412]
    assert Fact.objects.filter(kind="opportunity.edited").count() == 1


def test_submitting_locks_the_row_until_it_is_decided(program: Any, refused: Refused, cell_maker: Actor) -> None:
    offer = a_draft_offer(cell_maker.enterprise)
    caller = program(cell_maker.person)
    assert caller.post(f"opportunities/{offer.pk}/submit/").json()["state"] == "submitted"
    refused(caller.patch(f"opportunities/{offer.pk}/", {"title": "x"}, 2), 409)
    refused(caller.post(f"opportunities/{offer.pk}/submit/"), 409)
    assert caller.post(f"opportunities/{offer.pk}/withdraw/").json()["state"] == "withdrawn"


@pytest.mark.parametrize(("kind", "body"), [("projects", PROJECT), ("enterprises", ENTERPRISE)])
def test_projects_and_enterprises_are_submitted_and_withdrawn_too(
    program: Any, cell_maker: Actor, kind: str, body: dict[str, Any]
) -> None:
    caller = program(cell_maker.person)
    pk = caller.post(f"{kind}/", body).json()["id"]
    assert caller.post(f"{kind}/{pk}/submit/").json()["state"] == "submitted"
    assert caller.post(f"{kind}/{pk}/withdraw/").json()["state"] == "withdrawn"
    assert caller.patch(f"{kind}/{pk}/", {}, 3).status_code == 409


def test_a_material_edit_of_something_public_goes_back_to_review(program: Any, cell_maker: Actor) -> None:
    offer = a_published_offer(cell_maker.enterprise)
    caller = program(cell_maker.person)
    assert caller.patch(f"opportunities/{offer.pk}/", {"deadline": "2031-01-01"}, 2).json()["state"] == "published"
    assert caller.patch(f"opportunities/{offer.pk}/", {"title": "Another"}, 3).json()["state"] == "submitted"


def test_saying_again_what_is_said_already_keeps_a_public_enterprise_public(program: Any, cell_maker: Actor) -> None:
    caller = program(cell_maker.person)
    path = f"enterprises/{cell_maker.enterprise.pk}/"
    claims = [{"kind": "certificate", "standard": "IEC 62619", "issued": "2024-01-01"}]
    Enterprise.objects.get(pk=cell_maker.enterprise.pk).claims.create(
        kind="certificate", standard="IEC 62619", issued="2024-01-01"
    )
    answer = caller.patch(path, {"claims": claims, "name": cell_maker.enterprise.name, "languages": ["zh-Hans"]}, 2)
    assert answer.json()["state"] == "published"


@pytest.mark.parametrize(
    ("stored", "edit", "field"),
    [
        ({"power_mw_min": 5.0, "power_mw_max": 9.0}, {"power_mw_min": 10}, "power_mw_max"),
        ({"power_mw_min": 5.0, "power_mw_max": 9.0}, {"power_mw_max": 1}, "power_mw_max"),
        ({"budget_min": 5, "currency": "EUR"}, {"currency": ""}, "currency"),
        ({"available_to": "2030-01-01"}, {"available_from": "2031-01-01"}, "available_to"),
        ({"target_countries": ["KZ"]}, {"excluded_countries": ["KZ"]}, "excluded_countries"),
    ],
)
def test_an_edit_must_agree_with_what_stays(
    program: Any, named: Named, cell_maker: Actor, stored: dict[str, Any], edit: dict[str, Any], field: str
) -> None:
    offer = a_draft_offer(cell_maker.enterprise, **stored)
    assert set(named(program(cell_maker.person).patch(f"opportunities/{offer.pk}/", edit, 1))) == {field}


@pytest.mark.parametrize(
    ("edit", "accepted"),
    [
        ({"budget_max": {"amount": 10, "currency": "USD"}}, False),
        ({"currency": "USD"}, False),
        ({"currency": "USD", "budget_min": 5, "budget_max": 10}, False),
        ({"currency": "USD", "budget_min": 5, "unit_price": None}, True),
        ({"budget_max": {"amount": 10, "currency": "EUR"}}, True),
    ],
)
def test_another_currency_is_refused_unless_every_stored_amount_is_stated_again(
    program: Any, named: Named, cell_maker: Actor, edit: dict[str, Any], accepted: bool
) -> None:
    offer = a_draft_offer(cell_maker.enterprise, budget_min=5, unit_price=1, currency="EUR")
    answer = program(cell_maker.person).patch(f"opportunities/{offer.pk}/", edit, 1)
    assert answer.status_code == 200 if accepted else named(answer) == {"currency": "not_restated"}


def test_a_reference_that_was_read_can_be_sent_back(program: Any, cell_maker: Actor) -> None:
    caller, path = program(cell_maker.person), f"enterprises/{a_draft_enterprise(cell_maker.person).pk}/"
    stated = {"title": "Kapshagai", "value": {"amount": 12.5, "currency": "USD"}}
    read = caller.patch(path, {"references": [stated]}, 1).json()
    assert read["references"][0]["value"] == {"amount": 12.5, "currency": "USD"}
    again = caller.patch(path, {"references": read["references"]}, 2)
    assert (again.status_code, again.json()["references"]) == (200, read["references"])


def test_an_edit_need_not_repeat_what_it_leans_on(program: Any, cell_maker: Actor) -> None:
    offer = a_draft_offer(cell_maker.enterprise, budget_min=5, currency="EUR")
    assert program(cell_maker.person).patch(f"opportunities/{offer.pk}/", {"budget_max": 10}, 1).status_code == 200
    project = a_draft_project(cell_maker.enterprise, latitude=1.0, longitude=2.0)
    assert program(cell_maker.person).patch(f"projects/{project.pk}/", {"latitude": 3}, 1).status_code == 200


def test_what_was_entered_stays_beside_the_number_it_belongs_to(program: Any, cell_maker: Actor) -> None:
    caller = program(cell_maker.person)
    pk = caller.post("opportunities/", OFFER | {"energy_mwh_min": "3 GWh"}).json()["id"]
    body = caller.patch(f"opportunities/{pk}/", {"power_mw_min": 1, "power_mw_max": "3000 kW"}, 1).json()
    assert body["as_entered"] == {
        "energy_mwh_min": {"number": "3", "unit": "GWh"}, "power_mw_max": {"number": "3000", "unit": "kW"},
    }  # fmt: skip


@pytest.mark.parametrize("price", [0.001, 0.045, 0.123456, 0.1 + 0.2, 12345678.5, 1e15])
def test_the_price_of_a_unit_keeps_its_decimals(program: Any, cell_maker: Actor, price: float) -> None:
    caller = program(cell_maker.person)
    pk = caller.post("opportunities/", OFFER | {"unit_price": price}).json()["id"]
    shown = caller.get(f"opportunities/{pk}/").json()["unit_price"]
    assert shown == {"amount": pytest.approx(price, rel=1e-12), "currency": "EUR"}
    page = caller.client
    page.force_login(cell_maker.person)
    assert f"{price:,.6f}".rstrip("0").rstrip(".") in page.get(f"/en/listings/{pk}/").content.decode()


def test_an_external_id_that_is_taken_is_refused_by_name(
    program: Any, named: Named, cell_maker: Actor, financier: Actor
) -> None:
    theirs, caller = program(financier.person), program(cell_maker.person)
    assert theirs.post("opportunities/", OFFER).status_code == 201
    assert named(caller.post("opportunities/", OFFER)) == {"external_id": "taken"}
    offer = a_draft_offer(cell_maker.enterprise)
    assert named(caller.patch(f"opportunities/{offer.pk}/", {"external_id": "offer-1"}, 1)) == {"external_id": "taken"}
    assert Opportunity.objects.count() == 2


def test_records_without_an_external_id_do_not_collide(program: Any, cell_maker: Actor) -> None:
    caller = program(cell_maker.person)
    for _ in range(2):
        assert caller.post("opportunities/", OFFER | {"external_id": ""}).status_code == 201


@pytest.mark.parametrize(("role", "status"), [("owner", 200), ("editor", 200), ("viewer", 403)])
def test_owners_and_editors_write_and_viewers_read(program: Any, cell_maker: Actor, role: str, status: int) -> None:
    offer = a_draft_offer(cell_maker.enterprise)
    caller = program(a_member(cell_maker.enterprise, role))
    assert caller.get(f"opportunities/{offer.pk}/").status_code == 200
    assert caller.patch(f"opportunities/{offer.pk}/", {"title": "x"}, 1).status_code == status
    assert caller.post(f"opportunities/{offer.pk}/submit/").status_code == status


def test_without_a_key_nothing_is_written(program: Any, refused: Refused, cell_maker: Actor) -> None:
    offer = a_published_offer(cell_maker.enterprise)
    nobody = program(None)
    for answer in (
        nobody.post("opportunities/", OFFER),
        nobody.patch(f"opportunities/{offer.pk}/", {}, 2),
        nobody.post(f"opportunities/{offer.pk}/withdraw/"),
    ):
        refused(answer, 401)
        assert answer["WWW-Authenticate"] == "Bearer"

"""What is held back leaves by no answer: unpublished rows, notes of reviews, registry numbers, whom a listing excludes."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.models import User
from apps.enterprises import services as enterprises
from apps.enterprises.models import Enterprise
from apps.opportunities import services as opportunities
from apps.opportunities.models import Opportunity
from apps.projects.models import Project
from tests.factories.cast import Actor
from tests.factories.enterprises import a_draft_enterprise, a_submitted_enterprise
from tests.factories.listings import (
    a_draft_offer,
    a_draft_project,
    a_published_offer,
    a_published_project,
    a_submitted_offer,
)
from tests.factories.people import a_member

pytestmark = pytest.mark.django_db
Refused = Callable[[Any, int], dict[str, Any]]
HIDDEN = ("external_id", "review_note", "as_entered", "excluded_enterprises", "identifiers", "version", "state")


@pytest.fixture
def secrets(cell_maker: Actor) -> list[tuple[str, Opportunity | Enterprise | Project]]:
    """One public row of each kind, each with everything to hide stated."""
    offer = a_published_offer(
        cell_maker.enterprise, external_id="hidden-id-1", excluded_enterprises=["hidden-rival"],
        as_entered={"power_mw_min": {"number": "hidden-number", "unit": "kW"}},
    )  # fmt: skip
    project = a_published_project(cell_maker.enterprise, external_id="hidden-id-2")
    for model, pk in ((Opportunity, offer.pk), (Project, project.pk), (Enterprise, cell_maker.enterprise.pk)):
        model.objects.filter(pk=pk).update(review_note="hidden-note")
    return [("opportunities", offer), ("projects", project), ("enterprises", cell_maker.enterprise)]


def test_strangers_read_public_rows_without_what_is_held_back(
    program: Any, secrets: list[tuple[str, Any]], stranger: User, financier: Actor, moderator: User
) -> None:
    for kind, row in secrets:
        for person in (None, stranger, financier.person, moderator):
            body = program(person).get(f"{kind}/{row.pk}/").json()
            assert not set(HIDDEN) & set(body)
            text = json.dumps(body, ensure_ascii=False)
            for secret in ("hidden", "91110000600037341L", "cell-maker", cell_maker_address(row)):
                assert secret not in text


def cell_maker_address(row: Any) -> str:
    enterprise = row if isinstance(row, Enterprise) else getattr(row, "enterprise", None) or row.owner
    return str(enterprise.members.get().email)


def test_members_of_every_role_read_the_whole_record(
    program: Any, secrets: list[tuple[str, Any]], cell_maker: Actor
) -> None:
    for kind, row in secrets:
        for person in (cell_maker.person, a_member(cell_maker.enterprise, "viewer")):
            assert program(person).get(f"{kind}/{row.pk}/").json()["review_note"] == "hidden-note"


def test_what_is_not_public_does_not_exist_for_others(
    program: Any, refused: Refused, cell_maker: Actor, financier: Actor, stranger: User
) -> None:
    enterprise = cell_maker.enterprise
    withdrawn = a_published_offer(enterprise)
    opportunities.move(opportunity=withdrawn, name="withdraw", actor=None)
    rows = [
        ("opportunities", a_draft_offer(enterprise)), ("opportunities", a_submitted_offer(enterprise)),
        ("opportunities", withdrawn), ("projects", a_draft_project(enterprise)),
        ("enterprises", a_draft_enterprise(cell_maker.person)), ("enterprises", a_submitted_enterprise(cell_maker.person)),
    ]  # fmt: skip
    for kind, row in rows:
        assert program(cell_maker.person).get(f"{kind}/{row.pk}/").status_code == 200
        refused(program(None).get(f"{kind}/{row.pk}/"), 404)
        for person in (stranger, financier.person):
            refused(program(person).get(f"{kind}/{row.pk}/"), 404)
            refused(program(person).patch(f"{kind}/{row.pk}/", {}, 1), 404)
            refused(program(person).post(f"{kind}/{row.pk}/withdraw/"), 404)


def test_others_read_a_public_row_but_cannot_write_it(
    program: Any, refused: Refused, secrets: list[tuple[str, Any]], financier: Actor
) -> None:
    for kind, row in secrets:
        refused(program(financier.person).patch(f"{kind}/{row.pk}/", {"language": "en"}, row.version), 403)
        refused(program(financier.person).post(f"{kind}/{row.pk}/withdraw/"), 403)


def test_an_enterprise_under_review_shows_through_none_of_its_listings(
    program: Any, refused: Refused, cell_maker: Actor
) -> None:
    offer, project = a_published_offer(cell_maker.enterprise), a_published_project(cell_maker.enterprise)
    enterprises.update(
        enterprise=cell_maker.enterprise, values={"name": "A new, unread name"}, actor=cell_maker.person, version=2
    )
    refused(program(None).get(f"opportunities/{offer.pk}/"), 404)
    refused(program(None).get(f"projects/{project.pk}/"), 404)


def test_a_project_that_is_not_public_does_not_show_on_its_request(program: Any, cell_maker: Actor) -> None:
    offer = a_published_offer(
        cell_maker.enterprise, project=a_draft_project(cell_maker.enterprise, title="Hidden site")
    )
    assert program(None).get(f"opportunities/{offer.pk}/").json()["project"] is None

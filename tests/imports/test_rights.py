"""Who may change what by a file: drafts and review, what has ended, whose rows they are."""

from collections.abc import Callable

import pytest

from apps.core.lifecycle import State
from apps.enterprises.models import Enterprise
from apps.imports.models import Job
from apps.journal.intake import Terms
from apps.journal.models import Fact
from apps.opportunities import services as opportunities
from apps.opportunities.models import Opportunity
from apps.projects.models import Project
from tests.factories.people import a_person
from tests.imports.records import counts, enterprise, opportunity, project, refusals

pytestmark = pytest.mark.django_db
Import = Callable[..., Job]


def test_without_the_operators_word_rows_are_drafts_and_then_go_to_review(take_in: Import) -> None:
    take_in("enterprises", enterprise("e1"), terms=Terms())
    take_in("enterprises", enterprise("e2"), terms=Terms(submit=True))
    row, second = Enterprise.objects.order_by("pk")
    assert (row.state, second.state) == (State.DRAFT, State.SUBMITTED)
    assert second.submitted_at is not None
    take_in("enterprises", enterprise(), terms=Terms(submit=True))
    row.refresh_from_db()
    assert (row.state, row.version) == (State.SUBMITTED, 2)
    take_in("enterprises", enterprise())
    row.refresh_from_db()
    assert (row.state, row.version) == (State.PUBLISHED, 3)
    assert row.published_at is not None


def test_a_material_change_of_what_is_public_goes_to_review_unless_the_operator_vouches(take_in: Import) -> None:
    take_in("enterprises", enterprise())
    take_in("enterprises", enterprise(employees_band="1000+"), terms=Terms())
    assert Enterprise.objects.get().state == State.PUBLISHED
    take_in("enterprises", enterprise(employees_band="1000+", summary="Другое"), terms=Terms())
    assert Enterprise.objects.get().state == State.SUBMITTED


@pytest.mark.parametrize("name", ["withdraw", "expire", "fulfil"])
def test_what_has_ended_is_not_changed_by_a_file(take_in: Import, name: str) -> None:
    take_in("enterprises", enterprise())
    take_in("opportunities", opportunity())
    opportunities.move(opportunity=Opportunity.objects.get(), name=name, actor=None)
    assert counts(take_in("opportunities", opportunity())) == (0, 0, 1, 0)
    job = take_in("opportunities", opportunity(title="Something else"))
    assert refusals(job) == [(1, "", "locked")]


def test_nothing_is_published_for_an_enterprise_that_is_not_public(take_in: Import) -> None:
    take_in("enterprises", enterprise(), terms=Terms())
    assert refusals(take_in("opportunities", opportunity())) == [(1, "enterprise", "unpublished")]
    assert counts(take_in("opportunities", opportunity(), terms=Terms())) == (1, 0, 0, 0)


def test_a_persons_file_changes_only_what_is_theirs(take_in: Import) -> None:
    take_in("enterprises", enterprise("e1"), enterprise("e2"))
    take_in("opportunities", opportunity("o2", enterprise="e2"))
    take_in("projects", project("p2", owner="e2"), project("p1", owner="e1"))
    mine = Enterprise.objects.get(external_id="e1").pk
    person = Terms(within=frozenset({mine}))
    job = take_in("enterprises", enterprise("e1", summary="x"), enterprise("e2", summary="x"), terms=person)
    assert refusals(job) == [(2, "external_id", "foreign")]
    job = take_in(
        "opportunities",
        opportunity("o1"),
        opportunity("o2"),
        opportunity("o3", enterprise="e2"),
        opportunity("o4", project="p2"),
        terms=person,
    )
    assert refusals(job) == [
        (2, "external_id", "foreign"), (3, "enterprise", "foreign"), (4, "project", "foreign"),
    ]  # fmt: skip
    job = take_in("projects", project("p2"), project("p3", owner="e2"), project("p4"), terms=person)
    assert refusals(job) == [(1, "external_id", "foreign"), (2, "owner", "foreign")]
    assert Project.objects.get(external_id="p4").owner_id == mine


def test_a_person_with_one_enterprise_need_not_name_it(take_in: Import) -> None:
    take_in("enterprises", enterprise())
    mine = frozenset({Enterprise.objects.get().pk})
    unnamed = {name: value for name, value in opportunity().items() if name != "enterprise"}
    assert counts(take_in("opportunities", unnamed, terms=Terms(within=mine))) == (1, 0, 0, 0)
    assert refusals(take_in("opportunities", unnamed | {"external_id": "o2"})) == [(1, "enterprise", "required")]


def test_an_enterprise_that_a_person_imports_is_theirs(take_in: Import) -> None:
    person = a_person()
    take_in("enterprises", enterprise(), terms=Terms(actor=person.pk, within=frozenset()))
    row = Enterprise.objects.get()
    assert (row.state, row.memberships.get().user, row.memberships.get().role) == (State.DRAFT, person, "owner")
    assert Fact.objects.get().enterprise_id == row.pk


def test_owners_and_enterprises_stay_who_they_are(take_in: Import) -> None:
    take_in("enterprises", enterprise("e1"), enterprise("e2"))
    take_in("projects", project(owner="e1"))
    take_in("opportunities", opportunity())
    assert refusals(take_in("projects", project(owner="e2"))) == [(1, "owner", "fixed")]
    assert refusals(take_in("opportunities", opportunity(enterprise="e2"))) == [(1, "enterprise", "fixed")]

"""The page on which a project is registered and edited."""

import pytest
from django.test import Client

from apps.projects.models import Project
from tests.factories.cast import Actor
from tests.factories.listings import a_draft_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(client: Client, developer: Actor) -> Client:
    client.force_login(developer.person)
    return client


def test_a_project_is_registered_as_a_draft_of_its_enterprise(author: Client, developer: Actor) -> None:
    sent = {"title": "Serra Azul", "country": "BR", "power_mw": "0.1 GW"}
    author.post(f"/en/enterprises/{developer.enterprise.pk}/projects/new/", sent)
    made = Project.objects.get()
    assert (made.owner, made.power_mw, made.state) == (developer.enterprise, 100, "draft")


def test_half_a_site_and_a_budget_without_currency_are_refused_beside_their_fields(
    author: Client, developer: Actor
) -> None:
    sent = {"title": "Serra Azul", "country": "BR", "latitude": "-9.4", "budget": "3e6"}
    page = author.post(f"/en/enterprises/{developer.enterprise.pk}/projects/new/", sent).content.decode()
    assert 'id="id_longitude_error"' in page
    assert 'id="id_currency_error"' in page
    assert not Project.objects.exists()


def test_another_enterprises_editor_cannot_touch_it(client: Client, developer: Actor, grid_operator: Actor) -> None:
    project = a_draft_project(developer.enterprise)
    client.force_login(grid_operator.person)
    assert client.get(f"/en/projects/{project.pk}/edit/").status_code == 404
    assert client.post(f"/en/projects/{project.pk}/do/submit/").status_code == 404


def test_an_edit_from_an_old_page_is_refused(author: Client, developer: Actor) -> None:
    project = a_draft_project(developer.enterprise)
    page = author.post(f"/en/projects/{project.pk}/edit/", {"title": "Mine", "country": "BR", "version": 99})
    assert "See it as it is now" in page.content.decode()
    project.refresh_from_db()
    assert project.title == "Ekibastuz storage"

"""The public id of an enterprise, "vb-17": who was registered on the site can be named like anybody else."""

import pytest
from django.db import IntegrityError
from django.test import Client

from apps.enterprises import services
from apps.enterprises.models import Enterprise
from tests.factories.cast import Actor
from tests.factories.enterprises import a_draft_enterprise, a_published_enterprise

pytestmark = pytest.mark.django_db


def test_who_was_registered_on_the_site_has_an_id_that_the_page_and_the_api_show(client: Client) -> None:
    made = a_published_enterprise()
    assert made.external_id == f"vb-{made.pk}"
    assert f"<bdi>vb-{made.pk}</bdi>" in client.get(f"/en/enterprises/{made.pk}/").content.decode()
    assert client.get(f"/api/v1/enterprises/{made.pk}/").json()["public_id"] == f"vb-{made.pk}"


def test_who_has_an_id_of_their_own_shows_the_public_one_only(client: Client, cell_maker: Actor) -> None:
    number = cell_maker.enterprise.pk
    assert client.get(f"/api/v1/enterprises/{number}/").json()["public_id"] == f"vb-{number}"
    page = client.get(f"/en/enterprises/{number}/").content.decode()
    assert f"vb-{number}" in page
    assert "cell-maker" not in page


def test_nobody_takes_the_public_id_of_another(cell_maker: Actor) -> None:
    other = a_draft_enterprise()
    with pytest.raises(IntegrityError, match="external_id"):
        services.update(
            enterprise=cell_maker.enterprise, values={"external_id": f"vb-{other.pk + 1000}"}, actor=cell_maker.person,
            version=cell_maker.enterprise.version,
        )  # fmt: skip


def test_an_id_that_is_taken_back_leaves_the_public_one(cell_maker: Actor) -> None:
    services.update(
        enterprise=cell_maker.enterprise, values={"external_id": None}, actor=cell_maker.person,
        version=cell_maker.enterprise.version,
    )  # fmt: skip
    assert Enterprise.objects.get(pk=cell_maker.enterprise.pk).external_id == f"vb-{cell_maker.enterprise.pk}"


def test_the_form_says_what_to_type_to_exclude_an_enterprise(client: Client, cell_maker: Actor) -> None:
    client.force_login(cell_maker.person)
    page = client.get(f"/en/enterprises/{cell_maker.enterprise.pk}/listings/new/").content.decode()
    assert "The ids that stand on the pages of the enterprises, such as vb-17" in page

"""The pages on which an enterprise is registered and edited."""

from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.enterprises import forms
from apps.enterprises.models import Enterprise, Membership, Reference
from tests.factories.cast import Actor
from tests.factories.enterprises import a_published_enterprise
from tests.factories.people import a_member

pytestmark = pytest.mark.django_db


def rows(**lists: list[dict[str, Any]]) -> dict[str, Any]:
    """What a browser sends for the lists of a form."""
    sent: dict[str, Any] = {}
    for name in forms.CHILD_FORMS:
        given = lists.get(name, [])
        sent |= {f"{name}-TOTAL_FORMS": len(given), f"{name}-INITIAL_FORMS": 0}
        sent |= {f"{name}-{at}-{key}": value for at, row in enumerate(given) for key, value in row.items()}
    return sent


def profile(**values: Any) -> dict[str, Any]:
    return {"name": "Voltaic Works", "country": "DE", "language": "en", **rows(), **values}


@pytest.fixture
def author(client: Client, stranger: User) -> Client:
    client.force_login(stranger)
    return client


def test_a_name_and_a_country_are_enough(author: Client, stranger: User) -> None:
    author.post("/en/enterprises/new/", profile())
    made = Enterprise.objects.get()
    assert (made.state, made.memberships.get().role) == ("draft", "owner")
    assert made.memberships.get().user == stranger


def test_every_error_stands_beside_its_field_and_nothing_typed_is_lost(author: Client) -> None:
    typed = profile(
        name=" ", website="volt", summary="We make “things” <b>.", **rows(references=[{"title": "Pilot", "value": "3"}])
    )
    page = author.post("/en/enterprises/new/", typed).content.decode()
    assert not Enterprise.objects.exists()
    assert "We make “things” &lt;b&gt;." in page
    for field in ("id_name_error", "id_website_error", "id_references-0-currency_error"):
        assert f'id="{field}"' in page
    assert page.count("This field is required.") == 1


def test_rows_are_kept_and_an_emptied_row_is_taken_off(author: Client) -> None:
    references = [
        {"title": "Pilot", "energy_mwh": "500 kWh", "technologies": "lithium iron phosphate"},
        {"title": "Second"},
    ]
    author.post("/en/enterprises/new/", profile(**rows(references=references[1:])))
    made = Enterprise.objects.get()
    emptied = rows(references=[{"title": "", "country": ""}])
    author.post(f"/en/enterprises/{made.pk}/edit/", profile(version=made.version, **emptied))
    assert not made.references.exists()


def test_a_quantity_of_a_row_is_shown_again_as_it_was_entered(author: Client) -> None:
    author.post("/en/enterprises/new/", profile(**rows(references=[{"title": "Pilot", "energy_mwh": "500 kWh"}])))
    page = author.get(f"/en/enterprises/{Enterprise.objects.get().pk}/edit/").content.decode()
    assert 'value="500 kWh"' in page


def test_a_list_too_long_for_the_page_survives_an_edit(client: Client, cell_maker: Actor) -> None:
    enterprise = cell_maker.enterprise
    Reference.objects.bulk_create(
        Reference(enterprise=enterprise, title=str(number)) for number in range(forms.ROWS + 1)
    )
    client.force_login(cell_maker.person)
    sent = {key: value for key, value in profile(version=enterprise.version).items() if "references" not in key}
    client.post(f"/en/enterprises/{enterprise.pk}/edit/", sent)
    enterprise.refresh_from_db()
    assert enterprise.name == "Voltaic Works"
    assert enterprise.references.count() == forms.ROWS + 2


def test_an_edit_from_an_old_page_is_refused_and_what_was_typed_stays(client: Client, cell_maker: Actor) -> None:
    client.force_login(cell_maker.person)
    path = f"/en/enterprises/{cell_maker.enterprise.pk}/edit/"
    page = client.post(path, profile(name="Mine", version=cell_maker.enterprise.version - 1)).content.decode()
    assert "See it as it is now" in page
    assert 'value="Mine"' in page
    cell_maker.enterprise.refresh_from_db()
    assert cell_maker.enterprise.name != "Mine"


def test_a_page_with_errors_carries_on_the_version_it_was_made_from(client: Client, cell_maker: Actor) -> None:
    client.force_login(cell_maker.person)
    page = client.post(
        f"/en/enterprises/{cell_maker.enterprise.pk}/edit/", profile(name="", version=1)
    ).content.decode()
    assert 'name="version" value="1"' in page


def test_a_stored_language_that_is_not_offered_is_not_lost(author: Client) -> None:
    author.post("/en/enterprises/new/", profile())
    made = Enterprise.objects.get()
    Enterprise.objects.filter(pk=made.pk).update(language="mn", languages=["mn", "en"])
    page = author.get(f"/en/enterprises/{made.pk}/edit/").content.decode()
    assert '<option value="mn" selected>' in page


def test_strangers_editors_of_others_and_viewers_cannot_edit(
    client: Client, cell_maker: Actor, grid_operator: Actor
) -> None:
    viewer = a_member(cell_maker.enterprise, "viewer")
    for person in (grid_operator.person, viewer):
        client.force_login(person)
        for page in ("edit/", "members/"):
            assert client.get(f"/en/enterprises/{cell_maker.enterprise.pk}/{page}").status_code == 404
        assert client.post(f"/en/enterprises/{cell_maker.enterprise.pk}/do/withdraw/").status_code == 404
    client.logout()
    answer = client.get(f"/en/enterprises/{cell_maker.enterprise.pk}/edit/")
    assert answer.headers["Location"].startswith("/en/accounts/login/")


def test_what_is_under_review_is_locked_before_anybody_types(client: Client, stranger: User) -> None:
    client.force_login(stranger)
    client.post("/en/enterprises/new/", profile(submit="1"))
    made = Enterprise.objects.get()
    assert made.state == "submitted"
    page = client.get(f"/en/enterprises/{made.pk}/edit/", follow=True).content.decode()
    assert "under review and locked" in page


def test_an_invitation_waits_for_its_address_and_is_taken_up_once(
    client: Client, cell_maker: Actor, stranger: User
) -> None:
    client.force_login(cell_maker.person)
    client.post(
        f"/en/enterprises/{cell_maker.enterprise.pk}/members/",
        {"email": stranger.email.upper(), "role": "editor", "language": "en"},
    )
    client.force_login(stranger)
    assert cell_maker.enterprise.name in client.get("/en/dashboard/").content.decode()
    invitation = cell_maker.enterprise.invitations.get()
    client.post(f"/en/invitations/{invitation.pk}/")
    assert Membership.objects.get(user=stranger).role == "editor"
    page = client.post(f"/en/invitations/{invitation.pk}/", follow=True).content.decode()
    assert "does not hold any more" in page


def test_only_members_get_roles_and_the_last_owner_stays(client: Client, cell_maker: Actor, stranger: User) -> None:
    client.force_login(cell_maker.person)
    path = f"/en/enterprises/{cell_maker.enterprise.pk}/members"
    assert client.post(f"{path}/{stranger.pk}/", {"role": "owner"}).status_code == 404
    page = client.post(f"{path}/{cell_maker.person.pk}/", {"role": ""}, follow=True).content.decode()
    assert "needs an owner" in page


def test_who_leaves_an_enterprise_is_led_to_their_own_page(client: Client, cell_maker: Actor) -> None:
    second = a_member(cell_maker.enterprise, "owner")
    client.force_login(second)
    answer = client.post(f"/en/enterprises/{cell_maker.enterprise.pk}/members/{second.pk}/", {"role": ""})
    assert answer.headers["Location"] == "/en/dashboard/"


def test_withdrawing_asks_once_and_nothing_can_be_deleted(client: Client, stranger: User) -> None:
    a_published_enterprise(stranger)
    client.force_login(stranger)
    page = client.get("/en/dashboard/").content.decode()
    assert "Nobody will find it any more. You can reopen it later." in page
    assert "elete" not in page

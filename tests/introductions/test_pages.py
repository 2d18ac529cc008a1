"""What the people of both sides see and do."""

import pytest
from django.test import Client

from apps.introductions.models import Introduction
from tests.factories.cast import Actor
from tests.factories.introductions import an_introduction, answered
from tests.factories.listings import a_published_offer, a_published_request

pytestmark = pytest.mark.django_db


def page(client: Client, actor: Actor, path: str) -> str:
    client.force_login(actor.person)
    return client.get(f"/en/{path}").content.decode()


def test_from_the_listing_to_the_outcome_by_plain_forms(
    client: Client, grid_operator: Actor, cell_maker: Actor
) -> None:
    offer, request = a_published_offer(cell_maker.enterprise), a_published_request(grid_operator.enterprise)
    address = f"introductions/new/opportunity-{offer.pk}/?at=listing"
    assert address in page(client, grid_operator, f"listings/{offer.pk}/")
    assert f'value="opportunity-{request.pk}"' in page(client, grid_operator, address)
    note = "Нам нужны накопители."
    client.post(f"/en/{address}", {"from": f"opportunity-{request.pk}", "note": note, "language": "ru"})
    row = Introduction.objects.get()
    assert (row.note, row.language, row.origin, row.asked_by) == (note, "ru", "listing", grid_operator.person)

    assert "1 introduction waits for your answer" in page(client, cell_maker, "dashboard/")
    path = f"introductions/{row.pk}/"
    assert note in page(client, cell_maker, path)
    refused = client.post(f"/en/{path}do/decline/", {"version": row.version, "reason": "other", "remark": " "})
    assert "Say in a few words" in refused.content.decode()
    client.post(f"/en/{path}do/accept/", {"version": row.version})
    assert "Accepted" in page(client, grid_operator, path)
    client.post(f"/en/{path}do/conclude/", {"version": "2", "outcome": "none"})
    client.post(f"/en/{path}do/conclude/", {"version": "2", "outcome": "supply"})
    assert "Supply" in page(client, cell_maker, f"enterprises/{cell_maker.enterprise.pk}/introductions/")


def test_what_was_typed_stays_where_it_cannot_be_sent(client: Client, grid_operator: Actor, cell_maker: Actor) -> None:
    offer = a_published_offer(cell_maker.enterprise, excluded_enterprises=["grid-operator"])
    client.force_login(grid_operator.person)
    body = {"from": f"enterprise-{grid_operator.enterprise.pk}", "note": "Please <b>read</b> this", "language": "en"}
    html = client.post(f"/en/introductions/new/opportunity-{offer.pk}/", body).content.decode()
    assert "It cannot be delivered" in html
    assert "Please &lt;b&gt;read&lt;/b&gt; this" in html


def test_names_and_contacts_show_only_after_both_agree(client: Client, grid_operator: Actor, cell_maker: Actor) -> None:
    row = an_introduction(grid_operator.enterprise, a_published_offer(cell_maker.enterprise))
    paths = (
        f"introductions/{row.pk}/",
        f"enterprises/{cell_maker.enterprise.pk}/introductions/",
        "dashboard/",
        "notices/",
    )
    for path in paths:
        html = page(client, cell_maker, path)
        assert grid_operator.enterprise.name not in html
        assert grid_operator.person.name not in html
        assert grid_operator.person.email not in html
    assert cell_maker.person.email not in page(client, grid_operator, paths[0])
    answered(row, "accept")
    for reader, other in ((cell_maker, grid_operator), (grid_operator, cell_maker)):
        html = page(client, reader, paths[0])
        assert other.enterprise.name in html
        assert other.person.email in html


def test_somebody_who_read_an_older_version_decides_nothing(
    client: Client, grid_operator: Actor, cell_maker: Actor
) -> None:
    row = an_introduction(grid_operator.enterprise, cell_maker.enterprise)
    client.force_login(cell_maker.person)
    client.post(f"/en/introductions/{row.pk}/do/accept/", {"version": "7"})
    row.refresh_from_db()
    assert row.state == "proposed"


def test_an_enterprise_says_how_many_it_takes(client: Client, cell_maker: Actor) -> None:
    client.force_login(cell_maker.person)
    path = f"/en/enterprises/{cell_maker.enterprise.pk}/introductions/"
    client.post(f"{path}room/", {"most": "3"})
    client.post(f"{path}room/", {"most": "-1"})
    assert 'value="3"' in client.get(path).content.decode()


def test_a_long_list_needs_few_queries(
    client: Client, grid_operator: Actor, cell_maker: Actor, django_assert_max_num_queries: object
) -> None:
    for _ in range(6):
        an_introduction(a_published_request(grid_operator.enterprise), a_published_offer(cell_maker.enterprise))
    client.force_login(cell_maker.person)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        client.get(f"/en/enterprises/{cell_maker.enterprise.pk}/introductions/")

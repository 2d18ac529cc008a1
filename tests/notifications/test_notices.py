"""What people are told, where and in which language."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from apps.enterprises.models import Enterprise
from apps.journal.models import Fact
from apps.notifications import services
from apps.notifications.models import Notice
from apps.notifications.services import About
from apps.opportunities import services as opportunities
from tests.factories.cast import Actor
from tests.factories.listings import a_submitted_offer
from tests.factories.people import a_member

pytestmark = pytest.mark.django_db


def told_of_a_return(enterprise: Enterprise, **values: Any) -> Fact:
    listing = a_submitted_offer(enterprise, **values)
    opportunities.move(opportunity=listing, name="send_back", actor=None, note="Name the standard.")
    fact = Fact.objects.get(kind="opportunity.returned")
    services.tell(fact=fact, about=[About("opportunity", listing.pk, enterprise.pk)])
    return fact


def test_owners_and_editors_are_told_and_viewers_are_not(cell_maker: Actor) -> None:
    editor = a_member(cell_maker.enterprise, "editor")
    a_member(cell_maker.enterprise, "viewer")
    told_of_a_return(cell_maker.enterprise)
    assert set(Notice.objects.values_list("user", flat=True)) == {cell_maker.person.pk, editor.pk}


def test_a_fact_told_twice_is_one_notice(cell_maker: Actor) -> None:
    fact = told_of_a_return(cell_maker.enterprise)
    services.tell(fact=fact, about=[About("opportunity", fact.subject_ids[0], cell_maker.enterprise.pk)])
    assert Notice.objects.count() == 1


def test_a_mail_says_why_it_came_and_stops_with_one_click(client: Client, cell_maker: Actor) -> None:
    fact = told_of_a_return(cell_maker.enterprise, title="LFP <cells> & more")
    assert services.send_mail(fact=fact, user_id=cell_maker.person.pk)
    sent = mail.outbox[0]
    assert "LFP <cells> & more" in str(sent.body)
    assert "Name the standard." in str(sent.body)
    link = str(sent.extra_headers["List-Unsubscribe"]).strip("<>")
    path = "/" + link.split("/", 3)[3]
    assert client.get(path).status_code == 200
    assert services.send_mail(fact=fact, user_id=cell_maker.person.pk)
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not services.send_mail(fact=fact, user_id=cell_maker.person.pk)


def test_mails_can_be_had_again(client: Client, cell_maker: Actor) -> None:
    fact = told_of_a_return(cell_maker.enterprise)
    services.stop_mail(services.stop_token(cell_maker.person))
    client.force_login(cell_maker.person)
    client.post("/en/notices/mail/", {"mail": "1"})
    assert services.send_mail(fact=fact, user_id=cell_maker.person.pk)


def test_a_forged_stop_is_refused(client: Client, cell_maker: Actor) -> None:
    assert client.post(f"/en/notices/stop/{cell_maker.person.pk}/").status_code == 400
    assert client.post("/en/notices/stop/1:abc:def/").status_code == 400


def test_notices_are_the_persons_own_and_can_be_marked_as_read(
    client: Client, cell_maker: Actor, grid_operator: Actor
) -> None:
    told_of_a_return(cell_maker.enterprise)
    client.force_login(grid_operator.person)
    assert "Name the standard." not in client.get("/en/notices/").content.decode()
    client.force_login(cell_maker.person)
    assert 'class="unread"' in client.get("/en/notices/").content.decode()
    client.post("/en/notices/read/")
    assert 'class="unread"' not in client.get("/en/notices/").content.decode()


def test_a_page_of_notices_needs_few_queries(
    client: Client, cell_maker: Actor, django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        listing = a_submitted_offer(cell_maker.enterprise, title=f"Offer {number}")
        fact = Fact.objects.filter(kind="opportunity.submitted").latest("id")
        services.tell(fact=fact, about=[About("opportunity", listing.pk, cell_maker.enterprise.pk)])
    client.force_login(cell_maker.person)
    with django_assert_max_num_queries(8):
        client.get("/en/notices/")

"""The mail to somebody who is asked to act for an enterprise, and where it leads."""

from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from django.core import mail
from django.test import Client

from apps.accounts.models import User
from apps.core.lifecycle import Conflict
from apps.enterprises import invitations
from apps.enterprises.models import Invitation, Membership
from apps.journal import deliveries
from apps.journal.models import Delivery, Fact
from tests.factories.cast import Actor
from tests.factories.people import PASSWORD, a_person

pytestmark = pytest.mark.django_db


def invite(actor: Actor, email: str, **said: Any) -> Invitation:
    """The owner asks somebody to be an editor, and the worker of notices does its part."""
    stated = {"role": "editor"} | said
    invitation = invitations.invite(enterprise=actor.enterprise, actor=actor.person, email=email, **stated)
    for waiting in Delivery.objects.filter(handler="invitations.mail", state=Delivery.State.QUEUED):
        assert deliveries.deliver(waiting.pk)
    return invitation


def link(body: str) -> str:
    """The path of the only link of a mail."""
    (address,) = [word for word in body.split() if word.startswith("http")]
    return "/" + address.split("/", 3)[3]


def test_who_is_invited_gets_one_mail_with_one_action_and_the_reason_for_it(cell_maker: Actor) -> None:
    invite(cell_maker, "new@example.org")
    (sent,) = mail.outbox
    assert sent.to == ["new@example.org"]
    assert sent.subject == "衡流电芯有限公司 invites you to act as editor"
    assert "李敏 asks you to act as editor for 衡流电芯有限公司" in str(sent.body)
    assert "You get this because 李敏 gave your address." in str(sent.body)
    assert link(str(sent.body)).startswith("/en/invitations/mail/")


def test_the_mail_speaks_the_language_of_who_is_registered_and_else_the_one_chosen_for_them(cell_maker: Actor) -> None:
    registered = a_person("陈", language="zh-hans")
    invite(cell_maker, registered.email, language="en")
    invite(cell_maker, "new@example.org", language="zh-hans")
    for sent in mail.outbox:
        assert sent.subject == "衡流电芯有限公司邀请您担任编辑"
        assert link(str(sent.body)).startswith("/zh-hans/")


def test_somebody_without_an_account_goes_from_the_mail_to_being_a_member(cell_maker: Actor) -> None:
    invite(cell_maker, "new@example.org")
    newcomer = Client()
    page = unescape(newcomer.get(link(str(mail.outbox[0].body))).content.decode())
    assert cell_maker.enterprise.name in page
    assert "/en/accounts/signup/?email=new%40example.org" in page
    form = newcomer.get("/en/accounts/signup/?email=new%40example.org").content.decode()
    assert 'value="new@example.org"' in form
    person = {"name": "New", "email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD, "consent": "on"}
    newcomer.post("/en/accounts/signup/", person)
    newcomer.post(link(str(mail.outbox[1].body)))
    newcomer.post("/en/accounts/login/", {"login": "new@example.org", "password": PASSWORD})
    assert cell_maker.enterprise.name in newcomer.get("/en/dashboard/").content.decode()
    newcomer.post(f"/en/invitations/{Invitation.objects.get().pk}/")
    assert Membership.objects.get(user__email="new@example.org").role == "editor"


def test_who_is_registered_accepts_on_the_page_that_the_mail_leads_to(client: Client, cell_maker: Actor) -> None:
    person = a_person()
    invitation = invite(cell_maker, person.email.upper())
    path = link(str(mail.outbox[0].body))
    assert f"/en/accounts/login/?next={quote(path)}" in unescape(client.get(path).content.decode())
    client.force_login(person)
    assert f'action="/en/invitations/{invitation.pk}/"' in client.get(path).content.decode()
    client.post(f"/en/invitations/{invitation.pk}/")
    answer = client.get(path)
    assert answer.status_code == 404
    assert "does not hold any more" in answer.content.decode()


def test_another_person_who_opens_the_mail_cannot_take_it_up(client: Client, cell_maker: Actor, stranger: User) -> None:
    invitation = invite(cell_maker, "new@example.org")
    client.force_login(stranger)
    page = client.get(link(str(mail.outbox[0].body))).content.decode()
    assert "The invitation is for <bdi>new@example.org</bdi>" in page
    assert f"/en/invitations/{invitation.pk}/" not in page
    client.post(f"/en/invitations/{invitation.pk}/")
    assert not Membership.objects.filter(user=stranger).exists()


def test_an_invitation_that_was_taken_up_before_the_mail_went_out_is_not_mailed(cell_maker: Actor) -> None:
    person = a_person()
    invitation = invitations.invite(
        enterprise=cell_maker.enterprise, actor=cell_maker.person, email=person.email, role="viewer"
    )
    invitations.accept(invitation_id=invitation.pk, user=person)
    assert deliveries.deliver(Delivery.objects.get(handler="invitations.mail").pk)
    assert not mail.outbox


def test_nobody_is_mailed_twice_in_a_day_and_no_enterprise_mails_without_measure(
    client: Client, cell_maker: Actor
) -> None:
    invite(cell_maker, "new@example.org")
    with pytest.raises(Conflict, match="within the last day"):
        invite(cell_maker, "New@example.org")
    for number in range(1, invitations.A_DAY):
        invite(cell_maker, f"new{number}@example.org")
    client.force_login(cell_maker.person)
    path = f"/en/enterprises/{cell_maker.enterprise.pk}/members/"
    page = client.post(path, {"email": "more@example.org", "role": "viewer", "language": "en"}).content.decode()
    assert "At most 20 people can be invited in a day." in page
    assert len(mail.outbox) == Invitation.objects.count() == invitations.A_DAY


def test_an_owner_takes_an_open_invitation_back_and_its_link_ends(client: Client, cell_maker: Actor) -> None:
    person = a_person()
    invitation = invite(cell_maker, person.email)
    client.force_login(cell_maker.person)
    path = f"/en/invitations/{invitation.pk}/take-back/"
    assert path in client.get(f"/en/enterprises/{cell_maker.enterprise.pk}/members/").content.decode()
    page = client.post(path, follow=True).content.decode()
    assert "Taken back. Its link does not work any more." in page
    assert person.email not in page
    assert "does not hold any more" in client.post(path, follow=True).content.decode()  # once
    assert Fact.objects.filter(kind="member.uninvited", subject_ids=[invitation.pk]).count() == 1
    assert Client().get(link(str(mail.outbox[0].body))).status_code == 404
    with pytest.raises(Conflict):
        invitations.accept(invitation_id=invitation.pk, user=person)
    with pytest.raises(Conflict, match="invite them again tomorrow"):
        invite(cell_maker, person.email)


def test_what_was_taken_up_is_not_taken_back_and_what_was_taken_back_is_not_mailed(cell_maker: Actor) -> None:
    person = a_person()
    taken_up = invite(cell_maker, person.email)
    invitations.accept(invitation_id=taken_up.pk, user=person)
    with pytest.raises(Conflict):
        invitations.take_back(invitation_id=taken_up.pk, actor=cell_maker.person)
    mail.outbox.clear()
    regretted = invitations.invite(
        enterprise=cell_maker.enterprise, actor=cell_maker.person, email="new@example.org", role="viewer"
    )
    invitations.take_back(invitation_id=regretted.pk, actor=cell_maker.person)
    for waiting in Delivery.objects.filter(handler="invitations.mail", state=Delivery.State.QUEUED):
        assert deliveries.deliver(waiting.pk)
    assert not mail.outbox

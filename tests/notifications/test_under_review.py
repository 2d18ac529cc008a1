"""Who is told, and how, when something of theirs comes under review."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from apps.enterprises.models import Membership
from apps.journal import deliveries
from apps.journal.intake import Terms
from apps.journal.models import Delivery
from apps.notifications.models import Notice
from apps.opportunities import intake
from apps.opportunities import services as opportunities
from tests.factories.cast import Actor
from tests.factories.listings import a_published_offer, a_submitted_offer
from tests.factories.people import a_member

pytestmark = pytest.mark.django_db
EXPECTED = re.compile(r"Under review, answer expected within \d working days?")
RECORD = {
    "title": "LFP cells", "side": "offer", "family": "business", "summary": "Cells of 314 Ah.", "language": "en",
    "technologies": ["lfp"],
}  # fmt: skip


def work_off() -> None:
    """Do what the workers of notices would do."""
    while waiting := Delivery.objects.filter(queue="notices", state=Delivery.State.QUEUED).first():
        assert deliveries.deliver(waiting.pk), waiting.handler


def nothing_waits() -> None:
    """What happened until now has been told."""
    Delivery.objects.all().delete()


def bring(actor: Actor, number: int, *, submit: bool = True) -> None:
    """A file of so many listings from the enterprise's owner."""
    own = actor.enterprise.pk
    rows = [
        RECORD | {"external_id": f"o{at}", "title": f"Offer {at}", "enterprise": actor.enterprise.external_id}
        for at in range(number)
    ]
    intake.store(rows, Terms(submit=submit, actor=actor.person.pk, within=frozenset({own})))


def test_who_submits_is_told_with_the_clock_in_the_page_and_by_mail_once(client: Client, grid_operator: Actor) -> None:
    nothing_waits()
    a_submitted_offer(grid_operator.enterprise, title="Frequency reserve")
    work_off()
    work_off()
    assert len(mail.outbox) == Notice.objects.count() == 1
    assert EXPECTED.search(str(mail.outbox[0].body))
    client.force_login(grid_operator.person)
    page = client.get("/en/notices/").content.decode()
    assert "“Frequency reserve” is under review" in page
    assert EXPECTED.search(page)


def test_a_material_edit_of_something_public_is_told_like_a_submission(cell_maker: Actor) -> None:
    offer = a_published_offer(cell_maker.enterprise)
    nothing_waits()
    opportunities.update(
        opportunity=offer, values={"title": "磷酸铁锂电芯"}, actor=cell_maker.person, version=offer.version
    )
    work_off()
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([cell_maker.person.email], "“磷酸铁锂电芯”正在审核")
    assert "审核中，预计 2 个工作日内答复" in str(sent.body)
    assert "/zh-hans/" in str(sent.body)


def test_an_edit_that_nobody_reviews_is_told_to_nobody(cell_maker: Actor) -> None:
    offer = a_published_offer(cell_maker.enterprise)
    nothing_waits()
    opportunities.update(
        opportunity=offer, values={"languages": ["en"]}, actor=cell_maker.person, version=offer.version
    )
    assert not Delivery.objects.filter(queue="notices").exists()


def test_a_file_of_many_rows_is_told_in_one_notice_and_one_mail_for_each_person(
    client: Client, grid_operator: Actor
) -> None:
    editor = a_member(grid_operator.enterprise, "editor")
    nothing_waits()
    bring(grid_operator, 30)
    work_off()
    assert set(Notice.objects.values_list("user", "more")) == {(grid_operator.person.pk, 29), (editor.pk, 29)}
    assert len(mail.outbox) == 2
    client.force_login(editor)
    page = client.get("/en/notices/").content.decode()
    assert "“Offer 0” and 29 more of your file are under review" in page
    assert EXPECTED.search(page)


def test_a_file_of_drafts_is_told_to_nobody(grid_operator: Actor) -> None:
    nothing_waits()
    bring(grid_operator, 2, submit=False)
    assert not Delivery.objects.filter(queue="notices").exists()


def test_a_file_that_changes_public_rows_tells_of_those_that_went_to_review(grid_operator: Actor) -> None:
    bring(grid_operator, 2, submit=False)
    for listing in grid_operator.enterprise.opportunities.all():
        opportunities.move(opportunity=listing, name="vouch", actor=None)
    nothing_waits()
    row = RECORD | {"external_id": "o1", "title": "Offer of more", "enterprise": grid_operator.enterprise.external_id}
    intake.store([row], Terms(actor=grid_operator.person.pk, within=frozenset({grid_operator.enterprise.pk})))
    work_off()
    (sent,) = mail.outbox
    assert sent.subject == "“Offer of more” is under review"


def test_a_notice_read_after_the_answer_does_not_promise_one(client: Client, grid_operator: Actor) -> None:
    nothing_waits()
    offer = a_submitted_offer(grid_operator.enterprise)
    work_off()
    opportunities.move(opportunity=offer, name="publish", actor=None)
    client.force_login(grid_operator.person)
    page = client.get("/en/notices/").content.decode()
    assert "The review has ended" in page
    assert not EXPECTED.search(page)


def test_who_left_an_enterprise_reads_and_gets_nothing_about_it_any_more(client: Client, grid_operator: Actor) -> None:
    editor = a_member(grid_operator.enterprise, "editor")
    nothing_waits()
    a_submitted_offer(grid_operator.enterprise, title="Reserve of the north")
    address = Delivery.objects.get(handler="notices.address", fact__kind="opportunity.submitted")
    assert deliveries.deliver(address.pk)
    client.force_login(editor)
    assert "Reserve of the north" in client.get("/en/notices/").content.decode()
    Membership.objects.filter(user=editor).delete()
    work_off()
    assert editor.email not in [to for sent in mail.outbox for to in sent.to]
    for path in ("notices/", "dashboard/"):
        answer = client.get(f"/en/{path}")
        assert "Reserve of the north" not in answer.content.decode()
        assert not answer.context["unread"]
    assert client.get("/api/v1/journal/").json()["results"] == []
    client.post("/en/notices/read/")
    Membership.objects.create(user=editor, enterprise=grid_operator.enterprise, role="viewer")
    assert 'class="unread"' in client.get("/en/notices/").content.decode()


def test_notices_of_an_enterprise_that_one_still_acts_for_stay(
    client: Client, cell_maker: Actor, grid_operator: Actor, django_assert_max_num_queries: Any
) -> None:
    Membership.objects.create(user=grid_operator.person, enterprise=cell_maker.enterprise, role="editor")
    nothing_waits()
    a_submitted_offer(grid_operator.enterprise, title="Of mine")
    a_submitted_offer(cell_maker.enterprise, title="Of theirs")
    work_off()
    Membership.objects.filter(user=grid_operator.person, enterprise=cell_maker.enterprise).delete()
    client.force_login(grid_operator.person)
    with django_assert_max_num_queries(8):
        page = client.get("/en/notices/").content.decode()
    assert "Of mine" in page
    assert "Of theirs" not in page

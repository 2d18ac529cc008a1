"""The states of an introduction, who moves it, and what cannot be asked for."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from apps.core.lifecycle import Conflict
from apps.enterprises import services as enterprises
from apps.enterprises.models import Enterprise
from apps.introductions import selectors, services, tasks
from apps.introductions.models import Introduction
from apps.introductions.rules import MOVES, Party, State
from apps.journal import deliveries
from apps.journal.models import Delivery, Fact
from apps.notifications.models import Notice
from apps.opportunities import services as opportunities
from tests.factories.cast import Actor
from tests.factories.enterprises import a_cell_maker, a_grid_operator, a_published_enterprise
from tests.factories.introductions import an_introduction, answered, side
from tests.factories.listings import a_draft_offer, a_published_offer, a_published_request
from tests.factories.people import a_person

pytestmark = pytest.mark.django_db
VALUES: dict[str, dict[str, str]] = {"decline": {"reason": "price"}, "conclude": {"outcome": "supply"}}
# From each state, what each move leads to; what is missing is refused.
TABLE = {
    ("proposed", "accept"): "accepted",
    ("proposed", "decline"): "declined",
    ("proposed", "withdraw"): "withdrawn",
    ("accepted", "conclude"): "concluded",
}
WAYS: dict[str, tuple[str, ...]] = {
    "proposed": (), "accepted": ("accept",), "declined": ("decline",), "withdrawn": ("withdraw",),
    "concluded": ("accept", "conclude"), "lapsed": ("lapse",),
}  # fmt: skip


def overdue(row: Introduction) -> Introduction:
    Introduction.objects.filter(pk=row.pk).update(deadline=Now() - timedelta(seconds=1))
    return row


def brought_to(state: str, row: Introduction) -> Introduction:
    for name in WAYS[state]:
        if name == "lapse":
            overdue(row)
            tasks.tick()
        else:
            answered(row, name, **VALUES.get(name, {}))
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("name", [name for name in MOVES if name != "lapse"])
@pytest.mark.parametrize("state", State.values)
def test_each_move_is_made_from_its_state_only_and_recorded(
    grid_operator: Actor, cell_maker: Actor, state: str, name: str
) -> None:
    row = brought_to(state, an_introduction(grid_operator.enterprise, a_published_offer(cell_maker.enterprise)))
    facts = Fact.objects.filter(subject="introduction", subject_ids=[row.pk])
    before, version = facts.count(), row.version
    wanted = TABLE.get((state, name))
    if wanted is None:
        with pytest.raises(Conflict):
            answered(row, name, **VALUES.get(name, {}))
    else:
        answered(row, name, **VALUES.get(name, {}))
        assert facts.latest("id").kind == f"introduction.{wanted}"
    row.refresh_from_db()
    assert (row.state, row.version, facts.count()) == (
        wanted or state,
        version + bool(wanted),
        before + bool(wanted),
    )


def test_nobody_answers_after_the_deadline_even_before_the_clock_has_come_by(
    grid_operator: Actor, cell_maker: Actor
) -> None:
    row = overdue(an_introduction(grid_operator.enterprise, cell_maker.enterprise))
    for name in ("accept", "decline", "withdraw"):
        with pytest.raises(Conflict):
            answered(row, name, **VALUES.get(name, {}))
    tasks.tick()
    row.refresh_from_db()
    assert row.state == "lapsed"


def test_the_database_holds_one_open_introduction_for_a_pair_and_a_reason_for_each_no(
    grid_operator: Actor, cell_maker: Actor
) -> None:
    request, offer = a_published_request(grid_operator.enterprise), a_published_offer(cell_maker.enterprise)
    row = an_introduction(request, offer)
    turned = {
        "sender": offer.enterprise, "sender_opportunity": offer, "receiver": request.enterprise,
        "receiver_opportunity": request, "note": "x", "language": "en", "deadline": Now(),
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="one_open"), transaction.atomic():
        Introduction.objects.create(**turned)
    with pytest.raises(IntegrityError, match="with_reason"), transaction.atomic():
        Introduction.objects.filter(pk=row.pk).update(state="declined")
    answered(row, "withdraw")
    Introduction.objects.create(**turned)


def test_asking_again_finds_the_open_one_and_the_asked_side_is_led_to_it(
    grid_operator: Actor, cell_maker: Actor
) -> None:
    row = an_introduction(grid_operator.enterprise, cell_maker.enterprise)
    assert an_introduction(grid_operator.enterprise, cell_maker.enterprise, note="Again").pk == row.pk
    assert Fact.objects.filter(kind="introduction.proposed").count() == 1
    with pytest.raises(Conflict, match="asked you already"):
        an_introduction(cell_maker.enterprise, grid_operator.enterprise)


def exclude_by_public_id(asker: Enterprise, asked: Enterprise) -> Any:
    return a_published_offer(asked, excluded_enterprises=[f"vb-{asker.pk}"])


def exclude_by_external_id(asker: Enterprise, asked: Enterprise) -> Any:
    return a_published_offer(asked, excluded_enterprises=["grid-operator"])


def exclude_in_a_listing_of_an_enterprise_that_is_asked(asker: Enterprise, asked: Enterprise) -> Any:
    exclude_by_public_id(asker, asked)
    return asked


def exclude_the_country(asker: Enterprise, asked: Enterprise) -> Any:
    return a_published_offer(asked, excluded_countries=["KZ"])


def take_none(asker: Enterprise, asked: Enterprise) -> Any:
    Enterprise.objects.filter(pk=asked.pk).update(introductions_at_once=0)
    return a_published_offer(asked)


def leave_nobody_there(asker: Enterprise, asked: Enterprise) -> Any:
    asked.memberships.all().delete()
    return asked


def withdraw_the_listing(asker: Enterprise, asked: Enterprise) -> Any:
    listing = a_published_offer(asked)
    opportunities.move(opportunity=listing, name="withdraw", actor=None)
    return listing


def end_the_listing_yesterday(asker: Enterprise, asked: Enterprise) -> Any:
    return a_published_offer(asked, expires="2020-01-01")


def withdraw_the_enterprise(asker: Enterprise, asked: Enterprise) -> Any:
    enterprises.move(enterprise=asked, name="withdraw", actor=None)
    return asked


UNDELIVERABLE: list[Callable[[Enterprise, Enterprise], Any]] = [
    exclude_by_public_id, exclude_by_external_id, exclude_in_a_listing_of_an_enterprise_that_is_asked, exclude_the_country,
    take_none, leave_nobody_there, withdraw_the_listing, end_the_listing_yesterday, withdraw_the_enterprise,
]  # fmt: skip


@pytest.mark.parametrize("hinder", UNDELIVERABLE, ids=lambda hinder: hinder.__name__)
def test_whatever_hinders_the_words_are_the_same_so_that_no_exclusion_is_told(
    grid_operator: Actor, cell_maker: Actor, hinder: Callable[[Enterprise, Enterprise], Any]
) -> None:
    asked = hinder(grid_operator.enterprise, cell_maker.enterprise)
    with pytest.raises(services.Undeliverable) as told:
        an_introduction(grid_operator.enterprise, asked)
    assert str(told.value) == str(services.Undeliverable())
    assert not Introduction.objects.exists()


def test_ones_own_exclusion_holds_too(grid_operator: Actor, cell_maker: Actor) -> None:
    request = a_published_request(grid_operator.enterprise, excluded_enterprises=["cell-maker"])
    with pytest.raises(services.Undeliverable):
        an_introduction(request, a_published_offer(cell_maker.enterprise))


def test_the_own_enterprise_a_draft_and_too_many_are_refused_in_plain_words(
    grid_operator: Actor, cell_maker: Actor, settings: Any
) -> None:
    with pytest.raises(Conflict, match="your own enterprise"):
        an_introduction(grid_operator.enterprise, a_published_offer(grid_operator.enterprise))
    with pytest.raises(Conflict, match="publish your enterprise"):
        an_introduction(a_draft_offer(grid_operator.enterprise), cell_maker.enterprise)
    enterprises.limit_introductions(enterprise=cell_maker.enterprise, most=1, actor=cell_maker.person)
    an_introduction(a_published_enterprise(), cell_maker.enterprise)
    with pytest.raises(Conflict, match="as they take at a time"):
        an_introduction(grid_operator.enterprise, cell_maker.enterprise)
    assert selectors.room([cell_maker.enterprise.pk, grid_operator.enterprise.pk]) == {
        cell_maker.enterprise.pk: 0, grid_operator.enterprise.pk: 30,
    }  # fmt: skip
    settings.INTRODUCTIONS_SENT_AT_ONCE = 0
    with pytest.raises(Conflict, match="which is the most"):
        an_introduction(grid_operator.enterprise, a_published_offer())


def test_names_do_not_open_to_an_enterprise_that_is_not_public_any_more(
    grid_operator: Actor, cell_maker: Actor
) -> None:
    row = an_introduction(grid_operator.enterprise, cell_maker.enterprise)
    enterprises.move(enterprise=grid_operator.enterprise, name="withdraw", actor=None)
    with pytest.raises(Conflict, match="not public"):
        answered(row, "accept")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_does() -> None:
    row = an_introduction(a_grid_operator(a_person()), a_cell_maker(a_person()))
    start, ends = threading.Barrier(2), []

    def accept() -> None:
        seen = Introduction.objects.with_rows().get(pk=row.pk)
        start.wait()
        try:
            answered(seen, "accept")
            ends.append("accepted")
        except Conflict:
            ends.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=accept) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["accepted", "refused"]
    assert Fact.objects.filter(kind="introduction.accepted").count() == 1


def test_matching_reads_who_is_introduced_and_what_came_of_it(grid_operator: Actor, cell_maker: Actor) -> None:
    request, offer = a_published_request(grid_operator.enterprise), a_published_offer(cell_maker.enterprise)
    other = a_published_offer(cell_maker.enterprise)
    brought_to("concluded", an_introduction(request, offer, origin="match"))
    row = answered(an_introduction(request, other), "decline", reason="too_small")
    answered(an_introduction(grid_operator.enterprise, cell_maker.enterprise), "withdraw")
    ours, theirs = Party("opportunity", request.pk), Party("opportunity", offer.pk)
    assert {party: found.state for party, found in selectors.introductions_of(ours).items()} == {theirs: "concluded"}
    assert set(selectors.introductions_of(theirs)) == {ours}
    concluded, declined = selectors.results()
    assert (concluded.sender, concluded.receiver, concluded.outcome, concluded.origin) == (
        ours,
        theirs,
        "supply",
        "match",
    )
    assert (declined.pk, declined.state, declined.reason) == (row.pk, "declined", "too_small")


def told() -> list[tuple[str, int]]:
    """Deliver what waits, and say who is told of what by notice."""
    waiting = Delivery.objects.filter(queue="notices", state="queued").order_by("pk")
    while number := waiting.values_list("pk", flat=True).first():
        assert deliveries.deliver(number), Delivery.objects.get(pk=number).error
    rows = Notice.objects.filter(subject="introduction").order_by("pk")
    return list(rows.values_list("fact__kind", "user"))


def test_each_side_is_told_what_the_other_or_the_clock_did(grid_operator: Actor, cell_maker: Actor) -> None:
    row = an_introduction(grid_operator.enterprise, cell_maker.enterprise)
    Introduction.objects.filter(pk=row.pk).update(deadline=Now() + timedelta(days=1))
    tasks.tick()
    tasks.tick()
    overdue(row)
    tasks.tick()
    answered(an_introduction(grid_operator.enterprise, cell_maker.enterprise), "accept")
    asker, asked = grid_operator.person.pk, cell_maker.person.pk
    assert sorted(told()) == sorted(
        [
            ("introduction.proposed", asked), ("introduction.reminded", asked), ("introduction.lapsed", asker),
            ("introduction.lapsed", asked), ("introduction.proposed", asked), ("introduction.accepted", asker),
        ]
    )  # fmt: skip
    sent = [each for each in mail.outbox if "/introductions/" in str(each.body)]
    assert len(sent) == 6
    assert all(each.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" for each in sent)
    assert not any("Дала" in str(each.body) + each.subject for each in sent)


def test_a_listing_and_its_enterprise_are_two_parties(cell_maker: Actor) -> None:
    offer = a_published_offer(cell_maker.enterprise)
    assert [str(side(row).party) for row in (offer, cell_maker.enterprise)] == [
        f"opportunity-{offer.pk}", f"enterprise-{cell_maker.enterprise.pk}",
    ]  # fmt: skip

"""Saved searches: what is new is told once, at the person's own hour and in their language, until they stop it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client

from apps.accounts.models import User
from apps.core.lifecycle import Conflict
from apps.core.problems import InvalidRecord
from apps.journal import deliveries
from apps.journal.models import Delivery, Fact
from apps.opportunities import services as opportunities
from apps.opportunities.models import Opportunity
from apps.search import alerts, criteria, saved, tasks
from apps.search import services as index
from apps.search.models import SavedSearch, Told
from apps.search.rules import next_morning
from tests.factories.cast import Actor
from tests.factories.listings import a_published_offer, a_published_project
from tests.factories.people import a_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
Work = Callable[[], None]


def keep(
    user: User, frequency: str = "instant", kind: str = "opportunity", name: str = "Cells", **asked: str
) -> SavedSearch:
    """A search that the person saved an hour ago: a test's transaction has but one moment."""
    wanted = criteria.from_address(kind, {name: [value] for name, value in asked.items()})
    search = saved.save(user=user, asked=wanted, name=name, frequency=frequency)
    SavedSearch.objects.filter(pk=search.pk).update(since=Now() - timedelta(hours=1))
    search.refresh_from_db()
    return search


def morning_comes() -> None:
    """The hour of everybody's morning, and the schedule that looks for it."""
    SavedSearch.objects.update(next_at=Now() - timedelta(minutes=1))
    tasks.collect()


@pytest.fixture
def work(work: Work) -> Work:
    """Does what the workers of the index and of notices would do."""

    def run() -> None:
        work()
        while waiting := Delivery.objects.filter(queue="notices", state=Delivery.State.QUEUED).first():
            assert deliveries.deliver(waiting.pk), Delivery.objects.get(pk=waiting.pk).error

    return run


def told_of(person: User) -> list[Any]:
    """The mails about saved searches that the person got."""
    mine = [sent for sent in mail.outbox if sent.to == [person.email]]
    return [sent for sent in mine if "/searches/stop/" in stop_path(sent)]


def stop_path(sent: Any) -> str:
    return "/" + str(sent.extra_headers["List-Unsubscribe"]).strip("<>").split("/", 3)[3]


def test_what_is_published_is_told_at_once_to_whom_it_fits(stranger: User, cell_maker: Actor, work: Work) -> None:
    keep(stranger, q="LFP cells", side="offer", min_mwh="1")
    keep(stranger, q="LFP cells", side="offer", name="LFP offers")
    keep(stranger, q="LFP cells", side="request")
    keep(stranger, q="LFP cells", side="offer", technology="vanadium-flow")
    keep(stranger, kind="project", q="LFP cells")
    listing = a_published_offer(cell_maker.enterprise)
    work()
    (sent,) = told_of(stranger)
    assert sent.subject == "1 new result for “LFP offers”"
    assert "- LFP cells for stationary storage · 衡流电芯有限公司 · China" in sent.body
    assert f"/en/listings/{listing.pk}/" in sent.body
    assert "You get this because you saved this search on Voltbridge, to be told at once." in sent.body


@pytest.mark.django_db(transaction=True)
def test_a_search_saved_a_moment_ago_hears_of_what_is_published_next(work: Work) -> None:
    person = a_person()
    a_published_offer(title="LFP cells before")
    saved.save(user=person, asked=criteria.Criteria("opportunity", "LFP"), name="LFP", frequency="instant")
    a_published_offer(title="LFP cells after")
    work()
    (sent,) = told_of(person)
    assert "LFP cells after" in sent.body


def test_a_part_of_what_was_asked_is_not_enough(stranger: User, cell_maker: Actor, work: Work) -> None:
    keep(stranger, q="LFP cells Kenya")
    a_published_offer(cell_maker.enterprise)
    work()
    assert not told_of(stranger)


def test_a_question_in_another_language_is_told_in_the_readers_own(
    cell_maker: Actor, developer: Actor, work: Work
) -> None:
    keep(cell_maker.person, q="全钒液流电池", name="液流")
    a_published_offer(developer.enterprise, title="Vanadium flow batteries", technologies=["vanadium-flow"])
    work()
    (sent,) = told_of(cell_maker.person)
    assert sent.subject == "“液流”有 1 条新结果"
    assert "/zh-hans/listings/" in sent.body


def test_the_morning_tells_everything_new_together_and_nothing_twice(
    stranger: User, cell_maker: Actor, work: Work
) -> None:
    keep(stranger, "daily", q="LFP")
    keep(stranger, "weekly", kind="project")
    for number in range(22):
        a_published_offer(cell_maker.enterprise, title=f"LFP cells {number:02}")
    a_published_project(title="Ekibastuz")
    work()
    assert not told_of(stranger)
    morning_comes()
    work()
    projects, listings = sorted(told_of(stranger), key=lambda sent: len(sent.body))
    assert "- Ekibastuz" in projects.body
    assert listings.subject == "22 new results for “Cells”"
    assert listings.body.count("- LFP cells") == alerts.NAMED
    assert "and 2 more" in listings.body
    assert "/en/search/?q=LFP" in listings.body
    morning_comes()
    work()
    assert len(told_of(stranger)) == 2


def test_an_empty_morning_sends_nothing(stranger: User, cell_maker: Actor, work: Work) -> None:
    keep(stranger, "daily", q="vanadium")
    a_published_offer(cell_maker.enterprise)
    work()
    morning_comes()
    work()
    assert not told_of(stranger)
    assert not Fact.objects.filter(kind="search.found").exists()


def test_what_was_told_at_once_is_not_told_again_by_a_repeated_delivery_or_in_the_morning(
    stranger: User, cell_maker: Actor, work: Work
) -> None:
    keep(stranger, q="LFP")
    a_published_offer(cell_maker.enterprise)
    work()
    Delivery.objects.filter(handler__in=("search.index", alerts.AT_ONCE)).update(state="queued")
    work()
    morning_comes()
    work()
    assert len(told_of(stranger)) == 1


def test_what_no_single_publication_told_of_is_told_in_the_morning(
    stranger: User, cell_maker: Actor, work: Work
) -> None:
    keep(stranger, q="LFP")
    a_published_offer(cell_maker.enterprise)
    Delivery.objects.filter(handler="search.index").update(state="done")
    index.index("opportunity", [Opportunity.objects.get().pk])
    work()
    assert not told_of(stranger)
    morning_comes()
    work()
    assert len(told_of(stranger)) == 1


def test_what_was_public_before_the_search_was_saved_is_not_news(stranger: User, cell_maker: Actor, work: Work) -> None:
    a_published_offer(cell_maker.enterprise)
    work()
    search = keep(stranger, "daily", q="LFP")
    SavedSearch.objects.filter(pk=search.pk).update(since=Now() + timedelta(seconds=1))
    morning_comes()
    work()
    assert not told_of(stranger)


def test_what_is_gone_before_the_mail_goes_out_is_left_out_of_it(stranger: User, cell_maker: Actor, work: Work) -> None:
    keep(stranger, "daily", q="LFP")
    stays, goes = (a_published_offer(cell_maker.enterprise, title=title) for title in ("LFP stays", "LFP goes"))
    work()
    morning_comes()
    assert deliveries.deliver(Delivery.objects.get(handler="search.morning").pk)
    opportunities.move(opportunity=goes, name="withdraw", actor=None)
    work()
    (sent,) = told_of(stranger)
    assert sent.subject.startswith("1 new result")
    assert "LFP goes" not in sent.body
    assert f"/en/listings/{stays.pk}/" in sent.body


@pytest.mark.parametrize("wrong", ["unconfirmed", "inactive", "paused"])
def test_nobody_is_mailed_who_cannot_or_does_not_want_to_be(
    stranger: User, cell_maker: Actor, work: Work, wrong: str
) -> None:
    search = keep(stranger, q="LFP")
    if wrong == "unconfirmed":
        EmailAddress.objects.filter(user=stranger).update(verified=False)
    elif wrong == "inactive":
        User.objects.filter(pk=stranger.pk).update(is_active=False)
    else:
        saved.pause(search=search)
    a_published_offer(cell_maker.enterprise)
    work()
    morning_comes()
    work()
    assert not told_of(stranger)


def test_a_mail_is_stopped_by_one_click_which_a_look_at_the_link_is_not(
    stranger: User, cell_maker: Actor, work: Work
) -> None:
    search, other = keep(stranger, q="LFP"), keep(stranger, q="cells", name="Other")
    a_published_offer(cell_maker.enterprise)
    work()
    sent = told_of(stranger)[0]
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    mail_program = Client(enforce_csrf_checks=True)
    assert "Stop these mails?" in mail_program.get(stop_path(sent)).content.decode()
    search.refresh_from_db()
    assert not search.paused
    for _twice in range(2):
        answer = mail_program.post(stop_path(sent), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    search.refresh_from_db()
    other.refresh_from_db()
    assert (search.paused, other.paused) == (True, False)
    assert Fact.objects.filter(kind="search.paused", subject_ids=[search.pk]).count() == 1
    assert mail_program.post("/en/searches/stop/forged/").status_code == 400


def test_a_resumed_search_tells_of_what_is_published_from_then_on(
    stranger: User, cell_maker: Actor, work: Work
) -> None:
    search = keep(stranger, "daily", q="LFP")
    saved.pause(search=search)
    a_published_offer(cell_maker.enterprise)
    work()
    saved.resume(search=search)
    morning_comes()
    work()
    assert not told_of(stranger)


@pytest.mark.parametrize(
    ("zone", "weekly", "expected"),
    [
        ("UTC", False, datetime(2026, 3, 7, 8, tzinfo=UTC)),
        ("Asia/Almaty", False, datetime(2026, 3, 7, 3, tzinfo=UTC)),
        ("America/Fortaleza", False, datetime(2026, 3, 6, 11, tzinfo=UTC)),
        ("Asia/Kathmandu", True, datetime(2026, 3, 9, 2, 15, tzinfo=UTC)),
        ("America/New_York", True, datetime(2026, 3, 9, 12, tzinfo=UTC)),  # the clocks go forward the day before
        ("nowhere/at all", False, datetime(2026, 3, 7, 8, tzinfo=UTC)),
    ],
)
def test_the_morning_is_that_of_the_persons_own_clock(zone: str, weekly: bool, expected: datetime) -> None:
    friday = datetime(2026, 3, 6, 10, 30, tzinfo=UTC)
    assert next_morning(friday, zone, weekly=weekly) == expected


def test_a_due_search_is_asked_for_once_and_has_its_next_morning(stranger: User) -> None:
    search = keep(stranger, "daily", q="LFP")
    morning_comes()
    tasks.collect()
    search.refresh_from_db()
    assert search.next_at > datetime.now(UTC)
    assert Fact.objects.filter(kind="search.due").count() == 1


def test_the_same_search_is_saved_once_and_there_are_twenty_at_most(stranger: User) -> None:
    keep(stranger, q="LFP", country="KZ", side="offer")
    with pytest.raises(Conflict, match="already, as “Cells”"):
        keep(stranger, side="offer", country="kz", q=" LFP ")
    for number in range(1, saved.MOST):
        keep(stranger, q=f"LFP {number}")
    with pytest.raises(Conflict, match="which is the most"):
        keep(stranger, q="one more")
    keep(a_person(), q="LFP")


def test_a_question_that_can_find_nothing_is_not_saved(stranger: User) -> None:
    with pytest.raises(InvalidRecord):
        keep(stranger, q="🔋")
    with pytest.raises(InvalidRecord):
        keep(stranger, q="a\x00b")
    assert not SavedSearch.objects.exists()


def test_criteria_that_lost_their_meaning_find_nothing_rather_than_everything(
    stranger: User, cell_maker: Actor, work: Work
) -> None:
    search = keep(stranger, "instant", technology="lfp")
    SavedSearch.objects.filter(pk=search.pk).update(filters={"technology": ["unobtainium"]})
    a_published_offer(cell_maker.enterprise)
    work()
    morning_comes()
    work()
    assert not told_of(stranger)


def test_facts_carry_no_word_of_the_question(stranger: User, cell_maker: Actor, work: Work) -> None:
    search = keep(stranger, q="LFP confidential", name="Secret plan")
    saved.change(search=search, version=search.version, name="Another secret", frequency="weekly")
    saved.pause(search=search)
    saved.resume(search=search)
    saved.delete(search=search)
    told = list(Fact.objects.filter(subject="search").order_by("id").values_list("kind", "payload"))
    assert [kind for kind, _payload in told] == [
        "search.saved", "search.changed", "search.paused", "search.resumed", "search.deleted",
    ]  # fmt: skip
    assert not [word for word in ("confidential", "ecret") if word in str(told)]


def test_a_change_that_another_one_overtook_is_refused(stranger: User) -> None:
    search = keep(stranger, q="LFP")
    SavedSearch.objects.update(version=F("version") + 1)
    with pytest.raises(Conflict):
        saved.change(search=search, version=search.version, name="Late")


def test_what_was_told_is_forgotten_when_it_could_not_be_found_as_new_any_more(
    stranger: User, cell_maker: Actor, work: Work
) -> None:
    search = keep(stranger, "daily", q="LFP")
    old = Told.objects.create(search=search, subject_id=1)
    Told.objects.update(at=Now() - alerts.REMEMBERED - timedelta(days=1))
    morning_comes()
    work()
    assert not Told.objects.filter(pk=old.pk).exists()

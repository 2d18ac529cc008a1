"""Full runs, and changes that keep both sides' lists as a full run would make them."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models.functions import Now

from apps.enterprises import services as enterprises
from apps.enterprises.models import Enterprise
from apps.journal import deliveries
from apps.journal.models import Delivery, Fact
from apps.matching import kernel, news, runs, selectors, services, tasks
from apps.matching.listings import enterprise_key, opportunity_key
from apps.matching.models import Match, PackedListing, Run
from apps.opportunities import services as opportunities
from apps.opportunities.models import Opportunity
from apps.reference import services as reference
from apps.taxonomy import services as taxonomy
from apps.taxonomy.models import Concept, Label
from config.celery import app
from tests.factories.enterprises import a_cell_maker, a_published_enterprise
from tests.factories.listings import a_published_offer, a_published_request
from tests.matching.conftest import Work

Lists = dict[int, list[tuple[int, float]]]


def current_lists() -> Lists:
    found: Lists = {}
    run = selectors.current_run()
    for row in Match.objects.filter(run_id=run.pk if run else 0).order_by("owner", "-score", "other"):
        found.setdefault(row.owner, []).append((row.other, row.score))
    return found


def full(work: Work) -> Lists:
    runs.request()
    work()
    return current_lists()


def test_a_full_run_lists_the_pair_for_both_sides(work: Work) -> None:
    maker = a_cell_maker()
    offer, request = a_published_offer(maker), a_published_request()
    lists = full(work)
    assert {other for other, _ in lists[opportunity_key(request.pk)]} == {
        opportunity_key(offer.pk),
        enterprise_key(maker.pk),
        *_standing(maker, request),
    }
    assert [other for other, _ in lists[opportunity_key(offer.pk)]] == [opportunity_key(request.pk)]


def _standing(maker: Enterprise, request: Opportunity) -> set[int]:
    """Every other published enterprise stands as an offer too."""
    others = Enterprise.objects.exclude(pk__in=[maker.pk, request.enterprise_id])
    return {enterprise_key(number) for number in others.values_list("pk", flat=True)}


def test_an_enterprise_that_posted_nothing_stands_as_an_offer(work: Work) -> None:
    maker, request = a_cell_maker(), a_published_request(technologies=["lfp"])
    lists = full(work)
    assert enterprise_key(maker.pk) in dict(lists[opportunity_key(request.pk)])
    assert opportunity_key(request.pk) in dict(lists[enterprise_key(maker.pk)])


def test_a_withdrawn_offer_leaves_the_lists(work: Work) -> None:
    offer, request = a_published_offer(), a_published_request()
    full(work)
    opportunities.move(opportunity=offer, name="withdraw", actor=None)
    work()
    assert opportunity_key(offer.pk) not in dict(current_lists().get(opportunity_key(request.pk), []))
    assert opportunity_key(offer.pk) not in current_lists()


def test_a_published_offer_enters_both_lists_and_both_sides_are_told(work: Work) -> None:
    request = a_published_request(technologies=["lfp"], modes=["equipment-supply"])
    full(work)
    offer = a_published_offer(technologies=["lfp"], modes=["equipment-supply"])
    work()
    assert opportunity_key(offer.pk) in dict(current_lists()[opportunity_key(request.pk)])
    told = {(fact.subject, fact.subject_ids[0]) for fact in Fact.objects.filter(kind="match.found")}
    assert {("opportunity", offer.pk), ("opportunity", request.pk)} <= told


def told() -> list[tuple[str, int, list[int]]]:
    """Who was told, and of which partners."""
    facts = Fact.objects.filter(kind="match.found").order_by("subject", "subject_ids")
    return [(fact.subject, fact.subject_ids[0], [each["id"] for each in fact.payload["partners"]]) for fact in facts]


def test_a_match_that_only_a_full_run_can_find_is_told_to_both_sides_once(work: Work) -> None:
    stated: dict[str, Any] = {"technologies": ["lfp"], "modes": ["equipment-supply"]}
    request = a_published_request(a_published_enterprise(country="KZ"), **stated)
    full(work)
    reference.import_rates("date,currency,rate\n2099-01-03,USD,1.2\n")
    offer = a_published_offer(a_published_enterprise(country="CN"), **stated)
    assert not [row for row in told() if offer.pk in row[2]]
    work()
    by_run = told()
    assert [row[1] for row in by_run if row[0] == "opportunity" and offer.pk in row[2]] == [request.pk]
    assert [row[2] for row in by_run if row[:2] == ("opportunity", offer.pk)] == [[request.pk]]
    full(work)
    assert told() == by_run


def test_a_label_that_is_added_to_the_thesaurus_is_read_in_every_listing(work: Work) -> None:
    flow = Concept.objects.create(key="flow", kind="technology")
    taxonomy.mark_changed()
    bare: dict[str, Any] = {"technologies": [], "modes": [], "summary": "-", "language": "en"}
    offer, request = (
        a_published_offer(title="Zwabber 5 MW", **bare),
        a_published_request(title="Zwabber sought", **bare),
    )
    before = dict(full(work)[opportunity_key(request.pk)])[opportunity_key(offer.pk)]
    Label.objects.create(concept=flow, language="en", kind="alternative", text="zwabber")
    taxonomy.mark_changed()
    work()
    assert dict(current_lists()[opportunity_key(request.pk)])[opportunity_key(offer.pk)] > before


def test_a_run_over_unchanged_listings_tells_nobody_even_when_rates_changed(work: Work) -> None:
    a_published_offer(technologies=["lfp"], budget_min=1000, budget_max=2000, currency="USD")
    a_published_request(technologies=["lfp"], budget_min=1500, budget_max=9000, currency="CNY")
    full(work)
    before = told()
    reference.import_rates("date,currency,rate\n2099-01-03,USD,1.9\n2099-01-03,CNY,4\n")
    full(work)
    full(work)
    assert told() == before


def test_what_waits_to_be_told_is_bounded(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "WAITING_AT_MOST", 3)
    for _ in range(4):
        a_published_offer()
        a_published_request()
    services.follow(opportunity_ids=list(Opportunity.objects.values_list("pk", flat=True)))
    assert PackedListing.objects.filter(untold=True).count() == 3
    work()
    assert not PackedListing.objects.filter(untold=True).exists()


def test_a_certificate_that_expired_since_the_last_run_is_not_held_any_more(work: Work) -> None:
    certificate = {
        "kind": "certificate",
        "standard": "IEC 62619",
        "expires": datetime.now(UTC).date() + timedelta(days=9),
    }
    maker = a_cell_maker(claims=[certificate])
    offer, request = a_published_offer(maker), a_published_request(certifications_required=["IEC 62619"])
    held = dict(full(work)[opportunity_key(request.pk)])[opportunity_key(offer.pk)]
    maker.claims.update(expires=datetime.now(UTC).date() - timedelta(days=1))
    Run.objects.update(started_at=Now() - timedelta(days=2))
    assert dict(full(work)[opportunity_key(request.pk)])[opportunity_key(offer.pk)] < held


def test_an_offer_whose_last_day_has_passed_leaves_the_lists_with_the_next_run(work: Work) -> None:
    offer, request = a_published_offer(), a_published_request()
    assert opportunity_key(offer.pk) in dict(full(work)[opportunity_key(request.pk)])
    Opportunity.objects.filter(pk=offer.pk).update(expires=datetime.now(UTC).date() - timedelta(days=1))
    assert opportunity_key(offer.pk) not in dict(full(work)[opportunity_key(request.pk)])


def test_the_schedule_asks_for_a_full_run_every_day(scheme: None) -> None:
    entry = app.conf.beat_schedule["match"]
    assert timedelta() < entry["schedule"].remaining_estimate(datetime.now(UTC)) <= timedelta(days=1)
    assert entry["task"] == tasks.full.name
    tasks.full()
    assert Run.objects.filter(state=Run.State.REQUESTED).exists()


def test_every_step_of_a_run_renews_its_lease(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    a_published_offer()
    a_published_request()
    renewed: list[str] = []
    renew = deliveries.renew

    def seen(delivery: Delivery) -> None:
        renew(delivery)
        renewed.append(delivery.handler)

    monkeypatch.setattr(deliveries, "renew", seen)
    full(work)
    assert {name: renewed.count(name) for name in set(renewed)} == {
        runs.BEGIN: 1, runs.PACK: 2, runs.SCORE: 2, runs.MERGE: 2, runs.INDEX: 2, runs.SHOW: 2,
    }  # fmt: skip


@pytest.mark.parametrize("own_id", ["", "their-own"])
def test_an_enterprise_is_excluded_by_the_id_that_its_page_shows(work: Work, own_id: str) -> None:
    maker = a_published_enterprise(country="CN", external_id=own_id or None)
    offer, free = a_published_offer(maker), a_published_request()
    excluding = a_published_request(excluded_enterprises=[f"vb-{maker.pk}"])
    lists = full(work)
    theirs = {opportunity_key(offer.pk), enterprise_key(maker.pk)}
    assert theirs <= dict(lists[opportunity_key(free.pk)]).keys()
    assert not theirs & dict(lists.get(opportunity_key(excluding.pk), [])).keys()


def test_an_enterprise_that_is_withdrawn_takes_its_listings_with_it(work: Work) -> None:
    maker = a_cell_maker()
    offer, request = a_published_offer(maker), a_published_request()
    full(work)
    enterprises.move(enterprise=maker, name="withdraw", actor=None)
    work()
    held = dict(current_lists().get(opportunity_key(request.pk), []))
    assert opportunity_key(offer.pk) not in held
    assert enterprise_key(maker.pk) not in held


def test_the_first_publication_asks_for_a_full_run(work: Work) -> None:
    a_published_offer()
    a_published_request()
    work()
    assert Run.objects.filter(state=Run.State.DONE).exists()
    assert current_lists()


def test_a_delivery_twice_changes_nothing(work: Work) -> None:
    offer = a_published_offer()
    a_published_request()
    full(work)
    before = current_lists()
    services.follow(opportunity_ids=[offer.pk])
    services.rematch(opportunity_id=offer.pk)
    assert current_lists() == before


def test_the_command_compiles_the_kernel_before_it_asks_for_the_run(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_published_offer()
    asked_before: list[int] = []
    monkeypatch.setattr(kernel, "warm_up", lambda: asked_before.append(Run.objects.count()))
    call_command("match", full=True, stdout=StringIO())
    assert asked_before == [0]
    assert Run.objects.get().state == Run.State.DONE


def test_requests_for_a_run_are_served_by_the_one_that_waits(scheme: None) -> None:
    assert runs.request() == runs.request()


def test_old_partitions_are_dropped(work: Work) -> None:
    a_published_offer()
    a_published_request()
    full(work)
    first = selectors.current_run()
    full(work)
    assert first is not None
    assert not Match.objects.filter(run_id=first.pk).exists()


def test_what_an_enterprise_did_counts_for_its_offers_as_soon_as_it_says_so(work: Work) -> None:
    deed = {"title": "Pilot", "country": "KZ", "technologies": ["pumped-hydro"], "year": 2024}
    maker = a_cell_maker(references=[deed])
    offer = a_published_offer(maker)
    request = a_published_request(a_published_enterprise(country="KZ"), technologies=["lfp"])
    before = full(work)[opportunity_key(request.pk)]
    actor = maker.members.get()
    enterprises.update(
        enterprise=maker, values={"references": [deed | {"technologies": ["lfp"]}]}, actor=actor, version=maker.version
    )
    enterprises.move(enterprise=maker, name="vouch", actor=None)
    work()
    by_increment = current_lists()
    assert (
        dict(by_increment[opportunity_key(request.pk)])[opportunity_key(offer.pk)]
        > dict(before)[opportunity_key(offer.pk)]
    )
    assert by_increment == full(work)


def test_an_enterprise_under_a_new_id_stays_excluded_by_its_public_one(work: Work) -> None:
    maker = a_cell_maker()
    offer, request = a_published_offer(maker), a_published_request(excluded_enterprises=[f"vb-{maker.pk}"])
    full(work)
    actor = maker.members.get()
    enterprises.update(enterprise=maker, values={"external_id": "new"}, actor=actor, version=maker.version)
    work()
    assert opportunity_key(offer.pk) not in dict(current_lists().get(opportunity_key(request.pk), []))

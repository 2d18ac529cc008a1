"""Full runs, and changes that keep both sides' lists as a full run would make them."""

import random
from typing import Any

import pytest

from apps.enterprises import services as enterprises
from apps.enterprises.models import Enterprise
from apps.journal.models import Fact
from apps.matching import runs, selectors, services
from apps.matching.criteria import TOP
from apps.matching.listings import enterprise_key, opportunity_key
from apps.matching.models import Match, Run
from apps.opportunities import services as opportunities
from apps.opportunities.models import Opportunity
from tests.factories.enterprises import a_cell_maker, a_published_enterprise
from tests.factories.listings import a_published_offer, a_published_request
from tests.matching.conftest import Work

Lists = dict[int, list[tuple[int, float]]]
TECHNOLOGIES = ("lfp", "nmc", "sodium-ion", "vanadium-flow", "pumped-hydro", "pcs", "ems", "solar-pv")
MODES = ("equipment-supply", "joint-venture", "research-development", "project-finance")


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


def _random_listing(chance: random.Random, owners: list[Enterprise]) -> Opportunity:
    make = chance.choice([a_published_offer, a_published_request])
    values: dict[str, Any] = {
        "technologies": chance.sample(TECHNOLOGIES, chance.randint(0, 2)), "modes": chance.sample(MODES, chance.randint(0, 2)),
        "power_mw_min": chance.choice([None, 10.0, 50.0]), "target_countries": chance.sample(["KZ", "CN", "BR", "AE"], chance.randint(0, 2)),
        "excluded_countries": ["IN"] if chance.random() < 0.3 else [], "trl_min": chance.choice([None, 5, 8]),
        "excluded_enterprises": [chance.choice(owners).external_id] if chance.random() < 0.2 else [],
    }  # fmt: skip
    return make(chance.choice(owners), **values)


def _random_change(chance: random.Random, owners: list[Enterprise]) -> None:
    """Publish, withdraw, edit, or let an enterprise go."""
    kind = chance.random()
    listing = Opportunity.objects.published().order_by("?").first()
    if kind < 0.5 or listing is None:
        _random_listing(chance, owners)
    elif kind < 0.75:
        opportunities.move(opportunity=listing, name="withdraw", actor=None)
    elif kind < 0.95:
        owner = listing.enterprise.members.first()
        assert owner is not None
        days = {
            "available_from": f"20{chance.randint(26, 30)}-01-01",
            "languages": chance.sample(["en", "zh", "ru", "pt"], 2),
        }
        opportunities.update(opportunity=listing, values=days, actor=owner, version=listing.version)
    else:
        enterprises.move(enterprise=listing.enterprise, name="withdraw", actor=None)


@pytest.mark.parametrize("seed", [1, 2])
def test_increments_leave_the_lists_that_a_full_run_gives(work: Work, seed: int) -> None:
    chance = random.Random(seed)
    owners = [
        a_published_enterprise(external_id=f"owner-{n}", country=chance.choice(["CN", "KZ", "BR", "IN"]))
        for n in range(5)
    ]
    for _ in range(90):
        _random_listing(chance, owners)
    full(work)
    for _ in range(25):
        owners = list(Enterprise.objects.published().order_by("pk"))
        _random_change(chance, owners)
        if chance.random() < 0.6:
            work()
    work()
    assert any(len(entries) == TOP for entries in current_lists().values())
    by_increments = current_lists()
    assert by_increments == full(work)

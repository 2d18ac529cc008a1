"""Matching follows the facts, and the deliveries of one fact carry a full run."""

from functools import partial

from apps.journal import deliveries
from apps.journal.models import Delivery, Fact
from apps.matching import attention, runs, services

_PASTS = ("published", "edited", "withdrawn", "expired", "fulfilled", "returned", "declined", "reopened", "imported")
KINDS = tuple(f"{subject}.{past}" for subject in ("enterprise", "opportunity", "project") for past in _PASTS)

# What every list rests on; weights come with the run that is asked for under them.
GROUNDS = ("rates.imported", "frameworks.imported", "taxonomy.changed")


def follow(fact: Fact, _: Delivery) -> None:
    """Make the lists agree with the rows as they are now, whatever the fact said of them."""
    if fact.subject == "enterprise":
        services.follow(enterprise_ids=fact.subject_ids)
    elif fact.subject == "opportunity":
        services.follow(opportunity_ids=fact.subject_ids)
    else:
        services.follow_projects(project_ids=fact.subject_ids)


def follow_grounds(fact: Fact, _: Delivery) -> None:
    """Ask for a full run where the lists rest on other grounds than there are now."""
    services.follow_grounds()


def begin(fact: Fact, delivery: Delivery) -> None:
    runs.begin(fact, partial(deliveries.renew, delivery))


def pack(fact: Fact, delivery: Delivery) -> None:
    runs.pack(fact, partial(deliveries.renew, delivery))


def score(fact: Fact, delivery: Delivery) -> None:
    runs.score(fact, delivery.key, partial(deliveries.renew, delivery))


def merge(fact: Fact, delivery: Delivery) -> None:
    runs.merge(fact, partial(deliveries.renew, delivery))


def index(fact: Fact, delivery: Delivery) -> None:
    runs.index(fact, delivery.key, partial(deliveries.renew, delivery))


def show(fact: Fact, delivery: Delivery) -> None:
    runs.show(fact, partial(deliveries.renew, delivery))


def tidy(_: Fact, __: Delivery) -> None:
    runs.tidy()


def begin_next(fact: Fact, _: Delivery) -> None:
    """After a run was cancelled, which is done without the lists' lock: only now is it sure who waited for it."""
    runs.let_the_next_begin(after=fact.subject_ids[0])


def spread(fact: Fact, _: Delivery) -> None:
    attention.settle_run(fact.subject_ids[0])

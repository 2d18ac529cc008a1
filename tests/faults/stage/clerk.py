"""A process of the platform that does as it is told, line by line, and answers after the commit."""

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import django

django.setup()

from celery import current_app  # noqa: E402 - after django.setup()
from django.db import OperationalError, connection, transaction  # noqa: E402

from apps.journal import hints, services  # noqa: E402
from apps.journal.models import Fact  # noqa: E402
from apps.matching import runs  # noqa: E402
from apps.opportunities.models import Opportunity  # noqa: E402
from apps.taxonomy.services import load_shipped  # noqa: E402
from tests.factories.enterprises import a_published_enterprise  # noqa: E402
from tests.factories.listings import a_published_offer, a_published_request  # noqa: E402
from tests.factories.people import a_key, a_moderator, a_person  # noqa: E402


def cast() -> dict[str, str]:
    """An owner of a published enterprise and a moderator, each with a key."""
    owner = a_person("Owner")
    a_published_enterprise(owner)
    return {"owner": a_key(owner), "moderator": a_key(a_moderator())}


def record(kind: str, count: int, seconds: float) -> list[int]:
    """As many facts, each in a transaction of its own; the ids of those that were committed."""
    made = []
    for _ in range(count):
        with transaction.atomic():
            made.append(services.record(kind=kind, subject="fault", ids=[], seconds=seconds).pk)
    return made


def listings(offers: int, requests: int) -> None:
    """Published listings, some of which fit each other."""
    load_shipped()
    owners = [a_published_enterprise() for _ in range(4)]
    Opportunity.objects.bulk_create(
        Opportunity(
            enterprise=owners[number % 2 + 2 * (number >= offers)], side="request" if number >= offers else "offer",
            state="published", title=f"Listing {number}", summary="Cells.", language="en", technologies=["lfp"],
            modes=["equipment-supply"], power_mw_min=1.0 + number % 7, power_mw_max=20.0,
        )
        for number in range(offers + requests)
    )  # fmt: skip


def requests(count: int) -> None:
    """Published requests of enterprises of several countries."""
    owners = [a_published_enterprise(country=country) for country in ("KZ", "BR", "AE", "IN")]
    for number in range(count):
        a_published_request(owners[number % 4], technologies=[], modes=[], power_mw_min=1.0 + number)


def insist(act: Callable[[], object]) -> None:
    """Do it, again and again where a worker that stands still holds a row: nothing was changed then."""
    while True:
        try:
            act()
        except OperationalError:
            continue
        return


def publish(count: int, seconds: float) -> list[int]:
    """Publish as many offers in so many seconds; the ids of the facts that were committed."""
    owner, began = a_published_enterprise(country="CN"), time.monotonic()
    for number in range(count):
        insist(
            partial(
                a_published_offer,
                owner,
                technologies=[],
                modes=[],
                power_mw_min=1.0 + 7 * number % 60,
                power_mw_max=500.0,
            )
        )
        time.sleep(max(0.0, began + seconds * (number + 1) / count - time.monotonic()))
    facts = Fact.objects.filter(kind="opportunity.published", enterprise_id=owner.pk)
    return list(facts.values_list("pk", flat=True))


def full_run() -> int:
    """Ask for a full run."""
    return int(runs.request().pk)


def hint(delivery_id: int, times: int) -> None:
    """The same hint again and again."""
    for _ in range(times):
        current_app.send_task(hints.TASK, args=[delivery_id], queue="default", expires=hints.EXPIRES_SECONDS)


COMMANDS: dict[str, Callable[..., Any]] = {
    "cast": cast,
    "record": record,
    "hint": hint,
    "listings": listings,
    "requests": requests,
    "publish": publish,
    "full_run": full_run,
}

if __name__ == "__main__":
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        print(json.dumps(COMMANDS[name](*arguments)), flush=True)
        connection.close()

"""Recording a fact together with its deliveries, in the transaction of the change that it tells of."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction

from apps.core.copying import ids_at_once
from apps.journal import hints, registry
from apps.journal.models import Delivery, Fact, Unsealed, Version


def record(
    *,
    kind: str,
    subject: str,
    ids: Sequence[int],
    actor: int | None = None,
    enterprise: int | None = None,
    **payload: Any,
) -> Fact:
    """Write a fact and one delivery for each handler that hears of its kind; hints follow the commit.

    `payload` holds ids, codes and digests only. Must be called inside the transaction of the change.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a fact is recorded in the transaction of its change")
    fact = Fact.objects.create(
        kind=kind,
        subject=subject,
        subject_ids=ids_at_once(ids),
        actor_id=actor,
        enterprise_id=enterprise,
        payload=payload,
    )
    fact.subject_ids = list(ids)
    Unsealed.objects.create(fact=fact)
    rows = [
        Delivery(fact=fact, handler=item.name, key=key, queue=item.queue)
        for item in registry.listeners(kind)
        for key in item.keys(fact)
    ]
    _enqueue(rows)
    return fact


def deliver_to(*, fact: Fact, handler: str, keys: Iterable[str]) -> int:
    """Add deliveries of a fact to a handler, one for each key (a recipient, a range); existing ones stay."""
    queue = registry.handler(handler).queue
    return _enqueue([Delivery(fact=fact, handler=handler, key=key, queue=queue) for key in keys])


def _enqueue(rows: list[Delivery]) -> int:
    if not rows:
        return 0
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    made = Delivery.objects.filter(
        fact=rows[0].fact,
        handler__in={row.handler for row in rows},
        key__in={row.key for row in rows},
        state=Delivery.State.QUEUED,
    )
    hinted = list(made.values_list("id", "queue"))
    transaction.on_commit(lambda: hints.send(hinted))
    return len(hinted)


def keep_version(*, subject: str, subject_id: int, number: int, data: dict[str, Any]) -> None:
    """Keep how a row read at version `number`, before an edit replaces it."""
    Version.objects.get_or_create(subject=subject, subject_id=subject_id, number=number, defaults={"data": data})

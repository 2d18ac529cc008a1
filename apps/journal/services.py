"""Recording a fact together with its deliveries, in the transaction of the change that it tells of."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction

from apps.core.copying import ids_at_once
from apps.journal import hints, registry
from apps.journal.models import Fact, Unsealed, Version


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
    _enqueue(fact, [(item.name, key, item.queue) for item in registry.listeners(kind) for key in item.keys(fact)])
    return fact


def deliver_to(*, fact: Fact, handler: str, keys: Iterable[str]) -> int:
    """Add deliveries of a fact to a handler, one for each key (a recipient, a range); existing ones stay."""
    queue = registry.handler(handler).queue
    return _enqueue(fact, [(handler, key, queue) for key in keys])


# Deliveries that are there already stay as they are and need no hint.
_ENQUEUE = """
INSERT INTO journal_delivery (fact_id, handler, key, queue)
SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::text[])
ON CONFLICT DO NOTHING RETURNING id, queue
"""


def _enqueue(fact: Fact, parts: list[tuple[str, str, str]]) -> int:
    """Write deliveries of a fact, each a handler, a key and a queue; returns how many were not there yet."""
    if not parts:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_ENQUEUE, [fact.pk, *(list(column) for column in zip(*parts, strict=True))])
        made = cursor.fetchall()
    transaction.on_commit(lambda: hints.send(made))
    return len(made)


def keep_version(*, subject: str, subject_id: int, number: int, data: dict[str, Any]) -> None:
    """Keep how a row read at version `number`, before an edit replaces it."""
    Version.objects.get_or_create(subject=subject, subject_id=subject_id, number=number, defaults={"data": data})

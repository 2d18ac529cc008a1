"""Claiming and finishing deliveries: every step one conditional UPDATE, judged by the database's clock."""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from apps.journal import registry
from apps.journal.models import Delivery

log = logging.getLogger(__name__)
MAX_ATTEMPTS = 5
_BACKOFF_SECONDS = (1, 5, 30, 120)

_CLAIM = """
UPDATE journal_delivery
   SET state = 'running', attempts = attempts + 1, token = gen_random_uuid(),
       lease_until = clock_timestamp() + make_interval(secs => %s)
 WHERE id = (
   SELECT id FROM journal_delivery
    WHERE id = %s AND attempts < %s
      AND ((state = 'queued' AND available_at <= clock_timestamp())
           OR (state = 'running' AND lease_until < clock_timestamp()))
      FOR UPDATE SKIP LOCKED)
RETURNING token, attempts
"""
_FINISH = """
UPDATE journal_delivery
   SET state = 'done', lease_until = NULL, token = NULL, error = '', finished_at = clock_timestamp()
 WHERE id = %s AND state = 'running' AND token = %s
"""
_FAIL = """
UPDATE journal_delivery
   SET state = CASE WHEN attempts >= %s THEN 'dead' ELSE 'queued' END,
       available_at = clock_timestamp() + make_interval(secs => %s), lease_until = NULL, token = NULL, error = %s
 WHERE id = %s AND state = 'running' AND token = %s
"""
_RENEW = """
UPDATE journal_delivery SET lease_until = clock_timestamp() + make_interval(secs => %s)
 WHERE id = %s AND state = 'running' AND token = %s
"""
_RETRY = """
UPDATE journal_delivery
   SET state = 'queued', attempts = 0, available_at = clock_timestamp(), hinted_at = NULL
 WHERE id = ANY(%s) AND state = 'dead'
"""


class LeaseLost(Exception):
    """Another worker holds the delivery now: this one's work must be rolled back."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a delivery until its lease ends."""

    delivery_id: int
    token: UUID
    attempts: int


def claim(delivery_id: int) -> Claim | None:
    """Claim a delivery that is due or whose lease ran out; None where there is nothing to do."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [settings.DELIVERY_LEASE_SECONDS, delivery_id, MAX_ATTEMPTS])
        row = cursor.fetchone()
    return Claim(delivery_id, *row) if row else None


def _update(statement: str, parameters: list[Any]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return bool(cursor.rowcount)


def renew(delivery: Delivery) -> None:
    """Prolong the lease of long work, from within it; raises LeaseLost where another worker holds it.

    Until the work's transaction ends its row is locked as well, so nobody waits for it and nobody claims it: a worker that
    dies lets go of the lock, and the lease is again what it was when the work began.
    """
    if not _update(_RENEW, [settings.DELIVERY_LEASE_SECONDS, delivery.pk, delivery.token]):
        raise LeaseLost(delivery.pk)


def deliver(delivery_id: int, *, before_commit: Callable[[], None] | None = None) -> bool:
    """Do a delivery's work and mark it done in one transaction; True when this call did it.

    A failure is written down and tried again later; the fifth makes the row dead.
    """
    held = claim(delivery_id)
    if held is None:
        return False
    try:
        with transaction.atomic():
            _work(held)
            if before_commit:
                before_commit()
            if not _update(_FINISH, [held.delivery_id, held.token]):
                raise LeaseLost(held.delivery_id)
    except LeaseLost:
        log.warning("delivery %s: the lease was lost, the work is rolled back", delivery_id)
        return False
    except Exception as error:  # noqa: BLE001 - the reason is kept for the operator, whatever it was
        _fail(held, error)
        return False
    return True


def _work(held: Claim) -> None:
    delivery = Delivery.objects.select_related("fact").get(pk=held.delivery_id)
    registry.handler(delivery.handler).work(delivery.fact, delivery)


def _fail(held: Claim, error: Exception) -> None:
    log.error("delivery %s failed at attempt %s", held.delivery_id, held.attempts, exc_info=error)
    pause = _BACKOFF_SECONDS[min(held.attempts, len(_BACKOFF_SECONDS)) - 1]
    text = "".join(traceback.format_exception(error))[-4000:]
    _update(_FAIL, [MAX_ATTEMPTS, pause, text.replace("\x00", ""), held.delivery_id, held.token])


def retry(ids: list[int]) -> int:
    """Queue dead deliveries again, with five new attempts; returns how many were dead."""
    with connection.cursor() as cursor:
        cursor.execute(_RETRY, [ids])
        return int(cursor.rowcount)

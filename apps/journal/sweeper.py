"""The sweeper: hints again what is queued too long or whose lease ran out, and buries what failed five times."""

from django.db import connection

from apps.journal import hints
from apps.journal.deliveries import MAX_ATTEMPTS

BATCH = 500

_BURY = """
UPDATE journal_delivery
   SET state = 'dead', lease_until = NULL, token = NULL,
       error = CASE WHEN error = '' THEN 'the worker was lost at every attempt' ELSE error END
 WHERE id IN (
   SELECT id FROM journal_delivery
    WHERE state = 'running' AND lease_until < clock_timestamp() AND attempts >= %s
      FOR UPDATE SKIP LOCKED)
"""
_DUE = """
((state = 'queued' AND available_at < clock_timestamp() - make_interval(secs => %s))
 OR (state = 'running' AND lease_until < clock_timestamp()))
"""
_COUNT = f"SELECT queue, count(*) FROM journal_delivery WHERE {_DUE} GROUP BY queue"  # noqa: S608 - constants
_CHOOSE = f"""
UPDATE journal_delivery SET hinted_at = clock_timestamp()
 WHERE id IN (
   SELECT id FROM journal_delivery
    WHERE {_DUE} AND queue = %s AND (hinted_at IS NULL OR hinted_at < clock_timestamp() - make_interval(secs => %s))
    ORDER BY available_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id, queue
"""  # noqa: S608 - constants
_BEAT = """
INSERT INTO journal_heartbeat (name, at) VALUES (%s, clock_timestamp())
ON CONFLICT (name) DO UPDATE SET at = excluded.at
"""


def sweep(*, grace_seconds: float = 2, repeat_seconds: float = 10) -> int:
    """One round: returns how many deliveries were hinted again.

    A queue that holds as many hints as there are deliveries due has lost none: its workers are merely busy, and each
    hint more would cost them nearly as much as work does. So only what is missing is sent, for the oldest.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BURY, [MAX_ATTEMPTS])
        cursor.execute(_COUNT, [grace_seconds])
        due = cursor.fetchall()
    beat("sweeper")
    held = {queue: hints.waiting(queue) for queue, _count in due}
    missing = {queue: count - waiting for queue, count in due if (waiting := held[queue]) is not None}
    return sum(_hint(queue, count, grace_seconds, repeat_seconds) for queue, count in missing.items() if count > 0)


def _hint(queue: str, count: int, grace_seconds: float, repeat_seconds: float) -> int:
    """Hint so many of a queue's deliveries, but none that was hinted a moment ago."""
    with connection.cursor() as cursor:
        cursor.execute(_CHOOSE, [grace_seconds, queue, repeat_seconds, min(count, BATCH)])
        return hints.send(cursor.fetchall())


def beat(name: str) -> None:
    """Write the heartbeat of a background process."""
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, [name])

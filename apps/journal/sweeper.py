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
UPDATE journal_delivery SET hinted_at = clock_timestamp()
 WHERE id IN (
   SELECT id FROM journal_delivery
    WHERE ((state = 'queued' AND available_at < clock_timestamp() - make_interval(secs => %s))
           OR (state = 'running' AND lease_until < clock_timestamp()))
      AND (hinted_at IS NULL OR hinted_at < clock_timestamp() - make_interval(secs => %s))
    ORDER BY available_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id, queue
"""
_BEAT = """
INSERT INTO journal_heartbeat (name, at) VALUES (%s, clock_timestamp())
ON CONFLICT (name) DO UPDATE SET at = excluded.at
"""


def sweep(*, grace_seconds: float = 2, repeat_seconds: float = 10) -> int:
    """One round: returns how many deliveries were hinted again."""
    with connection.cursor() as cursor:
        cursor.execute(_BURY, [MAX_ATTEMPTS])
        cursor.execute(_DUE, [grace_seconds, repeat_seconds, BATCH])
        due = cursor.fetchall()
    beat("sweeper")
    full = {queue for queue in {queue for _, queue in due} if hints.crowded(queue, BATCH)}
    return hints.send([row for row in due if row[1] not in full])


def beat(name: str) -> None:
    """Write the heartbeat of a background process."""
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, [name])

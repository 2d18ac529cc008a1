"""Hints to the workers: "look at delivery N". Losing one delays its work until the sweeper comes round, no more."""

import logging
import time
from collections.abc import Iterable

from celery import current_app

log = logging.getLogger(__name__)
TASK = "journal.deliver"
EXPIRES_SECONDS = 300
# While the broker does not answer, requests must not each wait for its timeout: the sweeper will hint instead.
PAUSE_SECONDS = 5.0
_silence = {"until": 0.0}


def send(rows: Iterable[tuple[int, str]]) -> int:
    """Hint (delivery id, queue) pairs; returns how many hints went out. Never raises, never retries."""
    sent = 0
    for delivery_id, queue in rows:
        if time.monotonic() < _silence["until"]:
            break
        try:
            current_app.send_task(TASK, args=[delivery_id], queue=queue, expires=EXPIRES_SECONDS, retry=False)
        except Exception as error:  # noqa: BLE001 - whatever the broker's client raises: the row is the job, the hint is not
            _silence["until"] = time.monotonic() + PAUSE_SECONDS
            log.warning("hint not sent, the sweeper will: %s", error)
            break
        sent += 1
    return sent

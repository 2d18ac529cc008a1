"""Hints to the workers: "look at delivery N". Losing one delays its work until the sweeper comes round, no more."""

import logging
import time
from collections.abc import Iterable
from functools import cache

from celery import current_app
from kombu import Connection
from kombu.pools import producers

log = logging.getLogger(__name__)
TASK = "journal.deliver"
EXPIRES_SECONDS = 300
# While the broker does not answer, requests must not each wait for its timeout: the sweeper will hint instead.
PAUSE_SECONDS = 5.0
# A frozen broker accepts a connection and then says nothing; the workers' own timeouts are longer.
PATIENCE_SECONDS = 1.0
_silence = {"until": 0.0}


def send(rows: Iterable[tuple[int, str]]) -> int:
    """Hint (delivery id, queue) pairs; returns how many hints went out. Never raises, never retries."""
    sent = 0
    for delivery_id, queue in rows:
        if time.monotonic() < _silence["until"]:
            break
        try:
            _send(delivery_id, queue)
        except Exception as error:  # noqa: BLE001 - whatever the broker's client raises: the row is the job, the hint is not
            _silence["until"] = time.monotonic() + PAUSE_SECONDS
            log.warning("hint not sent, the sweeper will: %s", error)
            break
        sent += 1
    return sent


def waiting(queue: str) -> int | None:
    """How many hints a queue holds; None while the broker does not answer."""
    if time.monotonic() < _silence["until"]:
        return None
    try:
        with producers[_broker()].acquire(block=True, timeout=PATIENCE_SECONDS) as producer:
            return int(producer.channel.queue_declare(queue=queue).message_count)
    except Exception as error:  # noqa: BLE001 - as above
        _silence["until"] = time.monotonic() + PAUSE_SECONDS
        log.warning("the broker does not tell how many hints wait: %s", error)
        return None


def _send(delivery_id: int, queue: str) -> None:
    with producers[_broker()].acquire(block=True, timeout=PATIENCE_SECONDS) as producer:
        current_app.send_task(
            TASK, args=[delivery_id], queue=queue, expires=EXPIRES_SECONDS, retry=False, producer=producer
        )


@cache
def _broker() -> Connection:
    """The name under which kombu keeps a pool of connections that wait no longer than a request may."""
    short = {"socket_timeout": PATIENCE_SECONDS, "socket_connect_timeout": PATIENCE_SECONDS, "max_retries": 0}
    connection: Connection = current_app.connection_for_write(
        transport_options=current_app.conf.broker_transport_options | short
    )
    return connection

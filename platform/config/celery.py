"""The Celery application: workers look at deliveries, beat asks for the regular work."""

import gc
import os
from contextlib import suppress
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
# A worker's child holds one connection for one task: a pool or a kept connection does not survive the fork.
os.environ.setdefault("CONN_MAX_AGE", "0")

app = Celery("voltbridge")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def warm(sender: Any, **_: Any) -> None:
    """Compile and read what the first task would otherwise wait for, once: the children inherit it, and one slow to start is killed."""
    queues = sender.app.amqp.queues.consume_from
    if "matching" in queues:
        from apps.matching.kernel import warm_up

        warm_up()
    if {"matching", "indexing"} & set(queues):
        _read_the_thesaurus()


def _read_the_thesaurus() -> None:
    """A database that is not up yet is the children's to wait for; no connection goes through the fork."""
    from django.db import DatabaseError, connections

    from apps.taxonomy.selectors import tagger

    with suppress(DatabaseError):
        tagger()
    connections.close_all()
    gc.freeze()  # the children share it, and none of them looks at it again

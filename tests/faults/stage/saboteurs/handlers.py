"""What the handlers do."""

import os
import signal
import time
from pathlib import Path

from django.db import connection

from apps.journal.models import Delivery, Fact


def trace(fact: Fact, delivery: Delivery) -> None:
    """Leave a row behind, in the delivery's own transaction, after as many seconds as the fact says."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO fault_trace (delivery_id) VALUES (%s)", [delivery.pk])
    if seconds := fact.payload.get("seconds"):
        Path(os.environ["MAIL_FOLDER"], f"working-{delivery.pk}").touch()
        time.sleep(seconds)


def kill(fact: Fact, delivery: Delivery) -> None:
    """Take the worker's process along."""
    os.kill(os.getpid(), signal.SIGKILL)


def loop(fact: Fact, delivery: Delivery) -> None:
    """Never end."""
    while True:
        pass


def eat(fact: Fact, delivery: Delivery) -> None:
    """Take 2 GB."""
    bytearray(2_000_000_000)


def recurse(fact: Fact, delivery: Delivery) -> None:
    """Never come back."""
    recurse(fact, delivery)

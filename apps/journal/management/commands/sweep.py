"""`manage.py sweep`: the sweeper as a process of its own."""

import logging
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from apps.journal.sweeper import sweep

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Hint again, every few seconds, the deliveries whose hint or worker was lost."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=2.0, help="seconds between two rounds")
        parser.add_argument("--grace", type=float, default=2.0, help="seconds that a hint has to arrive")
        parser.add_argument("--repeat", type=float, default=10.0, help="seconds until the same row is hinted again")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.wait(options["every"]):
            try:
                sweep(grace_seconds=options["grace"], repeat_seconds=options["repeat"])
            except (OperationalError, InterfaceError) as error:  # PostgreSQL restarts: go on when it is back
                log.warning("the sweeper could not reach the database: %s", error)
                connection.close()
            close_old_connections()

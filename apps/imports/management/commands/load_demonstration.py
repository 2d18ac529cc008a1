"""`manage.py load_demonstration`: the invented data and people, ready to be looked at."""

import secrets
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.imports import showcase
from apps.journal import deliveries
from apps.journal.models import Delivery

PATIENCE_SECONDS = 150
LOOK_SECONDS = 0.3
TOLD_EVERY_SECONDS = 2.0


class Command(BaseCommand):
    help = "Load the demonstration data through the importer and wait until they are indexed and matched."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--alone", action="store_true", help="do the work here: no worker runs")

    def handle(self, *args: Any, **options: Any) -> None:
        first = not self._password_file().exists()
        password = self._password()
        loaded = showcase.load()
        if loaded or first:
            showcase.invite_people(password)
        if loaded:
            self._wait(alone=options["alone"])
        for person in showcase.PEOPLE:
            self.stdout.write(f"  {person.role:<14} {person.email:<24} {password}")

    def _password_file(self) -> Path:
        return Path(settings.VAR_DIR) / "demonstration-password"

    def _password(self) -> str:
        """One password for all of them, made once and readable by its owner only."""
        path = self._password_file()
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(0o600)
            path.write_text(secrets.token_urlsafe(9))
        return path.read_text()

    def _wait(self, *, alone: bool) -> None:
        """Until nothing waits, telling how much is left; what takes too long goes on behind the served site."""
        started = told = time.monotonic()
        while (left := showcase.waiting()) and time.monotonic() - started < PATIENCE_SECONDS:
            if time.monotonic() - told > TOLD_EVERY_SECONDS:
                told = time.monotonic()
                self.stderr.write(f"{left} pieces of work left: indexing, matching ...")
            if not (alone and self._work()):
                time.sleep(LOOK_SECONDS)

    def _work(self) -> bool:
        queued = Delivery.objects.filter(state=Delivery.State.QUEUED).order_by("pk").values_list("pk", flat=True)
        return bool([pk for pk in queued if deliveries.deliver(pk)])

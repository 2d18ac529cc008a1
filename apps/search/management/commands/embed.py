"""`manage.py embed`: gives vectors to the entries that wait for one, once or as long as it runs."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.utils.translation import gettext as _

from apps.search import embeddings, services
from apps.search.encoder import BadEncoder

PAUSE_SECONDS = 2.0


class Command(BaseCommand):
    help = "Encode what has no vector yet. Safe beside live traffic; killed and started again, it goes on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--follow", action="store_true", help="go on with what is published from now on")

    def handle(self, *args: Any, follow: bool, **options: Any) -> None:
        if not embeddings.is_on():
            raise CommandError(_("EMBEDDINGS_DIR is not set: embeddings are off."))
        try:
            services.embed(self._say)
            while follow:
                time.sleep(PAUSE_SECONDS)
                self._again()
        except (BadEncoder, embeddings.NotPrepared) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("Every entry has its vector."))

    def _again(self) -> None:
        """A database that is away for a while is waited for."""
        try:
            services.embed(self._say)
        except OperationalError as error:
            self.stderr.write(str(error).strip())
            connection.close()

    def _say(self, done: int, total: int) -> None:
        self.stdout.write(f"{done} / {total}")

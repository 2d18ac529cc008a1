"""`manage.py reindex`: makes the search index anew beside live traffic, and goes on where it was broken off."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from apps.search import services


class Command(BaseCommand):
    help = "Index everything that is published anew. Safe beside live traffic; killed and started again, it goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--processes", type=int, default=1, help="how many work side by side (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        services.rebuild(self._say, processes=options["processes"])
        self.stdout.write(_("The index is rebuilt."))

    def _say(self, subject: str, done: int, total: int) -> None:
        self.stdout.write(f"{subject}: {done} / {total}")

"""`manage.py reindex`: makes the search index anew beside live traffic, and goes on where it was broken off."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from apps.search import services


class Command(BaseCommand):
    help = "Index everything that is published anew. Safe beside live traffic; killed and started again, it goes on."

    def handle(self, *args: Any, **options: Any) -> None:
        services.rebuild(self._say)
        self.stdout.write(_("The index is rebuilt."))

    def _say(self, subject: str, done: int, total: int) -> None:
        self.stdout.write(f"{subject}: {done} / {total}")

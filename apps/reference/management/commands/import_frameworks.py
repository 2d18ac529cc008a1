"""`manage.py import_frameworks FILE`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.reference import services


class Command(BaseCommand):
    help = "Load dated memberships of frameworks from a CSV file; all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = services.import_frameworks(options["file"].read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError, services.BadFile) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        self.stdout.write(f"{count} rows loaded")

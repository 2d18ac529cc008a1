"""`manage.py load_scheme`: the concept scheme that ships with the platform."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.taxonomy import rules, services


class Command(BaseCommand):
    help = "Load the concept scheme that ships with the platform; nothing happens where these files were loaded last."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = services.load_shipped()
        except rules.BadScheme as error:
            raise CommandError(str(error)) from error
        self.stdout.write("the concept scheme was loaded" if loaded else "the concept scheme is up to date")

"""`manage.py load_reference`: what ships with the platform."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.reference import services


class Command(BaseCommand):
    help = "Load the frameworks, standards and rates that ship; what an operator changed stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        services.load_seeds()

"""`manage.py load_reference`: what ships with the platform."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.reference import services


class Command(BaseCommand):
    help = "Load the frameworks, standards and exchange rates that ship with the platform; nothing an operator changed is touched."

    def handle(self, *args: Any, **options: Any) -> None:
        services.load_seeds()

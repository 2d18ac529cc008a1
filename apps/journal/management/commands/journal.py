"""`manage.py journal verify|export`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.journal import seals


class Command(BaseCommand):
    help = "Check the chain of seals and print its head, or export every fact as JSON Lines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["verify", "export"])

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "export":
            for line in seals.lines():
                self.stdout.write(line)
            return
        verdict = seals.verify()
        self.stdout.write(f"head {verdict.head}\nsealed {verdict.sealed}\nwaiting {verdict.waiting}")
        if verdict.fault:
            raise CommandError(verdict.fault)

"""`manage.py export_taxonomy FILE`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from apps.taxonomy import selectors


class Command(BaseCommand):
    help = "Write the concept scheme as SKOS, in Turtle or JSON-LD, to a file or to standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--format", choices=["turtle", "json-ld"], default="turtle")

    def handle(self, *args: Any, **options: Any) -> None:
        text = selectors.export(options["format"])
        if options["file"]:
            options["file"].write_text(text, "utf-8")
        else:
            self.stdout.write(text)

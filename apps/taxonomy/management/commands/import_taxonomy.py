"""`manage.py import_taxonomy FILE...`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.taxonomy import rules, services

_JSON_LD = {".jsonld", ".json"}


class Command(BaseCommand):
    help = "Load concepts from SKOS files, Turtle (.ttl) or JSON-LD (.jsonld, .json); all of them or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="+")
        parser.add_argument("--format", choices=["turtle", "json-ld"], help="where the file's name does not say it")

    def handle(self, *args: Any, **options: Any) -> None:
        files: list[Path] = options["file"]
        form = options["format"] or ("json-ld" if files[0].suffix in _JSON_LD else "turtle")
        try:
            done = services.import_scheme(texts=[path.read_text("utf-8-sig") for path in files], form=form)
        except (OSError, UnicodeDecodeError, rules.BadScheme) as error:
            raise CommandError(f"{', '.join(map(str, files))}: {error}") from error
        self.stdout.write(f"{done.added} concepts added, {done.changed} changed, {done.unchanged} unchanged")

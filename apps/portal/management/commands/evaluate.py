"""`manage.py evaluate search|partners`: the relevance harness, through the product's real search and matcher."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.matching import evaluation as partners
from apps.search import evaluation as search
from apps.search.embeddings import NotPrepared


class Command(BaseCommand):
    help = (
        "Measure search or matching on judged examples; prints one line of JSON and leaves the platform's data alone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="what", required=True)
        found = kinds.add_parser("search", help="rank documents for queries")
        found.add_argument("--documents", type=Path, required=True, help="JSON Lines {id, title, text, language}")
        found.add_argument("--queries", type=Path, required=True, help="JSON Lines {text, language, relevant: [id]}")
        met = kinds.add_parser("partners", help="rank enterprises for requests")
        met.add_argument("--enterprises", type=Path, required=True, help="JSON Lines of enterprise records")
        met.add_argument("--requests", type=Path, required=True, help="JSON Lines of opportunity records")
        met.add_argument("--truth", type=Path, required=True, help="JSON Lines {request, enterprises: [external_id]}")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        try:
            if what == "search":
                found = search.run(documents=options["documents"], queries=options["queries"])
            else:
                names = ("enterprises", "requests", "truth")
                found = partners.run(**{name: options[name] for name in names})
        except (OSError, ValueError, NotPrepared) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(found, ensure_ascii=False))

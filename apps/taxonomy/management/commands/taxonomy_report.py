"""`manage.py taxonomy_report`: coverage by language, and what is ambiguous."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.taxonomy import report, selectors


class Command(BaseCommand):
    help = "Show how many concepts have labels in each language, and which labels are ambiguous or read alike."

    def handle(self, *args: Any, **options: Any) -> None:
        scheme = selectors.scheme()
        self.stdout.write(
            f"{len(scheme.concepts)} concepts, {len(scheme.groups)} groups, version {scheme.stamp or '-'}"
        )
        for language, counts in report.coverage(scheme).items():
            self.stdout.write(
                f"{language:8} {counts['preferred']:4} preferred, {counts['lacking']:3} lacking, "
                f"{counts.get('with others', 0):4} with others, {counts['labels']:5} labels"
            )
        for language, text, concepts, listed in report.ambiguous(scheme, selectors.tagger()):
            self.stdout.write(
                f"{language:8} “{text}”: {', '.join(concepts)}{'' if listed else ' (not listed as ambiguous)'}"
            )

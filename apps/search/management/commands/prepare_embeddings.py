"""`manage.py prepare_embeddings`: makes, or takes away, the table of vectors; see docs/EMBEDDINGS.md."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from apps.search import embeddings
from apps.search.encoder import BadEncoder


class Command(BaseCommand):
    help = "Make the table of vectors for the encoder in EMBEDDINGS_DIR; one of another encoder is replaced."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--drop", action="store_true", help="take the table away instead")

    def handle(self, *args: Any, drop: bool, **options: Any) -> None:
        if drop:
            embeddings.drop()
            self.stdout.write(_("The vectors are gone."))
            return
        if not embeddings.is_on():
            raise CommandError(_("EMBEDDINGS_DIR is not set: embeddings are off."))
        try:
            made = embeddings.prepare()
        except (BadEncoder, embeddings.NotPrepared) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("The table is made; now run manage.py embed.") if made else _("The table was there already.")
        )

"""`manage.py import_opportunities FILE`."""

from apps.imports.management.importing import ImportCommand


class Command(ImportCommand):
    help = "Take in opportunities from CSV, XLSX or JSON Lines."
    kind = "opportunities"

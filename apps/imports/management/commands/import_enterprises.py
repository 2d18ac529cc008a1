"""`manage.py import_enterprises FILE`."""

from apps.imports.management.importing import ImportCommand


class Command(ImportCommand):
    help = "Take in enterprises from CSV, XLSX or JSON Lines."
    kind = "enterprises"

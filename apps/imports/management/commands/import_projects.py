"""`manage.py import_projects FILE`."""

from apps.imports.management.importing import ImportCommand


class Command(ImportCommand):
    help = "Take in projects from CSV, XLSX or JSON Lines."
    kind = "projects"

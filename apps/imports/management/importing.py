"""What the three import commands have in common."""

import csv
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError

from apps.imports import services
from apps.imports.models import Job, RowError
from apps.imports.rows import Refused
from apps.journal.intake import Terms

QUIET_SECONDS = 2.0
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ImportCommand(BaseCommand):
    """Take in a file, row by row: good rows go in, bad rows are told of and written to FILE.errors.csv."""

    kind: ClassVar[str]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV, XLSX or JSON Lines")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
        parser.add_argument("--publish", action="store_true", help="the operator vouches for the rows: publish them")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        terms = Terms(publish=options["publish"])
        errors = ErrorFile(path.with_name(f"{path.name}.errors.csv"))
        progress = Progress(self)

        def report(job: Job, found: list[RowError]) -> None:
            errors.write(found)
            progress.show(job)

        try:
            job = services.run_file(kind=self.kind, path=path, terms=terms, dry_run=options["dry_run"], report=report)
        except Refused as error:
            raise CommandError("\n".join(f"{path}: {problem.message}" for problem in error.problems)) from error
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self._summary(job, dry_run=options["dry_run"]))
        if job.refused_rows:
            raise CommandError(f"{job.refused_rows} rows were refused; the reasons are in {errors.path}")

    def _summary(self, job: Job, *, dry_run: bool) -> str:
        counts = f"{job.created_rows} created, {job.changed_rows} changed, {job.unchanged_rows} unchanged"
        told = f"{job.done} rows: {counts}, {job.refused_rows} refused"
        return f"{told} (dry run: nothing was changed)" if dry_run else told


class ErrorFile:
    """FILE.errors.csv: written when the first row is refused; one that an earlier run left is taken away."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.unlink(missing_ok=True)

    def write(self, errors: list[RowError]) -> None:
        """Append these errors."""
        if not errors:
            return
        first = not self.path.exists()
        with self.path.open("a", encoding="utf-8-sig" if first else "utf-8", newline="") as stream:
            writer = csv.writer(stream)
            if first:
                writer.writerow(["line", "column", "code", "reason", "value"])
            for error in errors:
                cells = [error.line, error.column, error.code, error.message, error.value]
                writer.writerow([harmless(str(cell)) for cell in cells])


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


class Progress:
    """A line on standard error every two seconds, none where the whole takes less."""

    def __init__(self, command: BaseCommand) -> None:
        self.command = command
        self.last = time.monotonic()

    def show(self, job: Job) -> None:
        if time.monotonic() - self.last < QUIET_SECONDS:
            return
        self.last = time.monotonic()
        self.command.stderr.write(f"{job.done:,} rows read, {job.refused_rows:,} refused ...")

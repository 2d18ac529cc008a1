"""Taking in files of records: cleaned row by row, written batch by batch, with every refusal named."""

import gc
import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Self

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from apps.core.clock import database_now
from apps.core.records import Problem, Record
from apps.enterprises import intake as enterprises
from apps.enterprises.rules import RECORD as ENTERPRISE
from apps.imports import readers
from apps.imports.models import Job, RowError
from apps.imports.rows import Row
from apps.journal.intake import BATCH, Clean, Result, Terms
from apps.opportunities import intake as opportunities
from apps.opportunities.rules import RECORD as OPPORTUNITY
from apps.projects import intake as projects
from apps.projects.rules import RECORD as PROJECT
from apps.reference import selectors as reference
from apps.taxonomy import selectors as taxonomy

ERRORS_KEPT = 10_000  # of one file; a file with more mistakes than that has one cause
Store = Callable[[Sequence[dict[str, Any]], Terms, Clean | None], Result]
Report = Callable[[Job, list[RowError]], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of file holds and who stores it."""

    record: Record
    store: Store


KINDS: dict[str, Kind] = {
    Job.Kind.ENTERPRISES.value: Kind(ENTERPRISE, enterprises.store),
    Job.Kind.PROJECTS.value: Kind(PROJECT, projects.store),
    Job.Kind.OPPORTUNITIES.value: Kind(OPPORTUNITY, opportunities.store),
}


@dataclass(slots=True)
class Taken:
    """What became of a batch."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    errors: list[RowError] = field(default_factory=list)


def given(kind: str, terms: Terms) -> frozenset[str]:
    """Fields that a file need not state: a person with one enterprise writes for that one."""
    implied = kind == Job.Kind.OPPORTUNITIES and terms.within is not None and len(terms.within) == 1
    return frozenset({"enterprise"}) if implied else frozenset()


def take(kind: str, rows: Sequence[Row], terms: Terms) -> Taken:
    """Store at most BATCH rows, each cleaned while the database works on those before; must run in a transaction."""
    record, known = KINDS[kind].record, given(kind, terms)
    refused: dict[int, list[Problem]] = {}

    def clean(index: int) -> dict[str, Any] | None:
        row = rows[index]
        unreadable = row.problems and not row.raw
        values, problems = ({}, []) if unreadable else record.clean(row.raw, given=known)
        if row.problems or problems:
            refused[index] = row.problems + problems
            return None
        return values

    with taxonomy.held(), reference.held():
        result = _store(KINDS[kind].store, [row.raw for row in rows], terms, clean)
    refused |= {index: [problem] for index, problem in result.refused}
    errors = [_error(rows[index], problem) for index in sorted(refused) for problem in refused[index]]
    return Taken(len(result.created), len(result.changed), result.unchanged, len(refused), errors)


def _error(row: Row, problem: Problem) -> RowError:
    value = row.raw.get(problem.field.partition(".")[0], "")
    return RowError(
        line=row.line, column=_storable(problem.field, 120), code=problem.code,
        message=_storable(problem.message, 2000), value=_storable(str(value), 200),
    )  # fmt: skip


def _storable(text: str, limit: int) -> str:
    """What a database can hold of a text that may be what is wrong."""
    return text[:limit].encode("utf-8", "replace").decode().replace("\x00", "␀")


def _store(store: Store, batch: Sequence[dict[str, Any]], terms: Terms, clean: Clean, *, again: bool = True) -> Result:
    """Store a batch; what the database itself refuses is found by halving, so that it never costs the others.

    The second try is for the row that somebody else made at the same moment: it is there now and is read.
    """
    try:
        with transaction.atomic():
            return store(batch, terms, clean)
    except (DataError, IntegrityError) as error:
        if again:
            return _store(store, batch, terms, clean, again=False)
        if len(batch) == 1:
            reason = _("The database refused this row: %(reason)s") % {"reason": str(error).partition("\n")[0]}
            return Result(refused=[(0, Problem("", "database", reason))])
    middle = len(batch) // 2
    first = _store(store, batch[:middle], terms, clean)
    second = _store(store, batch[middle:], terms, lambda index: clean(index + middle))
    later = [(index + middle, problem) for index, problem in second.refused]
    unchanged = first.unchanged + second.unchanged
    return Result(first.created + second.created, first.changed + second.changed, unchanged, first.refused + later)


def run_file(*, kind: str, path: Path, terms: Terms, dry_run: bool = False, report: Report | None = None) -> Job:
    """Take in a whole file, a transaction for each batch; raises Refused where not a row of it can be taken.

    With `dry_run` nothing stays, the job neither. `report` hears of the job and of new errors after each batch.
    """
    job = Job(kind=kind, file_name=_storable(path.name, 255), publish=terms.publish, submit=terms.submit)
    job.state, job.started, job.checksum = Job.State.RUNNING, database_now(), checksum(path)
    rows = readers.read(path, KINDS[kind].record, given(kind, terms))
    with _with_rare_collections(), _Ahead(rows) as ahead:
        while batch := ahead.batch():
            with transaction.atomic():
                taken = take(kind, batch, terms)
                note(job, taken, save=not dry_run)
                transaction.set_rollback(dry_run)
                ahead.read()  # while the database commits
            if report:
                report(job, taken.errors)
    job.state, job.total, job.finished = Job.State.DONE, job.done, database_now()
    if not dry_run:
        job.save()
    return job


class _Ahead:
    """The batches of a file, the next one read by a thread where the database is what is waited for."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self.rows = rows
        self.thread = ThreadPoolExecutor(1)
        self.read()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.thread.shutdown()

    def read(self) -> None:
        """Begin to read the next batch; what is said against its rows is said in the language of this thread."""
        self.coming = self.thread.submit(self._read, get_language())

    def _read(self, language: str | None) -> list[Row]:
        with override(language):
            return list(islice(self.rows, BATCH))

    def batch(self) -> list[Row]:
        """The batch that was begun."""
        return self.coming.result()


@contextmanager
def _with_rare_collections() -> Iterator[None]:
    """A file makes millions of small objects, few in circles; looking through them for garbage often would take long."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def checksum(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def note(job: Job, taken: Taken, *, save: bool = True) -> None:
    """Add what became of a batch to its job, in the transaction of the batch."""
    job.created_rows += taken.created
    job.changed_rows += taken.changed
    job.unchanged_rows += taken.unchanged
    job.refused_rows += taken.refused
    if not save:
        return
    job.save()
    room = ERRORS_KEPT - job.errors.count() if taken.errors else 0
    for error in taken.errors[:room]:
        error.job = job
    RowError.objects.bulk_create(taken.errors[:room])

"""Files that people send: kept, then taken in by deliveries, one batch each.

A delivery is one transaction, so a batch, how far its job has come and the next delivery are committed together or not
at all: a worker may be killed anywhere and nothing is lost or doubled. The first delivery turns the file, whatever its
format, into lines of JSON that the later ones can enter at a byte.
"""

import json
import os
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.clock import database_now
from apps.core.records import Problem
from apps.enterprises.selectors import enterprises_of
from apps.imports import readers
from apps.imports.models import Job, RowError
from apps.imports.rows import Refused, Row
from apps.imports.services import KINDS, checksum, given, note, take
from apps.journal import services as journal
from apps.journal.intake import BATCH, Terms
from apps.journal.models import Fact

HANDLER = "imports.take"
MOST_BYTES = 25 * 1024 * 1024


class TooLarge(ValueError):
    """The file is larger than MOST_BYTES."""


def request(
    *, user: User, kind: str, name: str, chunks: Iterable[bytes], submit: bool = False, publish: bool = False
) -> Job:
    """Keep a file and record that it is to be imported; raises TooLarge and keeps nothing."""
    path = Path(settings.IMPORT_DIR) / uuid4().hex
    shown = "".join(letter for letter in name if letter.isprintable())[:255]
    try:
        _keep(path, chunks)
        with transaction.atomic():
            job = Job.objects.create(
                user=user,
                kind=kind,
                file_name=shown,
                path=str(path),
                checksum=checksum(path),
                submit=submit,
                publish=publish,
            )
            journal.record(
                kind="import.requested", subject="import", ids=[job.pk], actor=user.pk, records=kind, published=publish
            )
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return job


def _keep(path: Path, chunks: Iterable[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        for chunk in chunks:
            size += len(chunk)
            if size > MOST_BYTES:
                raise TooLarge(size)
            stream.write(chunk)
        stream.flush()
        os.fsync(stream.fileno())


def go_on(fact: Fact, key: str) -> None:
    """Do what a delivery's key asks: "" reads the file, a number takes in the batch at that byte of its rows."""
    job = Job.objects.select_for_update().get(pk=fact.subject_ids[0])
    if job.finished:
        return
    if not Path(job.path).exists():
        _finish(job, Job.State.REFUSED, _("The file is not on the server any more."))
    elif not key:
        _begin(job)
    else:
        _take_batch(job, int(key))
    if job.state == Job.State.RUNNING:
        journal.deliver_to(fact=fact, handler=HANDLER, keys=[str(job.position)])


def _begin(job: Job) -> None:
    job.started = database_now()
    try:
        job.total = _spool(job)
    except Refused as error:
        RowError.objects.bulk_create(
            RowError(job=job, line=error.line, column=problem.field, code=problem.code, message=problem.message)
            for problem in error.problems
        )
        _finish(job, Job.State.REFUSED, str(error))
        return
    job.state = Job.State.RUNNING
    job.save()
    if not job.total:
        _finish(job, Job.State.DONE)


def _take_batch(job: Job, position: int) -> None:
    rows, job.position = _read_spool(job, position)
    note(job, take(job.kind, rows, _terms(job)))
    if job.done >= (job.total or 0):
        _finish(job, Job.State.DONE)


def _terms(job: Job) -> Terms:
    """What the person who sent the file may do now, which may be less than when they sent it."""
    user = job.user
    if job.publish and user is not None and user.is_active and user.is_staff:
        return Terms(publish=True, actor=user.pk)
    own = enterprises_of(user, editing=True).values_list("pk", flat=True) if user is not None and user.is_active else ()
    return Terms(submit=job.submit, actor=user.pk if user else None, within=frozenset(own))


def _finish(job: Job, state: str, message: str = "") -> None:
    job.state, job.message, job.finished = state, message, database_now()
    job.save()
    journal.record(
        kind="import.finished", subject="import", ids=[job.pk], actor=job.user_id, state=str(state),
        created=job.created_rows, changed=job.changed_rows, refused=job.refused_rows,
    )  # fmt: skip
    transaction.on_commit(lambda: _forget(job))


def _forget(job: Job) -> None:
    for path in (Path(job.path), _spool_path(job)):
        path.unlink(missing_ok=True)


def _spool_path(job: Job) -> Path:
    return Path(f"{job.path}.rows")


def _spool(job: Job) -> int:
    """Write the file's rows as lines of JSON; returns how many. Done again it writes the same bytes."""
    record, known = KINDS[job.kind].record, given(job.kind, _terms(job))
    unfinished = Path(f"{job.path}.part")
    count = 0
    with unfinished.open("w", encoding="ascii") as stream:
        for row in readers.read(Path(job.path), record, known):
            problems = [[problem.field, problem.code, problem.message] for problem in row.problems]
            stream.write(json.dumps([row.line, row.raw, problems], default=str) + "\n")
            count += 1
    unfinished.replace(_spool_path(job))
    return count


def _read_spool(job: Job, position: int) -> tuple[list[Row], int]:
    """The batch at a byte of the spool, and where the next one begins; a spool that was lost is written again."""
    path = _spool_path(job)
    if not path.exists():
        _spool(job)
    with path.open("rb") as stream:
        stream.seek(position)
        rows = [_row(json.loads(line)) for line in islice(iter(stream.readline, b""), BATCH)]
        return rows, stream.tell()


def _row(parts: list[Any]) -> Row:
    line, raw, problems = parts
    return Row(line, raw, [Problem(*problem) for problem in problems])

"""Reads over imports."""

from typing import Any

from apps.accounts.models import User
from apps.imports.models import Job
from apps.journal.models import Delivery

ERRORS_SHOWN = 200


def find(user: User, pk: int) -> Job | None:
    """An import that this person may see: their own, or any for the operator's staff."""
    found = Job.objects.filter(pk=pk)
    return (found if user.is_staff else found.filter(user=user)).first()


def is_stuck(job: Job) -> bool:
    """Whether its work failed for good and waits for the operator to retry it."""
    parts = Delivery.objects.filter(fact__subject="import", fact__subject_ids__contains=[job.pk])
    return not job.finished and parts.filter(state=Delivery.State.DEAD).exists()


def as_public(job: Job, *, after: int = 0) -> dict[str, Any]:
    """An import as the API shows it, with ERRORS_SHOWN of its refused rows after the one with the id `after`."""
    errors = list(job.errors.filter(pk__gt=after).order_by("pk")[: ERRORS_SHOWN + 1])
    shown = errors[:ERRORS_SHOWN]
    return {
        "id": job.pk,
        "kind": job.kind,
        "file": job.file_name,
        "state": "stuck" if is_stuck(job) else job.state,
        "message": job.message,
        "progress": {"total": job.total, "done": job.done},
        "created": job.created_rows,
        "changed": job.changed_rows,
        "unchanged": job.unchanged_rows,
        "refused": job.refused_rows,
        "requested": job.requested,
        "started": job.started,
        "finished": job.finished,
        "errors": [
            {"line": row.line, "column": row.column, "code": row.code, "detail": row.message, "value": row.value}
            for row in shown
        ],
        "next_errors": shown[-1].pk if len(errors) > ERRORS_SHOWN else None,
    }

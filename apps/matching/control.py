"""What an operator does with a full run that is on its way: cancel it, or resume it after a step that failed five times."""

from django.db import OperationalError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from apps.journal import deliveries
from apps.journal import services as journal
from apps.journal.models import Delivery
from apps.matching import store
from apps.matching.models import Run

UNFINISHED = (Run.State.REQUESTED, Run.State.RUNNING)


class Refused(Exception):
    """It cannot be done; says why, in the reader's language."""


def unfinished() -> Run | None:
    """The run that is at work; if there is none, the one that waits."""
    return Run.objects.filter(state__in=UNFINISHED).order_by("-state").first()


def cancel(*, run_id: int, actor: int | None) -> None:
    """End a run whose lists are not shown yet; those that are shown stay. Raises Refused.

    What is at work on it notices and takes back what it wrote; what waits does nothing.
    """
    try:
        with transaction.atomic():
            if not Run.objects.filter(pk=run_id, state__in=UNFINISHED).update(
                state=Run.State.CANCELLED, finished_at=Now()
            ):
                raise Refused(_("Run %(run)s has ended already.") % {"run": run_id})
            journal.record(kind="matching.cancelled", subject="run", ids=[run_id], actor=actor)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise Refused(_("It is too late: the lists of run %(run)s are being shown.") % {"run": run_id}) from error


@transaction.atomic
def resume(*, run_id: int, actor: int | None) -> int:
    """Give what failed five times five attempts more; what is done stays done. Returns how many. Raises Refused."""
    store.lock()  # who asks for another run gives up one that failed
    run = Run.objects.filter(pk=run_id, state__in=UNFINISHED).first()
    if run is None:
        raise Refused(_("Run %(run)s has ended: it cannot be resumed. Start a new one.") % {"run": run_id})
    failed = Delivery.objects.filter(fact_id=run.fact_id or 0, state=Delivery.State.DEAD)
    again = deliveries.retry(list(failed.values_list("pk", flat=True)))
    if not again:
        raise Refused(_("Nothing of run %(run)s has failed.") % {"run": run_id})
    journal.record(kind="matching.resumed", subject="run", ids=[run_id], actor=actor, steps=again)
    return again

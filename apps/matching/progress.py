"""How far a full run is, from its row and its deliveries alone: every machine sees the same."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, QuerySet

from apps.core.clock import database_now
from apps.journal.models import Delivery
from apps.matching import runs
from apps.matching.models import Run

STEPS = (runs.BEGIN, runs.PACK, runs.SCORE, runs.MERGE, runs.INDEX, runs.SHOW)
WINDOW = timedelta(minutes=1)  # the rate is that of the last minute


@dataclass(frozen=True, slots=True)
class Work:
    """A delivery that a worker holds; `lost` if it did not finish in the time of its lease, so that another may take it."""

    step: str  # one of STEPS
    since: datetime
    lost: bool
    first: int | None = None  # the offers [first, end) of a part
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """A run as it stands; rate in pairs a second and seconds left are None where nothing tells them."""

    run: Run
    step: str
    at_work: tuple[Work, ...]
    rate: int | None
    seconds_left: float | None
    failed: int
    error: str  # the last line of what failed last

    @property
    def done(self) -> int:
        return self.run.parts - self.run.remaining


def of(run: Run) -> Progress:
    """The progress of a run."""
    now = database_now()
    found = Delivery.objects.filter(fact_id=run.fact_id or 0, handler__in=STEPS)
    failed = found.filter(state=Delivery.State.DEAD).order_by("-pk")
    rate, left = _pace(run, found, now)
    return Progress(run, _step(run), _at_work(found, now), rate, left, len(failed), _cause(failed[0]) if failed else "")


def _step(run: Run) -> str:
    if run.state == Run.State.REQUESTED:
        return runs.BEGIN
    if not run.parts:
        return runs.PACK
    return runs.SCORE if run.remaining else runs.MERGE


def _at_work(found: QuerySet[Delivery], now: datetime) -> tuple[Work, ...]:
    lease = timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
    held = found.filter(state=Delivery.State.RUNNING, lease_until__isnull=False).order_by("lease_until", "pk")
    # While work goes on its lease stands as it was taken: what prolongs it is not committed before the end.
    return tuple(
        Work(row.handler, row.lease_until - lease, row.lease_until < now, *_range(row))
        for row in held
        if row.lease_until
    )


def _range(row: Delivery) -> tuple[int, ...]:
    return tuple(int(place) for place in row.key.split("-")) if row.handler == runs.SCORE else ()


def _pace(run: Run, found: QuerySet[Delivery], now: datetime) -> tuple[int | None, float | None]:
    begun = found.filter(handler=runs.PACK).aggregate(at=Max("finished_at"))["at"]
    done = run.parts - run.remaining
    if run.state != Run.State.RUNNING or begun is None or not done or not run.remaining:
        return None, None
    window = min(WINDOW, now - begun)
    lately = found.filter(handler=runs.SCORE, finished_at__gte=now - window).count()
    if not lately or not window:
        return None, None
    parts_a_second = lately / window.total_seconds()
    return round(parts_a_second * run.pairs / done), run.remaining / parts_a_second


def _cause(row: Delivery) -> str:
    lines = row.error.strip().splitlines()
    return lines[-1] if lines else ""

"""`manage.py match`: compute the lists anew, beside live traffic; see how far a full run is, cancel or resume it."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.journal import deliveries
from apps.journal.models import Delivery
from apps.matching import control, kernel, progress, runs, services
from apps.matching.models import Run
from apps.matching.progress import Progress
from apps.opportunities.models import Opportunity

PAUSE_SECONDS = 0.2
STEPS = {
    runs.BEGIN: "packing", runs.PACK: "writing the snapshot", runs.SCORE: "scoring", runs.MERGE: "merging", runs.INDEX: "indexing",
    runs.SHOW: "showing",
}  # fmt: skip


class Command(BaseCommand):
    """Works on a run's deliveries together with whatever workers there are; without any it does all of them."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """One of these."""
        group = parser.add_mutually_exclusive_group(required=True)
        group.add_argument("--full", action="store_true", help="every listing; a run that was broken off goes on")
        group.add_argument(
            "--opportunity", type=int, metavar="ID", help="one listing and the lists that it enters or leaves"
        )
        group.add_argument("--status", action="store_true", help="how far the run is, and what is at work on it")
        group.add_argument("--cancel", action="store_true", help="end the run; the lists that are shown stay")
        group.add_argument(
            "--resume", action="store_true", help="go on with a run of which a step failed five times, and finish it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is asked and say what was done."""
        if options["opportunity"] is not None:
            self._one(options["opportunity"])
        elif options["status"]:
            self._status()
        else:
            name = next(name for name in ("full", "cancel", "resume") if options[name])
            try:
                getattr(self, f"_{name}")()
            except control.Refused as refused:
                raise CommandError(str(refused)) from refused

    def _one(self, number: int) -> None:
        if not Opportunity.objects.filter(pk=number).exists():
            raise CommandError(f"There is no opportunity {number}.")
        changed = services.rematch(opportunity_id=number)
        self.stdout.write(f"Opportunity {number} matched anew; {changed} listings had changed.")

    def _status(self) -> None:
        run = control.unfinished() or Run.objects.order_by("-pk").first()
        if run is None:
            raise CommandError("There was no run yet: manage.py match --full begins one.")
        found = progress.of(run)
        self.stdout.write(_line(found) if run.state in control.UNFINISHED else _ended(run))
        for work in found.at_work:
            what = STEPS[work.step] if work.first is None else f"offers {work.first:,} to {work.end:,}"
            self.stdout.write(f"  {what}, since {work.since:%H:%M:%S}{', lost' if work.lost else ''}")
        if found.failed:
            self.stdout.write(f"  {found.failed} steps failed five times, the last with: {found.error}")

    def _cancel(self) -> None:
        run = self._unfinished()
        control.cancel(run_id=run.pk, actor=None)
        self.stdout.write(f"Run {run.pk} is cancelled; the lists that were shown stay.")

    def _resume(self) -> None:
        run = self._unfinished()
        again = control.resume(run_id=run.pk, actor=None)
        self.stdout.write(f"Run {run.pk}: {again} steps that had failed are tried again")
        self._finish(run)

    def _unfinished(self) -> Run:
        run = control.unfinished()
        if run is None:
            raise CommandError("No run waits or is at work.")
        return run

    def _full(self) -> None:
        kernel.warm_up()  # compiling takes longer than a delivery's transaction should
        self._finish(Run.objects.filter(state=Run.State.RUNNING).first() or services.request_run())

    def _finish(self, run: Run) -> None:
        shown = None
        while run.state in control.UNFINISHED:
            worked = self._work(run.fact_id or 0)
            run.refresh_from_db()
            found = progress.of(run)
            if run.parts and shown != (found.step, run.remaining):
                shown = found.step, run.remaining
                self.stdout.write(_line(found))
            if found.failed and run.state in control.UNFINISHED:
                raise CommandError(f"Run {run.pk} failed: {found.error} When that is mended: manage.py match --resume")
            if not worked:
                time.sleep(PAUSE_SECONDS)
        self._work(run.fact_id or 0)
        if run.state != Run.State.DONE:
            raise CommandError(_ended(run))
        self.stdout.write(_ended(run))
        if run.compared is not None:
            self.stdout.write(f"Compared with what was shown: {run.compared} lists, {run.disagreements} disagreed")

    def _work(self, fact_id: int) -> bool:
        """Do one delivery that nobody works on; False where there is none."""
        waiting = Delivery.objects.filter(fact_id=fact_id, state__in=[Delivery.State.QUEUED, Delivery.State.RUNNING])
        return any(deliveries.deliver(number) for number in waiting.order_by("pk").values_list("pk", flat=True))


def _line(found: Progress) -> str:
    run = found.run
    if not run.parts:
        return f"Run {run.pk}: {STEPS[found.step] if found.at_work else 'waiting'}"
    line = f"Run {run.pk}: {STEPS[found.step]}, {found.done} of {run.parts} parts, {run.pairs:,} pairs"
    if found.rate is not None and found.seconds_left is not None:
        line += f", {found.rate:,.0f} a second, about {found.seconds_left:,.0f} s left"
    return line


def _ended(run: Run) -> str:
    return f"Run {run.pk} {run.state}: {run.offers:,} offers, {run.requests:,} requests, {run.pairs:,} pairs scored"

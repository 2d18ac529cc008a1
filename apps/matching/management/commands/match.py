"""`manage.py match --full | --opportunity ID`: compute the lists anew, beside live traffic; killed and restarted it goes on."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.journal import deliveries
from apps.journal.models import Delivery
from apps.matching import kernel, services
from apps.matching.models import Run
from apps.opportunities.models import Opportunity

PAUSE_SECONDS = 0.2


class Command(BaseCommand):
    """Works on a run's deliveries together with whatever workers there are; without any it does all of them."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """One of the two."""
        group = parser.add_mutually_exclusive_group(required=True)
        group.add_argument("--full", action="store_true", help="every listing")
        group.add_argument(
            "--opportunity", type=int, metavar="ID", help="one listing and the lists that it enters or leaves"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is asked and say what was done."""
        if options["full"]:
            self._full()
        else:
            self._one(options["opportunity"])

    def _one(self, number: int) -> None:
        if not Opportunity.objects.filter(pk=number).exists():
            raise CommandError(f"There is no opportunity {number}.")
        changed = services.rematch(opportunity_id=number)
        self.stdout.write(f"Opportunity {number} matched anew; {changed} listings had changed.")

    def _full(self) -> None:
        kernel.warm_up()  # compiling takes longer than a delivery's transaction should
        run = Run.objects.filter(state=Run.State.RUNNING).first() or services.request_run()
        shown = None
        while run.state in (Run.State.REQUESTED, Run.State.RUNNING):
            worked = self._work(run.fact_id or 0)
            run.refresh_from_db()
            if run.parts and shown != run.remaining:
                shown = run.remaining
                self.stdout.write(
                    f"Run {run.pk}: {run.parts - run.remaining} of {run.parts} parts, {run.pairs:,} pairs"
                )
            if Delivery.objects.filter(fact_id=run.fact_id or 0, state=Delivery.State.DEAD).exists():
                raise CommandError(f"Run {run.pk} failed; see the dead deliveries of fact {run.fact_id}.")
            if not worked:
                time.sleep(PAUSE_SECONDS)
        self._work(run.fact_id or 0)
        self.stdout.write(
            f"Run {run.pk} {run.state}: {run.offers:,} offers, {run.requests:,} requests, {run.pairs:,} pairs scored"
        )
        if run.compared is not None:
            self.stdout.write(f"Compared with what was shown: {run.compared} lists, {run.disagreements} disagreed")

    def _work(self, fact_id: int) -> bool:
        """Do one delivery that nobody works on; False where there is none."""
        waiting = Delivery.objects.filter(fact_id=fact_id, state__in=[Delivery.State.QUEUED, Delivery.State.RUNNING])
        return any(deliveries.deliver(number) for number in waiting.order_by("pk").values_list("pk", flat=True))

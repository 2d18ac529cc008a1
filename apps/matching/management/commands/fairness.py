"""`manage.py fairness`: how evenly requests' lists spread attention over enterprises, before and after, and what it costs."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.matching import attention, kernel, selectors


class Command(BaseCommand):
    help = "Measure the lists that are shown now, keep the report for its page, and print it as one JSON object."

    def handle(self, *args: Any, **options: Any) -> None:
        run = selectors.current_run()
        if run is None:
            raise CommandError("There are no lists yet: run `manage.py match --full` first.")
        kernel.warm_up()
        found = attention.settle(run)
        if found is None:
            raise CommandError(
                f"The snapshot of run {run.pk} is not on this machine: run `manage.py match --full` here."
            )
        self.stdout.write(json.dumps({"run": run.pk, **found}))

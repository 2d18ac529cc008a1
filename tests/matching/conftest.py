"""The shipped thesaurus, a folder for snapshots, and a worker that does what is queued."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apps.journal import deliveries
from apps.journal.models import Delivery
from apps.reference import services as reference

Work = Callable[[], None]


@pytest.fixture
def scheme(thesaurus: None, settings: Any, tmp_path: Path) -> None:
    """The shipped thesaurus and frameworks, and a folder of its own for snapshots."""
    settings.SNAPSHOT_DIR = tmp_path / "snapshots"


@pytest.fixture
def rates(scheme: None) -> None:
    """A day's rates, so that sizes can be compared in euro."""
    reference.import_rates("date,currency,rate\n2099-01-02,USD,1.1\n2099-01-02,CNY,7.8\n")


@pytest.fixture
def work(scheme: None, compiled: None) -> Work:
    """Do the deliveries of the queue "matching" until none is left; any that fails fails the test."""

    def run() -> None:
        waiting = Delivery.objects.filter(queue="matching", state=Delivery.State.QUEUED).order_by("pk")
        while number := waiting.values_list("pk", flat=True).first():
            assert deliveries.deliver(number), Delivery.objects.get(pk=number).error

    return run

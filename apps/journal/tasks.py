"""Celery shells: look at a delivery, seal what waits, show that a worker turns."""

from celery import shared_task

from apps.journal import deliveries, hints, seals, sweeper


@shared_task(name=hints.TASK)
def deliver(delivery_id: int) -> None:
    """Look at one delivery."""
    deliveries.deliver(delivery_id)


@shared_task(name="journal.seal")
def seal() -> None:
    """Seal what waits, batch by batch."""
    while seals.seal() == seals.BATCH:
        pass


@shared_task(name="journal.pulse")
def pulse() -> None:
    """Show that a worker takes messages."""
    sweeper.beat("worker")

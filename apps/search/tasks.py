"""Celery shells: in the morning of each person's own clock what their saved searches found is told."""

from celery import shared_task

from apps.search import alerts


@shared_task(name="search.collect")
def collect() -> None:
    """Ask for what is due, batch by batch."""
    while alerts.collect_due():
        pass

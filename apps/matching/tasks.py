"""Celery shells: the day's full run, after which lists rest on today's rates and on evidence that is still in force."""

from celery import shared_task

from apps.matching import services


@shared_task(name="matching.full")
def full() -> None:
    """Ask for a full run."""
    services.request_run()

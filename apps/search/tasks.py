"""Celery shells: what saved searches found is told in the morning of each person's own clock; words are kept for what is misspelt."""

from celery import shared_task

from apps.search import alerts, services


@shared_task(name="search.collect")
def collect() -> None:
    """Ask for what is due, batch by batch."""
    while alerts.collect_due():
        pass


@shared_task(name="search.keep_words")
def keep_words() -> None:
    """Count the words anew."""
    services.keep_words()

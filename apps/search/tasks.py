"""Celery shells: the words of what is published are kept for what is misspelt."""

from celery import shared_task

from apps.search import services


@shared_task(name="search.keep_words")
def keep_words() -> None:
    """Count the words anew."""
    services.keep_words()

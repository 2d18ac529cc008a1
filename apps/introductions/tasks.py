"""Celery shells: what waits too long for an answer is reminded of, and lapses."""

from celery import shared_task

from apps.introductions import services


@shared_task(name="introductions.tick")
def tick() -> None:
    """Lapse and remind what is due, batch by batch."""
    while services.lapse_due():
        pass
    while services.remind_due():
        pass

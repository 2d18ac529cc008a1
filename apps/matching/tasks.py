"""Celery shells: the day's full run, after which lists rest on today's rates and evidence, and the night's lesson."""

from celery import shared_task
from django.conf import settings

from apps.matching import services


@shared_task(name="matching.full")
def full() -> None:
    """Ask for a full run."""
    services.request_run()


@shared_task(name="matching.learn", soft_time_limit=1700, time_limit=1800)
def learn() -> None:
    """Learn weights from introductions where the operator switched it on."""
    if settings.MATCHING_LEARN:
        from apps.matching import lessons  # noqa: PLC0415 - nobody else pays for loading scikit-learn

        lessons.learn()

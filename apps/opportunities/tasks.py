"""Celery shells: what is listed until a day that has passed expires."""

from celery import shared_task

from apps.opportunities import services


@shared_task(name="opportunities.expire")
def expire() -> None:
    """Expire what is due, batch by batch."""
    while services.expire_due():
        pass

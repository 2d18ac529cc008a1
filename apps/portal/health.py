"""Whether the platform lives and is ready."""

from collections.abc import Callable
from datetime import timedelta

from celery import current_app
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from apps.core.clock import database_now
from apps.journal.models import Delivery, Heartbeat

WORKER_SILENCE = timedelta(seconds=90)
QUEUE_AGE = timedelta(minutes=5)


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


def _database() -> bool:
    return database_now() is not None


def _broker() -> bool:
    with current_app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=2)
    return True


def _cache() -> bool:
    cache.set("ready", 1, 5)
    return bool(cache.get("ready") == 1)


def _worker() -> bool:
    """A worker that took a message of late; the age of the oldest due row tells of one that is stuck."""
    now = database_now()
    beating = Heartbeat.objects.filter(name="worker", at__gt=now - WORKER_SILENCE).exists()
    stuck = Delivery.objects.filter(state="queued", available_at__lt=now - QUEUE_AGE).exists()
    return beating and not stuck


CHECKS: dict[str, Callable[[], bool]] = {"database": _database, "broker": _broker, "cache": _cache, "worker": _worker}


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:  # noqa: BLE001 - whichever client's error it is, it means: not ready
        return False


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Database, broker, cache and a worker answer; 503 with what does not."""
    found = {name: _holds(check) for name, check in CHECKS.items()}
    return JsonResponse(found, status=200 if all(found.values()) else 503)

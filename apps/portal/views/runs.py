"""The page of full runs of the matcher, for the platform's staff: how far one is, what the last ones found, start, cancel, resume."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from apps.accounts.models import User
from apps.core.templatetags.voltbridge import lasting, number
from apps.matching import control, progress, services
from apps.matching.models import Run
from apps.matching.selectors import current_run
from apps.portal.cards import Table

_LATEST = 10
View = Callable[..., HttpResponse]


def _staff_only(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *arguments: Any, **more: Any) -> HttpResponse:
        if not cast("User", request.user).is_staff:
            raise PermissionDenied
        return view(request, *arguments, **more)

    return login_required(guarded)


@never_cache
@require_safe
@_staff_only
def runs(request: HttpRequest) -> HttpResponse:
    """The run on its way, which is asked for again until it ends, and the latest ones."""
    run = control.unfinished()
    if "true" in request.headers.get("HX-Request", ""):
        if run is None or request.GET.get("run") != str(run.pk):
            return HttpResponseClientRefresh()
        return render(request, "portal/_run.html", {"progress": progress.of(run)})
    context = {
        "progress": progress.of(run) if run else None,
        "shown": current_run(),
        "latest": _table(Run.objects.exclude(state__in=control.UNFINISHED).order_by("-pk")[:_LATEST]),
    }
    return render(request, "portal/runs.html", context)


@require_POST
@_staff_only
def start(request: HttpRequest) -> HttpResponse:
    """Ask for a run; one that waits already serves everybody who asks."""
    services.request_run(actor=cast("User", request.user).pk)
    return redirect("runs")


@require_POST
@_staff_only
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """End a run; the lists that are shown stay."""
    return _tried(request, lambda: control.cancel(run_id=pk, actor=cast("User", request.user).pk), _("Cancelled."))


@require_POST
@_staff_only
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Try again what failed five times."""
    return _tried(
        request, lambda: control.resume(run_id=pk, actor=cast("User", request.user).pk), _("It is tried again.")
    )


def _tried(request: HttpRequest, do: Callable[[], Any], said: str) -> HttpResponse:
    try:
        do()
        messages.success(request, said)
    except control.Refused as refused:
        messages.error(request, str(refused))
    return redirect("runs")


def _table(found: Any) -> Table | None:
    rows = tuple(_row(run) for run in found)
    labels = (
        _("Run"), _("State"), _("Asked for"), _("Took"), _("Offers"), _("Requests"), _("Pairs"), _("Lists compared"),
        _("Disagreed"),
    )  # fmt: skip
    return Table(labels, rows, numeric=5) if rows else None


def _row(run: Run) -> tuple[str, ...]:
    took = (run.finished_at - run.started_at).total_seconds() if run.finished_at and run.started_at else None
    counts = (run.offers, run.requests, run.pairs) if run.parts else (None, None, None)
    return (
        number(run.pk), run.get_state_display(), date_format(localtime(run.requested_at), "SHORT_DATETIME_FORMAT"),
        lasting(took) or "–", *(number(each) or "–" for each in (*counts, run.compared, run.disagreements)),
    )  # fmt: skip

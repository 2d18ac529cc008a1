"""Pages of a person's saved searches, and the one-click stop of their mails."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.models import User
from apps.core.forms import version_seen
from apps.core.lifecycle import Conflict
from apps.core.problems import InvalidRecord
from apps.core.records import Record
from apps.search import criteria, saved
from apps.search.criteria import CHANGES, SAVED
from apps.search.models import SavedSearch

_OWN = ("name", "frequency", "kind", "csrfmiddlewaretoken")
_STEPS: dict[str, tuple[Callable[..., bool], str | Promise]] = {
    "pause": (saved.pause, gettext_lazy("Paused. You are told nothing of it until you resume it.")),
    "resume": (saved.resume, gettext_lazy("Resumed. You are told of what is published from now on.")),
    "delete": (saved.delete, gettext_lazy("Deleted.")),
}


def _me(request: HttpRequest) -> User:
    return cast("User", request.user)


@require_http_methods(["GET", "HEAD", "POST"])
def searches(request: HttpRequest) -> HttpResponse:
    """A person's saved searches; a POST from the page of results saves its search."""
    if request.method == "POST":
        return _save(request)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    reader = get_language() or "en"
    rows = SavedSearch.objects.filter(user=_me(request)).order_by("-id")
    asked = [(search, saved.criteria(search)) for search in rows]
    comma = pgettext("between items", ", ")
    items = [(search, each.address, comma.join(each.described(reader)) or _("everything")) for search, each in asked]
    return render(request, "search/searches.html", {"items": items})


def _save(request: HttpRequest) -> HttpResponse:
    """Save what the page of results showed; whoever is not signed in any more comes back to it afterwards."""
    parameters = {name: request.POST.getlist(name) for name in request.POST if name not in _OWN}
    try:
        asked = criteria.from_address(request.POST.get("kind", ""), parameters)
    except InvalidRecord as error:
        return _refused(request, error, "search")
    if not request.user.is_authenticated:
        return redirect_to_login(asked.address)
    try:
        stated = _stated(SAVED, request)
        saved.save(user=_me(request), asked=asked, name=stated["name"], frequency=stated.get("frequency") or "daily")
    except (Conflict, InvalidRecord) as error:
        return _refused(request, error, asked.address)
    messages.success(request, _("Saved. You are told of what is published from now on."))
    return redirect("searches")


def _stated(record: Record, request: HttpRequest) -> dict[str, str]:
    """The name and the frequency that a form states; raises InvalidRecord."""
    values, problems = record.clean({name: request.POST.get(name, "") for name in ("name", "frequency")})
    if problems:
        raise InvalidRecord(problems)
    return values


def _refused(request: HttpRequest, error: Conflict | InvalidRecord, back: str) -> HttpResponse:
    """Say why nothing was written, with the field's label where one is at fault."""
    if isinstance(error, InvalidRecord):
        for problem in error.problems:
            messages.error(request, f"{SAVED.by_name[problem.field].label}: {problem.message}")
    else:
        messages.error(request, str(error))
    return redirect(back)


@require_POST
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, told more or less often."""
    search = get_object_or_404(SavedSearch, pk=pk, user=_me(request))
    try:
        values = {name: value for name, value in _stated(CHANGES, request).items() if value}
        saved.change(search=search, version=version_seen(request.POST), **values)
    except (Conflict, InvalidRecord) as error:
        return _refused(request, error, "searches")
    messages.success(request, _("Saved."))
    return redirect("searches")


@require_POST
@login_required
def do(request: HttpRequest, pk: str, step: str) -> HttpResponse:
    """Pause, resume or delete one's own search."""
    search = get_object_or_404(SavedSearch, pk=pk, user=_me(request))
    move, said = _STEPS[step]
    if move(search=search):
        messages.success(request, str(said))
    return redirect("searches")


@csrf_exempt  # a mail program posts here with no page before it (RFC 8058); the signed token is the right to do so
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mails about one search: a GET only asks, a POST acts."""
    done = request.method == "POST" and saved.stop(token)
    status = 400 if request.method == "POST" and not done else 200
    context = {"done": done, "failed": status == 400, "search": True}
    return render(request, "forms/stop.html", context, status=status)

"""The pages of the weights of matching, for the platform's staff; those who may change them apply them too."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import User
from apps.core.lifecycle import Conflict
from apps.matching import weights as services
from apps.matching.forms import WeightsForm
from apps.portal import weighing
from apps.portal.weighing import Version

PERMISSION = "matching.change_weightset"


def _staff(request: HttpRequest, *, changing: bool = False) -> User:
    user = cast("User", request.user)
    if not user.is_staff or (changing and not user.has_perm(PERMISSION)):
        raise PermissionDenied
    return user


@never_cache
@require_safe
@login_required
def weights(request: HttpRequest) -> HttpResponse:
    """Which weights hold, how learning stands, and every version."""
    user = _staff(request)
    context = {
        "held": weighing.held(), "following": weighing.following(), "versions": weighing.versions(),
        "lesson": weighing.lesson(), "changing": user.has_perm(PERMISSION),
    }  # fmt: skip
    return render(request, "portal/weights.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_weights(request: HttpRequest) -> HttpResponse:
    """Weights typed by hand: see what would change, and keep them as a draft."""
    user = _staff(request)
    if request.method != "POST":
        start = _found(request.GET["from"]) if "from" in request.GET else weighing.held()
        form = WeightsForm(initial=dict(start.weights))
        return _typing(request, form, start.weights)
    form = WeightsForm(request.POST)
    if not form.is_valid():
        return _typing(request, form, weighing.held().weights)
    typed = dict(form.values)
    note = typed.pop("note")
    if "save" not in request.POST:
        return _typing(request, form, typed, weighing.changes(typed))
    _staff(request, changing=True)
    row = services.save(weights=typed, note=note.strip(), actor=user)
    messages.success(request, _("Kept as a draft. The lists stay as they are until it is applied."))
    return redirect("weights-version", name=row.pk)


def _typing(
    request: HttpRequest, form: WeightsForm, typed: weighing.Weights, changes: weighing.Changes | None = None
) -> HttpResponse:
    wrong = [form[name] for name in form.fields if form.errors.get(name)]
    context = {
        "form": form, "lines": weighing.lines(typed, form), "changes": changes, "held": weighing.held(), "wrong": wrong,
        "changing": cast("User", request.user).has_perm(PERMISSION),
    }  # fmt: skip
    return render(request, "portal/weights_new.html", context)


def _found(name: str) -> Version:
    version = weighing.version(name)
    if version is None:
        raise Http404
    return version


@never_cache
@require_safe
@login_required
def weights_version(request: HttpRequest, name: str) -> HttpResponse:
    """One version beside the weights that hold, and what it would change."""
    user = _staff(request)
    version = _found(name)
    context = {
        "version": version, "held": weighing.held(), "lines": weighing.lines(version.weights),
        "changes": None if version.holds else weighing.changes(version.weights),
        "following": weighing.following(), "changing": user.has_perm(PERMISSION),
    }  # fmt: skip
    return render(request, "portal/weights_version.html", context)


@require_POST
@login_required
def apply_weights(request: HttpRequest, name: str) -> HttpResponse:
    """Make a version hold."""
    user = _staff(request, changing=True)
    version = _found(name)
    try:
        if version.row:
            services.apply(number=version.row.pk, actor=user)
        else:
            services.ship(actor=user)
    except Conflict as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Applied. The lists are being computed, and change all at once when that is done."))
    return redirect("weights")

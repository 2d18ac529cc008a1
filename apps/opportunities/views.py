"""Pages on which an offer or a request is written, edited and moved."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.models import User
from apps.core.forms import initial, version_seen
from apps.core.lifecycle import Conflict
from apps.enterprises.models import Enterprise
from apps.enterprises.selectors import enterprises_of, may_edit
from apps.opportunities import selectors, services
from apps.opportunities.forms import OpportunityForm
from apps.opportunities.models import Opportunity
from apps.opportunities.rules import RECORD
from apps.projects.models import Project

_STEPS = ("submit", "withdraw", "reopen", "fulfil")


def _mine(request: HttpRequest, pk: int) -> Opportunity:
    opportunity: Opportunity = get_object_or_404(Opportunity.objects.select_related("enterprise", "project"), pk=pk)
    if not may_edit(cast("User", request.user), opportunity.enterprise_id):
        raise Http404
    return opportunity


@login_required
def write(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """A new offer or request of an enterprise, as a draft; of one of its projects where the address names one."""
    mine: Enterprise = get_object_or_404(enterprises_of(cast("User", request.user), editing=True), pk=enterprise_id)
    project = _project(request, mine)
    given: dict[str, Any] = {
        "language": mine.language,
        "languages": mine.languages,
        "family": "business",
        "side": request.GET.get("side", ""),
    }
    form = OpportunityForm(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        made = services.create(enterprise=mine, project=project, values=form.values, actor=cast("User", request.user))
        messages.success(request, _("Saved as a draft. Submit it when it is complete."))
        return redirect("listing", made.pk)
    return render(
        request, "opportunities/form.html", {"form": form, "enterprise": mine, "project": project, "opportunity": None}
    )


def _project(request: HttpRequest, enterprise: Enterprise) -> Project | None:
    number = request.GET.get("project", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return Project.objects.filter(pk=int(number), owner=enterprise).first()


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """An edit, guarded by the version that the page was made from."""
    opportunity = _mine(request, pk)
    record = initial(RECORD, selectors.as_record(opportunity), opportunity.as_entered)
    form = OpportunityForm(request.POST or None, initial=record)
    if request.method == "POST" and form.is_valid():
        try:
            services.update(
                opportunity=opportunity, values=form.values, actor=cast("User", request.user),
                version=version_seen(request.POST),
            )  # fmt: skip
            return redirect("listing", pk)
        except Conflict as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "enterprise": opportunity.enterprise,
        "project": opportunity.project,
        "opportunity": opportunity,
    }
    return render(request, "opportunities/form.html", context)


@require_POST
@login_required
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Submit, withdraw, reopen, or mark as fulfilled."""
    opportunity = _mine(request, pk)
    if name not in _STEPS:
        raise Http404
    try:
        services.move(opportunity=opportunity, name=name, actor=cast("User", request.user))
    except Conflict as error:
        messages.error(request, str(error))
    return redirect("listing", pk)

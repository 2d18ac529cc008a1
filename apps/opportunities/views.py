"""Pages on which an offer or a request is written, edited and moved."""

from functools import partial
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from apps.accounts.models import User
from apps.core import steps
from apps.core.forms import conflict, initial, version_seen, version_shown
from apps.core.lifecycle import Conflict, State
from apps.enterprises.models import Enterprise
from apps.enterprises.selectors import enterprises_of, may_edit
from apps.opportunities import selectors, services
from apps.opportunities.forms import OpportunityForm
from apps.opportunities.models import Opportunity
from apps.opportunities.rules import RECORD
from apps.projects.models import Project

_STEPS = ("submit", "withdraw", "reopen", "fulfil")


def me(request: HttpRequest) -> User:
    """Who is signed in."""
    return cast("User", request.user)


def own_listing(request: HttpRequest, pk: int) -> Opportunity:
    """The listing, if this person may change it."""
    opportunity: Opportunity = get_object_or_404(Opportunity.objects.select_related("enterprise", "project"), pk=pk)
    if not may_edit(me(request), opportunity.enterprise_id):
        raise Http404
    return opportunity


@login_required
def write(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """A new offer or request of an enterprise, as a draft; of one of its projects where the address names one."""
    mine: Enterprise = get_object_or_404(enterprises_of(me(request), editing=True), pk=enterprise_id)
    project = _project(request, mine)
    form = OpportunityForm(request.POST or None, initial=_given(request, mine, project))
    if request.method == "POST" and form.is_valid():
        made = services.create(enterprise=mine, project=project, values=form.values, actor=me(request))
        return _saved(request, made)
    return render(request, "opportunities/form.html", {"form": form, "enterprise": mine, "project": project})


def _given(request: HttpRequest, enterprise: Enterprise, project: Project | None) -> dict[str, Any]:
    """What a new listing begins with: the enterprise's languages, the project's technologies."""
    side = request.GET.get("side", "")
    return {
        "language": enterprise.language,
        "languages": enterprise.languages,
        "family": Opportunity.Family.BUSINESS.value,
        "side": side if side in Opportunity.Side.values else "request" if project else "",
        "technologies": project.technologies if project else [],
    }


def _project(request: HttpRequest, enterprise: Enterprise) -> Project | None:
    number = request.GET.get("project", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return Project.objects.filter(pk=int(number), owner=enterprise).first()


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """An edit, guarded by the version that the page was made from."""
    opportunity = own_listing(request, pk)
    if steps.locked(request, opportunity):
        return redirect("listing", pk)
    record = initial(RECORD, selectors.as_record(opportunity), opportunity.as_entered)
    form = OpportunityForm(request.POST or None, initial=record)
    if request.method == "POST" and form.is_valid():
        try:
            services.update(
                opportunity=opportunity, values=form.values, actor=me(request),
                version=version_seen(request.POST),
            )  # fmt: skip
            return _saved(request, opportunity)
        except Conflict as error:
            form.add_error(None, conflict(error))
    context = {
        "form": form,
        "enterprise": opportunity.enterprise,
        "project": opportunity.project,
        "opportunity": opportunity,
        "version": version_shown(form, opportunity.version),
    }
    return render(request, "opportunities/form.html", context)


def _saved(request: HttpRequest, opportunity: Opportunity) -> HttpResponse:
    """Its page after saving, submitted where that was asked for."""
    if "submit" in request.POST and opportunity.state in (State.DRAFT, State.RETURNED):
        submit = partial(services.move, opportunity=opportunity, name="submit", actor=me(request))
        steps.take(request, "submit", submit)
    else:
        steps.say_saved(request, opportunity)
    return redirect("listing", opportunity.pk)


@require_POST
@login_required
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Submit, withdraw, reopen, or mark as fulfilled."""
    opportunity = own_listing(request, pk)
    if name not in _STEPS:
        raise Http404
    steps.take(request, name, partial(services.move, opportunity=opportunity, name=name, actor=me(request)))
    return redirect("listing", pk)

"""Pages on which a project is registered, edited and moved."""

from typing import cast

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
from apps.projects import selectors, services
from apps.projects.forms import ProjectForm
from apps.projects.models import Project
from apps.projects.rules import RECORD

_STEPS = ("submit", "withdraw", "reopen")


def _mine(request: HttpRequest, pk: int) -> Project:
    project: Project = get_object_or_404(Project.objects.select_related("owner"), pk=pk)
    if not may_edit(cast("User", request.user), project.owner_id):
        raise Http404
    return project


@login_required
def register(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """A new project of an enterprise, as a draft."""
    owner: Enterprise = get_object_or_404(enterprises_of(cast("User", request.user), editing=True), pk=enterprise_id)
    form = ProjectForm(request.POST or None, initial={"language": owner.language, "country": owner.country})
    if request.method == "POST" and form.is_valid():
        project = services.create(owner=owner, values=form.values, actor=cast("User", request.user))
        messages.success(request, _("Saved as a draft. Submit it when it is complete."))
        return redirect("project", project.pk)
    return render(request, "projects/form.html", {"form": form, "owner": owner, "project": None})


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """An edit, guarded by the version that the page was made from."""
    project = _mine(request, pk)
    form = ProjectForm(request.POST or None, initial=initial(RECORD, selectors.as_record(project), project.as_entered))
    if request.method == "POST" and form.is_valid():
        try:
            services.update(
                project=project,
                values=form.values,
                actor=cast("User", request.user),
                version=version_seen(request.POST),
            )
            return redirect("project", pk)
        except Conflict as error:
            form.add_error(None, str(error))
    return render(request, "projects/form.html", {"form": form, "owner": project.owner, "project": project})


@require_POST
@login_required
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Submit, withdraw or reopen."""
    project = _mine(request, pk)
    if name not in _STEPS:
        raise Http404
    try:
        services.move(project=project, name=name, actor=cast("User", request.user))
    except Conflict as error:
        messages.error(request, str(error))
    return redirect("project", pk)

"""Pages on which a project is registered, edited and moved."""

from functools import partial
from typing import cast

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
from apps.projects import selectors, services
from apps.projects.forms import ProjectForm
from apps.projects.models import Project
from apps.projects.rules import RECORD

_STEPS = ("submit", "withdraw", "reopen")


def _me(request: HttpRequest) -> User:
    return cast("User", request.user)


def _mine(request: HttpRequest, pk: int) -> Project:
    project: Project = get_object_or_404(Project.objects.select_related("owner"), pk=pk)
    if not may_edit(_me(request), project.owner_id):
        raise Http404
    return project


@login_required
def register(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """A new project of an enterprise, as a draft."""
    owner: Enterprise = get_object_or_404(enterprises_of(_me(request), editing=True), pk=enterprise_id)
    form = ProjectForm(request.POST or None, initial={"language": owner.language, "country": owner.country})
    if request.method == "POST" and form.is_valid():
        project = services.create(owner=owner, values=form.values, actor=_me(request))
        return _saved(request, project)
    return render(request, "projects/form.html", {"form": form, "owner": owner})


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """An edit, guarded by the version that the page was made from."""
    project = _mine(request, pk)
    if steps.locked(request, project):
        return redirect("project", pk)
    form = ProjectForm(request.POST or None, initial=initial(RECORD, selectors.as_record(project), project.as_entered))
    if request.method == "POST" and form.is_valid():
        try:
            services.update(
                project=project,
                values=form.values,
                actor=_me(request),
                version=version_seen(request.POST),
            )
            return _saved(request, project)
        except Conflict as error:
            form.add_error(None, conflict(error))
    context = {
        "form": form,
        "owner": project.owner,
        "project": project,
        "version": version_shown(form, project.version),
    }
    return render(request, "projects/form.html", context)


def _saved(request: HttpRequest, project: Project) -> HttpResponse:
    """Its page after saving, submitted where that was asked for."""
    if "submit" in request.POST and project.state in (State.DRAFT, State.RETURNED):
        submit = partial(services.move, project=project, name="submit", actor=_me(request))
        steps.take(request, "submit", submit)
    else:
        steps.say_saved(request, project)
    return redirect("project", project.pk)


@require_POST
@login_required
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Submit, withdraw or reopen."""
    project = _mine(request, pk)
    if name not in _STEPS:
        raise Http404
    steps.take(request, name, partial(services.move, project=project, name=name, actor=_me(request)))
    return redirect("project", pk)

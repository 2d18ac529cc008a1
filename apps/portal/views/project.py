"""The page of a storage project."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core.templatetags.voltbridge import degrees, listed
from apps.portal import briefs, own, words
from apps.portal.cards import Detail, Ours, ProjectPage, Step, Words
from apps.projects.models import Project

_REQUESTS = 50
# A project that has ended is on no stage of the way.
_WAY: list[Project.Stage] = [stage for stage in Project.Stage if stage != Project.Stage.ENDED]


@require_safe
def project(request: HttpRequest, pk: int) -> HttpResponse:
    """A project: for everybody when it is published, for its owner's members always."""
    row: Project = get_object_or_404(Project.objects.select_related("owner"), pk=pk)
    page = _page(row, own.ours(row, request.user))
    return render(request, "portal/project.html", {"page": page})


def _page(row: Project, ours: Ours | None) -> ProjectPage:
    requests = briefs.public_listings().filter(project=row).order_by("-id")[:_REQUESTS]
    return ProjectPage(
        card=briefs.project(row),
        description=Words(row.description, row.language),
        steps=_steps(row.stage),
        details=_details(row),
        technologies=words.terms("technology", row.technologies),
        owner=briefs.enterprise(row.owner) if row.owner else None,
        requests=briefs.listings(requests),
        ours=ours,
    )


def _steps(stage: str) -> tuple[Step, ...]:
    if stage not in _WAY:
        return ()
    at = _WAY.index(Project.Stage(stage))
    return tuple(Step(str(each.label), _position(index, at)) for index, each in enumerate(_WAY))


def _position(index: int, at: int) -> Literal["done", "now", "ahead"]:
    return "done" if index < at else "now" if index == at else "ahead"


def _details(row: Project) -> tuple[Detail, ...]:
    found = (
        Detail(_("Country"), terms=words.terms("country", [row.country])),
        Detail(_("Site"), text=_site(row)),
        Detail(_("Year of operation"), text=str(row.operation_year or "")),
        Detail(_("Budget"), money=briefs.exactly(row.budget, currency=row.currency)),
        Detail(_("Stage"), text=row.get_stage_display() if row.stage == Project.Stage.ENDED else ""),
    )
    return tuple(detail for detail in found if detail.stated)


def _site(row: Project) -> str:
    if row.latitude is None or row.longitude is None:
        return ""
    north = _("%(degrees)s° N") if row.latitude >= 0 else _("%(degrees)s° S")
    east = _("%(degrees)s° E") if row.longitude >= 0 else _("%(degrees)s° W")
    return listed([north % {"degrees": degrees(row.latitude)}, east % {"degrees": degrees(row.longitude)}])

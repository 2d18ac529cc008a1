"""The pages of results: every filter is part of its address, so it can be kept, sent and gone back to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.portal import finding


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Offers and requests that fit the question and the filters."""
    sides = request.GET.getlist("side")
    section = f"{sides[0]}s" if len(sides) == 1 else ""
    return render(request, "portal/results.html", {"page": finding.results(request.GET), "section": section})


@require_safe
def enterprises(request: HttpRequest) -> HttpResponse:
    """Enterprises that fit the question and the filters."""
    page = finding.results(request.GET, "enterprise")
    return render(request, "portal/results.html", {"page": page, "section": "enterprises"})


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """Projects that fit the question and the filters."""
    page = finding.results(request.GET, "project")
    return render(request, "portal/results.html", {"page": page, "section": "projects"})

"""The pages of results: every filter is part of its address, so it can be kept, sent and gone back to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.portal import comparing, finding


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Offers and requests that fit the question and the filters."""
    sides = request.GET.getlist("side")
    return _answer(request, "opportunity", f"{sides[0]}s" if len(sides) == 1 else "")


@require_safe
def enterprises(request: HttpRequest) -> HttpResponse:
    """Enterprises that fit the question and the filters."""
    return _answer(request, "enterprise", "enterprises")


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """Projects that fit the question and the filters."""
    return _answer(request, "project", "projects")


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four listings side by side."""
    return render(request, "portal/compare.html", {"page": comparing.comparison(request.GET)})


def _answer(request: HttpRequest, kind: str, section: str) -> HttpResponse:
    """The page, or with `?format=` the file."""
    file = finding.exported(request.GET, kind, request.build_absolute_uri("/").rstrip("/"))
    if file is None:
        page = finding.results(request.GET, kind)
        return render(request, "portal/results.html", {"page": page, "section": section})
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "X-Robots-Tag": "noindex"}
    return HttpResponse(file.content, content_type=file.content_type, headers=headers)

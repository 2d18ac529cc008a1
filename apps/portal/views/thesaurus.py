"""The pages of the thesaurus."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.portal import thesaurus

_LONGEST = 200


@require_safe
def tree(request: HttpRequest) -> HttpResponse:
    """All concepts as a tree, or those that `?q=` names in any language."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:_LONGEST]
    page = thesaurus.found(query) if query else thesaurus.tree()
    return render(request, "portal/thesaurus.html", {"page": page, "section": "thesaurus"})


@require_safe
def concept(request: HttpRequest, key: str) -> HttpResponse:
    """One concept."""
    page = thesaurus.concept(key)
    if page is None:
        raise Http404
    return render(request, "portal/concept.html", {"page": page, "section": "thesaurus"})

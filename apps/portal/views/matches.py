"""The page of a listing's or an enterprise's matches."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.opportunities.models import Opportunity
from apps.portal import briefs, own
from apps.portal.match_cards import MatchPage


@require_safe
@login_required
def matches(request: HttpRequest, subject: str, pk: int) -> HttpResponse:
    """Who fits, and why; for its own people only."""
    row: Opportunity = get_object_or_404(Opportunity.objects.select_related("enterprise", "project"), pk=pk)
    own.ours(row, request.user)
    page = MatchPage(briefs.listing(row), (), pending=True)
    return render(request, "portal/matches.html", {"page": page, "as_table": request.GET.get("as") == "table"})

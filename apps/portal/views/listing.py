"""The page of an offer or a request."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.opportunities.models import Opportunity
from apps.opportunities.selectors import read_in, translated
from apps.portal import briefs, finding, listing_details, own, words
from apps.portal.cards import ListingPage, Ours, Words


@require_safe
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """A listing: for everybody when it is published, for its own people always; `?original` shows no translation."""
    rows = read_in(Opportunity.objects.select_related("enterprise", "project__owner"), words.reader())
    row: Opportunity = get_object_or_404(rows, pk=pk)
    page = _page(row, own.ours(row, request.user))
    if "original" in request.GET:
        page = _as_written(page, row)
    return render(request, "portal/listing.html", {"page": page, "section": f"{row.side}s"})


def _page(row: Opportunity, ours: Ours | None) -> ListingPage:
    project = row.project if row.project and (ours or own.is_public(row.project)) else None
    version = translated(row, words.reader())
    return ListingPage(
        card=briefs.listing(row),
        summary=Words(version.texts.summary, version.language) if version else Words(row.summary, row.language),
        groups=listing_details.groups(row),
        technologies=words.terms("technology", row.technologies),
        enterprise=briefs.enterprise(row.enterprise),
        project=briefs.project(project) if project else None,
        similar=() if ours else finding.similar(row),
        ask_url="" if ours else f"{reverse('introduction-new', args=[f'opportunity-{row.pk}'])}?at=listing",
        ours=ours,
    )


def _as_written(page: ListingPage, row: Opportunity) -> ListingPage:
    """The same page with the listing's own texts, and the way to the translation where there is one."""
    card = replace(page.card, title=Words(row.title, row.language), translated="", gloss=briefs.gloss(row))
    return replace(page, card=card, summary=Words(row.summary, row.language), translation=page.card.translated)

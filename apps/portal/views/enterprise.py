"""The page of an enterprise."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.enterprises.models import Enterprise
from apps.portal import briefs, enterprise_details, own
from apps.portal.cards import ListingCard, Ours, Pager, ProjectCard, Words
from apps.portal.enterprise_cards import EnterprisePage

_LISTINGS = 20
_PROJECTS = 50
_REFERENCES = 20


@require_safe
def enterprise(request: HttpRequest, pk: int) -> HttpResponse:
    """An enterprise: for everybody when it is published, for its members always."""
    row: Enterprise = get_object_or_404(Enterprise, pk=pk)
    ours = own.ours(row, request.user)
    cards, pager = _listings(row, request.GET.get("before", ""))
    everything = request.GET.get("references") == "all"
    page = _page(row, ours, cards, pager, most=2000 if everything else _REFERENCES)
    return render(request, "portal/enterprise.html", {"page": page})


def _page(
    row: Enterprise, ours: Ours | None, cards: tuple[ListingCard, ...], pager: Pager, *, most: int
) -> EnterprisePage:
    references = row.references.order_by("-year", "id")
    energy = enterprise_details.energy(row)
    return EnterprisePage(
        card=briefs.enterprise(row),
        details=enterprise_details.details(row),
        identifiers=enterprise_details.identifiers(
            row.identifiers.order_by("scheme", "id"), numbers=bool(ours and ours.timeline)
        ),
        claims=enterprise_details.claims(row.claims.order_by("standard", "id")),
        references=enterprise_details.references(references[:most], row.language),
        references_in_all=references.count(),
        capacities=enterprise_details.capacities(row.capacities.order_by("technology", "-year")),
        energy=energy,
        energy_trend=enterprise_details.trend(energy),
        listings=cards,
        pager=pager,
        projects=_projects(row),
        website=row.website,
        ask_url="" if ours else f"{reverse('introduction-new', args=[f'enterprise-{row.pk}'])}?at=enterprise",
        ours=ours,
    )


def _listings(row: Enterprise, before: str) -> tuple[tuple[ListingCard, ...], Pager]:
    """Its public listings, newest first; older ones than the one named `before`."""
    rows = briefs.public_listings().filter(enterprise=row).order_by("-id")
    total = rows.count()
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: _LISTINGS + 1])
    more = f"?before={found[_LISTINGS - 1].pk}" if len(found) > _LISTINGS else ""
    cards = (replace(card, enterprise=Words("")) for card in briefs.listings(found[:_LISTINGS]))
    return tuple(cards), Pager(total, next_url=more)


def _projects(row: Enterprise) -> tuple[ProjectCard, ...]:
    return tuple(briefs.project(each) for each in row.projects.published().order_by("-id")[:_PROJECTS])

"""The page of a listing's or an enterprise's matches."""

from dataclasses import replace
from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from apps.core.lifecycle import State
from apps.enterprises.models import Enterprise
from apps.enterprises.selectors import is_member
from apps.introductions.models import Introduction
from apps.introductions.rules import Party
from apps.introductions.rules import State as InState
from apps.introductions.selectors import introductions_of
from apps.matching import marks
from apps.matching.criteria import DEFAULT_WEIGHTS
from apps.matching.selectors import current_run, key_of, near_misses, shown_matches
from apps.opportunities.models import Opportunity
from apps.portal import matching_words, own, words
from apps.portal.cards import Term, Words
from apps.portal.match_cards import MatchCard, MatchPage

Owner = Opportunity | Enterprise
_OWNERS: dict[str, type[Owner]] = {"opportunity": Opportunity, "enterprise": Enterprise}
_ID = {Opportunity: "opportunity_id", Enterprise: "enterprise_id"}


@require_safe
@login_required
@vary_on_headers("HX-Request")
def matches(request: HttpRequest, subject: str, pk: int) -> HttpResponse:
    """Who fits, and why; for its own people only. `?open=` shows all reasons of one, which htmx asks for alone."""
    row = cast("Owner", get_object_or_404(_OWNERS[subject], pk=pk))
    if not is_member(request.user, row.enterprise_id if isinstance(row, Opportunity) else row.pk):
        raise Http404
    page = _page(row, request.GET.get("open", ""), near=not request.headers.get("HX-Request"))
    if request.headers.get("HX-Request"):
        return _one(request, page)
    return render(request, "portal/matches.html", {"page": page, "as_table": request.GET.get("as") == "table"})


def _page(row: Owner, opened: str, *, near: bool) -> MatchPage:
    run = current_run()
    dismissed = marks.dismissed(key_of(row))
    found = [partner for partner in shown_matches(**{_ID[type(row)]: row.pk}) if partner.key not in dismissed]
    weights = {**DEFAULT_WEIGHTS, **(run.weights if run else {})}
    by_profile = isinstance(row, Enterprise)
    cards = _introduced(row, [matching_words.match(partner, weights, by_profile=by_profile) for partner in found])
    return MatchPage(
        title=Words(str(row), row.language),
        url=own.address(row),
        label=words.value("side", row.side) if isinstance(row, Opportunity) else _("Enterprise"),
        side=row.side if isinstance(row, Opportunity) else "",
        matches=cards,
        fresh=run.finished_at if run else None,
        pending=run is None and row.state == State.PUBLISHED,
        opened=opened or (cards[0].key if cards else ""),
        blocked=tuple(matching_words.match(partner, weights) for partner in near_misses(row)) if near else (),
        spread=settings.MATCHING_EXPOSURE and isinstance(row, Opportunity) and row.side == "request",
    )


def _introduced(row: Owner, cards: list[MatchCard]) -> tuple[MatchCard, ...]:
    """The matches, each with how an introduction to it stands or with the way to ask for one."""
    own = Party("opportunity" if isinstance(row, Opportunity) else "enterprise", row.pk)
    known = {str(other): found for other, found in introductions_of(own).items()}
    return tuple(_with_introduction(own, card, known.get(card.key)) for card in cards)


def _with_introduction(own: Party, card: MatchCard, found: Introduction | None) -> MatchCard:
    if found:
        url = reverse("introduction", args=[found.pk])
        return replace(card, introduction=Term(str(InState(found.state).label), url))
    query = urlencode({"for": str(own), "at": "match"})
    return replace(card, ask_url=f"{reverse('introduction-new', args=[card.key])}?{query}")


def _one(request: HttpRequest, page: MatchPage) -> HttpResponse:
    """The one match that was opened."""
    found = [match for match in page.matches if match.key == page.opened]
    if not found:
        raise Http404
    return render(request, "components/match.html", {"match": found[0], "open": True, "asked": True})

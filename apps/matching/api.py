"""`GET opportunities/{id}/matches/`: the list of one's own listing."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import listing
from apps.enterprises.selectors import is_member
from apps.introductions.models import Introduction
from apps.introductions.rules import Party
from apps.introductions.selectors import introductions_of
from apps.matching import marks
from apps.matching.models import Mark
from apps.matching.rules import Marked
from apps.matching.selectors import Fit, Partner, near_misses, shown_matches
from apps.opportunities.models import Opportunity


def _object(description: str = "", /, **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)} | (
        {"description": description} if description else {}
    )


def _list(items: dict[str, Any], description: str = "") -> dict[str, Any]:
    return {"type": "array", "items": items} | ({"description": description} if description else {})


_TEXT, _WHOLE, _SHARE = {"type": "string"}, {"type": "integer"}, {"type": "number", "minimum": 0, "maximum": 1}
_WAY = _object(
    "How well one side fits what the other asks for. The contributions add up to the score, which is null where nothing is known.",
    score=_SHARE | {"nullable": True},
    reasons=_list(_object(criterion=_TEXT, score=_SHARE, weight=_SHARE, contribution=_SHARE, text=_TEXT)),
)
_ENTRY = _object(
    kind={"type": "string", "enum": ["opportunity", "enterprise"]},
    opportunity=_object(id=_WHOLE, side=_TEXT, title=_TEXT, language=_TEXT) | {"nullable": True},
    enterprise=_object(id=_WHOLE, name=_TEXT, country=_TEXT),
    score=_SHARE
    | {"description": "The harmonic mean of both ways; of a near miss what it would be if nothing stood in the way."},
    confidence=_SHARE,
    forward=_WAY,
    backward=_WAY,
    introduction=_object(
        "The latest introduction of the two that is open, accepted or concluded.", id=_WHOLE, state=_TEXT
    )
    | {"nullable": True},
    shortlisted={"type": "boolean"},
    dismissed={"type": "boolean", "description": "Taken out of the list on the pages, and not pushed again."},
    unknown=_list(_TEXT, "Criteria that would count if they were stated."),
    blocked=_list(
        _TEXT,
        "Empty for a match. For a near miss, what stands in the way, in the caller's language: terms of this listing, or public "
        "terms of the other's. Whom the other excludes by name is never told.",
    ),
    busy={"type": "boolean", "description": "Whether the other side takes no more introductions for now."},
)
_ANSWER = _object(
    "Matches, best first (or in an order that also spreads attention, where the operator chose it), and after them at most ten near misses, best first: entries whose `blocked` is not empty.",
    count=_WHOLE,
    next={"type": "string", "nullable": True},
    previous={"type": "string", "nullable": True},
    results=_list(_ENTRY),
    facets={"type": "object"},
)


class MatchView(APIView):
    """Matches of an opportunity, best first, then near misses, for members of its enterprise; for others it does not exist."""

    @extend_schema(responses={200: _ANSWER}, tags=["opportunities"])
    def get(self, request: Request, pk: int) -> Response:
        opportunity = Opportunity.objects.filter(pk=pk).select_related("enterprise", "project").first()
        if opportunity is None or not is_member(request.user, opportunity.enterprise_id):
            raise Http404
        own = marks.key_of(Party("opportunity", opportunity.pk))
        known, met = marks.marks_of([own]), introductions_of(marks.party_of(own))
        partners = (*shown_matches(opportunity_id=opportunity.pk), *near_misses(opportunity))
        return listing(
            [as_json(each, known.get((own, each.key)), met.get(marks.party_of(each.key))) for each in partners]
        )


def as_json(partner: Partner, mark: Mark | None = None, introduction: Introduction | None = None) -> dict[str, Any]:
    """A match as the contract shows it: what the other side publishes, and how it stands with us."""
    enterprise, opportunity = partner.enterprise, partner.opportunity
    return {
        "kind": partner.kind,
        "opportunity": {
            "id": opportunity.pk,
            "side": opportunity.side,
            "title": opportunity.title,
            "language": opportunity.language,
        }
        if opportunity
        else None,
        "enterprise": {"id": enterprise.pk, "name": enterprise.name, "country": enterprise.country},
        "score": partner.score,
        "confidence": partner.confidence,
        "forward": _fit(partner.forward),
        "backward": _fit(partner.backward),
        "introduction": {"id": introduction.pk, "state": introduction.state} if introduction else None,
        "shortlisted": mark is not None and mark.state == Marked.SHORTLISTED,
        "dismissed": mark is not None and mark.state == Marked.DISMISSED,
        "unknown": list(partner.unknown),
        "blocked": list(partner.blocked),
        "busy": partner.busy,
    }


def _fit(fit: Fit) -> dict[str, Any]:
    reasons = [
        {
            "criterion": reason.criterion,
            "score": reason.score,
            "weight": reason.weight,
            "contribution": reason.contribution,
            "text": reason.text,
        }
        for reason in fit.reasons
    ]
    return {"score": fit.score, "reasons": reasons}

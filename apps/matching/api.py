"""`GET opportunities/{id}/matches/`: the list of one's own listing."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import listing
from apps.enterprises.selectors import is_member
from apps.matching.selectors import Fit, Partner, matches_of
from apps.opportunities.models import Opportunity


class MatchView(APIView):
    """Matches of an opportunity, best first, for members of its enterprise; for others it does not exist."""

    @extend_schema(responses={200: {"type": "object", "additionalProperties": True}}, tags=["opportunities"])
    def get(self, request: Request, pk: int) -> Response:
        opportunity = Opportunity.objects.filter(pk=pk).first()
        if opportunity is None or not is_member(request.user, opportunity.enterprise_id):
            raise Http404
        return listing([as_json(partner) for partner in matches_of(opportunity_id=opportunity.pk)])


def as_json(partner: Partner) -> dict[str, Any]:
    """A match as the contract shows it; only what the other side publishes."""
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
        "unknown": list(partner.unknown),
        "blocked": list(partner.blocked),
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

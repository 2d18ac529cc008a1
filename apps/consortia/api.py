"""`GET projects/{id}/teams/`: the best few teams for a project's requests, for its owner's people."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.consortia.selectors import Team, teams_of
from apps.enterprises.selectors import is_member
from apps.matching.api import as_json as match_as_json
from apps.projects.models import Project


class TeamsView(APIView):
    """Teams that fill every role; where there is none, what is in the way. For others the project's teams do not exist."""

    @extend_schema(responses={200: dict}, tags=["projects"])
    def get(self, request: Request, pk: int) -> Response:
        project = Project.objects.filter(pk=pk).first()
        if project is None or not is_member(request.user, project.owner_id):
            raise Http404
        found = teams_of(project)
        return Response(
            {
                "roles": [{"id": row.pk, "title": row.title, "language": row.language} for row in found.roles],
                "budget": _money(found.budget),
                "results": [_team(team) for team in found.teams],
                "in_the_way": list(found.in_the_way),
                "unfilled": [row.pk for row in found.empty],
            }
        )


def _team(team: Team) -> dict[str, Any]:
    return {
        "fit": team.fit,
        "gap": team.gap,
        "languages": list(team.languages),
        "frameworks": dict(team.covered),
        "cost": _money(team.cost),
        "priced": team.priced,
        "members": [{"role": member.request.pk, "match": match_as_json(member.partner)} for member in team.members],
    }


def _money(amount: float | None) -> dict[str, Any] | None:
    return None if amount is None else {"amount": round(amount, 2), "currency": "EUR"}

"""The API's reference lists."""

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import listing
from apps.reference import rules, selectors
from apps.reference.models import FrameworkMembership

LANG = OpenApiParameter("lang", str, description="BCP 47 tag of the language of the names")


def reader_language(request: Request) -> str:
    """The language asked for by ?lang=, or the caller's."""
    return rules.language_tag(request.query_params.get("lang", "")) or get_language() or "en"


class CountriesView(APIView):
    """GET countries/: every country with its name and its standing in frameworks today."""

    permission_classes = (AllowAny,)

    @extend_schema(parameters=[LANG], responses=dict)
    def get(self, request: Request) -> Response:
        standing = selectors.members()
        rows = [
            {
                "code": code,
                "name": name,
                "frameworks": [key for key, countries in standing.items() if code in countries],
            }
            for code, name in selectors.country_choices(reader_language(request))
        ]
        return listing(rows)


class FrameworksView(APIView):
    """GET frameworks/: frameworks with their dated rows, sources and whether a row is older than a year."""

    permission_classes = (AllowAny,)

    @extend_schema(parameters=[LANG], responses=dict)
    def get(self, request: Request) -> Response:
        language = reader_language(request)
        rows: dict[str, list[dict[str, Any]]] = {}
        for row in FrameworkMembership.objects.order_by("framework_id", "country"):
            rows.setdefault(row.framework_id, []).append(
                {
                    "country": row.country,
                    "status": row.status,
                    "since": row.since,
                    "since_precision": row.since_precision,
                    "until": row.until,
                    "note": row.note,
                    "source": row.source,
                    "as_of": row.as_of,
                    "stale": selectors.is_stale(row),
                }
            )
        return listing(
            [
                {"code": code, "name": selectors.framework_name(names, language), "memberships": rows.get(code, [])}
                for code, names in selectors.frameworks().items()
            ]
        )

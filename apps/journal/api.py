"""GET journal/: an enterprise's own facts."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import listing
from apps.journal.models import Fact

PAGE = 50


class FactsView(APIView):
    """The facts of the enterprises that `enterprise_ids` names, newest first, by key set pages."""

    def enterprise_ids(self, request: Request) -> list[int]:
        """Whose facts the caller may read; nobody's here, the app that knows memberships says."""
        return []

    @extend_schema(
        parameters=[OpenApiParameter("cursor", str, description="where the next page begins")],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        facts = Fact.objects.filter(enterprise_id__in=self.enterprise_ids(request)).order_by("-id")
        count = facts.count()
        before = request.query_params.get("cursor", "")
        if before.isascii() and before.isdigit() and len(before) < 19:
            facts = facts.filter(pk__lt=int(before))
        rows = list(facts[: PAGE + 1])
        results = [
            {
                "id": fact.pk, "kind": fact.kind, "at": fact.at, "subject": fact.subject,
                "subject_ids": fact.subject_ids, "enterprise": fact.enterprise_id, "payload": fact.payload,
            }
            for fact in rows[:PAGE]
        ]  # fmt: skip
        more = request.build_absolute_uri(f"?cursor={results[-1]['id']}") if len(rows) > PAGE else None
        return listing(results, count=count, following=more)

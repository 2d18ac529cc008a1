"""The moderators' part of the API."""

from typing import Any, cast

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, ParseError, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.core.api import IF_MATCH, listing, version_of
from apps.core.problems import InvalidRecord, PreconditionFailed
from apps.core.records import BadValue, Problem, text
from apps.moderation import selectors, services

_reason = text(4000)


class IsModerator(BasePermission):
    """Moderators only."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user.is_authenticated and request.user.is_moderator)


class QueueView(APIView):
    """GET moderation/queue/: what waits, oldest first."""

    permission_classes = (IsModerator,)

    @extend_schema(
        parameters=[OpenApiParameter("cursor", str, description="where the next page begins")],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        try:
            waiting, following = selectors.queue(after=request.query_params.get("cursor", ""))
        except selectors.BadPlace:
            raise ParseError(_("The cursor is none of this list; begin at its first page.")) from None
        rows = [
            {
                "id": row.id, "kind": row.subject, "title": row.title, "language": row.language,
                "enterprise": row.enterprise, "country": row.country, "submitted_at": row.submitted_at,
                "version": row.version,
            }
            for row in waiting
        ]  # fmt: skip
        more = replace_query_param(request.build_absolute_uri(), "cursor", following) if following else None
        return listing(rows, count=selectors.count(), following=more)


class DecisionView(APIView):
    """POST moderation/{id}/approve|return|decline/ with {"reason"} and the version in If-Match."""

    permission_classes = (IsModerator,)

    @extend_schema(parameters=[IF_MATCH], request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, identifier: str, verdict: str) -> Response:
        found = selectors.find(identifier)
        if found is None:
            raise NotFound
        subject, row = found
        version = version_of(request)
        if row.version != version:
            raise PreconditionFailed
        body = request.data if isinstance(request.data, dict) else {}
        try:
            services.decide(
                row=row, subject=subject, verdict=verdict, moderator=cast("User", request.user),
                version=version, reason=_reason(body.get("reason", "")),
            )  # fmt: skip
        except (services.ReasonMissing, BadValue) as error:
            raise InvalidRecord([Problem("reason", getattr(error, "code", "required"), str(error))]) from error
        except PermissionError as error:
            raise PermissionDenied(_("You cannot decide about your own enterprise.")) from error
        return Response({"id": identifier, "state": row.state, "version": row.version})

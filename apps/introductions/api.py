"""The API of introductions; nobody but the people of both sides is told that they exist."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, ParseError, PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.core import api
from apps.core.lifecycle import Conflict
from apps.core.problems import InvalidRecord, PreconditionFailed
from apps.core.records import Problem, Record
from apps.enterprises.rules import public_id
from apps.enterprises.selectors import enterprises_of
from apps.introductions import selectors, services
from apps.introductions.models import Introduction
from apps.introductions.rules import ASK, CONCLUDE, DECLINE, Party, State
from apps.introductions.selectors import Other, Side

PAGE = 50
_TEXT, _NUMBER, _LIST = {"type": "string"}, {"type": "integer"}, {"type": "array", "items": {"type": "string"}}
_ENTERPRISE = {
    "type": "object",
    "nullable": True,
    "properties": {"id": _NUMBER, "public_id": _TEXT, "name": _TEXT},
}
_LISTING = {"type": "object", "nullable": True, "properties": {"id": _NUMBER, "title": _TEXT, "language": _TEXT}}
_ANSWER = {
    "type": "object",
    "properties": {
        "id": _NUMBER, "version": _NUMBER, "state": {"type": "string", "enum": State.values},
        "role": {"type": "string", "enum": ["sender", "receiver"], "description": "on which side the caller is"},
        "enterprise": _ENTERPRISE, "opportunity": _LISTING,
        "other": {
            "type": "object",
            "properties": {
                "enterprise": _ENTERPRISE | {"description": "who it is: null until both sides agree"},
                "opportunity": _LISTING, "country": _TEXT, "stages": _LIST, "technologies": _LIST,
                "contact": {
                    "type": "object", "nullable": True, "properties": {"name": _TEXT, "email": _TEXT},
                    "description": "whom to write to: null until both sides agree",
                },
            },
        },
        "note": _TEXT, "language": _TEXT, "reason": _TEXT, "remark": _TEXT, "outcome": _TEXT,
        **{name: {"type": "string", "format": "date-time"} for name in ("created", "updated", "deadline")},
    },
}  # fmt: skip
_ONE = {(200, "application/json"): _ANSWER}
_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="the version that you read; 412 where there is a newer one"
)
_LISTED = {
    "type": "object",
    "properties": {
        "count": _NUMBER, "next": _TEXT | {"nullable": True}, "previous": _TEXT | {"nullable": True},
        "results": {"type": "array", "items": _ANSWER}, "facets": {"type": "object"},
    },
}  # fmt: skip


def _me(request: Request) -> User:
    return cast("User", request.user)


def _shown(row: Introduction, user: User) -> dict[str, Any]:
    """An introduction as the caller's side sees it."""
    role = selectors.role_of(row, user)
    other = selectors.other_side(row, role)
    plain = (
        "id",
        "version",
        "state",
        "note",
        "language",
        "reason",
        "remark",
        "outcome",
        "created",
        "updated",
        "deadline",
    )
    return {name: getattr(row, name) for name in plain} | {
        "role": role,
        "enterprise": _enterprise(getattr(row, role)),
        "opportunity": _listing(getattr(row, f"{role}_opportunity")),
        "other": _other(other),
    }


def _other(other: Other) -> dict[str, Any]:
    contact = other.contact
    return {
        "enterprise": _enterprise(other.enterprise), "opportunity": _listing(other.opportunity),
        "country": other.country, "stages": other.stages, "technologies": other.technologies,
        "contact": {"name": contact.name, "email": contact.email} if contact else None,
    }  # fmt: skip


def _enterprise(row: Any) -> dict[str, Any] | None:
    return {"id": row.pk, "public_id": public_id(row.pk), "name": row.name} if row else None


def _listing(row: Any) -> dict[str, Any] | None:
    return {"id": row.pk, "title": row.title, "language": row.language} if row else None


def _answer(row: Introduction, user: User, status: int = 200) -> Response:
    return Response(_shown(row, user), status, headers={"ETag": f'"{row.version}"'})


def _readable(request: Request, pk: int) -> Introduction:
    row = selectors.readable(_me(request)).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


class IntroductionsView(APIView):
    """GET introductions/ and POST introductions/."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="introductions_list",
        parameters=[
            OpenApiParameter("role", str, enum=["sender", "receiver"], description="only what one sent, or received"),
            OpenApiParameter("state", str, enum=State.values),
            OpenApiParameter("cursor", str, description="where the next page begins"),
        ],
        responses={(200, "application/json"): _LISTED},
    )
    def get(self, request: Request) -> Response:
        """Those of one's own enterprises, the newest first."""
        asked = request.query_params
        rows = selectors.readable(_me(request))
        if role := _one_of(asked, "role", ["sender", "receiver"]):
            rows = rows.filter(**{f"{role}__in": enterprises_of(_me(request))})
        if state := _one_of(asked, "state", State.values):
            rows = rows.filter(state=state)
        count, before = rows.count(), asked.get("cursor", "")
        if before.isascii() and before.isdigit() and len(before) < 19:
            rows = rows.filter(pk__lt=int(before))
        found = list(rows.order_by("-id")[: PAGE + 1])
        following = _following(request, found[PAGE - 1].pk) if len(found) > PAGE else None
        return api.listing([_shown(row, _me(request)) for row in found[:PAGE]], count=count, following=following)

    @extend_schema(
        request=api.described(ASK), responses={(201, "application/json"): _ANSWER, (200, "application/json"): _ANSWER}
    )
    def post(self, request: Request) -> Response:
        """Ask for an introduction: 201; 200 with the open one where one's own enterprise has asked already."""
        values = api.cleaned(ASK, request.data)
        receiver = selectors.side_of(values["to"])
        sender = _own(_me(request), values["from"])
        if receiver is None:
            raise services.Undeliverable
        row, new = services.propose(
            sender=sender, receiver=receiver, note=values["note"], language=values["language"], actor=_me(request)
        )
        return _answer(row, _me(request), 201 if new else 200)


def _own(user: User, named: Party) -> Side:
    """The caller's own public listing or enterprise; InvalidRecord where it is none."""
    found = [side for side in selectors.askers(user) if side.party == named]
    if not found:
        message = _("Name a public listing of yours, or a public enterprise that you act for.")
        raise InvalidRecord([Problem("from", "unknown", message)])
    return found[0]


def _one_of(asked: Mapping[str, str], name: str, known: list[str]) -> str:
    value = asked.get(name, "")
    if value and value not in known:
        raise ParseError(_("“%(value)s” is not known here.") % {"value": value[:60]})
    return value


def _following(request: Request, cursor: int) -> str:
    query = request.query_params.copy()
    query["cursor"] = str(cursor)
    return request.build_absolute_uri(f"?{query.urlencode()}")


class IntroductionView(APIView):
    """GET introductions/{id}/."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=_ONE)
    def get(self, request: Request, pk: int) -> Response:
        return _answer(_readable(request, pk), _me(request))


class _StepView(APIView):
    """POST: one move; of the version in If-Match if the caller names one, of the present one otherwise."""

    permission_classes = (IsAuthenticated,)
    name: ClassVar[str]
    work: ClassVar[Callable[..., None]]
    record: ClassVar[Record] = Record("nothing", [])

    def post(self, request: Request, pk: int) -> Response:
        row = _readable(request, pk)
        by = selectors.acting(row, _me(request), self.name)
        if by is None:
            raise PermissionDenied(_("It is the other side's turn, or you only read for your enterprise."))
        version = api.version_of(request) if "If-Match" in request.headers else row.version
        if version != row.version:
            raise PreconditionFailed
        values = api.cleaned(self.record, request.data or {})
        try:
            type(self).work(introduction=row, actor=_me(request), by=by, version=version, **values)
        except Conflict:
            if "If-Match" in request.headers and _readable(request, pk).version != version:
                raise PreconditionFailed from None
            raise
        return _answer(row, _me(request))


class AcceptView(_StepView):
    """POST introductions/{id}/accept/."""

    name, work = "accept", services.accept

    @extend_schema(parameters=[_MATCH], request=None, responses=_ONE)
    def post(self, request: Request, pk: int) -> Response:
        return super().post(request, pk)


class WithdrawView(_StepView):
    """POST introductions/{id}/withdraw/."""

    name, work = "withdraw", services.withdraw

    @extend_schema(parameters=[_MATCH], request=None, responses=_ONE)
    def post(self, request: Request, pk: int) -> Response:
        return super().post(request, pk)


class DeclineView(_StepView):
    """POST introductions/{id}/decline/."""

    name, work, record = "decline", services.decline, DECLINE

    @extend_schema(parameters=[_MATCH], request=api.described(DECLINE), responses=_ONE)
    def post(self, request: Request, pk: int) -> Response:
        return super().post(request, pk)


class ConcludeView(_StepView):
    """POST introductions/{id}/conclude/."""

    name, work, record = "conclude", services.conclude, CONCLUDE

    @extend_schema(parameters=[_MATCH], request=api.described(CONCLUDE), responses=_ONE)
    def post(self, request: Request, pk: int) -> Response:
        return super().post(request, pk)

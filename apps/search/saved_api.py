"""The API of a person's own saved searches; nobody else is told that they exist."""

from typing import Any, cast

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.core import api
from apps.core.lifecycle import Conflict
from apps.core.problems import PreconditionFailed
from apps.search import criteria, saved
from apps.search.criteria import CHANGES, SAVED
from apps.search.filters import BOUNDS
from apps.search.models import SavedSearch


def _shown(search: SavedSearch) -> dict[str, Any]:
    """A saved search under the names of the API's search; bounds are numbers again."""
    bounds = {name: float(values[0]) for name, values in search.filters.items() if name in BOUNDS}
    return {
        "id": search.pk, "name": search.name, "frequency": search.frequency, "paused": search.paused,
        "kind": search.kind, "q": search.question, "lang": search.language, "plain": search.plain,
        **(search.filters | bounds),
        "created": search.created, "told_at": search.told_at, "version": search.version,
    }  # fmt: skip


def _answer(search: SavedSearch, status: int = 200) -> Response:
    return Response(_shown(search), status, headers={"ETag": f'"{search.version}"'})


def _own(request: Request, pk: int) -> SavedSearch:
    search = SavedSearch.objects.select_related("user").filter(pk=pk, user=cast("User", request.user)).first()
    if search is None:
        raise NotFound
    return search


class SavedSearchesView(APIView):
    """GET searches/ and POST searches/."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="searches_list", responses=dict)
    def get(self, request: Request) -> Response:
        """All of one's own, the newest first."""
        mine = SavedSearch.objects.filter(user=cast("User", request.user)).order_by("-id")
        return api.listing([_shown(search) for search in mine])

    @extend_schema(request=api.described(SAVED), responses={201: dict})
    def post(self, request: Request) -> Response:
        """Save a search: told of what is published from now on and has everything that is asked."""
        values = api.cleaned(SAVED, request.data)
        search = saved.save(
            user=cast("User", request.user), asked=criteria.from_record(values), name=values["name"],
            frequency=values.get("frequency") or "daily",
        )  # fmt: skip
        return _answer(search, 201)


class SavedSearchView(APIView):
    """GET, PATCH and DELETE searches/{id}/."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=dict)
    def get(self, request: Request, pk: int) -> Response:
        return _answer(_own(request, pk))

    @extend_schema(parameters=[api.IF_MATCH], request=api.described(CHANGES), responses=dict)
    def patch(self, request: Request, pk: int) -> Response:
        """Another name or frequency, paused or not; what is asked for stays."""
        search = _own(request, pk)
        values = api.cleaned(CHANGES, request.data, partial=True)
        _change(
            search, api.version_of(request), {name: value for name, value in values.items() if value not in (None, "")}
        )
        return _answer(search)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        saved.delete(search=_own(request, pk))
        return Response(status=204)


@transaction.atomic
def _change(search: SavedSearch, version: int, values: dict[str, Any]) -> None:
    """All of a change or nothing of it."""
    if search.version != version:
        raise PreconditionFailed
    paused = values.pop("paused", None)
    if values:
        try:
            saved.change(search=search, version=version, **values)
        except Conflict:
            raise PreconditionFailed from None
    if paused is not None:
        (saved.pause if paused else saved.resume)(search=search)

"""The API's writes and details of enterprises."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from apps.accounts.models import User
from apps.core import api
from apps.core.models import Publishable
from apps.enterprises import selectors, services
from apps.enterprises.models import Enterprise
from apps.enterprises.rules import RECORD


class EnterpriseViews(api.Owned):
    """How rows of enterprises are found and shown."""

    record = RECORD

    def find(self, pk: int) -> Enterprise | None:
        return Enterprise.objects.filter(pk=pk).first()

    def may_see(self, request: Request, row: Enterprise) -> bool:
        return selectors.is_member(cast("User", request.user), row.pk)

    def may_edit(self, request: Request, row: Enterprise) -> bool:
        return selectors.may_edit(cast("User", request.user), row.pk)

    def show(self, request: Request, row: Enterprise) -> dict[str, Any]:
        return selectors.as_public(row) | (selectors.as_private(row) if self.reads_all(request, row) else {})


class EnterpriseCreateView(EnterpriseViews, api.Collection):
    """POST enterprises/: a draft whose maker becomes its owner."""

    def create(self, request: Request) -> Publishable:
        values = api.cleaned(RECORD, request.data, given=frozenset({"external_id"}))
        return services.create(values=values, actor=cast("User", request.user))

    @extend_schema(request=api.described(RECORD), responses={201: dict})
    def post(self, request: Request) -> Any:
        return super().post(request)


class EnterpriseDetailView(EnterpriseViews, api.Detail):
    """GET and PATCH enterprises/{id}/."""

    def change(self, request: Request, row: Enterprise, version: int) -> None:
        values = api.cleaned_edit(RECORD, request.data, row)
        services.update(enterprise=row, values=values, actor=cast("User", request.user), version=version)


class EnterpriseStepView(EnterpriseViews, api.Step):
    """POST enterprises/{id}/submit/ and /withdraw/."""

    def move(self, request: Request, row: Enterprise, version: int | None) -> None:
        services.move(enterprise=row, name=self.name, actor=cast("User", request.user), version=version)

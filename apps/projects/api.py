"""The API's writes and details of projects."""

from typing import Any, cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from apps.accounts.models import User
from apps.core import api
from apps.core.models import Publishable
from apps.core.problems import InvalidRecord
from apps.core.records import Problem
from apps.enterprises.selectors import enterprise_named, is_member, may_edit
from apps.projects import selectors, services
from apps.projects.models import Project
from apps.projects.rules import RECORD


class ProjectViews(api.Owned):
    """How rows of projects are found and shown."""

    record = RECORD

    def find(self, pk: int) -> Project | None:
        return Project.objects.select_related("owner").filter(pk=pk).first()

    def is_public(self, row: Project) -> bool:
        return super().is_public(row) and (row.owner is None or row.owner.state == "published")

    def may_see(self, request: Request, row: Project) -> bool:
        return is_member(cast("User", request.user), row.owner_id)

    def may_edit(self, request: Request, row: Project) -> bool:
        return may_edit(cast("User", request.user), row.owner_id)

    def show(self, request: Request, row: Project) -> dict[str, Any]:
        return selectors.as_public(row) | (selectors.as_private(row) if self.reads_all(request, row) else {})


class ProjectCreateView(ProjectViews, api.Collection):
    """POST projects/: a draft owned by one of the caller's enterprises."""

    def create(self, request: Request) -> Publishable:
        values = api.cleaned(RECORD, request.data, given=frozenset({"external_id"}))
        user = cast("User", request.user)
        owner = enterprise_named(user, values.pop("owner", ""))
        if owner is None:
            raise InvalidRecord([Problem("owner", "unknown", _("Name the enterprise of yours that owns it."))])
        return services.create(owner=owner, values=values, actor=user)

    @extend_schema(request=api.described(RECORD), responses={201: dict})
    def post(self, request: Request) -> Any:
        return super().post(request)


class ProjectDetailView(ProjectViews, api.Detail):
    """GET and PATCH projects/{id}/."""

    def change(self, request: Request, row: Project, version: int) -> None:
        values = api.cleaned_edit(RECORD, request.data, row)
        if values.pop("owner", None) not in (None, row.owner and row.owner.external_id):
            raise InvalidRecord([Problem("owner", "fixed", _("A project's owner cannot be changed."))])
        services.update(project=row, values=values, actor=cast("User", request.user), version=version)


class ProjectStepView(ProjectViews, api.Step):
    """POST projects/{id}/submit/ and /withdraw/."""

    def move(self, request: Request, row: Project, version: int | None) -> None:
        services.move(project=row, name=self.name, actor=cast("User", request.user), version=version)

"""The API's writes and details of opportunities."""

from typing import Any, cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.core import api
from apps.core.models import Publishable
from apps.core.problems import InvalidRecord
from apps.core.records import Problem
from apps.enterprises.models import Enterprise
from apps.enterprises.rules import public_id
from apps.enterprises.selectors import enterprise_named, is_member, may_edit
from apps.opportunities import selectors, services
from apps.opportunities.models import Opportunity
from apps.opportunities.rules import RECORD
from apps.projects.models import Project
from apps.reference.rules import language_tag, primary
from apps.translations.selectors import Shown

_LANG = "the language (BCP 47) in which `translation` gives title and summary, where there is a translation into it"
_VERSION = {
    "language": {"type": "string", "description": "BCP 47"},
    "origin": {"type": "string", "enum": ["human", "machine"]},
    "stale": {"type": "boolean", "description": "the original has changed since"},
}
_TEXTS = {"title": {"type": "string"}, "summary": {"type": "string"}}
_ANSWER = {
    "type": "object",
    "additionalProperties": True,
    "properties": {
        "translations": {"type": "array", "items": {"type": "object", "properties": _VERSION}},
        "translation": {"type": "object", "nullable": True, "properties": _VERSION | _TEXTS},
    },
}


class OpportunityViews(api.Owned):
    """How rows of opportunities are found and shown."""

    record = RECORD

    def find(self, pk: int) -> Opportunity | None:
        return Opportunity.objects.select_related("enterprise", "project").filter(pk=pk).first()

    def is_public(self, row: Opportunity) -> bool:
        """Whatever changes in an unpublished enterprise must not show on its listings either."""
        return super().is_public(row) and row.enterprise.state == "published"

    def may_see(self, request: Request, row: Opportunity) -> bool:
        return is_member(cast("User", request.user), row.enterprise_id)

    def may_edit(self, request: Request, row: Opportunity) -> bool:
        return may_edit(cast("User", request.user), row.enterprise_id)

    def show(self, request: Request, row: Opportunity) -> dict[str, Any]:
        private = selectors.as_private(row) if self.reads_all(request, row) else {}
        return selectors.as_public(row) | _translations(request, row) | private


def _translations(request: Request, row: Opportunity) -> dict[str, Any]:
    """Into what a listing is translated, and the texts of the translation that `?lang=` picks."""
    versions, asked = selectors.versions(row), request.query_params.get("lang", "")
    if asked and language_tag(asked) is None:
        raise ParseError(_("“%(value)s” is no language tag (BCP 47).") % {"value": asked[:60]})
    picked = next((each for each in versions if asked and primary(each.language) == primary(asked)), None)
    return {
        "translations": [_version(each) for each in versions],
        "translation": _version(picked) | {"title": picked.texts.title, "summary": picked.texts.summary}
        if picked
        else None,
    }


def _version(version: Shown) -> dict[str, Any]:
    return {"language": version.language, "origin": version.origin, "stale": version.stale}


def _own_enterprise(user: User, named: str) -> Enterprise:
    enterprise = enterprise_named(user, named)
    if enterprise is None:
        raise InvalidRecord([Problem("enterprise", "unknown", _("Name the enterprise of yours that publishes it."))])
    return enterprise


def _own_project(enterprise: Enterprise, named: str) -> Project | None:
    if not named:
        return None
    project: Project | None = Project.objects.filter(external_id=named, owner=enterprise).first()
    if project is None:
        raise InvalidRecord([Problem("project", "unknown", _("Your enterprise has no project of this id."))])
    return project


class OpportunityCreateView(OpportunityViews, api.Collection):
    """POST opportunities/: a draft of one of the caller's enterprises."""

    def create(self, request: Request) -> Publishable:
        values = api.cleaned(RECORD, request.data, given=frozenset({"external_id", "enterprise"}))
        user = cast("User", request.user)
        enterprise = _own_enterprise(user, values.pop("enterprise", ""))
        project = _own_project(enterprise, values.pop("project", ""))
        return services.create(enterprise=enterprise, project=project, values=values, actor=user)

    @extend_schema(request=api.described(RECORD), responses={201: dict})
    def post(self, request: Request) -> Any:
        return super().post(request)


class OpportunityDetailView(OpportunityViews, api.Detail):
    """GET and PATCH opportunities/{id}/."""

    @extend_schema(
        parameters=[OpenApiParameter("lang", str, description=_LANG)],
        responses={(200, "application/json"): _ANSWER},
    )
    def get(self, request: Request, pk: int) -> Response:
        return super().get(request, pk)

    def change(self, request: Request, row: Opportunity, version: int) -> None:
        values = api.cleaned_edit(RECORD, request.data, row)
        if values.pop("enterprise", None) not in (None, row.enterprise.external_id, public_id(row.enterprise_id)):
            raise InvalidRecord([Problem("enterprise", "fixed", _("A listing's enterprise cannot be changed."))])
        if "project" in values:
            values["project"] = _own_project(row.enterprise, values["project"])
        services.update(opportunity=row, values=values, actor=cast("User", request.user), version=version)


class OpportunityStepView(OpportunityViews, api.Step):
    """POST opportunities/{id}/submit/ and /withdraw/."""

    def move(self, request: Request, row: Opportunity, version: int | None) -> None:
        services.move(opportunity=row, name=self.name, actor=cast("User", request.user), version=version)

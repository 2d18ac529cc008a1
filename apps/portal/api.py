"""Addresses of the API under which several apps answer together."""

from typing import cast

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request

from apps.accounts.models import User
from apps.enterprises.api import EnterpriseCreateView
from apps.enterprises.selectors import enterprises_of
from apps.journal.api import FactsView
from apps.opportunities.api import OpportunityCreateView
from apps.projects.api import ProjectCreateView
from apps.search.api import EnterpriseSearchView, OpportunitySearchView, ProjectSearchView


@extend_schema_view(get=extend_schema(operation_id="opportunities_search"))
class OpportunitiesView(OpportunitySearchView, OpportunityCreateView):
    """GET searches, POST makes a draft."""


@extend_schema_view(get=extend_schema(operation_id="projects_search"))
class ProjectsView(ProjectSearchView, ProjectCreateView):
    """GET searches, POST makes a draft."""


@extend_schema_view(get=extend_schema(operation_id="enterprises_search"))
class EnterprisesView(EnterpriseSearchView, EnterpriseCreateView):
    """GET searches, POST makes a draft."""


class OwnFactsView(FactsView):
    """An enterprise sees its own facts."""

    def enterprise_ids(self, request: Request) -> list[int]:
        return list(enterprises_of(cast("User", request.user)).values_list("pk", flat=True))

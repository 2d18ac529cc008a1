"""Addresses of the API."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from apps.consortia.api import TeamsView
from apps.enterprises.api import EnterpriseDetailView, EnterpriseStepView
from apps.imports.api import ImportsView, ImportView
from apps.introductions.api import (
    AcceptView,
    ConcludeView,
    DeclineView,
    IntroductionsView,
    IntroductionView,
    WithdrawView,
)
from apps.matching.api import MatchView
from apps.moderation.api import DecisionView, QueueView
from apps.opportunities.api import OpportunityDetailView, OpportunityStepView
from apps.portal.api import EnterprisesView, OpportunitiesView, OwnFactsView, ProjectsView
from apps.projects.api import ProjectDetailView, ProjectStepView
from apps.reference.api import CountriesView, FrameworksView
from apps.search.saved_api import SavedSearchesView, SavedSearchView
from apps.taxonomy.api import TaxonomyView

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
    path("opportunities/", OpportunitiesView.as_view(), name="api-opportunities"),
    path("opportunities/<int:pk>/", OpportunityDetailView.as_view(), name="api-opportunity"),
    path("opportunities/<int:pk>/submit/", OpportunityStepView.as_view(name="submit"), name="api-opportunity-submit"),
    path(
        "opportunities/<int:pk>/withdraw/",
        OpportunityStepView.as_view(name="withdraw"),
        name="api-opportunity-withdraw",
    ),
    path("opportunities/<int:pk>/matches/", MatchView.as_view(), name="api-matches"),
    path("projects/", ProjectsView.as_view(), name="api-projects"),
    path("projects/<int:pk>/", ProjectDetailView.as_view(), name="api-project"),
    path("projects/<int:pk>/teams/", TeamsView.as_view(), name="api-teams"),
    path("projects/<int:pk>/submit/", ProjectStepView.as_view(name="submit"), name="api-project-submit"),
    path("projects/<int:pk>/withdraw/", ProjectStepView.as_view(name="withdraw"), name="api-project-withdraw"),
    path("enterprises/", EnterprisesView.as_view(), name="api-enterprises"),
    path("enterprises/<int:pk>/", EnterpriseDetailView.as_view(), name="api-enterprise"),
    path("enterprises/<int:pk>/submit/", EnterpriseStepView.as_view(name="submit"), name="api-enterprise-submit"),
    path("enterprises/<int:pk>/withdraw/", EnterpriseStepView.as_view(name="withdraw"), name="api-enterprise-withdraw"),
    path("taxonomy/", TaxonomyView.as_view(), name="api-taxonomy"),
    path("frameworks/", FrameworksView.as_view(), name="api-frameworks"),
    path("countries/", CountriesView.as_view(), name="api-countries"),
    path("imports/", ImportsView.as_view(), name="api-imports"),
    path("imports/<int:pk>/", ImportView.as_view(), name="api-import"),
    path("introductions/", IntroductionsView.as_view(), name="api-introductions"),
    path("introductions/<int:pk>/", IntroductionView.as_view(), name="api-introduction"),
    path("introductions/<int:pk>/accept/", AcceptView.as_view(), name="api-introduction-accept"),
    path("introductions/<int:pk>/decline/", DeclineView.as_view(), name="api-introduction-decline"),
    path("introductions/<int:pk>/withdraw/", WithdrawView.as_view(), name="api-introduction-withdraw"),
    path("introductions/<int:pk>/conclude/", ConcludeView.as_view(), name="api-introduction-conclude"),
    path("moderation/queue/", QueueView.as_view(), name="api-moderation"),
    re_path(
        r"^moderation/(?P<identifier>[a-z]+-\d+)/(?P<verdict>approve|return|decline)/$",
        DecisionView.as_view(),
        name="api-decision",
    ),
    path("searches/", SavedSearchesView.as_view(), name="api-searches"),
    path("searches/<int:pk>/", SavedSearchView.as_view(), name="api-search"),
    path("journal/", OwnFactsView.as_view(), name="api-journal"),
]
